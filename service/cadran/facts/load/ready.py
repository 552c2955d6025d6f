"""Rows that are about to be stored: the steps from `ready_<table>` to the table, which are the same for every kind.

A load fills `ready_<table>` from a file, a correction of contacts with the rows that follow them, and a deletion with
the rows to delete. From there on, all take the same steps, in the caller's transaction. The caller holds the locks.
"""

from collections.abc import Sequence
from typing import Any, Final, Self

import asyncpg

from cadran import sqlfiles
from cadran.facts import sql
from cadran.facts.load.effects import EFFECTS, NONE, Effects
from cadran.facts.load.session import Connection, make_months
from cadran.facts.load.summary import LoadSummary
from cadran.facts.oddities import compose_loaded_count
from cadran.facts.refresh import agent_time
from cadran.facts.schema.fact import INHERIT, REZONED, UNCHANGED, StagedFact
from cadran.facts.schema.facts import FACTS, list_followers
from cadran.facts.schema.schema import list_staged_columns
from cadran.quoting import quote_identifier
from cadran.store.command_tag import count_touched

#: The columns of a contact that a row which follows the contact repeats, if its table has them.
INHERITED: Final = frozenset(
    ["customer_id", "site_id", "segment_id", "channel_id", "moment_id", "reason_id", "outbound", "outcome_id", "wait"]
)


class ReadyRows:
    """The tables `stage_<table>` and `ready_<table>` of one kind on one connection."""

    def __init__(self, connection: Connection, fact: StagedFact, names: dict[str, str]) -> None:
        self._connection = connection
        self._fact = fact
        self._names = names
        self._effects = EFFECTS.get(fact.kind, NONE)
        self._following: list[ReadyRows] | None = None

    @classmethod
    async def make(cls, connection: Connection, fact: StagedFact) -> Self:
        """Make the tables, empty."""
        made = cls(connection, fact, await _names(connection, fact))
        await made.run("facts/staged.sql:stage")
        await made.run("facts/staged.sql:truncate")
        return made

    async def run(self, name: str, *arguments: Any) -> int:
        """Run one statement with the names of the kind. Return the number of rows that it touched."""
        return count_touched(await self._connection.execute(self._text(name), *arguments))

    async def fetch(self, name: str, *arguments: Any) -> list[asyncpg.Record]:
        """Run one statement with the names of the kind. Return its rows."""
        return await self._connection.fetch(self._text(name), *arguments)

    async def store(self, *, rows: int, replaced: int, following: bool = False) -> LoadSummary:
        """Store the new and changed ones of so many rows, and update the rows that follow them. The rows that replace
        others must be flagged (`staged.sql:placed`).

        Rows that are stored because they are ``following`` changed contacts have no further effects: the contacts'
        own effects cover what depends on both."""
        fact, effects = self._fact, NONE if following else self._effects
        for statement in fact.complete or ((INHERIT,) if fact.follows else ()):
            await self.run(statement)
        if fact.follows:
            await self.run("facts/staged.sql:date")
        if replaced:
            await self.run(UNCHANGED)
        (counts,) = await self.fetch("facts/staged.sql:counts")
        summary = LoadSummary(loaded=counts["loaded"], replaced=counts["replaced"])
        summary.unchanged = rows - summary.loaded - summary.replaced
        summary.months = {month.isoformat() for month in counts["months"]}
        if summary.loaded or summary.replaced:
            summary.marks = await self._mark(effects)
            if fact.partitions:
                await make_months(self._connection, fact.partitions, counts["months"])
            await self._write(replaced=counts["rewritten"])
            summary.marks += await effects.after(self._connection)
            for follower, number in [] if following else await self._followers():
                summary.marks += (await follower.store(rows=number, replaced=number, following=True)).marks
            summary.marks += await effects.last(self._connection)
            if count_odd := compose_loaded_count(fact.kind):
                summary.odd = await self._connection.fetchval(count_odd)
        return summary

    async def delete(self, *, following: bool = False) -> tuple[int, int]:
        """Delete the rows, which are copied from the table, and the rows that follow them. Return the number of marks,
        and the number of rows."""
        marks = await self._mark(NONE if following else self._effects)
        for follower, _ in [] if following else await self._followers():
            marks += (await follower.delete(following=True))[0]
        removed = await self.run("facts/staged.sql:remove")
        if self._fact.place:
            await self.run("facts/staged.sql:remove_places")
        return marks, removed

    async def _mark(self, effects: Effects) -> int:
        before = effects.before
        return await before(self._connection) if before else await self.run(self._fact.marks)

    async def _write(self, *, replaced: int) -> None:
        if replaced:
            await self.run("facts/staged.sql:remove")
        if replaced and self._fact.place:
            await self.run("facts/staged.sql:move_places")
        if self._fact.place:
            await self.run("facts/staged.sql:store_places")
        await self.run("facts/staged.sql:store")

    async def _followers(self) -> list[tuple["ReadyRows", int]]:
        """Return the rows that follow the changed contacts, as far as there are any, with their number."""
        facts = list_followers(self._fact.kind)
        if not facts or not await self._connection.fetchval("SELECT EXISTS (SELECT FROM changed_contact)"):
            return []
        if self._following is None:
            self._following = [await ReadyRows.make(self._connection, fact) for fact in facts]
        found = []
        for each in self._following:
            await each.run("facts/staged.sql:truncate")
            if number := await each.run("facts/staged.sql:followers"):
                found.append((each, number))
        return found

    def _text(self, name: str) -> str:
        return sqlfiles.read(name).format_map(self._names)


