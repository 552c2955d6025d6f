"""Several workers share a refresh: no two work on the same unit, and no unit is left out."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from cadran.app import open_service
from cadran.cli import worker as command
from cadran.domain.catalogue import METRICS
from cadran.facts.check import check_figures
from cadran.facts.refresh import cases
from cadran.facts.refresh.refresh import UNIT_LOCKS, UNITS_MAX, refresh, share_work
from cadran.settings import Settings
from cadran.store.pool import Pool, open_pool
from tests.oracle.comparison import agree
from tests.oracle.conftest import empty, writing
from tests.oracle.loader import put_dimensions, put_facts
from tests.oracle.random_questions import question
from tests.oracle.truth import truth
from tests.oracle.world import World, make
from tests.polling import until

__all__ = ["empty", "writing"]


#: Count the workers that wait for the table. Unlike pg_stat_activity, pg_locks is current within a transaction.
STOPPED = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'rollup.contact_day_full'::regclass"


async def marks(pool: Pool) -> int:
    rows = await pool.fetch("SELECT (SELECT count(*) FROM dirty_day) + (SELECT count(*) FROM dirty_customer) AS marks")
    return int(rows[0]["marks"])


async def load(pool: Pool, world: World) -> World:
    await put_dimensions(pool, world)
    await put_facts(pool, world)
    return world


async def worker(url: str, done: asyncio.Event) -> None:
    """Refresh repeatedly on a separate pool until ``done`` is set."""
    pool = await open_pool(url, size_min=0, size_max=2, acquire_timeout_seconds=5.0, statement_timeout_seconds=None)
    try:
        while not done.is_set():
            await refresh(pool)
            await asyncio.sleep(0.002)
    finally:
        await pool.close()


async def test_several_workers_at_once_during_loads(empty: str, writing: Pool):
    done = asyncio.Event()
    workers = [asyncio.create_task(worker(empty, done)) for _ in range(3)]
    try:
        world = await load(writing, make(31, "mixed", 250))
    finally:
        done.set()
        await asyncio.gather(*workers)
    await refresh(writing)
    assert await check_figures(writing) == ([], 0)
    random = Random(31)
    async with open_service(Settings(database_url=empty, values_max=10**10), cache=False) as service:
        for _ in range(10):
            await agree(service.desk, truth(world), question(world, random, sorted(METRICS)))


async def test_what_another_worker_holds_is_left_to_it_and_the_rest_done(writing: Pool):
    """Check this even if other workers hold all the units that have waited longest."""
    await load(writing, make(32, "paris", 200))
    await refresh(writing)
    async with writing.acquire() as connection:
        await connection.execute(
            "INSERT INTO dirty_day (site_id, day) SELECT 1, DATE '2000-01-01' + n * 31"
            " FROM generate_series(1, $1) AS n",
            UNITS_MAX + 5,
        )
        held = await connection.fetch(
            "SELECT pg_advisory_lock($1, 10000 + EXTRACT(year FROM m)::int * 12 + EXTRACT(month FROM m)::int)"
            " FROM (SELECT DISTINCT date_trunc('month', d.day::timestamp) AS m FROM dirty_day AS d) AS months",
            UNIT_LOCKS,
        )
        assert len(held) > UNITS_MAX
        await connection.execute(
            "INSERT INTO dirty_day (site_id, day) SELECT site_id, day FROM contact WHERE site_id = 2"
        )
        assert await refresh(writing) > 0
        assert await marks(writing) == UNITS_MAX + 5
    await refresh(writing)
    assert await marks(writing) == 0
    assert await check_figures(writing) == ([], 0)


async def test_one_refresh_with_several_workers_leaves_nothing_out(writing: Pool):
    await load(writing, make(34, "mixed", 200))
    marked = await writing.fetch("SELECT count(DISTINCT (site_id, day)) AS days FROM dirty_day")
    told: list[int] = []
    days = await refresh(writing, workers=3, on_progress=told.append)
    # The refresh also marks and counts days that only derived cases affect.
    assert days >= marked[0]["days"]
    assert (told[-1], told) == (days, sorted(told))
    assert await marks(writing) == 0
    assert await check_figures(writing) == ([], 0)


async def test_several_workers_derive_cases_of_different_customers(
    writing: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check that a batch leaves out the customers that another worker holds, and that no customer is left out."""
    for limit, value in (("BLOCK_CUSTOMERS", 3), ("CUSTOMERS_MAX", 10), ("BLOCKS_MAX", 3)):
        monkeypatch.setattr(cases, limit, value)
    await load(writing, make(35, "mixed", 250))
    marked = "SELECT DISTINCT customer_id / 3 AS block FROM dirty_customer ORDER BY 1"
    blocks = [row["block"] for row in await writing.fetch(marked)]
    assert len(blocks) > 8
    async with writing.acquire() as connection, connection.transaction():
        held = blocks[0], blocks[2]
        for block in held:
            await connection.fetchval("SELECT pg_advisory_xact_lock($1, $2::int)", cases.BLOCK_LOCKS, block)
        assert 0 < await cases.refresh_cases(writing) <= 3 * 3
        left = [row["block"] for row in await writing.fetch(marked)]
        assert [block for block in left if block <= blocks[3]] == list(held)
        while await cases.refresh_cases(writing):
            pass
        assert [row["block"] for row in await writing.fetch(marked)] == list(held)
    await refresh(writing, workers=3)
    assert await marks(writing) == 0
    assert await check_figures(writing) == ([], 0)


