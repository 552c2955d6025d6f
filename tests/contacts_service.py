"""Fixtures: the service over a few contacts, and those contacts as plain rows to recompute figures from.

The conftest of a folder imports those that its tests use.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.databases import Server
from tests.sample_service import Rest, contacts, fill, serving

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Contact:
    """A row as loaded, with the local time of its site."""

    row: dict[str, str]
    local: datetime = field(init=False)

    def __post_init__(self) -> None:
        offered = datetime.fromisoformat(self.row["offered_at"])
        object.__setattr__(self, "local", offered.astimezone(PARIS).replace(tzinfo=None))

    def __getitem__(self, name: str) -> str:
        return self.row.get(name, "")

    @property
    def handled(self) -> bool:
        return self["outcome"] == "handled"

    @property
    def seconds(self) -> int:
        """Return the handle time in seconds: talk, hold and after-contact work."""
        return sum(int(self[name] or 0) for name in ("talk", "hold", "acw"))

    @property
    def wait(self) -> float:
        answered, offered = (datetime.fromisoformat(self[name]) for name in ("answered_at", "offered_at"))
        return (answered - offered).total_seconds()


@pytest.fixture(scope="session")
def rows() -> list[Contact]:
    """Return all contacts."""
    return [Contact(row) for row in contacts()]


@pytest.fixture(scope="session")
def filled(server: Server) -> str:
    """Return the name of the template database with the contacts."""
    return server.template("rest", fill)


@pytest.fixture(scope="module")
def facts(server: Server, filled: str) -> Iterator[str]:
    """Yield the URL of a database with the contacts, for tests of a module that change nothing."""
    with server.clone(filled) as url:
        yield url


@pytest.fixture(scope="module")
async def rest(facts: str) -> AsyncIterator[Rest]:
    """Yield the service over the contacts."""
    async with serving(facts) as found:
        yield found


@pytest.fixture
def own_facts(server: Server, filled: str) -> Iterator[str]:
    """Yield the URL of a separate database with the contacts, which this test may change."""
    with server.clone(filled) as url:
        yield url


@pytest.fixture
async def changing(own_facts: str) -> AsyncIterator[Rest]:
    """Yield the service over a database that this test may change."""
    async with serving(own_facts) as found:
        yield found


async def graphql(rest: Rest, query: str) -> Any:
    """Send a query and return its data. Check that there are no errors."""
    found = (await rest.client.post("/graphql", json={"query": query})).json()
    assert "errors" not in found, found["errors"]
    return found["data"]


async def refused(rest: Rest, path: str, query: str) -> dict[str, Any]:
    """Return the problem with which REST refuses a request. Check that GraphQL refuses it with the same code and
    detail.
    """
    response = await rest.client.get(path)
    assert response.status_code == 422, response.text
    problem: dict[str, Any] = response.json()
    [error] = (await rest.client.post("/graphql", json={"query": query})).json()["errors"]
    assert (error["extensions"]["code"], error["extensions"]["detail"]) == (problem["code"], problem["detail"])
    return problem
