"""GraphQL as a client sees it: the route in its shell, over answers made by hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from cadran.engine.desk import Desk
from cadran.engine.versions import Versions
from cadran.graphql.limits import Limits
from cadran.graphql.view import routes
from cadran.web.app_shell import shell
from cadran.web.keeping import Keeper
from tests.graphql.handmade import NOW, HandMade, directory


@dataclass
class Service:
    """The application with what is behind it, and a client in front of it."""

    app: Any
    answers: HandMade
    versions: Versions
    client: httpx.AsyncClient

    async def ask(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        """The response's body."""
        response = await self.client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    async def data(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> Any:
        """The data of a response without errors."""
        found = await self.ask(query, variables, **headers)
        assert "errors" not in found, found["errors"]
        return found["data"]

    async def error(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """The only error of a response."""
        [found] = (await self.ask(query, variables))["errors"]
        return found


def compose(answers: HandMade, versions: Versions, *, limits: Limits | None = None) -> Any:
    desk = Desk(answers, directory, lambda: NOW, "Europe/Paris")
    keeper = Keeper(lambda: versions.epoch, directory, lambda: NOW, 60.0)
    return shell(
        routes(desk, keeper, limits=limits),
        versions=versions,
        body_bytes_max=100_000,
        finished_bytes_max=10_000_000,
        fresh_seconds=60.0,
    )


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """The whole of it."""
    answers, versions = HandMade(), Versions()
    versions.connected = True
    app = compose(answers, versions)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://cadran") as client:
        yield Service(app, answers, versions, client)
