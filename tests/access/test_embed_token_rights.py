"""An embed token never has a right that its minter lacks, even if the token's role has that right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cadran.access.embed_tokens import mint_token, read_embed_token
from cadran.process import clock
from tests.access.two_sites import House

OBJECTIVES = "{ objectives { edges { node { id } } } }"


async def minted(house: House, role: str, **sent: Any) -> dict[str, str]:
    """Mint an embed token with a key of this role and return its authorization header."""
    response = await house.post("/v1/embed-tokens", role, {"metrics": ["qos"], **sent})
    assert response.status_code == 201, response.text
    return {"authorization": f"Bearer {response.json()['token']}"}


@pytest.mark.parametrize("role", ["administrator", "analyst", "supervisor", "partner"])
async def test_a_token_is_told_of_the_objectives_that_its_minter_sees_and_that_it_names(shared: House, role: str):
    for number in (1, 2, 3):
        path = f"/v1/objectives/{number}"
        own = (await shared.get(path, role)).status_code
        sent = {"metrics": ["qos"], "objectives": [number]}
        response = await shared.post("/v1/embed-tokens", role, sent)
        assert response.status_code == {200: 201, 404: 422}[own], response.text
        if own == 200:
            bearer = {"authorization": f"Bearer {response.json()['token']}"}
            assert (await shared.client.get(path, headers=bearer)).status_code == 200
            found = (await shared.client.post("/graphql", json={"query": OBJECTIVES}, headers=bearer)).json()["data"]
            assert [edge["node"]["id"] for edge in found["objectives"]["edges"]] == [f"objective_{number}"]


async def test_a_token_that_names_no_minter_is_held_to_be_a_partners(shared: House):
    """Check that a token without its minter's role has the rights of a partner, who may have minted it."""
    bearer = await minted(shared, "analyst", objectives=[1])
    secret = await shared.register.signing_secret()
    found = read_embed_token(bearer["authorization"].removeprefix("Bearer "), secret, now=clock())
    assert found is not None
    assert found[1].minter == "analyst"
    text, _ = mint_token(replace(found[1], minter=None), secret, subject=found[0], now=clock(), seconds=60)
    unnamed = {"authorization": f"Bearer {text}"}
    assert (await shared.client.get("/v1/objectives/1", headers=bearer)).status_code == 200
    assert (await shared.client.get("/v1/objectives/1", headers=unnamed)).status_code == 404
