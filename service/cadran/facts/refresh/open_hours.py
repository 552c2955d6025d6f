"""Open hours in step with the calendars: the open times of sites, and what stored facts have from them.

Whoever changes calendars or zones calls `follow` for the sites concerned, in the same transaction and with the loads of
facts kept out; gives the marks left.
"""

from collections.abc import Sequence

from cadran.facts import sql
from cadran.facts.load.session import Connection


async def follow(connection: Connection, sites: Sequence[str]) -> int:
    """Derive the open times of these sites (codes) anew, and restate the contacts and cases that another time
    concerns."""
    await sql.script(connection, "hours/stage")
    await sql.run(connection, "hours/derive", list(sites))
    if not await sql.run(connection, "hours/changed", list(sites)):
        return 0
    await sql.run(connection, "hours/remove")
    await sql.run(connection, "hours/store")
    marks = await sql.run(connection, "hours/restate")
    return marks + await sql.run(connection, "hours/mark_cases")
