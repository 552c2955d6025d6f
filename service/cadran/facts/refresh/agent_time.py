"""Agents' time by quarter-hour and by shift, computed from the agents' states and schedules when a load changes them.

The functions take the batch in ``ready_agent_state`` or ``ready_agent_schedule`` inside an open transaction. They
update ``agent_time``, ``worked_shift`` and ``planned_shift``, return the number of marks made, and refuse nothing. They
recompute only the quarter-hours and shifts that a changed interval touches, each from all intervals that overlap it.
The statements are in ``sql/facts/agent_time``.
"""

from __future__ import annotations

from typing import Final

from cadran.facts import sql
from cadran.facts.load.session import Connection

#: The derived tables, each with the instant that gives its day and quarter.
FOLLOWING: Final = (("agent_time", "bucket"), ("worked_shift", "started_at"), ("planned_shift", "starts_at"))


async def before_states(connection: Connection) -> int:
    """Note the time that the batch's states cover, the time that they covered before, and the plans that these states
    catch up with."""
    await _open(connection)
    await sql.run(connection, "agent_time/touch_states")
    await sql.run(connection, "agent_time/caught_up")
    await sql.run(connection, "agent_time/horizon")
    return await sql.run(connection, "agent_time/mark_lasting")


async def before_schedules(connection: Connection) -> int:
    """Note the time that the batch's activities cover, and the time that they covered before."""
    await _open(connection)
    await sql.run(connection, "agent_time/touch_schedules")
    return 0


async def after(connection: Connection) -> int:
    """Recompute the noted time, mark the days that differ, and replace the stored rows."""
    await _quarters(connection)
    marks = await sql.run(connection, "agent_time/mark")
    await sql.script(connection, "agent_time/replace")
    await _shifts(connection)
    marks += await sql.run(connection, "agent_time/mark_shifts")
    if await sql.run(connection, "agent_time/presence"):
        marks += await _mark_legs(connection)
    await sql.script(connection, "agent_time/replace_shifts")
    return marks


async def keep_presence(connection: Connection) -> None:
    """Lock the shifts against changes until the end of the transaction, because legs within these shifts are about to
    change."""
    await sql.fetch(connection, "agent_time/keep_presence")


async def differing(connection: Connection) -> list[str]:
    """Recompute everything from the intervals and compare. Return a line for each quarter-hour and each shift that
    differs. A shift is compared with the shift that the stored quarter-hours give."""
    await sql.script(connection, "agent_time/stage")
    await sql.run(connection, "agent_time/touch_all")
    await _quarters(connection)
    await _shifts(connection)
    rows = await sql.fetch(connection, "agent_time/differing")
    return [f"{row['name']}: agent_id={row['agent_id']} at={row['at'].isoformat()}" for row in rows]


async def _quarters(connection: Connection) -> None:
    """Fill ``fresh_agent_time`` for the noted spans."""
    await sql.run(connection, "agent_time/spans")
    await connection.execute("ANALYZE time_span")
    await sql.run(connection, "agent_time/work_out")


async def _shifts(connection: Connection) -> None:
    """Fill ``fresh_worked_shift`` and ``fresh_planned_shift`` for the noted spans, from the stored quarter-hours."""
    for statement in ("worked_spans", "worked_shifts", "planned_spans", "planned_shifts"):
        await sql.run(connection, f"agent_time/{statement}")


async def _mark_legs(connection: Connection) -> int:
    """Mark the legs that start or stop counting because their agents turn out to have been at work, or not. Return the
    number of marks."""
    await connection.execute("ANALYZE changed_presence")
    await sql.fetch(connection, "agent_time/hold_legs")
    return await sql.run(connection, "agent_time/mark_legs")


async def _open(connection: Connection) -> None:
    """Lock out other loads of agents' time, and make the empty working tables."""
    await sql.fetch(connection, "agent_time/lock")
    await sql.script(connection, "agent_time/stage")
