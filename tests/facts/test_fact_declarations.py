"""The declarations of facts: every kind of fact has what the staged loader, deletions and corrections need.

The tests are the same for every kind, so a new kind is tested as soon as it is declared.
"""

import asyncio
import re
from collections.abc import Iterator

import pytest

from cadran import sqlfiles
from cadran.compiler.refresh.affected_facts import INFLUENCE
from cadran.facts.files.rows import PlainRows, Record
from cadran.facts.load import ready
from cadran.facts.load.reasons import REASONS, Reject
from cadran.facts.schema.fact import REZONED, StagedFact
from cadran.facts.schema.facts import FACTS, list_followers
from cadran.facts.schema.schema import list_required_columns
from cadran.store.pool import Pool
from tests.defaults import load
from tests.facts.samples import contact, put, refused
from tests.polling import done_or_locked

every_kind = pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS.keys())
every_follower = pytest.mark.parametrize("fact", list_followers("contacts"), ids=lambda fact: fact.kind)
#: The codes of refusals in a statement, each as `code` or `code:column`.
CODES = re.compile(r"THEN '([a-z]{2,}(?:_[a-z]+)*)(?::\w+)?'")


async def columns(pool: Pool, table: str) -> set[str]:
    return {row["name"] for row in await pool.fetch(sqlfiles.read("facts/staged.sql:columns"), [table])}


async def keys(pool: Pool, table: str) -> list[str]:
    """Return the columns of a table's primary key."""
    rows = await pool.fetch(
        "SELECT a.attname FROM pg_index AS i"
        " CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, position)"
        " JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number"
        " WHERE i.indrelid = $1::text::regclass AND i.indisprimary ORDER BY k.position",
        [table],
    )
    return [row["attname"] for row in rows]


@every_kind
async def test_the_table_has_what_is_declared(pool: Pool, fact: StagedFact) -> None:
    stored = await columns(pool, fact.table)
    assert {fact.instant, *fact.keys} <= stored
    assert await keys(pool, fact.place or fact.table) == [*fact.keys]
    if fact.place:
        assert await keys(pool, fact.table) == [*fact.keys, "customer_id", "day"]
    if fact.rezoned[:2] == REZONED:
        assert {"site_id", "day", "quarter"} <= stored
    if fact.gone == FACTS["contacts"].gone:
        assert len(fact.keys) == 2, "a row is deleted by its source and its id"
    assert fact.change in INFLUENCE


@every_kind
async def test_every_refusal_has_a_sentence(fact: StagedFact) -> None:
    codes = set(CODES.findall(sqlfiles.read(fact.read)))
    assert codes <= REASONS.keys()
    elsewhere = {"reopening_followed"}
    assert fact.reasons.keys() - elsewhere <= codes, "no check refuses a row for these reasons"


@every_kind
async def test_a_row_without_values_is_refused_by_the_first_one_that_is_missing(pool: Pool, fact: StagedFact) -> None:
    required = list_required_columns(fact.kind)
    (reject,) = await refused(pool, dict.fromkeys(required), kind=fact.kind)
    assert (reject.line, reject.code) == (1, "missing")
    assert reject.reason.split()[0] in required


@every_kind
async def test_what_was_never_loaded_is_deleted_without_effect(pool: Pool, fact: StagedFact) -> None:
    row: dict[str, str | None] = {"kind": fact.kind, "id": "never"}
    if fact.kind == "reopenings":
        row |= {"reopening": "1"}
    summary = await put(pool, row, kind="deletions")
    assert (summary.unchanged, summary.rejected) == ((1, 0) if fact.gone else (0, 1))
    assert summary.deleted == summary.marks == 0


@every_follower
async def test_rows_that_follow_contacts_are_found_by_an_index(pool: Pool, fact: StagedFact) -> None:
    assert {"contact_source_id", "contact_id", "customer_id", "site_id", "day", "quarter"} <= await columns(
        pool, fact.table
    )
    found = await pool.fetch(
        "SELECT FROM pg_index AS i WHERE i.indrelid = $1::text::regclass"
        " AND pg_get_indexdef(i.indexrelid) LIKE '%(contact_source_id, contact_id%'",
        [fact.place or fact.table],
    )
    assert found, "a correction of contacts would read the whole table"


@every_follower
async def test_a_correction_of_contacts_waits_for_a_load_of_rows_that_follow_them(pool: Pool, fact: StagedFact) -> None:
    await put(pool, contact("1"))
    async with pool.acquire() as connection, connection.transaction():
        await ready.lock(connection, fact)
        load = asyncio.create_task(put(pool, contact("1", talk="7")))
        await done_or_locked(pool, load)
        assert not load.done()
    assert (await load).replaced == 1


async def test_refused_rows_that_share_a_line_are_each_reported(pool: Pool) -> None:
    """Check a mapping that gives several rows for a line of its file."""

    class OneLine(PlainRows):
        def records(self) -> Iterator[Record]:
            return ((5, *record[1:]) for record in super().records())

    for fact in FACTS.values():
        rows = [dict.fromkeys(list_required_columns(fact.kind)) for _ in range(2)]
        found: list[Reject] = []
        summary = await load(pool, fact.kind, OneLine(fact.kind, rows), rejects=found.extend)
        assert (summary.rejected, [reject.line for reject in found]) == (2, [5, 5]), fact.kind
