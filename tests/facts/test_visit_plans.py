"""What a load of visits reads and rewrites: without statistics, on any plan, its work grows with its batch only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from cadran import sqlfiles
from cadran.facts.files.rows import PlainRows
from cadran.facts.load.seen_ids import SeenIds
from cadran.facts.load.session import Connection, batch_transaction
from cadran.facts.load.staged import StagedLoader
from cadran.facts.schema.visit import VISITS
from cadran.store.pool import Pool
from tests.facts.samples import contact, put

CONTACTS = 2_000
#: The statements that change contacts and legs, in the order of a load.
STATEMENTS = ("contacts", "update_contacts", "update_legs")
#: The rows that all nodes of a plan read or return, for each visit of the batch: about four, however many contacts
#: there are. Where each contact is joined to the visits of all contacts, there are thousands.
ROWS_MAX = 20


def visits(start: int, end: int, queue: str = "billing") -> list[dict[str, str | None]]:
    """Return two visits of each contact with these numbers."""
    flows = (("1", "triage", "flowed_out", "10:00:00"), ("2", queue, "answered", "10:00:30"))
    return [
        {
            "contact": str(number), "visit": visit, "queue": entered, "exit": exit_, "wait": "30",
            "entered_at": f"2015-12-01T{clock}+01:00",
        }
        for number in range(start, end)
        for visit, entered, exit_, clock in flows
    ]  # fmt: skip


async def _load_contacts(pool: Pool, day: str = "2015-12-01") -> None:
    offered = f"{day}T10:00:00+01:00"
    rows = (contact(str(number), agent="Ann", offered_at=offered) for number in range(CONTACTS))
    await put(pool, *rows)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    yield from chain.from_iterable(_nodes(each) for each in plan.get("Plans", ()))


def _count_rows(plan: dict[str, Any]) -> float:
    """Return how many rows the nodes of an executed plan read or return together."""
    counts = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter")
    return sum(node.get(name, 0) * node["Actual Loops"] for node in _nodes(plan) for name in counts)


async def _explain(connection: Connection, name: str) -> dict[str, Any]:
    """Return the plan by which a statement runs on the batch in the session's tables."""
    days = await connection.fetchrow(sqlfiles.read("facts/visit.sql:days"))
    assert days is not None
    arguments = tuple(days) if name.startswith("update") else ()
    statement = sqlfiles.read(f"facts/visit.sql:{name}")
    found = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *arguments)
    plan: dict[str, Any] = json.loads(found)[0]["Plan"]
    return plan


#: Settings before the plans are made. The tables of a first load have no statistics. Where PostgreSQL may only nest
#: loops, it reads all rows for each contact, unless an index gives the rows of one contact.
PLANNERS = {
    "no statistics": "SELECT",
    "nested loops": "ANALYZE contact, leg, visit; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off",
}


@pytest.mark.parametrize("planner", PLANNERS)
async def test_no_plan_joins_the_contacts_to_the_visits_of_all(pool: Pool, planner: str) -> None:
    await _load_contacts(pool)
    options: dict[str, Any] = {"zone": None, "source": "default", "clock": None, "seen": SeenIds()}
    rows = visits(0, CONTACTS)
    async with pool.acquire() as connection:
        loader = StagedLoader(connection, VISITS, **options)
        await loader.open()
        async with batch_transaction(connection):
            summary, _ = await loader.batch(PlainRows("visits", rows).records())
            assert summary.loaded == len(rows)
            assert await connection.fetchval("SELECT reltuples FROM pg_class WHERE oid = 'visit'::regclass") == -1
            await connection.execute(PLANNERS[planner])
            # So each statement has rows to change.
            await connection.execute(sqlfiles.read("facts/contact.sql:stage"))
            await connection.execute("UPDATE contact SET queue_id = 0")
            await connection.execute("UPDATE leg SET queue_id = 0")
            read = {name: _count_rows(await _explain(connection, name)) / len(rows) for name in STATEMENTS}
    assert all(1 < each < ROWS_MAX for each in read.values()), read


STORED = """
SELECT c.contact_id, (c.ctid::text::point)[0] AS contact_page, (l.ctid::text::point)[0] AS leg_page
FROM contact AS c
JOIN leg AS l USING (source_id, contact_id, customer_id, day)
WHERE c.day = $1::text::date
ORDER BY 1
"""
VERSIONS = """
SELECT c.xmin::text AS contact, l.xmin::text AS leg
FROM contact AS c
JOIN leg AS l USING (source_id, contact_id, customer_id, day)
ORDER BY c.contact_id
"""


async def test_months_that_are_made_once_there_are_visits_have_room_for_their_updates(pool: Pool) -> None:
    await put(pool, contact("0"))
    await put(pool, *visits(0, 1), kind="visits")
    await _load_contacts(pool, "2015-11-30")
    before = await pool.fetch(STORED, ["2015-11-30"])
    await put(pool, *visits(1, CONTACTS), kind="visits")
    after = await pool.fetch(STORED, ["2015-11-30"])
    assert len(before) == len(after) == CONTACTS
    # A new version on the page of the old one needs no entries in the indexes.
    for column in ("contact_page", "leg_page"):
        stayed = sum(old[column] == new[column] for old, new in zip(before, after, strict=True))
        assert stayed > 0.9 * CONTACTS, (column, stayed)


async def test_visits_that_change_no_queue_rewrite_neither_contacts_nor_legs(pool: Pool) -> None:
    await _load_contacts(pool)
    await put(pool, *visits(0, CONTACTS), kind="visits")
    before = await pool.fetch(VERSIONS)
    left = [{**each, "left_at": "2015-12-01T10:01:00+01:00"} for each in visits(0, CONTACTS)]
    assert (await put(pool, *left, kind="visits")).replaced == 2 * CONTACTS
    assert await pool.fetch(VERSIONS) == before
    await put(pool, *visits(0, 1, queue="tech"), kind="visits")
    after = await pool.fetch(VERSIONS)
    for column in ("contact", "leg"):
        changed = [old[column] != new[column] for old, new in zip(before, after, strict=True)]
        assert changed == [True] + [False] * (CONTACTS - 1)
