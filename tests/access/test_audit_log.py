"""The audit log: what a key was created with, which tokens were minted, and how to find either entry."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, Final

import pytest

from cadran.access import keys
from cadran.access.key_store import KeyStore
from cadran.errors import DatabaseUnavailable
from cadran.process import clock
from tests.access.test_key_commands import terminal
from tests.access.test_keys import made
from tests.access.two_sites import House
from tests.answer_schema import check_answer

WALL: Final = "https://wall.example"
LIMITS: Final = {"requests_minute": 600, "concurrent": 2, "cells_max": 5000}


async def audited(house: House, query: str = "") -> list[dict[str, Any]]:
    response = await house.get(f"/v1/audit?{query}", "administrator")
    assert response.status_code == 200, response.text
    check_answer("Audit", response.json())
    found: list[dict[str, Any]] = response.json()["entries"]
    return found


async def test_a_key_is_noted_with_all_that_it_grants(house: House):
    sent = {"role": "agent", "agent": "PAU-1", "origins": [WALL], "documents_only": True, **LIMITS}
    await made(house, **sent)
    [entry, *_] = await audited(house)
    assert entry["detail"] == {"name": "n", "expires_at": None, **sent}


async def test_a_token_is_noted_without_its_text(house: House):
    sent = {"name": "wall", "metrics": ["qos"], "sites": ["PAU"], "origins": [WALL]}
    response = await house.post("/v1/embed-tokens", "analyst", sent)
    [entry, *_] = await audited(house)
    number = keys.parse_key_id(house.keys["analyst"])
    assert (entry["action"], entry["subject"], entry["who"]) == ("token.create", number, f"analyst ({number})")
    told = {"role": "board", "expires_at": response.json()["expires_at"], "token": f"embed:{number}"}
    assert entry["detail"] == {**sent, **told}


async def test_a_token_is_minted_though_it_cannot_be_noted(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """Check that minting works from cached data while the database is away. The log then names the minting key."""

    async def away(*_: Any, **__: Any) -> None:
        raise DatabaseUnavailable("The database is away.")

    monkeypatch.setattr(KeyStore, "token_minted", away)
    response = await house.post("/v1/embed-tokens", "analyst", {"metrics": ["qos"]})
    assert response.status_code == 201
    told = caplog.text
    assert f"token of analyst ({keys.parse_key_id(house.keys['analyst'])})" in told
    assert response.json()["token"] not in told


async def test_entries_are_found_by_what_they_are_about(house: House):
    one, other = (await made(house))["key"], (await made(house))["key"]
    await house.client.delete(f"/v1/keys/{one}", headers=house.bearer("administrator"))
    assert [each["action"] for each in await audited(house, f"subject={one}")] == ["key.revoke", "key.create"]
    assert {each["action"] for each in await audited(house, f"subject={other}")} == {"key.create"}
    created = await audited(house, "action=key.create&limit=2")
    assert [each["subject"] for each in created] == [other, one]
    before = await audited(house, f"action=key.create&limit=1&before={created[0]['number']}")
    assert [each["subject"] for each in before] == [one]
    assert await audited(house, f"action=key.revoke&subject={other}") == []
    for query in ("subject=%00", "action=", f"subject={'x' * 300}"):
        refused = await house.get(f"/v1/audit?{query}", "administrator")
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_parameter"), query


async def test_the_terminal_lists_origins_and_limits_and_leaves_out_what_holds_no_more(house: House, house_url: str):
    limits = {"requests_minute": 600, "concurrent": 2, "cells_max": 5000}
    kept = keys.parse_key_id(await house.key(role="analyst", origins=(WALL,), **limits)) or ""
    revoked = keys.parse_key_id(await house.key(role="analyst")) or ""
    await house.register.revoke(revoked, who="tests")
    ended = keys.parse_key_id(await house.key(role="analyst", expires_at=clock() - timedelta(days=1))) or ""
    every = await asyncio.to_thread(terminal, house_url, "list")
    assert all(number in every for number in (kept, revoked, ended))
    for words in (WALL, "600/min", "concurrent=2", "cells=5000"):
        assert words in every
    holding = await asyncio.to_thread(terminal, house_url, "list", "--holding")
    assert kept in holding
    assert revoked not in holding
    assert ended not in holding
