"""Two sites with a key for every role, as in the tests of access. Tests make the objectives that they need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx
import pytest

from tests.access.conftest import built, house, house_url, shared, shared_url
from tests.access.two_sites import House

__all__ = ("built", "house", "house_url", "shared", "shared_url")

PERIOD: Final = {"start": "2015-11-01", "end": "2015-12-01"}
OWNER: Final = {"kind": "company"}


def objective(*key_results: Mapping[str, Any], **other: Any) -> dict[str, Any]:
    """Return the body of an objective that is active in November 2015."""
    body = {"title": "Answer everybody", "owner": OWNER, "state": "active", **PERIOD, **other}
    return {**body, "key_results": list(key_results)}


def measured(metric: str = "qos", baseline: float = 0.5, target: float = 1.0, **other: Any) -> dict[str, Any]:
    """Return the body of a key result whose value is a metric."""
    return {"title": metric, "metric": metric, "baseline": baseline, "target": target, **other}


def manual(**other: Any) -> dict[str, Any]:
    """Return the body of a key result whose value is reported by check-ins."""
    return {"title": "Trained teams", "unit": "teams", "baseline": 0, "target": 10, **other}


class ObjectiveRequests:
    """Sends requests about objectives with the key of a role."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def ask(
        self, method: str, path: str = "", body: Any = None, role: str = "administrator", **headers: str
    ) -> httpx.Response:
        """Send a REST request and return the response."""
        named = {name.replace("_", "-"): value for name, value in headers.items()} | self.house.bearer(role)
        return await self.house.client.request(method, f"/v1/objectives{path}", json=body, headers=named)

    async def make(self, *key_results: Mapping[str, Any], role: str = "administrator", **other: Any) -> dict[str, Any]:
        """Create an objective and return it. Check that the status is 201."""
        response = await self.ask("POST", body=objective(*key_results, **other), role=role)
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def get(self, number: int, query: str = "", role: str = "administrator") -> dict[str, Any]:
        """Return an objective as REST shows it. Check that the status is 200."""
        response = await self.ask("GET", f"/{number}{query}", role=role)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def graphql(self, query: str, role: str = "administrator", **variables: Any) -> dict[str, Any]:
        """Send a GraphQL request and return the body of the response."""
        body = {"query": query, "variables": variables}
        return dict((await self.house.post("/graphql", role, body)).json())


@pytest.fixture
async def steering(house: House) -> ObjectiveRequests:
    """Return `ObjectiveRequests` on a separate service of this test."""
    return ObjectiveRequests(house)


@pytest.fixture
def shared_steering(shared: House) -> ObjectiveRequests:
    """Return requests to a service shared by the tests of a module, which look only at objectives that they make."""
    return ObjectiveRequests(shared)
