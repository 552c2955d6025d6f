"""Contacts that agents answer count only while the agent is logged in, whether contacts or states are loaded first."""

from __future__ import annotations

import asyncio

import pytest

from cadran.facts import sql
from cadran.facts.check import check_figures
from cadran.facts.refresh import agent_time
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.facts.samples import contact, marks, put
from tests.facts.test_agent_time import Row, at, state

TAKEN = "SELECT coalesce(sum(taken), 0) AS taken FROM rollup.taken_quarter"
#: Contacts that Ann answers at 10:10 on 1 December, recorded in different ways: contact, leg, day of the contact.
TAKEN_AT_TEN: tuple[tuple[Row, Row | None, str], ...] = (
    ({"agent": "Ann", "answered_at": at("10:10:00")}, None, "2015-12-01"),
    ({"agent": "Ann", "offered_at": at("10:10:00")}, None, "2015-12-01"),
    ({"agent": "Ann", "offered_at": at("10:10:00", "2015-11-10"), "answered_at": at("10:10:00")}, None, "2015-11-10"),
    ({}, {"contact": "1", "leg": "1", "agent": "Ann", "started_at": at("10:10:00")}, "2015-12-01"),
    (
        {"offered_at": at("10:10:00", "2015-11-10"), "answered_at": at("10:10:00")},
        {"contact": "1", "leg": "1", "agent": "Ann"},
        "2015-11-10",
    ),
)


@pytest.mark.parametrize(("of_contact", "leg", "day"), TAKEN_AT_TEN)
async def test_a_leg_counts_where_its_agent_was_at_work(pool: Pool, of_contact: Row, leg: Row | None, day: str) -> None:
    async def told() -> tuple[int, list[str]]:
        await refresh(pool)
        (row,) = await pool.fetch(TAKEN)
        return int(row["taken"]), (await check_figures(pool))[0]

    await put(pool, contact() | of_contact)
    if leg:
        await put(pool, leg, kind="legs")
    assert await told() == (0, [])
    before = state("available", "09:00:00", "09:10:00")
    await put(pool, before, kind="states")
    assert await marks(pool) == {("PAU", "2015-12-01")}
    assert await told() == (0, [])
    await put(pool, state("available", "10:20:00", "10:30:00"), kind="states")
    assert await marks(pool) == {("PAU", "2015-12-01"), ("PAU", day)}
    assert await told() == (1, [])
    await put(pool, before | {"ended_at": before["started_at"]}, kind="states")
    assert await marks(pool) == {("PAU", "2015-12-01"), ("PAU", day)}
    assert await told() == (0, [])


async def test_legs_and_the_shifts_they_lie_in_wait_for_each_other(pool: Pool) -> None:
    """Check that the loads wait. Otherwise neither would see the other's rows and mark the leg's day."""
    async with pool.acquire() as other:
        async with other.transaction():
            await agent_time.lock_presence(other)
            await put(pool, contact(agent="Ann"))
            states = asyncio.create_task(put(pool, state("available", "09:00:00", "11:00:00"), kind="states"))
            assert not (await asyncio.wait([states], timeout=0.3))[0]
        await states
        async with other.transaction():
            await sql.fetch_rows(other, "facts/agent_time.sql:hold_legs")
            legs = asyncio.create_task(put(pool, contact("2", agent="Ann")))
            assert not (await asyncio.wait([legs], timeout=0.3))[0]
        await legs
