"""The loader of legs: the shares of several agents in contacts that are loaded already.

The loader takes leg records inside an open transaction, and returns the counts and the refused rows. The legs of a file
replace the leg that the contact's row made. Stored legs that the file does not name stay. The contact's values that
come from its legs are updated.
"""

from collections.abc import Iterable
from functools import partial

from cadran.facts import sql
from cadran.facts.files.rows import Record
from cadran.facts.load import new_members, surveys
from cadran.facts.load.session import Connection, RefusedRow, lock_sites, notify_directory
from cadran.facts.load.summary import LoadSummary
from cadran.facts.load.typed_rows import judge
from cadran.facts.refresh import agent_time
from cadran.facts.schema.schema import list_columns


class Legs:
    """The loader of legs on one connection."""

    def __init__(self, connection: Connection, *, zone: str | None, source: str) -> None:
        self._connection = connection
        self._zone = zone
        self._source = source

    async def open(self) -> None:
        """Create the session's temporary tables and functions, and lock the sites."""
        await sql.run_script(self._connection, "facts/functions.sql")
        await sql.run_script(self._connection, "facts/leg.sql:stage")
        await lock_sites(self._connection)

    async def batch(self, records: Iterable[Record]) -> tuple[LoadSummary, list[RefusedRow]]:
        """Store one batch. The caller commits."""
        connection = self._connection
        await connection.execute("TRUNCATE stage_leg, ready_leg, legged_contact, whole_leg")
        await connection.copy_records_to_table("stage_leg", records=records, columns=["line", *list_columns("legs")])
        await sql.fetch_rows(connection, "facts/leg.sql:lock", self._source)
        await surveys.hold(connection)
        make = partial(new_members.add_from_legs, connection, zone=self._zone)
        summary, refused, made = await judge(connection, "leg", self._zone, self._source, into="ready_leg", make=make)
        summary.unchanged = await sql.run_statement(connection, "facts/leg.sql:unchanged")
        if await sql.run_statement(connection, "facts/leg.sql:contacts"):
            await self._store(summary)
        if made:
            await notify_directory(connection)
        return summary, refused

    async def _store(self, summary: LoadSummary) -> None:
        connection = self._connection
        (counts,) = await sql.fetch_rows(connection, "facts/leg.sql:counts")
        summary.loaded, summary.replaced = counts["loaded"], counts["replaced"]
        await agent_time.lock_presence(connection)
        await sql.run_statement(connection, "facts/leg/whole.sql")
        summary.marks = await sql.run_statement(connection, "facts/leg.sql:mark_days")
        await sql.run_statement(connection, "facts/leg.sql:mark_customers")
        await sql.run_statement(connection, "facts/leg.sql:mark_cases")
        await sql.run_statement(connection, "facts/leg.sql:remove")
        await sql.run_statement(connection, "facts/leg.sql:store")
        await sql.run_statement(connection, "facts/leg/contacts_follow.sql")
        summary.marks += await surveys.follow(connection, "facts/survey.sql:followers_of_legs")
