"""The loader of facts: a batch is staged as text, read and checked in SQL, and stored by its key.

The loader takes records of a kind in `FACTS` inside an open transaction, and returns the counts and the refused rows.
The statement that reads a kind is the kind's own. All other statements are the same for every kind. They are in
`sql/facts/staged.sql`, and `ready` fills in the declared table and columns.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, get_args, get_origin

import asyncpg
from pydantic import AwareDatetime

from cadran.errors import LoadRefused
from cadran.facts import sql
from cadran.facts.files.rows import Record
from cadran.facts.load import new_members, ready
from cadran.facts.load.effects import EFFECTS, NONE
from cadran.facts.load.ready import ReadyRows
from cadran.facts.load.seen_ids import RepeatedRow, SeenIds
from cadran.facts.load.session import Connection, RefusedRow, notify_directory
from cadran.facts.load.spellings import Spellings, find_spellings, respell_members, respell_record
from cadran.facts.load.summary import LoadSummary
from cadran.facts.schema.fact import StagedFact
from cadran.facts.schema.facts import list_followers
from cadran.facts.schema.schema import list_staged_columns

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
        seen: SeenIds,
    ) -> None:
        self._connection = connection
        self._fact = fact
        self._zone = zone
        self._source = source
        self._clock = clock
        self._seen = seen
        # The rows of the batch that replace rows of earlier batches.
        self._repeated: list[RepeatedRow] = []
        self._rows: ReadyRows | None = None
        # The number of checked rows in `ready_<table>`.
        self._checked = 0

    async def open(self) -> None:
        """Make the session's tables and functions."""
        self._rows = await ReadyRows.make(self._connection, self._fact)
        await sql.run_script(self._connection, "facts/functions.sql")

    async def batch(self, records: Iterable[Record]) -> tuple[LoadSummary, list[RefusedRow]]:
        """Store one batch. The caller commits."""
        await self._stage(records)
        await self._lock()
        await ready.hold(self._connection, list_followers(self._fact.kind))
        summary, refused, made = await self._check()
        replaced = await self._ready.run("facts/staged.sql:placed")
        await self._store(summary, replaced=replaced)
        if made:
            await notify_directory(self._connection)
        return summary, refused

    async def prepare(self, records: Iterable[Record]) -> tuple[LoadSummary, list[RefusedRow]]:
        """Load one batch into staging, check it, and add the members that it names. The caller commits.

        Facts stay unchanged, so one batch can be prepared while another is stored. Only kinds that are read without
        reading facts may be prepared.
        """
        await self._stage(records)
        summary, refused, made = await self._check()
        if made:
            await notify_directory(self._connection)
        return summary, refused

    async def store(self, summary: LoadSummary) -> None:
        """Store the prepared batch and complete its counts. The caller commits."""
        await self._lock()
        if replaced := await self._ready.run("facts/staged.sql:placed"):
            await ready.hold(self._connection, list_followers(self._fact.kind))
        await self._store(summary, replaced=replaced)

    async def _store(self, summary: LoadSummary, *, replaced: int) -> None:
        summary += await self._ready.store(rows=self._checked, replaced=replaced)
        if self._repeated:
            # The row of the earlier batch is counted as superseded instead of loaded, and this one as the loaded one.
            (found,) = await self._ready.fetch("facts/staged.sql:rewritten", [each.id for each in self._repeated])
            summary.replaced -= found["count"]
            summary.unchanged -= len(self._repeated) - found["count"]

    @property
    def _ready(self) -> ReadyRows:
        assert self._rows is not None, "open the loader first"
        return self._rows

    async def _stage(self, records: Iterable[Record]) -> None:
        await self._ready.run("facts/staged.sql:truncate")
        staged = ["line", *list_staged_columns(self._fact.kind)]
        await self._connection.copy_records_to_table(f"stage_{self._fact.table}", records=records, columns=staged)

    async def _lock(self) -> None:
        """Lock out other loads of the same rows until the end of the transaction."""
        if self._fact.by_source:
            await self._ready.fetch("facts/staged.sql:lock_sources", self._source)
        else:
            await ready.lock(self._connection, self._fact)

    async def _check(self) -> tuple[LoadSummary, list[RefusedRow], bool]:
        """Read the staged rows into `ready_<table>`. Return the counts so far, the refused rows, and whether members
        were added."""
        await self._ready.run("facts/staged.sql:sources", self._source)
        refused = await self._read()
        (seen,) = await self._ready.fetch("facts/staged.sql:seen")
        made = seen["unknown"] > 0
        if made:
            unknown = [(row[0], row[1], row[2]) for row in await self._ready.fetch("facts/staged.sql:unknown")]
            if spelled := await find_spellings(self._connection, [each[:2] for each in unknown]):
                await self._respell(spelled)
                unknown = respell_members(unknown, spelled)
            await new_members.add_members(self._connection, unknown, zone=self._zone)
            await self._ready.run("facts/staged.sql:read_again")
            refused += await self._read()
            (seen,) = await self._ready.fetch("facts/staged.sql:seen")
        if seen["refused"]:
            refused += [RefusedRow(*row) for row in await self._ready.fetch("facts/staged.sql:refused")]
        summary = LoadSummary(rejected=len(refused), ambiguous=seen["ambiguous"])
        withheld = [
            RefusedRow(*row) for row in await self._ready.fetch("facts/staged.sql:superseded", self._seen.first)
        ]
        withheld += await self._withdraw()
        summary.superseded = len(withheld) + len(self._repeated)
        self._checked = seen["rows"] - seen["refused"] - len(withheld)
        refused += withheld
        refused += [RefusedRow(each.before, f"superseded:{each.line}", "{}") for each in self._repeated]
        summary.beyond = await self._count_beyond()
        added = await EFFECTS.get(self._fact.kind, NONE).add_members(self._connection)
        return summary, refused, made or added > 0

    async def _respell(self, spelled: Spellings) -> None:
        """Write the staged rows again with the spellings to use, in the same order: the last row of an id counts."""
        texts = await self._ready.fetch("facts/staged.sql:texts")
        columns = ["line", *list_staged_columns(self._fact.kind)]
        await self._stage([respell_record([row[name] for name in columns], columns, spelled) for row in texts])

    async def _count_beyond(self) -> dict[str, int]:
        """Return how many rows name a value that counts as "other", because its dimension is full, by dimension."""
        if not self._fact.values:
            return {}
        full = {row["dimension"] for row in await sql.fetch_rows(self._connection, "facts/new_members.sql:full")}
        if full.isdisjoint(self._fact.values):
            return {}
        return {row["name"]: row["rows"] for row in await self._ready.fetch("facts/staged.sql:beyond")}

    async def _withdraw(self) -> list[RefusedRow]:
        """Compare the batch with the earlier ones. Remove and return the rows whose id is that of a row of an earlier
        batch which stays."""
        self._repeated, withheld = self._seen.add(map(tuple, await self._ready.fetch("facts/staged.sql:ids")))
        if not withheld:
            return []
        before = {each.id: each.before for each in withheld}
        removed = await self._ready.fetch("facts/staged.sql:withdraw", list(before))
        return [RefusedRow(row["line"], f"superseded:{before[row['id']]}", row["content"]) for row in removed]

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
            found = await self._ready.fetch("facts/staged.sql:unreadable", *_judged(self._fact))
        try:
            await sql.run_statement(self._connection, self._fact.read, *arguments)
        except asyncpg.DataError as error:
            raise LoadRefused(
                "A row of the batch cannot be read, and cannot be identified: load the file in parts to find it.",
                internal=str(error),
            ) from error
        return [RefusedRow(*row) for row in found]


def _judged(fact: StagedFact) -> tuple[list[str], list[str], list[str]]:
    """Return the columns of a kind that must be readable: their names, PostgreSQL types, and refusal codes."""
    cast = {name: field.annotation for name, field in fact.row.model_fields.items() if name not in fact.uncast}
    found = [(name, *read) for name, annotation in cast.items() if (read := _readable(annotation))]
    return [each[0] for each in found], [each[1] for each in found], [each[2] for each in found]


def _readable(annotation: Any) -> tuple[str, str] | None:
    """Return the type that a text must be readable as, and the refusal code. Return None for texts."""
    if annotation in _TYPES:
        return _TYPES[annotation]
    inner = get_args(annotation)[:1] if get_origin(annotation) is Annotated else get_args(annotation)
    return next((found for each in inner if not isinstance(each, str) and (found := _readable(each))), None)
