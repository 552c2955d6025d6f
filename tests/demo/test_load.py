"""All demonstration data pass the loader: nothing is rejected, and a second load changes nothing.

The template of the demonstration is filled by the loader from all rows as of `DEMO_NOW`; a rejected row ends its build.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from cadran.demo.customers import Population
from cadran.demo.days import instant_of, local_day
from cadran.demo.recent import Weeks
from cadran.demo.world import Row
from cadran.store.pool import Pool, open_pool
from tests.databases import DEMO_NOW, Server
from tests.defaults import load
from tests.demo.conftest import NOW, SEED
from tests.length import IS_LONG

pytestmark = pytest.mark.slow


@pytest.fixture
def demo_copy(server: Server, demo_template: str) -> Iterator[str]:
    """Yield the URL of a database with the demonstration data that the test may change."""
    with server.clone(demo_template) as url:
        yield url


async def test_a_second_load_changes_nothing(demo_copy: str) -> None:
    today = local_day(DEMO_NOW)
    rows = [*islice(Weeks(SEED, Population(SEED, today), today).contacts(instant_of(DEMO_NOW)), 2_000)]
    pool = await open_pool(
        demo_copy, size_min=0, size_max=2, acquire_timeout_seconds=30.0, statement_timeout_seconds=None
    )
    try:
        again = await load(pool, "contacts", rows, source="demo", clock=lambda: DEMO_NOW)
    finally:
        await pool.close()
    assert (again.unchanged, again.loaded, again.replaced, again.rejected) == (2_000, 0, 0, 0)


if IS_LONG:

    async def test_the_loader_takes_every_row(pool: Pool, story: dict[str, list[Row]]) -> None:
        for kind, rows in story.items():
            found = await load(pool, kind, rows, clock=lambda: NOW)
            # Loading a channel also creates its answer norm, so that some answer norms exist already.
            assert (found.read, found.rejected) == (len(rows), 0), kind
            assert kind in ("answer_norms", "customers") or found.loaded == len(rows), kind
