"""No log record, span, problem or ``repr`` of a busy session contains a secret."""

from __future__ import annotations

import gc
import logging
from dataclasses import is_dataclass

import pytest

from cadran.settings import Settings
from tests.access.two_sites import housed
from tests.engine.otlp_collector import sinking
from tests.polling import until

FIGURES = "/v1/indicators?metrics=contacts&by=site&period=2015-11"
FAILING = (
    "/v1/indicators?metrics=qso&period=2015",
    "/v1/nowhere",
    "/v1/indicators?period=2015&site=NOPE",
    "/v1/keys?x=1",
)


async def test_a_busy_session_tells_no_secret(house_url: str, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    bodies: list[str] = []
    with sinking() as sink:
        async with housed(house_url, otlp_endpoint=sink.url, trace_sample_ratio=1.0) as house:
            made = await house.post(
                "/v1/keys", "administrator", {"name": "n", "role": "analyst"}, **{"idempotency-key": "k"}
            )
            rotated = await house.post(f"/v1/keys/{made.json()['key']}/rotate", "administrator", {"overlap": 60})
            minted = await house.post("/v1/embed-tokens", "partner", {"metrics": ["contacts"]})
            told = [made.json()["secret"], rotated.json()["secret"], minted.json()["token"]]
            secrets = [*told, *house.keys.values()]
            for credential in (*told, *house.keys.values(), told[0][:-1] + "x", "cad_x", minted.json()["token"] + "x"):
                headers = {"authorization": f"Bearer {credential}", "x-request-id": "seven"}
                for path in (FIGURES, FIGURES, *FAILING):
                    response = await house.client.get(path, headers=headers)
                    if response.status_code != 200:
                        bodies.append(response.text)
                sent = {"query": "{ nowhere }"}
                bodies.append((await house.client.post("/graphql", json=sent, headers=headers)).text)
                for body in (b'{"name": "x", "role": "king"}', b'{"name"', b"null"):
                    headers["content-type"] = "application/json"
                    bodies.append((await house.client.post("/v1/keys", content=body, headers=headers)).text)
            bodies += [(await house.get(path, "administrator")).text for path in ("/v1/keys", "/v1/audit?limit=1000")]
            shown = [repr(each) for each in gc.get_objects() if is_dataclass(each) and _is_ours(each)]
        await until(lambda: bool(sink.spans))
    spans = [str(span) for span in sink.spans.values()]
    records = [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
    assert len(shown) > 100
    assert any("caller=" in record for record in records)
    for name, texts in {"log": records, "spans": spans, "problems": bodies, "repr": shown}.items():
        assert texts, name
        for secret in secrets:
            # The id of a key is public, the rest is secret. The secret part of a token is its signature. A signature
            # may contain "_", so it is cut at the last "." instead: what follows a "_" may be a letter or two, which
            # occur in any text.
            hidden = secret.rpartition("_" if secret.startswith("cad_") else ".")[2]
            assert len(hidden) >= 32
            assert not any(hidden in text for text in texts), name


def _is_ours(each: object) -> bool:
    return not isinstance(each, type) and type(each).__module__.startswith("cadran.")


def test_settings_keep_a_password_to_themselves():
    settings = Settings(database_url="postgresql://cadran:hunter2@db/cadran", otlp_endpoint="http://u:hunter2@sink")
    assert "hunter2" not in repr(settings)
