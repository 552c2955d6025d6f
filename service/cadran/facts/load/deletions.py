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
from cadran.facts.load import callbacks, staged, surveys
from cadran.facts.load.session import Connection, RefusedRow, lock_sites
from cadran.facts.load.staged import FACTS
from cadran.facts.load.summary import LoadSummary
from cadran.facts.schema.schema import DeletionRow, list_columns

#: The kinds that are deleted last. Surveys and callbacks come before contacts, because a contact's deletion also
#: deletes them, and each must be counted once. Cases come before reopenings, so that no reopening of a deleted case is
#: refused.
_LAST = ("contacts", "reopenings")


@dataclass(frozen=True, slots=True)
class _NamedContact:
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
        for script in (
            "facts/functions.sql",
            "facts/contact/stage.sql",
            "facts/survey.sql:stage",
            "facts/deletion.sql:stage",
        ):
            await sql.run_script(self._connection, script)
        await lock_sites(self._connection)

    async def batch(self, records: Iterable[Record]) -> tuple[LoadSummary, list[RefusedRow]]:
        """Delete the rows that one batch names. The caller commits."""
        named: dict[str, list[_NamedContact]] = {}
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

    async def _lock(self, named: Mapping[str, list[_NamedContact]]) -> None:
        """Lock out loads of the named kinds. All locks are taken at once and in the order of a load of contacts, so
        that no deadlock occurs: the sources, the surveys, the callbacks, then the other kinds."""
        connection = self._connection
        if "contacts" in named:
            await sql.fetch_rows(connection, "facts/deletion.sql:lock", [each.key[0] for each in named["contacts"]])
        if "surveys" in named:
            await sql.fetch_rows(connection, "facts/survey.sql:lock")
        elif "contacts" in named:
            await surveys.hold(connection)
        if "contacts" in named and "callbacks" not in named:
            await callbacks.hold(connection)
        for kind in sorted(named.keys() & FACTS.keys()):
            await staged.lock(connection, FACTS[kind])

    async def _delete(self, kind: str, rows: list[_NamedContact], summary: LoadSummary) -> list[RefusedRow]:
        connection = self._connection
        await connection.execute("TRUNCATE named_row, ready_contact, ready_survey, placed_survey")
        keys = dict.fromkeys(row.key for row in rows)
        await connection.copy_records_to_table("named_row", records=keys, columns=["source", "id", "number"])
        refused: list[RefusedRow] = []
        if kind == "contacts":
            deleted = await self._contacts(summary)
        elif kind == "surveys":
            deleted = await sql.run_statement(connection, "facts/deletion.sql:surveys")
            await self._surveys(summary)
        elif kind == "reopenings":
            followed = {tuple(row) for row in await sql.fetch_rows(connection, "facts/deletion.sql:followed")}
            refused = [RefusedRow(row.line, "reopening_followed", row.content) for row in rows if row.key in followed]
            deleted = await self._staged(kind, summary, gone="facts/deletion.sql:reopening")
        else:
            deleted = await self._staged(kind, summary, gone="facts/staged.sql:gone")
            if kind == "cases":
                await sql.run_statement(connection, "facts/deletion.sql:reopenings")
        summary.deleted += deleted
        summary.unchanged += len(rows) - len(refused) - deleted
        return refused

    async def _staged(self, kind: str, summary: LoadSummary, *, gone: str) -> int:
        """Delete the rows of a single-table kind that the statement ``gone`` finds. Return the number of deleted
        rows."""
        marks, deleted = await staged.delete(self._connection, FACTS[kind], gone)
        summary.marks += marks
        return deleted

    async def _contacts(self, summary: LoadSummary) -> int:
        """Delete the named contacts. Return their number."""
        connection = self._connection
        deleted = await sql.run_statement(connection, "facts/deletion.sql:contacts")
        if not deleted:
            return 0
        summary.marks += await sql.run_statement(connection, "facts/contact/mark_days.sql")
        await sql.fetch_rows(connection, "facts/contact.sql:lock_customers")
        summary.marks += await sql.run_statement(connection, "facts/contact.sql:mark_followers")
        await sql.run_statement(connection, "facts/contact.sql:mark_customers")
        await sql.run_statement(connection, "facts/contact.sql:mark_cases")
        await sql.run_statement(connection, "facts/deletion.sql:followers")
        await self._surveys(summary)
        summary.marks += await callbacks.forget(connection)
        for statement in ("facts/deletion.sql:legs", "facts/contact.sql:remove", "facts/deletion.sql:places"):
            await sql.run_statement(connection, statement)
        return deleted

    async def _surveys(self, summary: LoadSummary) -> None:
        """Delete the surveys in `placed_survey`."""
        summary.marks += await sql.run_statement(self._connection, "facts/survey.sql:mark_days")
        await sql.run_statement(self._connection, "facts/survey.sql:remove")
        await sql.run_statement(self._connection, "facts/deletion.sql:survey_places")


def _checked(record: Record, source: str) -> _NamedContact | RefusedRow:
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
    return _NamedContact(line, row.kind, (row.source or source, row.id, row.reopening), content)
