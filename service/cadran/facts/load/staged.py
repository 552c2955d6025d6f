"""The loader of facts with one table each: a batch is staged as text, read and checked in SQL, and stored by its key.

The loader takes records of a kind in `FACTS` inside an open transaction, and returns the counts and the refused rows. A
kind declares its table, and the statement ``read`` that fills `ready_<table>`. This table has the columns of the kind's
table and four more: the line, the reason of a refusal, whether the local time occurs twice, and the unknown codes
(`agent:JDOE`). All other statements are the same for every kind. They are in `sql/facts/staged.sql`, and the loader
fills in the declared table and columns.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, get_args, get_origin

import asyncpg
from pydantic import AwareDatetime

from cadran import sqlfiles
from cadran.errors import LoadRefused
from cadran.facts import sql
from cadran.facts.files.rows import Record
from cadran.facts.load import new_members
from cadran.facts.load.session import Connection, RefusedRow, lock_sites, notify_directory
from cadran.facts.load.summary import LoadSummary
from cadran.facts.refresh import agent_time
from cadran.facts.schema.schema import KINDS, list_columns
from cadran.quoting import quote_identifier
from cadran.store.command_tag import count_touched

#: The statements that mark the days which facts leave and enter when their site gets another zone, and that move the
#: facts.
REZONED: Final = ("facts/staged.sql:rezone_mark", "facts/staged.sql:rezone")


@dataclass(frozen=True, slots=True)
class StagedFact:
    """A kind of fact with one table, whose rows are identified by ``keys``.

    ``instant`` is the column whose day and quarter-hour in the site's local time are stored as ``day`` and ``quarter``.
    ``marks`` names the statement that marks the days which a batch changes; it runs before anything is stored. If other
    tables derive from this one, ``before`` runs instead of ``marks``, and ``after`` runs once the rows are stored. Both
    return the number of marks.
    """

    kind: str
    table: str
    keys: tuple[str, ...]
    instant: str
    read: str
    marks: str = "facts/staged.sql:mark_days"
    rezoned: tuple[str, ...] = REZONED
    day: str = "r.day"
    lock: str = ""
    before: Callable[[Connection], Awaitable[int]] | None = None
    after: Callable[[Connection], Awaitable[int]] | None = None


#: The kinds that this loader loads.
_ALL: Final[tuple[StagedFact, ...]] = (
    StagedFact(
        "goodwill",
        "goodwill",
        ("source_id", "goodwill_id"),
        "given_at",
        "facts/goodwill/read.sql",
        marks="facts/goodwill/mark_days.sql",
    ),
    StagedFact(
        "callbacks",
        "callback",
        ("source_id", "callback_id"),
        "promised_at",
        "facts/callback/read.sql",
        marks="facts/callback/mark_days.sql",
        rezoned=(*REZONED, "facts/callback.sql:rezone_mark_customers"),
    ),
    # The refresh works out the effects of cases and reopenings, case by case.
    StagedFact(
        "cases",
        "given_case",
        ("source_id", "case_id"),
        "opened_at",
        "facts/given_case/read.sql",
        marks="facts/given_case.sql:mark",
        rezoned=("facts/given_case.sql:mark_rezoned",),
        day="(r.opened_at AT TIME ZONE 'UTC')",
        lock="given_case",
    ),
    StagedFact(
        "reopenings",
        "case_reopening",
        ("source_id", "case_id", "number"),
        "reopened_at",
        "facts/case_reopening/read.sql",
        marks="facts/case_reopening/mark.sql",
        rezoned=(),
        day="(r.reopened_at AT TIME ZONE 'UTC')",
        lock="given_case",
    ),
    StagedFact(
        "states",
        "agent_state",
        ("agent_id", "started_at", "state", "source_id"),
        "started_at",
        "facts/agent_state/read.sql",
        before=agent_time.note_states,
        after=agent_time.after,
    ),
    StagedFact(
        "schedules",
        "agent_schedule",
        ("agent_id", "starts_at", "source_id"),
        "starts_at",
        "facts/agent_schedule/read.sql",
        before=agent_time.note_schedules,
        after=agent_time.after,
    ),
)
FACTS: Final[Mapping[str, StagedFact]] = {fact.kind: fact for fact in _ALL}

#: The PostgreSQL type that a text must be readable as, and the code of the refusal, by the type in the schema.
_TIME, _NUMBER = ("timestamptz", "unreadable_time"), ("numeric", "unreadable_number")
_TYPES: Final[Mapping[object, tuple[str, str]]] = {
    AwareDatetime: _TIME,
    datetime: _TIME,
    date: _TIME,
    bool: ("boolean", "unreadable_flag"),
    Decimal: _NUMBER,
    float: _NUMBER,
    int: _NUMBER,
}


class StagedLoader:
    """The loader of one kind on one connection."""

    def __init__(
        self,
        connection: Connection,
        fact: StagedFact,
        *,
        zone: str | None,
        source: str,
        clock: Callable[[], datetime] | None,
    ) -> None:
        self._connection = connection
        self._fact = fact
        self._zone = zone
        self._source = source
        self._clock = clock
        self._names: dict[str, str] = {}

    async def open(self) -> None:
        """Make the session's tables and functions."""
        await self._prepare()
        await sql.run_script(self._connection, "facts/functions.sql")
        await lock_sites(self._connection)

    async def _prepare(self) -> None:
        self._names = await _names(self._connection, self._fact)
        await self._run("facts/staged.sql:stage")

    async def follow(self, statement: str) -> int:
        """Store the rows that a statement puts into `ready_<table>`, because the contacts that they follow were
        corrected. Return the number of marks. The calling load must lock out loads of this kind."""
        await self._prepare()
        await self._run("facts/staged.sql:truncate")
        if not await sql.run_statement(self._connection, statement):
            return 0
        return (await self._stored()).marks

    async def batch(self, records: Iterable[Record]) -> tuple[LoadSummary, list[RefusedRow]]:
        """Store one batch. The caller commits."""
        await self._run("facts/staged.sql:truncate")
        staged = ["line", *list_columns(self._fact.kind)]
        await self._connection.copy_records_to_table(f"stage_{self._fact.table}", records=records, columns=staged)
        await lock(self._connection, self._fact)
        await self._run("facts/staged.sql:sources", self._source)
        refused = await self._read()
        unknown = [row["unknown"] for row in await self._fetch("facts/staged.sql:unknown")]
        if unknown:
            await new_members.add_from_codes(self._connection, unknown, zone=self._zone)
            await self._run("facts/staged.sql:read_again")
            refused += await self._read()
        refused += [RefusedRow(*row) for row in await self._fetch("facts/staged.sql:refused")]
        summary = await self._stored()
        summary.rejected = len(refused)
        if unknown:
            await notify_directory(self._connection)
        return summary, refused

    async def _stored(self) -> LoadSummary:
        """Store the new and changed rows of `ready_<table>`."""
        summary = LoadSummary(superseded=await self._run("facts/staged.sql:superseded"))
        summary.unchanged = await self._run("facts/staged.sql:unchanged")
        (counts,) = await self._fetch("facts/staged.sql:counts")
        summary.loaded, summary.replaced = counts["loaded"], counts["replaced"]
        summary.ambiguous, summary.months = counts["ambiguous"], {month.isoformat() for month in counts["months"]}
        if summary.loaded or summary.replaced:
            fact, connection = self._fact, self._connection
            summary.marks = await fact.before(connection) if fact.before else await self._run(fact.marks)
            await self._run("facts/staged.sql:remove")
            await self._run("facts/staged.sql:store")
            summary.marks += await fact.after(connection) if fact.after else 0
        return summary

    async def _read(self) -> list[RefusedRow]:
        """Fill `ready_<table>`. Remove the rows with an unreadable text, and return them. PostgreSQL refuses a whole
        statement for one such text, so rows are looked at one by one only after such a failure."""
        now = self._clock() if self._clock else await self._connection.fetchval("SELECT clock_timestamp()")
        arguments = (self._zone, now, self._source)
        try:
            async with self._connection.transaction():
                await sql.run_statement(self._connection, self._fact.read, *arguments)
            return []
        except asyncpg.DataError:
            judged = _judged(self._fact.kind)
            refused = [RefusedRow(*row) for row in await self._fetch("facts/staged.sql:unreadable", *judged)]
        try:
            await sql.run_statement(self._connection, self._fact.read, *arguments)
        except asyncpg.DataError as error:
            raise LoadRefused(
                "A row of the batch cannot be read, and cannot be identified: load the file in parts to find it.",
                internal=str(error),
            ) from error
        return refused

    async def _run(self, name: str, *arguments: Any) -> int:
        return count_touched(await self._connection.execute(self._text(name), *arguments))

    async def _fetch(self, name: str, *arguments: Any) -> list[asyncpg.Record]:
        return await self._connection.fetch(self._text(name), *arguments)

    def _text(self, name: str) -> str:
        return sqlfiles.read(name).format_map(self._names)


