"""Invalid credentials: several at once, forged tokens, and secrets guessed character by character."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import jwt
import pytest

from cadran.access import keys
from cadran.access.grant import Grant
from cadran.access.keyring import Keyring, StoredKey
from tests.access.two_sites import House

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
FIGURES: Final = "/v1/indicators?metrics=contacts&by=site&period=2015-11"


async def test_several_credentials_are_none(shared: House):
    """Check that several Authorization headers are refused: a proxy may have checked a different one."""
    good, bad = (("authorization", f"Bearer {key}") for key in (shared.keys["analyst"], "x"))
    for headers in ([good, bad], [bad, good], [good, good]):
        assert (await shared.client.get(FIGURES, headers=headers)).status_code == 401
    twice = [good, ("accept", "text/csv"), ("accept", "application/json")]
    assert (await shared.client.get(FIGURES, headers=twice)).status_code == 200


async def test_forged_tokens_are_refused_alike(shared: House):
    claims: dict[str, Any] = {
        "iss": "cadran",
        "aud": "cadran-embed",
        "sub": keys.parse_key_id(shared.keys["analyst"]),
        "exp": 4_000_000_000,
    }
    claims |= {"metrics": ["contacts"], "name": "x"}
    forged = [
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, b"k" * 32, algorithm="HS256"),
        jwt.encode({**claims, "exp": 1}, b"k" * 32, algorithm="HS256"),
        shared.keys["analyst"][:-1] + ("a" if shared.keys["analyst"][-1] != "a" else "b"),
        "cad_" + "a" * 8 + "_" + "a" * 32,
        "a.b.c",
        "x" * 9_000,
        "é",
    ]
    told = set()
    for credential in forged:
        headers = {b"authorization": b"Bearer " + credential.encode()}
        response = await shared.client.get(FIGURES, headers=headers)
        assert response.status_code == 401
        told.add(response.json()["detail"])
    assert len(told) == 1


def test_comparing_takes_no_account_of_what_a_secret_begins_with(monkeypatch: pytest.MonkeyPatch):
    """Check the method, not the time: every credential is hashed as a whole, and only hashes are compared."""
    compared: list[tuple[bytes, bytes]] = []

    def watched(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr(keys, "compare_digest", watched)
    secret = keys.make_key()
    grant = Grant(name="made", role="analyst")
    ring = Keyring(lambda: NOW)
    ring.load([StoredKey(secret.key_id, grant, secret.digest, None, None, NOW, "tests", None, None)])
    near = secret.text[:-1] + ("a" if secret.text[-1] != "a" else "b")
    far = f"cad_{secret.key_id}_{'a' * 32}"
    for presented in (near, far, "cad_aaaaaaaa_" + "a" * 32, "cad_"):
        compared.clear()
        assert ring.grant(presented) is None
        assert [(len(one), len(other)) for one, other in compared] == [(32, 32)]
        assert compared[0][0] == sha256(presented.encode()).digest()
