"""Deletions: rows that their source has taken back, or that must be forgotten.

Takes records that name a kind and an id; removes what is stored under it, marks what follows from its absence, and
gives the counts. A contact goes with its legs and with the surveys and promises that follow it, a case with its
reopenings. Naming what is not there (any more) changes nothing and counts as unchanged; a kind whose rows have no id of
their own is refused.
"""

import json
from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from cadran.facts import callbacks, sql, staged, surveys
from cadran.facts.contract import DeletionRow, columns
from cadran.facts.rows import Record
from cadran.facts.session import Connection, Refused, keep_sites
from cadran.facts.staged import FACTS
from cadran.facts.summary import LoadSummary


class Deletions:
    """The loader of deletions on one connection."""

    def __init__(self, connection: Connection, *, source: str) -> None:
        self._connection = connection
        self._source = source

    async def open(self) -> None:
        """Make the session's tables and functions."""
        for script in ("functions", "contact/stage", "survey/stage", "deletion/stage"):
            await sql.script(self._connection, script)
        await keep_sites(self._connection)

    async def batch(self, records: Iterable[Record]) -> tuple[LoadSummary, list[Refused]]:
        """Remove what one batch names; to be committed by the caller."""
        named: dict[str, list[tuple[str, str]]] = {}
        refused: list[Refused] = []
        for record in records:
            row = _checked(record)
            if isinstance(row, Refused):
                refused.append(row)
            else:
                named.setdefault(row.kind, []).append((row.source or self._source, row.id))
        summary = LoadSummary(rejected=len(refused))
        await self._lock(named)
        # Surveys and promises before the contacts that take them along, so that each is counted once.
        for kind in sorted(named, key=lambda kind: kind == "contacts"):
            await self._delete(kind, named[kind], summary)
        return summary, refused

    async def _lock(self, named: Mapping[str, list[tuple[str, str]]]) -> None:
        """Hold off whatever loads the kinds named. All locks at once and in the order of a load of contacts, so that
        none waits for another crosswise: the sources, the surveys, the promises, then the kinds that stand alone."""
        connection = self._connection
        if "contacts" in named:
            await sql.fetch(connection, "deletion/lock", [source for source, _ in named["contacts"]])
        if "surveys" in named:
            await sql.fetch(connection, "survey/lock")
        elif "contacts" in named:
            await surveys.hold(connection)
        if "contacts" in named and "callbacks" not in named:
            await callbacks.hold(connection)
        for kind in sorted(named.keys() & FACTS.keys()):
            await staged.lock(connection, FACTS[kind])

    async def _delete(self, kind: str, ids: list[tuple[str, str]], summary: LoadSummary) -> None:
        connection = self._connection
        await connection.execute("TRUNCATE named_row, ready_contact, ready_survey, placed_survey")
        await connection.copy_records_to_table("named_row", records=dict.fromkeys(ids), columns=["source", "id"])
        if kind == "contacts":
            deleted = await self._contacts(summary)
        elif kind == "surveys":
            deleted = await sql.run(connection, "deletion/surveys")
            await self._surveys(summary)
        else:
            marks, deleted = await staged.delete(connection, FACTS[kind])
            summary.marks += marks
            if kind == "cases":
                await sql.run(connection, "deletion/reopenings")
        summary.deleted += deleted
        summary.unchanged += len(ids) - deleted

    async def _contacts(self, summary: LoadSummary) -> int:
        """Remove the named contacts; how many there were."""
        connection = self._connection
        deleted = await sql.run(connection, "deletion/contacts")
        if not deleted:
            return 0
        summary.marks += await sql.run(connection, "contact/mark_days")
        await sql.fetch(connection, "contact/lock_customers")
        summary.marks += await sql.run(connection, "contact/mark_followers")
        await sql.run(connection, "contact/mark_customers")
        await sql.run(connection, "contact/mark_cases")
        await sql.run(connection, "deletion/followers")
        await self._surveys(summary)
        summary.marks += await callbacks.forget(connection)
        for statement in ("deletion/legs", "contact/remove", "deletion/places"):
            await sql.run(connection, statement)
        return deleted

    async def _surveys(self, summary: LoadSummary) -> None:
        """Remove the surveys in `placed_survey`."""
        summary.marks += await sql.run(self._connection, "survey/mark_days")
        await sql.run(self._connection, "survey/remove")
        await sql.run(self._connection, "deletion/survey_places")


def _checked(record: Record) -> DeletionRow | Refused:
    given = {name: value for name, value in zip(columns("deletions"), record[1:], strict=True) if value is not None}
    line = int(record[0] or 0)
    try:
        return DeletionRow.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        reason = f"missing:{name}" if first["type"] == "missing" else "invalid"
        return Refused(line, reason, json.dumps(given | {"value": f"{name}: {first['msg']}"}))
