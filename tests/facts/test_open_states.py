"""Agent states without an end: how long they last, and what a later load, another cap and an upgrade change of it."""

from __future__ import annotations

from collections.abc import Iterator

import asyncpg
import pytest

from cadran.facts.check import check_figures
from cadran.facts.refresh.agent_time import store_open_state_max
from cadran.facts.refresh.reconcile import reconcile
from cadran.facts.refresh.refresh import refresh
from cadran.store import migrate as migrations
from cadran.store.pool import Pool, open_pool
from tests.databases import Server
from tests.facts.samples import forget_marks, marks, put
from tests.facts.test_agent_time import Row, at, plan, state, totals

HOUR = 3600


def open_state(doing: str, started: str, **given: str | None) -> Row:
    """Return a state of Ann in Pau without an end."""
    return state(doing, started, started) | {"ended_at": None} | given


def reached(clock: str, **given: str | None) -> Row:
    """Return a state of another agent that moves the horizon of the source to this time."""
    return state("offline", "07:00:00", clock, agent="Zoe") | given


@pytest.fixture
def blank(server: Server) -> Iterator[str]:
    """Yield the URL of an empty database."""
    with server.clone("template0") as url:
        yield url


async def check(pool: Pool) -> None:
    """Check that everything derived is as if computed anew."""
    await refresh(pool)
    assert await check_figures(pool) == ([], 0)


async def test_it_lasts_until_the_next_state(pool: Pool) -> None:
    await put(
        pool,
        open_state("available", "09:00:00"),
        open_state("on_contact", "09:10:00"),
        reached("09:30:00"),
        kind="states",
    )
    assert await totals(pool) == {"idle": 600, "oc": 1200, "login": 1800}
    await put(pool, open_state("offline", "09:20:00", source="wfm"), kind="states")
    assert await totals(pool) == {"idle": 600, "oc": 600, "login": 1200}
    await check(pool)


async def test_it_lasts_up_to_the_horizon_of_its_source(pool: Pool) -> None:
    await put(pool, open_state("available", "09:00:00"), kind="states")
    assert await totals(pool) == {}
    await put(pool, reached("11:00:00", source="wfm"), kind="states")
    assert await totals(pool) == {}
    await forget_marks(pool)
    await put(pool, open_state("available", "10:00:00", agent="Bob", site="LIL"), kind="states", zone="Europe/Paris")
    assert await totals(pool) == {"idle": HOUR, "login": HOUR}
    assert ("PAU", "2015-12-01") in await marks(pool)
    await check(pool)


@pytest.mark.parametrize(("clock", "hours"), [("08:59:59", 86_399), ("09:00:00", 86_400), ("09:00:01", 86_400)])
async def test_it_lasts_for_a_day_at_most(pool: Pool, clock: str, hours: int) -> None:
    await put(pool, open_state("available", "09:00:00"), kind="states")
    await put(pool, reached("", started_at=at(clock, "2015-12-02"), ended_at=at(clock, "2015-12-02")), kind="states")
    assert await totals(pool) == {"idle": hours, "login": hours}
    await check(pool)


async def test_a_later_file_gives_the_end(pool: Pool) -> None:
    await put(pool, open_state("available", "09:00:00"), reached("12:00:00"), kind="states")
    assert await totals(pool) == {"idle": 3 * HOUR, "login": 3 * HOUR}
    await put(pool, state("available", "09:00:00", "10:00:00"), kind="states")
    assert await totals(pool) == {"idle": HOUR, "login": HOUR}
    await put(pool, open_state("available", "09:00:00"), kind="states")
    assert await totals(pool) == {"idle": 3 * HOUR, "login": 3 * HOUR}
    await check(pool)


async def test_a_withdrawn_state_is_no_next_state(pool: Pool) -> None:
    rows = [open_state("available", "09:00:00"), open_state("break", "10:00:00"), reached("12:00:00")]
    await put(pool, *rows, kind="states")
    assert await totals(pool) == {"idle": HOUR, "login": 3 * HOUR}
    await put(pool, state("break", "10:00:00", "10:00:00"), kind="states")
    assert await totals(pool) == {"idle": 3 * HOUR, "login": 3 * HOUR}
    await check(pool)


