"""The small service, for the tests of REST."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.databases import Server
from tests.served import Rest, fill, serving


@pytest.fixture(scope="session")
def filled(server: Server) -> str:
    """The template with the contacts."""
    return server.template("rest", fill)


@pytest.fixture(scope="module")
def facts(server: Server, filled: str) -> Iterator[str]:
    """The URL of a database with the contacts, for the tests of a module that change nothing."""
    with server.clone(filled) as url:
        yield url


@pytest.fixture(scope="module")
async def rest(facts: str) -> AsyncIterator[Rest]:
    """The service over those contacts."""
    async with serving(facts) as found:
        yield found


@pytest.fixture
def own_facts(server: Server, filled: str) -> Iterator[str]:
    """The URL of a database with the contacts, of this test's own."""
    with server.clone(filled) as url:
        yield url


@pytest.fixture
async def changing(own_facts: str) -> AsyncIterator[Rest]:
    """The service over a database that this test may change."""
    async with serving(own_facts) as found:
        yield found
