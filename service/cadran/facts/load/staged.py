"""Facts of one table each, a batch at a time: what is staged as text, read and checked in SQL, and stored by its key.

Takes records of a kind in `FACTS` inside an open transaction; gives the counts and the refused rows. A kind brings its
table and `sql/facts/<table>/read.sql`, which fills `ready_<table>`: the table's own columns, and beside them the line,
why the row is refused, whether its time is one of two, and the codes (`agent:JDOE`) that nobody knew. All else is the
same for every kind and stands in `sql/facts/staged`, with the table's name and columns put in from the declaration.
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
from cadran.facts.load.session import Connection, Refused, directory_changed, keep_sites
from cadran.facts.load.summary import LoadSummary
from cadran.facts.refresh import agent_time
from cadran.facts.schema.schema import KINDS, columns
from cadran.quoting import quote_identifier
from cadran.store.command_tag import touched

#: Marks the days that facts leave and go to as their site gets another zone, and moves them there.
REZONED: Final = ("staged/rezone_mark", "staged/rezone")


@dataclass(frozen=True, slots=True)
class StagedFact:
    """A kind whose rows lie in one table, found by ``keys``. ``instant`` is the column whose day and quarter in the
    site's own time are stored as ``day`` and ``quarter``. ``marks`` names the statement that marks the days which a
    batch changes, run before anything is stored. Where other tables follow from this one, ``before`` runs in its place,
    and ``after`` once the rows are stored; both give the marks left."""

    kind: str
    table: str
    keys: tuple[str, ...]
    instant: str
    marks: str = "staged/mark_days"
    rezoned: tuple[str, ...] = REZONED
    day: str = "r.day"
    lock: str = ""
    before: Callable[[Connection], Awaitable[int]] | None = None
    after: Callable[[Connection], Awaitable[int]] | None = None


#: The kinds that are loaded this way.
_ALL: Final[tuple[StagedFact, ...]] = (
    StagedFact("goodwill", "goodwill", ("source_id", "goodwill_id"), "given_at", marks="goodwill/mark_days"),
    StagedFact(
        "callbacks",
        "callback",
        ("source_id", "callback_id"),
        "promised_at",
        marks="callback/mark_days",
        rezoned=(*REZONED, "callback/rezone_mark_customers"),
    ),
    # What they change is worked out by the refresh, case by case.
    StagedFact(
        "cases",
        "given_case",
        ("source_id", "case_id"),
        "opened_at",
        marks="given_case/mark",
        rezoned=("given_case/mark_rezoned",),
        day="(r.opened_at AT TIME ZONE 'UTC')",
        lock="given_case",
    ),
    StagedFact(
        "reopenings",
        "case_reopening",
        ("source_id", "case_id", "number"),
        "reopened_at",
        marks="case_reopening/mark",
        rezoned=(),
        day="(r.reopened_at AT TIME ZONE 'UTC')",
        lock="given_case",
    ),
    StagedFact(
        "states",
        "agent_state",
        ("agent_id", "started_at", "state", "source_id"),
        "started_at",
        before=agent_time.before_states,
        after=agent_time.after,
    ),
    StagedFact(
        "schedules",
        "agent_schedule",
        ("agent_id", "starts_at", "source_id"),
        "starts_at",
        before=agent_time.before_schedules,
        after=agent_time.after,
    ),
)
FACTS: Final[Mapping[str, StagedFact]] = {fact.kind: fact for fact in _ALL}

#: How a text must be readable for PostgreSQL, and the refusal where it is not, by the contract's types.
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


class Staged:
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
        await sql.script(self._connection, "functions")
        await keep_sites(self._connection)

    async def _prepare(self) -> None:
        self._names = await _names(self._connection, self._fact)
        await self._run("staged/stage")

    async def follow(self, statement: str) -> int:
        """Store the rows that a statement puts in `ready_<table>`, because what they follow was corrected; gives the
        marks left. Within a load of something else, which holds loads of this kind off."""
        await self._prepare()
        await self._run("staged/truncate")
        if not await sql.run(self._connection, statement):
            return 0
        return (await self._stored()).marks

    async def batch(self, records: Iterable[Record]) -> tuple[LoadSummary, list[Refused]]:
        """Store one batch; to be committed by the caller."""
        await self._run("staged/truncate")
        staged = ["line", *columns(self._fact.kind)]
        await self._connection.copy_records_to_table(f"stage_{self._fact.table}", records=records, columns=staged)
        await lock(self._connection, self._fact)
        await self._run("staged/sources", self._source)
        refused = await self._read()
        unknown = [row["unknown"] for row in await self._fetch("staged/unknown")]
        if unknown:
            await new_members.of_codes(self._connection, unknown, zone=self._zone)
            await self._run("staged/read_again")
            refused += await self._read()
        refused += [Refused(*row) for row in await self._fetch("staged/refused")]
        summary = await self._stored()
        summary.rejected = len(refused)
        if unknown:
            await directory_changed(self._connection)
        return summary, refused

    async def _stored(self) -> LoadSummary:
        """Store what `ready_<table>` holds, as far as it is new."""
        summary = LoadSummary(superseded=await self._run("staged/superseded"))
        summary.unchanged = await self._run("staged/unchanged")
        (counts,) = await self._fetch("staged/counts")
        summary.loaded, summary.replaced = counts["loaded"], counts["replaced"]
        summary.ambiguous, summary.months = counts["ambiguous"], {month.isoformat() for month in counts["months"]}
        if summary.loaded or summary.replaced:
            fact, connection = self._fact, self._connection
            summary.marks = await fact.before(connection) if fact.before else await self._run(fact.marks)
            await self._run("staged/remove")
            await self._run("staged/store")
            summary.marks += await fact.after(connection) if fact.after else 0
        return summary

    async def _read(self) -> list[Refused]:
        """Fill `ready_<table>`; gives the rows with an unreadable text, which are taken out. PostgreSQL refuses a whole
        statement for one such text: only then is each row looked at."""
        now = self._clock() if self._clock else await self._connection.fetchval("SELECT clock_timestamp()")
        arguments = (self._zone, now, self._source)
        try:
            async with self._connection.transaction():
                await sql.run(self._connection, f"{self._fact.table}/read", *arguments)
            return []
        except asyncpg.DataError:
            judged = _judged(self._fact.kind)
            refused = [Refused(*row) for row in await self._fetch("staged/unreadable", *judged)]
        try:
            await sql.run(self._connection, f"{self._fact.table}/read", *arguments)
        except asyncpg.DataError as error:
            raise LoadRefused(
                "A row of the batch cannot be read, and which one cannot be told: load the file in parts to find it.",
                internal=str(error),
            ) from error
        return refused

    async def _run(self, name: str, *arguments: Any) -> int:
        return touched(await self._connection.execute(self._text(name), *arguments))

    async def _fetch(self, name: str, *arguments: Any) -> list[asyncpg.Record]:
        return await self._connection.fetch(self._text(name), *arguments)

    def _text(self, name: str) -> str:
        return sqlfiles.read(f"facts/{name}.sql").format_map(self._names)


async def lock(connection: Connection, fact: StagedFact) -> None:
    """Keep others from loading or deleting facts of this kind until the end of the transaction."""
    await sql.fetch(connection, "staged/lock", fact.lock or fact.table)


async def delete(connection: Connection, fact: StagedFact, gone: str = "staged/gone") -> tuple[int, int]:
    """Remove the rows whose ids `named_row` has, or that another statement finds, under a lock that holds loads of
    this kind off; gives the marks left and how many there were."""
    names = await _names(connection, fact)
    counts = []
    for name in ("staged/stage", "staged/truncate", gone, fact.marks, "staged/remove"):
        status = await connection.execute(sqlfiles.read(f"facts/{name}.sql").format_map(names))
        counts.append(touched(status))
    return counts[-2], counts[-1]


async def rezone(connection: Connection, sites: list[str]) -> int:
    """Move the facts of these sites to the days and quarters of the sites' zones of now; gives the marks left."""
    marks = 0
    following = [(table, instant, REZONED) for table, instant in agent_time.FOLLOWING]
    for table, instant, steps in (*((fact.table, fact.instant, fact.rezoned) for fact in FACTS.values()), *following):
        names = {"table": table, "instant": instant}
        for step in steps:
            statement = sqlfiles.read(f"facts/{step}.sql").format_map(names)
            status = await connection.execute(statement, sites)
            marks += touched(status) if step == steps[0] else 0
    return marks


