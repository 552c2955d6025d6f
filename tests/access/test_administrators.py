"""An administrator's key has no scope. A key with a scope administers nothing, else it could create an unbound key."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cadran.access.grant import Grant, make_principal
from cadran.domain.access.role import RoleName
from cadran.domain.directory import EMPTY
from tests.access.rules import ENDPOINTS, MUTATIONS
from tests.access.test_key_commands import terminal
from tests.access.two_sites import House, until

BOUNDS: dict[str, Any] = {"sites": ("PAU",), "channels": ("phone",), "metrics": ("qos", "contacts")}


@pytest.mark.parametrize("bound", BOUNDS)
async def test_an_administrator_is_made_without_a_scope(shared: House, bound: str):
    sent = {"name": "bound", "role": "administrator", bound: [*BOUNDS[bound]]}
    refused = await shared.post("/v1/keys", "administrator", sent)
    assert (refused.status_code, refused.json()["parameter"]) == (422, bound)
    assert "another role" in refused.json()["detail"]


async def test_at_the_terminal_too(shared: House, shared_url: str):
    words = ["create", "bound", "--role", "administrator", "--site", "PAU"]
    assert "another role" in await asyncio.to_thread(terminal, shared_url, *words)
    assert "bound" not in [each.grant.name for each in await shared.register.all()]


@pytest.mark.parametrize("bound", BOUNDS)
async def test_an_administrator_that_is_bound_all_the_same_administers_nothing(house: House, bound: str):
    """Check a key created before such keys were refused, or granted by an identity provider's token."""
    grant = Grant(name="bound", role="administrator", **{bound: BOUNDS[bound]})
    key = (await house.register.create(grant, who="tests")).text
    await until(house, key, 200)
    bearer = {"authorization": f"Bearer {key}", "if-match": "*"}
    for (method, _), rule in ENDPOINTS.items():
        if rule.right == "administer":
            refused = await house.client.request(method, rule.ask, json=rule.body, headers=bearer)
            assert refused.status_code == 403, rule.ask
            assert "without a scope" in refused.json()["detail"]
    for rule in MUTATIONS.values():
        if rule.right == "administer":
            query = {"query": f"mutation {{ {rule.ask} }}"}
            found = (await house.client.post("/graphql", json=query, headers=bearer)).json()
            assert found["errors"][0]["extensions"]["code"] == "forbidden"
    ours = await house.client.patch("/v1/objectives/1", json={"title": "Ours"}, headers=bearer)
    assert ours.status_code == 403
    minted = await house.client.post("/v1/embed-tokens", json={"metrics": ["qos"]}, headers=bearer)
    assert minted.status_code == 201


@pytest.mark.parametrize(("role", "holds"), [("administrator", True), ("analyst", False)])
def test_who_is_bound_to_nothing_administers_by_role(role: RoleName, holds: bool):
    assert make_principal(Grant(name="free", role=role), EMPTY).may("administer") is holds