async def lock(connection: Connection, fact: StagedFact) -> None:
    """Lock out other loads and deletions of this kind until the end of the transaction."""
    await sql.fetch_rows(connection, "facts/staged.sql:lock", fact.lock or fact.table)


async def hold(connection: Connection, facts: Sequence[StagedFact]) -> None:
    """Lock out loads of kinds that follow contacts until the end of the transaction, because contacts are about to
    change."""
    for fact in facts:
        await sql.fetch_rows(connection, "facts/staged.sql:hold", fact.lock or fact.table)


async def rezone(connection: Connection, sites: list[str]) -> int:
    """Move the facts of these sites to the days and quarter-hours of the sites' present zones. Return the number of
    marks."""
    marks = 0
    for fact in FACTS.values():
        names = await _names(connection, fact)
        if fact.rezoned and fact.partitions:
            months = await connection.fetch(_filled("facts/staged.sql:rezone_months", names), sites)
            await make_months(connection, fact.partitions, [row["month"] for row in months])
        marks += await _rezone(connection, fact.rezoned, names, sites)
        if fact.rezoned and fact.place:
            await connection.execute(_filled("facts/staged.sql:rezone_places", names), sites)
    for table, instant in agent_time.FOLLOWING:
        names = {"table": table, "instant": instant, "change": "everything"}
        marks += await _rezone(connection, REZONED, names, sites)
    return marks


async def _rezone(connection: Connection, steps: Sequence[str], names: dict[str, str], sites: list[str]) -> int:
    """Run the steps. Return the number of marks, which the first one makes."""
    touched = [count_touched(await connection.execute(_filled(step, names), sites)) for step in steps]
    return touched[0] if touched else 0


def _filled(name: str, names: dict[str, str]) -> str:
    return sqlfiles.read(name).format_map(names)


async def _names(connection: Connection, fact: StagedFact) -> dict[str, str]:
    """Return the names that the shared statements need: the kind's table, its columns in several spellings, its keys,
    and where a stored row is found."""
    stored = await _columns(connection, fact.table)
    place = await _columns(connection, fact.place or fact.table)
    # The key of a table with places has the customer and the day too, which may change. A row names those stored.
    moving = {"customer_id": "bigint", "day": "date"} if fact.place else {}
    moved = [name for name in place if name not in fact.keys]
    working = {f"old_{name}": kind for name, kind in moving.items()} | dict(fact.working)
    return {
        "table": fact.table,
        "place": fact.place or fact.table,
        "instant": fact.instant,
        "day": fact.day,
        "change": fact.change,
        "id": fact.keys[-1],
        "keys": ", ".join(fact.keys),
        "columns": ", ".join(stored),
        "places": ", ".join(place),
        "staged": ", ".join(f"{quote_identifier(name)} text" for name in list_staged_columns(fact.kind)),
        "values": ", ".join(f"('{name}', s.{name}, r.{column})" for name, column in fact.values.items()),
        "working": "".join(f", NULL::{kind} AS {name}" for name, kind in working.items()),
        "ready": ", ".join(f"r.{name}" for name in stored),
        "stored": ", ".join(f"s.{name}" for name in stored),
        "old": "".join(f", old_{name}" for name in moving),
        "stored_old": "".join(f", s.{name}" for name in moving),
        "placed": "".join(f", old_{name} = p.{name}" for name in moving),
        "moved": ", ".join(f"{name} = r.{name}" for name in moved),
        "place_then": ", ".join(f"r.old_{name}" if name in moving else f"p.{name}" for name in moved),
        "place_now": ", ".join(f"r.{name}" for name in moved),
        "inherited": ", ".join(f"{name} = c.{name}" for name in stored if name in INHERITED),
        "ready_key": " AND ".join(f"p.{name} = r.{name}" for name in fact.keys),
        "place_key": " AND ".join(f"p.{name} = s.{name}" for name in fact.keys),
        "at_place": " AND ".join(f"s.{name} = p.{name}" for name in (*fact.keys, *moving)),
        "same": " AND ".join(
            [*(f"s.{name} = r.{name}" for name in fact.keys), *(f"s.{name} = r.old_{name}" for name in moving)]
        ),
    }


async def _columns(connection: Connection, table: str) -> list[str]:
    return [row["name"] for row in await connection.fetch(sqlfiles.read("facts/staged.sql:columns"), table)]
