"""The loader of deletions: rows that their source has withdrawn, or that must be deleted for privacy.

The loader takes records that name a kind and an id. It deletes the row stored under the id, marks the affected days,
and returns the counts. The legs, surveys and callbacks of a contact are deleted with the contact, and the reopenings of
a case with the case. A single reopening is deleted only if no later reopening remains. A row that does not exist (any
more) counts as unchanged. Rows of kinds that have no id are refused.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from cadran.facts import sql
from cadran.facts.files.rows import Record
from cadran.facts.load import contacts, ready
from cadran.facts.load.ready import ReadyRows
from cadran.facts.load.session import Connection, RefusedRow
from cadran.facts.load.summary import LoadSummary
from cadran.facts.refresh import agent_time
from cadran.facts.schema.deletion import DeletionRow
from cadran.facts.schema.facts import FACTS, list_followers
from cadran.facts.schema.schema import list_columns

#: The kinds that are deleted last. Rows that follow contacts come before contacts, because a contact's deletion also
#: deletes them, and each must be counted once. Cases come before reopenings, so that no reopening of a deleted case is
#: refused.
_LAST = ("contacts", "reopenings")
#: The statements that delete the rows which belong to deleted rows.
_BELONGING = {"contacts": "facts/deletion.sql:legs", "cases": "facts/deletion.sql:reopenings"}


@dataclass(frozen=True, slots=True)
class _NamedRow:
    """A row of the file: its line, the row that it names, and its content as JSON."""

    line: int
    kind: str
    key: tuple[str, str, int | None]
    content: str


class Deletions:
    """The loader of deletions on one connection."""

    def __init__(self, connection: Connection, *, source: str) -> None:
        self._connection = connection
        self._source = source

    async def open(self) -> None:
        """Make the session's tables and functions."""
        await sql.run_script(self._connection, "facts/functions.sql")
        await sql.run_script(self._connection, "facts/deletion.sql:stage")

    async def batch(self, records: Iterable[Record]) -> tuple[LoadSummary, list[RefusedRow]]:
        """Delete the rows that one batch names. The caller commits."""
        named: dict[str, list[_NamedRow]] = {}
        refused: list[RefusedRow] = []
        for record in records:
            row = _checked(record, self._source)
            if isinstance(row, RefusedRow):
                refused.append(row)
            else:
                named.setdefault(row.kind, []).append(row)
        summary = LoadSummary()
        await self._lock(named)
        for kind in sorted(named, key=lambda kind: kind in _LAST):
            refused += await self._delete(kind, named[kind], summary)
        summary.rejected = len(refused)
        return summary, refused

    async def _lock(self, named: Mapping[str, list[_NamedRow]]) -> None:
        """Lock out loads of the named kinds. All locks are taken at once and in the order of a load of contacts, so
        that no deadlock occurs: the sources, the kinds that follow contacts, and then what contacts affect."""
        followers = list_followers("contacts") if "contacts" in named else []
        if "contacts" in named:
            sources = [each.key[0] for each in named["contacts"]]
            await sql.fetch_rows(self._connection, "facts/deletion.sql:lock", sources)
        for fact in FACTS.values():
            if fact.kind in named and not fact.by_source:
                await ready.lock(self._connection, fact)
            elif fact in followers:
                await ready.hold(self._connection, [fact])
        if "contacts" in named:
            await agent_time.lock_presence(self._connection)
            await contacts.lock_customers(self._connection)

    async def _delete(self, kind: str, rows: list[_NamedRow], summary: LoadSummary) -> list[RefusedRow]:
        connection = self._connection
        await connection.execute("TRUNCATE named_row")
        keys = dict.fromkeys(row.key for row in rows)
        await connection.copy_records_to_table("named_row", records=keys, columns=["source", "id", "number"])
        refused: list[RefusedRow] = []
        if kind == "reopenings":
            followed = {tuple(row) for row in await sql.fetch_rows(connection, "facts/deletion.sql:followed")}
            refused = [RefusedRow(row.line, "reopening_followed", row.content) for row in rows if row.key in followed]
        found = await ReadyRows.make(connection, FACTS[kind])
        marks, deleted = await found.delete() if await found.run(FACTS[kind].gone) else (0, 0)
        if deleted and kind in _BELONGING:
            await sql.run_statement(connection, _BELONGING[kind])
        summary.marks += marks
        summary.deleted += deleted
        summary.unchanged += len(rows) - len(refused) - deleted
        return refused


def _checked(record: Record, source: str) -> _NamedRow | RefusedRow:
    values = {
        name: value for name, value in zip(list_columns("deletions"), record[1:], strict=True) if value is not None
    }
    line, content = int(record[0] or 0), json.dumps(values)
    try:
        row = DeletionRow.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        if first["type"] == "missing":
            return RefusedRow(line, f"missing:{name}", content)
        return RefusedRow(line, "invalid", json.dumps(values | {"value": f"{name}: {first['msg']}"}))
    if row.kind == "reopenings" and row.reopening is None:
        return RefusedRow(line, "missing:reopening", content)
    if row.kind != "reopenings" and row.reopening is not None:
        value = "reopening: only reopenings are named with a number; leave it empty"
        return RefusedRow(line, "invalid", json.dumps(values | {"value": value}))
    return _NamedRow(line, row.kind, (row.source or source, row.id, row.reopening), content)
