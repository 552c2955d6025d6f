"""Open hours derived from the calendars: the open times of sites, and the values of stored facts that depend on them.

Code that changes calendars or zones calls `follow` for the sites concerned, in the same transaction and while loads of
facts are locked out. `follow` returns the number of marks made.
"""

from collections.abc import Sequence

from cadran.facts import sql
from cadran.facts.load.session import Connection


async def follow(connection: Connection, sites: Sequence[str]) -> int:
    """Derive the open times of these sites (codes) again. Update the contacts and cases that a changed open time
    affects. Return the number of marks."""
    await sql.run_script(connection, "facts/open_hours.sql:stage")
    await sql.run_statement(connection, "facts/open_hours.sql:derive", list(sites))
    if not await sql.run_statement(connection, "facts/open_hours.sql:changed", list(sites)):
        return 0
    await sql.run_statement(connection, "facts/open_hours.sql:remove")
    await sql.run_statement(connection, "facts/open_hours.sql:store")
    marks = await sql.run_statement(connection, "facts/open_hours.sql:restate")
    return marks + await sql.run_statement(connection, "facts/open_hours.sql:mark_cases")
