"""Agents' time by quarter-hour and by shift, worked out of their states and schedules wherever a load touches them.

Takes the batch that lies in ``ready_agent_state`` or ``ready_agent_schedule`` inside an open transaction; keeps
``agent_time``, ``worked_shift`` and ``planned_shift`` in step and gives the marks left; refuses nothing. Only the
quarter-hours and shifts that a changed interval touches are worked out anew, each from all intervals that reach into
it. The statements stand in ``sql/facts/agent_time``.
"""

from __future__ import annotations

from typing import Final

from cadran.facts import sql
from cadran.facts.load.session import Connection

#: The tables that follow, each with the instant that its day and quarter are read off.
FOLLOWING: Final = (("agent_time", "bucket"), ("worked_shift", "started_at"), ("planned_shift", "starts_at"))


async def before_states(connection: Connection) -> int:
    """Note what the states of the batch cover and covered before, and the plans that they catch up with."""
    await _open(connection)
    await sql.run(connection, "agent_time/touch_states")
    await sql.run(connection, "agent_time/caught_up")
    await sql.run(connection, "agent_time/horizon")
    return await sql.run(connection, "agent_time/mark_lasting")


async def before_schedules(connection: Connection) -> int:
    """Note what the activities of the batch cover and covered before."""
    await _open(connection)
    await sql.run(connection, "agent_time/touch_schedules")
    return 0


async def after(connection: Connection) -> int:
    """Work out what was touched, mark the days that differ, put it in place."""
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
    """Keep the shifts as they are until the end of the transaction: legs that may lie in them are about to change."""
    await sql.fetch(connection, "agent_time/keep_presence")


async def differing(connection: Connection) -> list[str]:
    """Work out everything anew from the intervals and compare: a line for each quarter-hour and each shift that
    differs. A shift is compared with what the stored quarter-hours make of it."""
    await sql.script(connection, "agent_time/stage")
    await sql.run(connection, "agent_time/touch_all")
    await _quarters(connection)
    await _shifts(connection)
    rows = await sql.fetch(connection, "agent_time/differing")
    return [f"{row['name']}: agent_id={row['agent_id']} at={row['at'].isoformat()}" for row in rows]


async def _quarters(connection: Connection) -> None:
    """Fill ``fresh_agent_time`` for the spans noted."""
    await sql.run(connection, "agent_time/spans")
    await connection.execute("ANALYZE time_span")
    await sql.run(connection, "agent_time/work_out")


async def _shifts(connection: Connection) -> None:
    """Fill ``fresh_worked_shift`` and ``fresh_planned_shift`` for the spans noted, from the quarter-hours stored."""
    for statement in ("worked_spans", "worked_shifts", "planned_spans", "planned_shifts"):
        await sql.run(connection, f"agent_time/{statement}")


async def _mark_legs(connection: Connection) -> int:
    """Mark the legs that count now that their agents are known to have been at work, or no longer; the marks left."""
    await connection.execute("ANALYZE changed_presence")
    await sql.fetch(connection, "agent_time/hold_legs")
    return await sql.run(connection, "agent_time/mark_legs")


async def _open(connection: Connection) -> None:
    """One load at a time, with empty tables to work in."""
    await sql.fetch(connection, "agent_time/lock")
    await sql.script(connection, "agent_time/stage")
