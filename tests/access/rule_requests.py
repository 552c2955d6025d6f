"""Send the request of a rule as a role, and compare two refusals."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.access.rules import Rule, Status
from tests.access.two_sites import House


async def asked(house: House, method: str, rule: Rule, role: str | None, narrow: str = "") -> tuple[Status, str]:
    """Send the rule's request to its endpoint and return the status and the text of the response."""
    headers = {} if role is None else house.bearer(role)
    if rule.body is not None:
        headers["content-type"] = "application/json"
    response = await house.client.request(method, rule.ask + narrow, headers=headers, json=rule.body)
    return response.status_code, response.text


def narrowed(rule: Rule, site: str) -> str:
    """Return the rule's GraphQL selection with a filter on one site."""
    return rule.ask.replace("@", f', where: {{site: {{in: ["{site}"]}}}}')


async def told(house: House, selection: str, role: str, kind: str = "query") -> tuple[Status, str]:
    """Send a GraphQL selection. Return the HTTP status that matches its error code, and the response's text."""
    response = await house.post("/graphql", role, {"query": f"{kind} {{ {selection} }}"})
    found = response.json()
    if "errors" not in found:
        return 200, response.text
    error = found["errors"][0]
    assert "code" in error["extensions"], error
    return (403 if error["extensions"]["code"].startswith("forbidden") else 422), response.text


async def holding(house: House, **grant: Any) -> dict[str, str]:
    """Create a key and return its authorization header once the serving process accepts the key."""
    bearer = {"authorization": f"Bearer {await house.key(**grant)}"}
    for _ in range(200):
        if (await house.client.get("/v1/catalogue", headers=bearer)).status_code == 200:
            return bearer
        await asyncio.sleep(0.02)
    raise AssertionError("the key does not hold")


def unnamed(text: str, site: str) -> str:
    """Return a problem's text without the code that was named and without the request id."""
    return text.replace(site, "…").partition('"request_id"')[0]
