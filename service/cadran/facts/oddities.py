"""Contradictions in a row that are odd, but not impossible: the rows are loaded, counted and listed.

`declared_oddities` declares each contradiction. `find_oddities` counts the stored rows and returns examples (`cadran
check --oddities`), `compose_loaded_count` gives the loader a statement that counts those of a batch, and
`docs/loading.md` shows the table.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cadran import sqlfiles
from cadran.facts.declared_oddities import KINDS, ODDITIES, Oddity
from cadran.facts.schema.facts import FACTS
from cadran.store.pool import Connection, Pool


@dataclass(frozen=True, slots=True)
class FoundOddity:
    """An oddity of the stored rows: how many rows have it, and examples (source, id, contradicting values)."""

    oddity: Oddity
    count: int
    examples: list[tuple[str, str, dict[str, Any]]]


async def find_oddities(
    pool: Pool, *, examples_max: int, on_progress: Callable[[str], None] = lambda _: None
) -> list[FoundOddity]:
    """Return the oddities that stored rows have, in the order of their declaration. Read each kind once to count, and
    once for each oddity found. Rows stay in PostgreSQL, so memory does not grow with them."""
    found: list[FoundOddity] = []
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute("SET LOCAL TimeZone = 'UTC'")
        for kind in KINDS:
            on_progress(kind)
            found += await _of_kind(connection, kind, examples_max)
    return found


async def _of_kind(connection: Connection, kind: str, examples_max: int) -> list[FoundOddity]:
    declared = [each for each in ODDITIES if each.kind == kind]
    counts = ", ".join(f"count(*) FILTER (WHERE {each.condition})" for each in declared)
    rows = f"{KINDS[kind].rows} AS f {KINDS[kind].joins}"
    (counted,) = await connection.fetch(sqlfiles.read("facts/oddities.sql:count").format(counts=counts, rows=rows))
    found = []
    for oddity, count in zip(declared, counted, strict=True):
        if count:
            values = ", ".join(f"'{name}', {column}" for name, column in oddity.values.items())
            names = {
                "id": KINDS[kind].id,
                "source": KINDS[kind].source,
                "instant": FACTS[kind].instant,
                "condition": oddity.condition,
            }
            statement = sqlfiles.read("facts/oddities.sql:examples").format(rows=rows, values=values, **names)
            examples = await connection.fetch(statement, examples_max)
            listed = [(row["source"], row["id"], json.loads(row["values"], parse_float=str)) for row in examples]
            found.append(FoundOddity(oddity, count, listed))
    return found


def compose_loaded_count(kind: str) -> str | None:
    """Return the statement that counts the odd rows of a batch in `ready_<table>`, once the batch is stored. None: no
    oddity of the kind can be tested on a batch."""
    conditions = [each.condition for each in ODDITIES if each.kind == kind and each.at_load]
    if not conditions:
        return None
    joins = KINDS[kind].joins if KINDS[kind].loaded_joins is None else KINDS[kind].loaded_joins
    rows = f"ready_{FACTS[kind].table} AS f {joins}"
    any_of = " OR ".join(f"({condition})" for condition in conditions)
    return sqlfiles.read("facts/oddities.sql:loaded").format(rows=rows, any=any_of)


def write_oddities() -> str:
    """Return the oddities as a Markdown table."""
    rows = ["| Code | Rows | What is odd |", "| --- | --- | --- |"]
    rows += [f"| `{each.code}` | `{each.kind}` | {each.about} |" for each in ODDITIES]
    return "\n".join(rows) + "\n"
