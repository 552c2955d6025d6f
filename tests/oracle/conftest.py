"""Fixtures: databases filled once with a world of each kind of time zones, and a service without cache over each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from cadran.app import open_service
from cadran.engine.desk import Desk
from cadran.lists.reader import Lists
from cadran.settings import Settings
from cadran.store.pool import Pool, open_pool
from tests.databases import Server
from tests.oracle.agent_time import with_time
from tests.oracle.calendars import with_calendars
from tests.oracle.callbacks import with_callbacks
from tests.oracle.cases import with_cases
from tests.oracle.goodwill import with_goodwill
from tests.oracle.loader import fill, prepare, put
from tests.oracle.queues import with_assignments, with_queues
from tests.oracle.surveys import with_surveys
from tests.oracle.truth import Truth, truth
from tests.oracle.world import ZONES, World, make, seeded

CONTACTS = 450
SURVEYS = 400
GESTURES = 150
CALLBACKS = 120
CASES = 150


@dataclass(frozen=True)
class WorldService:
    """A world in a database, and a service over that database."""

    truth: Truth
    desk: Desk
    lists: Lists
    pool: Pool


@pytest.fixture(scope="module", params=ZONES)
def filled(request: pytest.FixtureRequest, server: Server) -> Iterator[tuple[str, World]]:
    """Yield the URL of a database that holds a world, and the world. There is one for each kind of time zones."""
    zones = request.param
    seed = seeded(sum(map(ord, zones)))
    world = with_surveys(with_calendars(with_queues(make(seed, zones, CONTACTS)), seeded(7)), SURVEYS)
    world = with_cases(with_callbacks(with_goodwill(world, GESTURES), CALLBACKS), CASES)
    world = with_assignments(with_time(world, seed), seed)

    async def build(url: str) -> None:
        await prepare(url)
        pool = await open_pool(url, size_min=0, size_max=2, acquire_timeout_seconds=5.0, statement_timeout_seconds=None)
        await fill(pool, world)
        await pool.close()

    with server.clone(server.template(f"oracle_{zones}", build)) as url:
        yield url, world


@pytest.fixture(scope="module")
async def loaded(filled: tuple[str, World]) -> AsyncIterator[WorldService]:
    """Yield the world of ``filled`` and a service over its database."""
    url, world = filled
    async with open_service(Settings(database_url=url, values_max=10_000_000_000), cache=False) as service:
        yield WorldService(truth(world), service.desk, service.lists, service.pool)


@pytest.fixture
def empty(server: Server) -> Iterator[str]:
    """Yield the URL of a database that has the schema and empty rollups."""
    with server.clone(server.template("rollups", prepare)) as url:
        yield url


@pytest.fixture
async def writing(empty: str) -> AsyncIterator[Pool]:
    """Yield a pool on the empty database that has no statement timeout."""
    pool = await open_pool(empty, size_min=0, size_max=3, acquire_timeout_seconds=5.0, statement_timeout_seconds=None)
    yield pool
    await pool.close()


@pytest.fixture
async def centre(empty: str, writing: Pool) -> AsyncIterator[tuple[Pool, Desk]]:
    """Yield a pool and a service over a database with a single site, in the time zone of Paris."""
    await put(writing, "sites", [{"site": "PAU", "zone": "Europe/Paris"}])
    async with open_service(Settings(database_url=empty), cache=False) as service:
        yield writing, service.desk