async def _names(connection: Connection, fact: StagedFact) -> dict[str, str]:
    """What the shared statements need of a kind: its table, its columns in several spellings, its key."""
    stored = [
        quote_identifier(row["name"])
        for row in await connection.fetch(sqlfiles.read("facts/staged/columns.sql"), fact.table)
    ]
    return {
        "table": fact.table,
        "staged": ", ".join(f"{quote_identifier(name)} text" for name in columns(fact.kind)),
        "columns": ", ".join(stored),
        "ready": ", ".join(f"r.{name}" for name in stored),
        "keys": ", ".join(fact.keys),
        "id": fact.keys[-1],
        "same": " AND ".join(f"s.{name} = r.{name}" for name in fact.keys),
        "instant": fact.instant,
        "day": fact.day,
    }


def _judged(kind: str) -> tuple[list[str], list[str], list[str]]:
    """The columns of a kind that must be readable: their names, types of PostgreSQL, and codes of refusal."""
    found = [(name, *read) for name, field in KINDS[kind].model_fields.items() if (read := _readable(field.annotation))]
    return [each[0] for each in found], [each[1] for each in found], [each[2] for each in found]


def _readable(annotation: Any) -> tuple[str, str] | None:
    """The type that a text must be readable as, and the refusal where it is not; None for texts."""
    if annotation in _TYPES:
        return _TYPES[annotation]
    inner = get_args(annotation)[:1] if get_origin(annotation) is Annotated else get_args(annotation)
    return next((found for each in inner if not isinstance(each, str) and (found := _readable(each))), None)
