"""Keys over HTTP: create, list, rotate, revoke; expiry, last use, origins; secrets are shown once."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cadran.access import keys
from cadran.access.grant import Grant
from cadran.access.key_store import KeyStore
from cadran.access.keyring import Keyring, StoredKey
from cadran.engine.reloader import DirectoryMirror, note_used
from cadran.engine.versions import Versions
from cadran.process import clock
from tests.access.two_sites import House, until
from tests.answer_schema import check_answer
from tests.sample_service import opened

AT = datetime(2026, 1, 1, tzinfo=UTC)
FIGURES = "/v1/indicators?metrics=contacts&period=2015-11"


async def made(house: House, **grant: Any) -> dict[str, Any]:
    response = await house.post("/v1/keys", "administrator", {"name": "n", "role": "analyst", **grant})
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_the_life_of_a_key(house: House):
    key = await made(house, name="wall", role="board", sites=["pau"], metrics=["contacts"])
    assert re.fullmatch(r"cad_[a-z2-7]{8}_[a-z2-7]{32}", key["secret"])
    await until(house, key["secret"], 200)
    listed = await house.get("/v1/keys", "administrator")
    check_answer("KeyMade", key)
    check_answer("Keys", listed.json())
    ours = next(each for each in listed.json()["keys"] if each["key"] == key["key"])
    # Codes are stored as the directory writes them.
    assert (ours["sites"], ours["metrics"], ours["revoked_at"]) == (["PAU"], ["contacts"], None)
    assert key["secret"] not in listed.text
    assert key["secret"].rpartition("_")[2] not in listed.text

    rotated = (await house.post(f"/v1/keys/{key['key']}/rotate", "administrator", {"overlap": 3600})).json()
    check_answer("KeyRotated", rotated)
    assert rotated["secret"] != key["secret"]
    await until(house, rotated["secret"], 200)
    await until(house, key["secret"], 200)
    at_once = (await house.post(f"/v1/keys/{key['key']}/rotate", "administrator", {"overlap": 0})).json()
    await until(house, at_once["secret"], 200)
    await until(house, rotated["secret"], 401)
    await until(house, key["secret"], 401)

    revoked = await house.client.delete(f"/v1/keys/{key['key']}", headers=house.bearer("administrator"))
    assert revoked.status_code == 204
    await until(house, at_once["secret"], 401)
    entries = (await house.get("/v1/audit?limit=4", "administrator")).json()["entries"]
    assert [each["action"] for each in entries] == ["key.revoke", "key.rotate", "key.rotate", "key.create"]
    assert all(each["subject"] == key["key"] and each["who"].startswith("administrator (") for each in entries)
    assert "secret" not in str(entries)


@pytest.mark.parametrize(
    ("grant", "named"),
    [
        ({"role": "king"}, "role"),
        ({"role": "board"}, "metrics"),
        ({"role": "partner"}, "sites"),
        ({"role": "agent"}, "agent"),
        ({"role": "analyst", "metrics": ["qso"]}, "metrics"),
        ({"role": "analyst", "sites": ["ROM"]}, "site"),
        ({"role": "analyst", "expires_at": "2026-01-01T00:00:00"}, "expires_at"),
        ({"role": "analyst", "colour": "red"}, "colour"),
    ],
)
async def test_a_key_that_cannot_be_is_refused(shared: House, grant: dict[str, Any], named: str):
    response = await shared.post("/v1/keys", "administrator", {"name": "n", **grant})
    assert (response.status_code, response.json()["parameter"]) == (422, named)


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic Y2FkOmNhZA==",
        "Bearer cad_aaaaaaaa_" + "a" * 32,
        "Bearer cad_short",
        "Bearer a.b.c",
        "Bearer " + "x" * 9000,
        "Bearer caf\u00e9",
    ],
)
async def test_what_is_no_key_is_told_alike(shared: House, authorization: str):
    response = await shared.client.get(FIGURES, headers={b"authorization": authorization.encode("latin-1")})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="cadran"'
    nobody = await shared.client.get(FIGURES)
    assert nobody.json()["detail"] == response.json()["detail"]


async def test_a_wrong_secret_of_a_key_there_is(shared: House):
    text = shared.keys["analyst"]
    wrong = text[:-1] + ("a" if text[-1] != "a" else "b")
    assert (await shared.client.get(FIGURES, headers={"authorization": f"Bearer {wrong}"})).status_code == 401


def stored(secret: keys.Secret, **changes: Any) -> StoredKey:
    grant = Grant(name="n", role="analyst", expires_at=changes.pop("expires_at", None))
    return replace(StoredKey(secret.key_id, grant, secret.digest, None, None, AT, "tests", None, None), **changes)


def test_keys_end_when_they_say():
    now = [AT]
    keyring = Keyring(lambda: now[0])
    secret, before = keys.make_key("abcdefgh"), keys.make_key("abcdefgh")
    until_ = AT + timedelta(hours=1)
    ends = AT + timedelta(hours=2)
    keyring.load([stored(secret, previous_digest=before.digest, previous_until=until_, expires_at=ends)])
    assert keyring.grant(secret.text) is not None
    assert keyring.grant(before.text) is not None
    assert keyring.used == {"abcdefgh": AT}
    now[0] = until_
    # The previous secret was valid before, but its overlap has ended.
    assert keyring.grant(before.text) is None
    assert keyring.grant(secret.text) is not None
    now[0] = ends
    assert keyring.grant(secret.text) is None
    keyring.load([stored(secret, revoked_at=AT)])
    assert keyring.grant(secret.text) is None


def test_secrets_are_in_no_repr():
    secret = keys.make_key()
    assert secret.text not in repr(secret)
    assert secret.text.rpartition("_")[2] not in repr(stored(secret))
    assert len({keys.make_key().text for _ in range(100)}) == 100


async def test_the_last_use_is_recorded(house: House):
    keyring = Keyring(clock)
    number = keys.parse_key_id(house.keys["analyst"]) or ""
    keyring.used = {number: AT}
    noting = asyncio.create_task(note_used(keyring, house.register, pause_seconds=0.0))
    found = None
    while found is None:
        await asyncio.sleep(0.02)
        found = next(each.last_used_at for each in await house.register.all() if each.key_id == number)
    noting.cancel()
    assert found == AT


async def test_a_revoked_key_does_not_come_back_with_a_reading_that_began_before(house: House, house_url: str):
    """Check two overlapping reads: the older one finishes last, and its result must be discarded."""
    held, go_on = asyncio.Event(), asyncio.Event()

    class Slow(KeyStore):
        async def all(self) -> list[StoredKey]:
            found = await super().all()
            if not held.is_set():
                held.set()
                await go_on.wait()
            return found

    pool = await opened(house_url)
    keyring = Keyring(clock)
    present = DirectoryMirror(pool, Versions(), keyring, Slow(pool, clock), currency="EUR")
    text = await house.key(role="analyst")
    older = asyncio.create_task(present.reload())
    await held.wait()
    await house.register.revoke(str(keys.parse_key_id(text)), who="tests")
    await present.reload()
    assert keyring.grant(text) is None
    go_on.set()
    await older
    assert keyring.grant(text) is None
    await pool.close()


async def test_an_answer_kept_for_one_secret_is_not_told_to_the_next(house: House):
    """Check that a rotated key cannot replay a stored answer: the answer is encrypted with the previous secret."""
    made_with = {"role": "administrator", "name": "twice"}
    own = await house.key(role="administrator")
    await until(house, own, 200)
    headers = {"idempotency-key": "one", "authorization": f"Bearer {own}"}
    assert (await house.client.post("/v1/keys", json=made_with, headers=headers)).status_code == 201
    rotated = (await house.register.rotate(str(keys.parse_key_id(own)), who="tests")).text
    await until(house, rotated, 200)
    again = await house.client.post(
        "/v1/keys", json=made_with, headers=headers | {"authorization": f"Bearer {rotated}"}
    )
    assert (again.status_code, again.json()["code"]) == (422, "idempotency_mismatch")


async def test_no_secret_in_the_log(house: House, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        key = await made(house)
        await until(house, key["secret"], 200)
        await house.client.get(f"{FIGURES}&bad=1", headers={"authorization": f"Bearer {key['secret']}"})
    told = "".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records if "cadran" in record.name)
    assert told
    for text in (key["secret"], *house.keys.values()):
        assert text.rpartition("_")[2] not in told


async def test_origins(house: House):
    wall = "https://wall.example"
    key = await made(house, origins=[wall])
    await until(house, key["secret"], 200)
    bearer = {"authorization": f"Bearer {key['secret']}"}
    allowed = await house.client.get(FIGURES, headers={**bearer, "origin": wall})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, wall)
    assert "origin" in allowed.headers["vary"]
    # The response is cached by now. Other origins are refused all the same.
    for origin in ("https://evil.example", "null", wall + ".evil.example", wall.upper()):
        refused = await house.client.get(FIGURES, headers={**bearer, "origin": origin})
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden_origin")
        assert "access-control-allow-origin" not in refused.headers
    asking = {"origin": wall, "access-control-request-method": "GET", "access-control-request-headers": "authorization"}
    preflight = await house.client.options(FIGURES, headers=asking)
    # A browser proceeds only after a successful preflight.
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == wall
    assert (await house.client.options(FIGURES, headers={"origin": wall})).status_code == 401
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in preflight.headers


async def test_a_page_may_change_what_its_key_may(house: House):
    wall = "https://wall.example"
    path = "/v1/objectives/2"
    bearer = {"authorization": f"Bearer {await house.key(role='administrator', origins=(wall,))}", "origin": wall}
    await until(house, bearer["authorization"].removeprefix("Bearer "), 200)
    for method in ("PATCH", "DELETE", "POST"):
        sent = "if-match, idempotency-key, content-type, authorization"
        asking = {"access-control-request-method": method, "access-control-request-headers": sent}
        preflight = await house.client.options(path, headers={"origin": wall, **asking})
        assert method in preflight.headers["access-control-allow-methods"].split(", ")
        assert set(sent.split(", ")) <= set(preflight.headers["access-control-allow-headers"].split(", "))
    read = await house.client.get(path, headers=bearer)
    assert {"etag", "location"} <= set(read.headers["access-control-expose-headers"].split(", "))
    change = {**bearer, "if-match": read.headers["etag"]}
    changed = await house.client.patch(path, json={"title": "Ours"}, headers=change)
    assert (changed.status_code, changed.headers["access-control-allow-origin"]) == (200, wall)
    assert changed.headers["etag"] != read.headers["etag"]


async def test_a_page_reads_that_it_asks_too_often(house: House):
    wall = "https://wall.example"
    page = {
        "authorization": f"Bearer {await house.key(role='analyst', origins=(wall,), requests_minute=1)}",
        "origin": wall,
    }
    await until(house, page["authorization"].removeprefix("Bearer "), 429)
    refused = await house.client.get(FIGURES, headers=page)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (429, wall)
    assert "retry-after" in refused.headers["access-control-expose-headers"]
    elsewhere = await house.client.get(FIGURES, headers={**page, "origin": "https://evil.example"})
    assert elsewhere.status_code == 429
    assert "access-control-allow-origin" not in elsewhere.headers
