"""The house of two sites, for tests of their own and for those of a module that only ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.access.two_sites import House, fill, housed
from tests.databases import Server


@pytest.fixture(scope="session")
def built(server: Server) -> str:
    """The template with the two sites."""
    return server.template("access", fill)


@pytest.fixture
def house_url(server: Server, built: str) -> Iterator[str]:
    """A database of a test's own."""
    with server.clone(built) as url:
        yield url


@pytest.fixture
async def house(house_url: str) -> AsyncIterator[House]:
    """The service of a test's own."""
    async with housed(house_url) as found:
        yield found


@pytest.fixture(scope="module")
def shared_url(server: Server, built: str) -> Iterator[str]:
    """A database for the tests of a module that only ask."""
    with server.clone(built) as url:
        yield url


@pytest.fixture(scope="module")
async def shared(shared_url: str) -> AsyncIterator[House]:
    """The service for the tests of a module that only ask."""
    async with housed(shared_url) as found:
        yield found
