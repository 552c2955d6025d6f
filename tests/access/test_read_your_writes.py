"""A change of a key or a document is in effect in the process that made it before the response is sent."""

from __future__ import annotations

from typing import Any

import pytest

from cadran.engine.reloader import DirectoryMirror
from cadran.errors import DatabaseUnavailable
from tests.access.test_keys import FIGURES, made
from tests.access.two_sites import House


async def status(house: House, secret: str) -> int:
    found = await house.client.get(FIGURES, headers={"authorization": f"Bearer {secret}"})
    return found.status_code


async def test_a_key_holds_from_its_answer_on(house: House):
    for _ in range(5):
        key = await made(house)
        assert await status(house, key["secret"]) == 200
        rotated = await house.post(f"/v1/keys/{key['key']}/rotate", "administrator", {"overlap": 0})
        assert await status(house, rotated.json()["secret"]) == 200
        assert await status(house, key["secret"]) == 401
        await house.client.delete(f"/v1/keys/{key['key']}", headers=house.bearer("administrator"))
        assert await status(house, rotated.json()["secret"]) == 401


async def test_a_document_is_trusted_from_its_answer_on(house: House):
    for number in range(5):
        sent = {"document": f"query Q{number} {{ __typename }}"}
        added = (await house.post("/v1/documents", "administrator", sent)).json()
        asked = await house.post("/graphql", "analyst", {"documentId": added["document_id"]})
        assert asked.status_code == 200, asked.text
        path = f"/v1/documents/{added['document_id']}"
        assert (await house.client.delete(path, headers=house.bearer("administrator"))).status_code == 204
        assert (await house.post("/graphql", "analyst", {"documentId": added["document_id"]})).status_code == 404


async def test_a_change_is_told_though_it_cannot_be_read_back(house: House, monkeypatch: pytest.MonkeyPatch):
    """Check that a key is returned although the process cannot reload: it exists, and its secret is shown only once."""

    async def away(self: Any) -> None:
        raise DatabaseUnavailable("The database is away.")

    monkeypatch.setattr(DirectoryMirror, "reload", away)
    assert (await made(house))["secret"]