async def lock(connection: Connection, fact: StagedFact) -> None:
    """Lock out other loads and deletions of this kind until the end of the transaction."""
    await sql.fetch_rows(connection, "facts/staged.sql:lock", fact.lock or fact.table)


async def delete(connection: Connection, fact: StagedFact, gone: str = "facts/staged.sql:gone") -> tuple[int, int]:
    """Delete the rows whose ids are in `named_row`, or those that the statement ``gone`` finds. The caller must hold
    `lock`, or another lock against loads of this kind. Return the number of marks, and the number of rows."""
    names = await _names(connection, fact)
    counts = []
    for name in ("facts/staged.sql:stage", "facts/staged.sql:truncate", gone, fact.marks, "facts/staged.sql:remove"):
        status = await connection.execute(sqlfiles.read(name).format_map(names))
        counts.append(count_touched(status))
    return counts[-2], counts[-1]


async def rezone(connection: Connection, sites: list[str]) -> int:
    """Move the facts of these sites to the days and quarter-hours of the sites' present zones. Return the number of
    marks."""
    marks = 0
    following = [(table, instant, REZONED) for table, instant in agent_time.FOLLOWING]
    for table, instant, steps in (*((fact.table, fact.instant, fact.rezoned) for fact in FACTS.values()), *following):
        names = {"table": table, "instant": instant}
        for step in steps:
            statement = sqlfiles.read(step).format_map(names)
            status = await connection.execute(statement, sites)
            marks += count_touched(status) if step == steps[0] else 0
    return marks