async def test_a_state_that_cuts_another_off_marks_its_day_where_the_time_stays_as_it_is(pool: Pool) -> None:
    await put(pool, open_state("on_contact", "09:00:00"), reached("10:00:00"), kind="states")
    await forget_marks(pool)
    await put(pool, state("acw", "09:30:00", "10:00:00"), kind="states")
    assert await totals(pool) == {"oc": HOUR, "login": HOUR}
    assert await marks(pool) == {("PAU", "2015-12-01")}


async def test_plans_count_up_to_the_last_state_that_began(pool: Pool) -> None:
    await put(pool, plan("work", "09:00:00", "12:00:00"), kind="schedules")
    await put(pool, open_state("available", "09:00:00"), open_state("offline", "11:00:00"), kind="states")
    assert await totals(pool) == {
        "idle": 2 * HOUR, "login": 2 * HOUR, "planned": 2 * HOUR, "adherent": 2 * HOUR, "rostered": 2 * HOUR
    }  # fmt: skip
    assert await pool.fetch("SELECT FROM planned_shift") == []
    await put(pool, open_state("available", "12:00:00", agent="Bob"), kind="states")
    (shift,) = await pool.fetch("SELECT late, early FROM planned_shift")
    assert tuple(shift) == (0, HOUR)
    await check(pool)


async def test_another_cap_applies_with_the_next_refresh(pool: Pool) -> None:
    await put(pool, open_state("available", "09:00:00"), reached("14:00:00"), kind="states")
    await refresh(pool)
    for hours, counted in ((2, 2), (4, 4), (24, 5)):
        async with pool.acquire() as connection, connection.transaction():
            assert await store_open_state_max(connection, hours)
            assert not await store_open_state_max(connection, hours)
        differing, waiting = await check_figures(pool)
        assert (differing, waiting > 0) == ([], True)
        await check(pool)
        assert await totals(pool) == {"idle": counted * HOUR, "login": counted * HOUR}
        days = await pool.fetch("SELECT login FROM rollup.agent_time_day WHERE login > 0")
        assert [row["login"] for row in days] == [counted * HOUR]


#: A database as an earlier version left it: a state without an end, a later state of another agent, and a plan that the
#: states had not reached.
EARLIER = """
INSERT INTO site (site_id, code, zone) VALUES (1, 'PAU', 'Europe/Paris');
INSERT INTO source (source_id, code) VALUES (1, 'acd');
INSERT INTO agent (agent_id, code) VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO agent_state (source_id, agent_id, state, started_at, ended_at, site_id, day, quarter) VALUES
  (1, 1, 'on_contact', '2015-12-01 09:00+01', NULL, 1, '2015-12-01', 36),
  (1, 1, 'available', '2015-12-01 10:00+01', NULL, 1, '2015-12-01', 40),
  (1, 2, 'available', '2015-12-01 12:00+01', NULL, 1, '2015-12-01', 48);
INSERT INTO agent_schedule (source_id, agent_id, activity, starts_at, ends_at, site_id, day, quarter) VALUES
  (1, 1, 'work', '2015-12-01 09:00+01', '2015-12-01 11:00+01', 1, '2015-12-01', 36);
INSERT INTO agent_time_horizon (site_id, horizon, seen) VALUES (1, '-infinity', '2015-12-01 12:00+01');
"""


async def test_an_upgrade_and_a_refresh_count_the_states_that_are_stored(
    blank: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = [each for each in migrations.list_migrations() if each.name < "0038"]
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "list_migrations", lambda: earlier)
        await migrations.migrate(blank)
    connection = await asyncpg.connect(blank)
    try:
        await connection.execute(EARLIER)
    finally:
        await connection.close()

    async def rollups(connection: asyncpg.Connection) -> None:
        await reconcile(connection)  # type: ignore[arg-type]  # a plain connection suffices

    assert "0038_open_states.sql" in await migrations.migrate(blank, then=[rollups])
    pool = await open_pool(blank, size_min=0, size_max=2, acquire_timeout_seconds=5.0, statement_timeout_seconds=None)
    try:
        differing, waiting = await check_figures(pool)
        assert (differing, waiting > 0) == ([], True)
        await check(pool)
        assert await totals(pool) == {
            "oc": HOUR, "idle": 2 * HOUR, "login": 3 * HOUR,
            "planned": 2 * HOUR, "adherent": 2 * HOUR, "rostered": 2 * HOUR,
        }  # fmt: skip
        assert len(await pool.fetch("SELECT FROM worked_shift")) == 1
        assert len(await pool.fetch("SELECT FROM planned_shift")) == 1
    finally:
        await pool.close()
