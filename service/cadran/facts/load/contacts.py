"""The loader of contacts: each batch is staged as text, checked, resolved, compared with what is stored, marked, and
stored.

The loader takes contact records inside an open transaction, and returns the counts and the refused rows. Every step is
one set-based statement of `sql/facts/contact.sql` or `sql/facts/contact`. Changed days are marked for the refresh in
the same transaction.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from cadran.facts import sql
from cadran.facts.files.rows import Record
from cadran.facts.load import callbacks, new_members, surveys
from cadran.facts.load.session import Connection, RefusedRow, make_months, move_horizon, note_seen, notify_directory
from cadran.facts.load.summary import LoadSummary
from cadran.facts.load.typed_rows import judge
from cadran.facts.refresh import agent_time
from cadran.facts.schema.schema import list_columns

# Above this number of changed rows, the next seven days are marked as a whole, instead of looking up each customer's
# contacts in them.
FOLLOWERS_MAX = 5_000


class Contacts:
    """The loader of contacts on one connection."""

    kind = "contacts"

    def __init__(
        self, connection: Connection, *, zone: str | None, source: str, clock: Callable[[], datetime] | None
    ) -> None:
        self._connection = connection
        self._zone = zone
        self._source = source
        self._clock = clock
        self._ready = 0

    async def open(self) -> None:
        """Make the session's tables and functions."""
        await sql.run_script(self._connection, "facts/functions.sql")
        await sql.run_script(self._connection, "facts/contact/stage.sql")

    async def prepare(self, records: Iterable[Record]) -> tuple[LoadSummary, list[RefusedRow]]:
        """Load one batch into staging, and check it. Add the unknown dimension members that it names, and build the
        rows to store. The caller commits.

        Facts stay unchanged, so one batch can be prepared while another is stored.
        """
        connection = self._connection
        await connection.execute("TRUNCATE stage_contact, seen_contact, ready_contact")
        await connection.copy_records_to_table(
            "stage_contact", records=records, columns=["line", *list_columns("contacts")]
        )
        await sql.run_statement(connection, "facts/contact.sql:sources", self._source)
        now = self._clock() if self._clock else await connection.fetchval("SELECT clock_timestamp()")
        make = partial(new_members.add_from_contacts, connection, zone=self._zone)
        summary, refused, made = await judge(
            connection, "contact", self._zone, now, self._source, into="seen_contact", make=make
        )
        if await sql.run_statement(connection, "facts/contact.sql:customers") or made:
            await notify_directory(connection)
        priced = await connection.fetchval("SELECT EXISTS (SELECT FROM tariff)")
        has_hours = await connection.fetchval("SELECT EXISTS (SELECT FROM open_span)")
        self._ready = await sql.run_statement(connection, "facts/contact.sql:ready", priced, has_hours)
        return summary, refused

    async def store(self, summary: LoadSummary) -> None:
        """Store the prepared batch and complete its counts. The caller commits."""
        connection = self._connection
        await sql.fetch_rows(connection, "facts/contact.sql:lock", self._source)
        if await sql.run_statement(connection, "facts/contact.sql:placed"):
            await surveys.hold(connection)
            await callbacks.hold(connection)
            await sql.run_statement(connection, "facts/contact/stored_legs.sql")
            summary.unchanged = await sql.run_statement(connection, "facts/contact.sql:unchanged")
        if self._ready > summary.unchanged:
            await self._store(summary)

    async def _store(self, summary: LoadSummary) -> None:
        connection = self._connection
        (counts,) = await sql.fetch_rows(connection, "facts/contact.sql:counts")
        summary.loaded, summary.replaced = counts["loaded"], counts["replaced"]
        summary.months = {month.isoformat() for month in counts["months"]}
        await agent_time.lock_presence(connection)
        await make_months(connection, counts["months"])
        summary.marks = await sql.run_statement(connection, "facts/contact/mark_days.sql")
        if counts["identified"]:
            await sql.fetch_rows(connection, "facts/contact.sql:lock_customers")
            few = counts["identified"] <= FOLLOWERS_MAX
            near = "facts/contact.sql:mark_followers" if few else "facts/contact.sql:mark_week"
            summary.marks += await sql.run_statement(connection, near)
            await sql.run_statement(connection, "facts/contact.sql:mark_customers")
        await sql.run_statement(connection, "facts/contact.sql:mark_cases")
        if counts["several"]:
            await sql.run_statement(connection, "facts/contact.sql:move_legs")
        if counts["replaced"]:
            await sql.run_statement(connection, "facts/contact.sql:remove_leg")
            await sql.run_statement(connection, "facts/contact.sql:remove")
            await sql.run_statement(connection, "facts/contact.sql:move_places")
        if counts["loaded"]:
            await sql.run_statement(connection, "facts/contact.sql:store_places")
        await sql.run_statement(connection, "facts/contact.sql:store")
        await sql.run_statement(connection, "facts/contact.sql:store_legs")
        if counts["replaced"]:
            summary.marks += await surveys.follow(connection, "facts/survey.sql:followers_of_contacts")
            summary.marks += await callbacks.follow(connection)
        summary.marks += await move_horizon(connection, counts["horizon"])
        await note_seen(connection, counts["seen"])