async def _names(connection: Connection, fact: StagedFact) -> dict[str, str]:
    """Return the names that the shared statements need: the kind's table, its columns in several spellings, and its
    key."""
    stored = [
        quote_identifier(row["name"])
        for row in await connection.fetch(sqlfiles.read("facts/staged.sql:columns"), fact.table)
    ]
    return {
        "table": fact.table,
        "staged": ", ".join(f"{quote_identifier(name)} text" for name in list_columns(fact.kind)),
        "columns": ", ".join(stored),
        "ready": ", ".join(f"r.{name}" for name in stored),
        "keys": ", ".join(fact.keys),
        "id": fact.keys[-1],
        "same": " AND ".join(f"s.{name} = r.{name}" for name in fact.keys),
        "instant": fact.instant,
        "day": fact.day,
    }


def _judged(kind: str) -> tuple[list[str], list[str], list[str]]:
    """Return the columns of a kind that must be readable: their names, PostgreSQL types, and refusal codes."""
    found = [(name, *read) for name, field in KINDS[kind].model_fields.items() if (read := _readable(field.annotation))]
    return [each[0] for each in found], [each[1] for each in found], [each[2] for each in found]


def _readable(annotation: Any) -> tuple[str, str] | None:
    """Return the type that a text must be readable as, and the refusal code. Return None for texts."""
    if annotation in _TYPES:
        return _TYPES[annotation]
    inner = get_args(annotation)[:1] if get_origin(annotation) is Annotated else get_args(annotation)
    return next((found for each in inner if not isinstance(each, str) and (found := _readable(each))), None)
