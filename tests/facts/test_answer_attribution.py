"""Contacts that agents answer while logged in count at the time of the answer and at the agent's own site."""

from __future__ import annotations

from itertools import pairwise

from cadran.facts.check import check_figures
from cadran.facts.refresh.reconcile import reconcile
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.facts.samples import contact, put

TAKEN = """
SELECT t.day::text AS day, t.quarter, t.offered_day::text AS offered_day, s.code AS site, t.taken
FROM rollup.taken_quarter AS t
JOIN site AS s USING (site_id)
ORDER BY t.bucket
"""


async def taken(pool: Pool) -> list[tuple[object, ...]]:
    await refresh(pool)
    return [tuple(row) for row in await pool.fetch(TAKEN)]


async def begin(pool: Pool) -> None:
    """Log in Ann, Bob and Ira at Pau for three days."""
    async with pool.acquire() as connection:
        await reconcile(connection)
    days = [f"2015-12-0{number}T00:00:00+01:00" for number in (1, 2, 3, 4)]
    states: list[dict[str, str | None]] = [
        {"agent": agent, "site": "PAU", "state": "available", "started_at": since, "ended_at": until}
        for agent in ("Ann", "Bob", "Ira")
        for since, until in pairwise(days)
    ]
    await put(pool, *states, kind="states")
    await refresh(pool)


async def versions(pool: Pool) -> set[tuple[str, int]]:
    rows = await pool.fetch("SELECT day::text AS day, version FROM day_version")
    return {(row["day"], row["version"]) for row in rows}


async def test_a_contact_of_last_night_answered_this_morning(pool: Pool) -> None:
    await begin(pool)
    late = contact(agent="Ann", offered_at="2015-12-01T23:50:00+01:00", answered_at="2015-12-02T08:31:00+01:00")
    before = await versions(pool)
    await put(pool, late)
    assert await taken(pool) == [("2015-12-02", 34, "2015-12-01", "PAU", 1)]
    # Both days get a new version, although the load marked only the first one.
    told = await versions(pool)
    assert {day for day, _ in told - before} == {"2015-12-01", "2015-12-02"}
    await put(pool, late | {"answered_at": "2015-12-03T08:31:00+01:00"})
    assert [row[0] for row in await taken(pool)] == ["2015-12-03"]
    assert {day for day, _ in await versions(pool) - told} == {"2015-12-01", "2015-12-02", "2015-12-03"}
    assert await check_figures(pool) == ([], 0)


async def test_a_leg_begins_when_it_says_else_when_its_contact_was_answered(pool: Pool) -> None:
    await begin(pool)
    await put(pool, contact(offered_at="2015-12-01T10:00:00+01:00", answered_at="2015-12-01T10:20:00+01:00"))
    legs: list[dict[str, str | None]] = [
        {"contact": "1", "leg": "1", "agent": "Ann", "talk": "20"},
        {"contact": "1", "leg": "2", "agent": "Bob", "talk": "20", "started_at": "2015-12-01T11:00:00+01:00"},
        {"contact": "1", "leg": "3", "talk": "20", "started_at": "2015-12-01T12:00:00+01:00"},
    ]
    await put(pool, *legs, kind="legs")
    # The third leg has no agent, so it counts for nobody.
    assert [row[1] for row in await taken(pool)] == [41, 44]


async def test_an_agents_site_in_another_zone_has_a_day_of_its_own(pool: Pool) -> None:
    await begin(pool)
    await put(pool, {"site": "BLR", "zone": "Asia/Kolkata"}, kind="sites")
    await put(pool, {"team": "East", "site": "BLR"}, kind="teams")
    await put(pool, contact(agent="Ira", team="East", answered_at="2015-12-01T23:00:00+01:00"))
    assert await taken(pool) == [("2015-12-02", 14, "2015-12-01", "BLR", 1)]
    await put(pool, {"site": "BLR", "zone": "America/New_York"}, kind="sites")
    assert await taken(pool) == [("2015-12-01", 68, "2015-12-01", "BLR", 1)]
