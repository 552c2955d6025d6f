"""Fixtures with the data of two sites: a database for each test, or one for the read-only tests of a module."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.access.two_sites import House, fill, housed
from tests.databases import Server


@pytest.fixture(scope="session")
def built(server: Server) -> str:
    """Return the name of the template database with the two sites."""
    return server.template("access", fill)


@pytest.fixture
def house_url(server: Server, built: str) -> Iterator[str]:
    """Yield the URL of a database that belongs to one test."""
    with server.clone(built) as url:
        yield url


@pytest.fixture
async def house(house_url: str) -> AsyncIterator[House]:
    """Yield the service over a database that belongs to one test."""
    async with housed(house_url) as found:
        yield found


@pytest.fixture(scope="module")
def shared_url(server: Server, built: str) -> Iterator[str]:
    """Yield the URL of a database that the read-only tests of a module share."""
    with server.clone(built) as url:
        yield url


@pytest.fixture(scope="module")
async def shared(shared_url: str) -> AsyncIterator[House]:
    """Yield the service that the read-only tests of a module share."""
    async with housed(shared_url) as found:
        yield found
