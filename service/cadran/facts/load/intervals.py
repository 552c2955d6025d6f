"""What changes with aggregated intervals, besides their rows: the directory, and the horizon.

The functions take a batch in `ready_interval_count` inside an open transaction.
"""

from cadran.facts import sql
from cadran.facts.load.session import Connection, move_horizon, note_seen, notify_directory


async def announce(connection: Connection) -> int:
    """Announce the directory anew if a site has intervals before or after the days that it had them on: plans depend on
    these days. Move the horizon to the last quarter-hour. Return the number of marks on facts that mature by this."""
    (found,) = await sql.fetch_rows(connection, "facts/interval.sql:reach")
    if found["is_wider"]:
        await notify_directory(connection)
    marks = await move_horizon(connection, found["horizon"])
    await note_seen(connection, found["seen"])
    return marks
