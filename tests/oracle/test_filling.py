"""While columns are filled, and facts are loaded and corrected, every figure equals the oracle at every step."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from cadran.app import Service, open_service
from cadran.compiler.lattice.lattice import ROLLUPS
from cadran.compiler.refresh.declared import DECLARED
from cadran.domain.catalogue import METRICS
from cadran.facts.check import check_figures
from cadran.facts.refresh import fill
from cadran.facts.refresh.fill import count_left, fill_columns
from cadran.facts.refresh.reconcile import reconcile
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.length import choose
from tests.older_rollups import add_column, compute_otherwise, take_columns, take_rollup
from tests.oracle import loader
from tests.oracle.agent_time import PERSON_SLUGS, with_time
from tests.oracle.calendars import with_calendars
from tests.oracle.callbacks import with_callbacks
from tests.oracle.cases import STOCKS, with_cases
from tests.oracle.comparison import agree
from tests.oracle.goodwill import with_goodwill
from tests.oracle.random_questions import question
from tests.oracle.surveys import with_surveys
from tests.oracle.test_corrections import LOADS
from tests.oracle.truth import truth
from tests.oracle.world import World, make, seeded
from tests.polling import until

QUESTIONS = 6
#: The share of rollups that the older version does not have, and of those that it has otherwise.
MISSING, OTHERWISE = 0.15, 0.7
SHARED = {"contact_day_full", "contact_day", "step_day", "taken_quarter", "customer_day", "agent_time_day"}


async def make_older(pool: Pool, random: Random) -> None:
    """Leave the rollups as another version would: some missing, some without columns, some with other values."""
    for name in ROLLUPS:
        columns = [column for rollup, column in DECLARED if rollup == name]
        if random.random() < MISSING and name != "contact_month":
            await take_rollup(pool, name)
        elif random.random() < OTHERWISE or name in SHARED:
            chosen = random.sample(columns, min(len(columns), 4))
            await take_columns(pool, name, chosen[:2])
            for column in chosen[2:]:
                await compute_otherwise(pool, name, column)
            await add_column(pool, name, "of_the_older_version")


async def caught_up(service: Service, pool: Pool) -> None:
    """Wait until the process has received all notifications."""
    [state] = await pool.fetch(
        "SELECT directory_version, (SELECT max(version) FROM day_version) AS days FROM data_state"
    )
    versions = service.versions
    await until(lambda: service.desk.directory().version >= state["directory_version"])
    await until(lambda: versions.version_of(None, date(2000, 1, 1), date(2100, 1, 1)) >= state["days"])


async def assert_right(service: Service, pool: Pool, world: World, random: Random) -> None:
    """Compare the rollups with the facts, and random figures with the oracle."""
    await caught_up(service, pool)
    lines, _ = await check_figures(pool)
    assert not lines
    await assert_figures(service, world, random)


async def assert_figures(service: Service, world: World, random: Random) -> None:
    """Compare random figures with the oracle, among them those that read rollups in their own ways."""
    told = truth(world)
    for slugs in ([*STOCKS], [*PERSON_SLUGS], *(random.sample(sorted(METRICS), 25) for _ in range(QUESTIONS))):
        await agree(service.desk, told, question(world, random, slugs))


@pytest.mark.parametrize(("seed", "zones"), [(1, "mixed"), *choose([], long=[(2, "paris"), (3, "lord_howe")])])
async def test_every_figure_is_right_at_every_step(
    empty: str, writing: Pool, seed: int, zones: str, monkeypatch: pytest.MonkeyPatch
):
    random = Random(seeded(seed))
    world = with_surveys(with_calendars(make(seeded(seed), zones, 200), seeded(seed)), 120)
    world = with_cases(with_callbacks(with_goodwill(world, 50), 50), 60)
    world = with_time(world, seeded(seed), days=4)
    await loader.fill(writing, world)
    await make_older(writing, random)
    monkeypatch.setattr(fill, "TURN_SECONDS", 0.0)
    async with open_service(Settings(database_url=empty, values_max=10**10)) as service:
        # Before the database is migrated, what it lacks is not read.
        await assert_figures(service, world, random)
        async with writing.acquire() as connection:
            assert await reconcile(connection)
        await assert_right(service, writing, world, random)
        number = 0
        while await count_left(writing) is not None:
            if number % 3 == 0:
                await random.choice(LOADS)(writing, world, random, number)
                await refresh(writing)
            await fill_columns(writing)
            if number % 4 == 0:
                await assert_right(service, writing, world, random)
            number += 1
        assert number > 6
        await caught_up(service, writing)
        assert not service.desk.directory().rollups.unfilled
        await assert_right(service, writing, world, random)
    # Freshly made rollups have the same rows.
    assert await check_figures(writing) == ([], 0)