@pytest.mark.parametrize("workers", [1, 6])
async def test_the_command_refreshes_on_as_many_connections_as_the_settings_say(
    empty: str, writing: Pool, workers: int
):
    await load(writing, make(32, "paris", 40))
    async with writing.acquire() as connection:
        await connection.execute(
            "INSERT INTO dirty_day (site_id, day) SELECT 1, DATE '2000-01-01' + n * 31 FROM generate_series(1, 10) AS n"
        )
        async with connection.transaction():
            # Each worker stops at the first rollup that it would recompute.
            await connection.execute("LOCK TABLE rollup.contact_day_full IN SHARE MODE")
            settings = Settings(database_url=empty, refresh_workers=workers)
            working = asyncio.create_task(command.work(settings, once=True))
            seen = 0
            async with asyncio.timeout(15):
                while seen < workers:
                    await asyncio.sleep(0.02)
                    seen = await connection.fetchval(STOPPED)
            await asyncio.sleep(0.2)
            assert await connection.fetchval(STOPPED) == workers
    await working
    assert await marks(writing) == 0


async def test_a_worker_that_waited_too_long_tries_again(empty: str, writing: Pool, caplog: pytest.LogCaptureFixture):
    caplog.set_level("INFO", logger="cadran.worker")
    await load(writing, make(34, "paris", 40))
    settings = Settings(database_url=empty, lock_timeout_seconds=0.05, worker_poll_seconds=0.01)
    async with writing.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE rollup.contact_day_full IN SHARE MODE")
        working = asyncio.create_task(command.work(settings, once=False))
        await until(lambda: f"process {connection.get_server_pid()} of the server" in caplog.text)
    await until(lambda: "recomputed" in caplog.text)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    # The worker's own locks of jobs delay nobody, so the message does not blame them.
    assert "cadran worker (process" not in caplog.text
    assert await marks(writing) == 0
    assert await check_figures(writing) == ([], 0)


@pytest.mark.parametrize(("table", "workers"), [("contact_month", 1), ("leg_day", 2), ("case_month", 1)])
async def test_a_unit_that_fails_keeps_its_marks(writing: Pool, table: str, workers: int):
    """Check that a failing refresh, like a crash, changes nothing of its unit."""
    await load(writing, make(33, "kolkata", 60))
    await refresh(writing)
    async with writing.acquire() as connection:
        await connection.execute("INSERT INTO dirty_day (site_id, day) SELECT DISTINCT site_id, day FROM contact")
        await connection.execute(f"ALTER TABLE rollup.{table} ADD CONSTRAINT impossible CHECK (site_id < 0) NOT VALID")
    before = await marks(writing)
    with pytest.raises(Exception, match="impossible"):
        await refresh(writing, workers=workers)
    assert 0 < await marks(writing) <= before
    async with writing.acquire() as connection:
        await connection.execute(f"ALTER TABLE rollup.{table} DROP CONSTRAINT impossible")
    await refresh(writing)
    assert await check_figures(writing) == ([], 0)


async def test_no_more_parts_run_at_once_than_there_are_workers() -> None:
    """Check this, because each part takes a connection: with more parts than connections, some would be refused."""
    for workers in (1, 2, 5):
        running, most = 0, 0

        async def part() -> None:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

        await share_work(workers, [part] * 4)
        assert most == min(workers, 4)
