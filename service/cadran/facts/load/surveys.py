"""The loader of surveys, and their updates when the contacts that they follow change.

The loader takes survey records inside an open transaction, and returns the counts and the refused rows. A stored survey
repeats data of its contact. Code that changes contacts, legs or a site's zone therefore calls `hold` before and
`follow` after.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Literal

from cadran.facts import sql
from cadran.facts.files.rows import Record
from cadran.facts.load.session import Connection, RefusedRow, lock_sites, notify_directory
from cadran.facts.load.summary import LoadSummary
from cadran.facts.load.typed_rows import judge
from cadran.facts.schema.schema import list_columns


class Surveys:
    """The loader of surveys on one connection."""

    def __init__(
        self, connection: Connection, *, zone: str | None, source: str, clock: Callable[[], datetime] | None
    ) -> None:
        self._connection = connection
        self._zone = zone
        self._source = source
        self._clock = clock

    async def open(self) -> None:
        """Make the session's tables and functions."""
        await sql.run_script(self._connection, "facts/functions.sql")
        await sql.run_script(self._connection, "facts/survey.sql:stage")
        await lock_sites(self._connection)

    async def batch(self, records: Iterable[Record]) -> tuple[LoadSummary, list[RefusedRow]]:
        """Store one batch. The caller commits."""
        connection = self._connection
        await connection.execute("TRUNCATE stage_survey, ready_survey, placed_survey")
        await connection.copy_records_to_table(
            "stage_survey", records=records, columns=["line", *list_columns("surveys")]
        )
        await sql.fetch_rows(connection, "facts/survey.sql:lock")
        await sql.run_statement(connection, "facts/survey.sql:sources", self._source)
        now = self._clock() if self._clock else await connection.fetchval("SELECT clock_timestamp()")
        summary, refused, made = await judge(
            connection, "survey", self._zone, now, self._source, into="ready_survey", make=self._make
        )
        await _place(connection, summary)
        if made:
            await notify_directory(connection)
        return summary, refused

    async def _make(self, unknown: Mapping[str, list[str]]) -> bool:
        """Add the segments and customers that the batch names for the first time. Return whether there were any."""
        segments, customers = unknown["segments"], unknown["customers"]
        if segments:
            await sql.run_statement(self._connection, "facts/new_members.sql:segments", segments)
        if customers:
            await sql.run_statement(self._connection, "facts/survey.sql:new_customers", customers)
        return bool(segments or customers)


async def hold(connection: Connection) -> None:
    """Lock out loads of surveys until the end of the transaction, because contacts are about to change."""
    await sql.fetch_rows(connection, "facts/survey.sql:hold")


async def follow(
    connection: Connection,
    statement: Literal[
        "facts/survey.sql:followers_of_contacts", "facts/survey.sql:followers_of_legs", "facts/survey.sql:of_sites"
    ],
    *arguments: object,
) -> int:
    """Update the surveys that a statement finds with the data of their contacts, legs or sites. Return the number of
    marks."""
    await sql.run_script(connection, "facts/survey.sql:stage")
    await connection.execute("TRUNCATE ready_survey, placed_survey")
    summary = LoadSummary()
    if await sql.run_statement(connection, statement, *arguments):
        await _place(connection, summary)
    return summary.marks


async def _place(connection: Connection, summary: LoadSummary) -> None:
    """Store the new and changed surveys of `ready_survey`, with the data of their contacts."""
    placed = await sql.run_statement(connection, "facts/survey/place.sql")
    summary.unchanged = await sql.run_statement(connection, "facts/survey.sql:unchanged")
    if placed == summary.unchanged:
        return
    (counts,) = await sql.fetch_rows(connection, "facts/survey.sql:counts")
    summary.loaded, summary.replaced = counts["loaded"], counts["replaced"]
    summary.months = {month.isoformat() for month in counts["months"]}
    await sql.fetch_rows(connection, "facts/survey.sql:make_months", counts["months"])
    summary.marks = await sql.run_statement(connection, "facts/survey.sql:mark_days")
    await sql.run_statement(connection, "facts/survey.sql:remove")
    await sql.run_statement(connection, "facts/survey.sql:store")
    await sql.run_statement(connection, "facts/survey.sql:store_places")
