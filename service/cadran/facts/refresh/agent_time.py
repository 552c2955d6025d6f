"""Agents' time by quarter-hour and by shift, computed from the agents' states and schedules when a load changes them.

The functions take the batch in ``ready_agent_state`` or ``ready_agent_schedule`` inside an open transaction. They
update ``agent_time``, ``worked_shift`` and ``planned_shift``, return the number of marks made, and refuse nothing. They
recompute only the quarter-hours and shifts that a changed interval touches, each from all intervals that overlap it.
The statements are in ``sql/facts/agent_time.sql`` and ``sql/facts/agent_time``.

A state without an end has the end that the view ``agent_state_span`` gives. A load changes it with the agent's next
state, and with the horizon of the source. What changes it for all agents (a migration, another cap) leaves spans in
``dirty_time``, which the refresh recomputes.
"""

from __future__ import annotations

from typing import Final

from cadran import sqlfiles
from cadran.facts import sql
from cadran.facts.load.session import Connection, batch_transaction
from cadran.store.pool import Pool

#: The derived tables, each with the instant that gives its day and quarter.
FOLLOWING: Final = (("agent_time", "bucket"), ("worked_shift", "started_at"), ("planned_shift", "starts_at"))

#: The most spans that one transaction of the refresh recomputes.
SPANS_MAX: Final = 1_000


async def note_states(connection: Connection) -> int:
    """Note the time that the batch's states cover, the time that they covered before, and the planned time that the
    states reach for the first time. Return the number of marks."""
    await _open(connection)
    await sql.run_statement(connection, "facts/agent_time.sql:touch_states")
    await sql.run_statement(connection, "facts/agent_time.sql:caught_up")
    await sql.run_script(connection, "facts/agent_time.sql:horizons")
    return await sql.run_statement(connection, "facts/agent_time.sql:mark_lasting")


async def note_schedules(connection: Connection) -> int:
    """Note the time that the batch's activities cover, and the time that they covered before."""
    await _open(connection)
    await sql.run_statement(connection, "facts/agent_time.sql:touch_schedules")
    return 0


async def update_after_states(connection: Connection) -> int:
    """Recompute the noted time, and what the states without an end cover now. Return the number of marks."""
    await sql.run_statement(connection, "facts/agent_time.sql:touch_open")
    return await after(connection)


async def after(connection: Connection) -> int:
    """Recompute the noted time, mark the days that differ, and replace the stored rows. Return the number of marks."""
    await _quarters(connection)
    marks = await sql.run_statement(connection, "facts/agent_time.sql:mark")
    await sql.run_script(connection, "facts/agent_time.sql:replace")
    await _shifts(connection)
    marks += await sql.run_statement(connection, "facts/agent_time.sql:mark_shifts")
    if await sql.run_statement(connection, "facts/agent_time.sql:presence"):
        marks += await _mark_legs(connection)
    await sql.run_script(connection, "facts/agent_time.sql:replace_shifts")
    return marks


async def refresh_agent_time(pool: Pool) -> int:
    """Recompute a batch of the spans that wait for it, in one transaction. Return the number of spans: 0 if there are
    none, or if a load or another worker is computing agents' time."""
    async with pool.acquire() as connection, batch_transaction(connection):
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM dirty_time)"):
            return 0
        if not all((await sql.fetch_rows(connection, "facts/agent_time.sql:try_lock"))[0]):
            return 0
        await sql.run_script(connection, "facts/agent_time.sql:stage")
        spans = await sql.run_statement(connection, "facts/agent_time.sql:claim", SPANS_MAX)
        await after(connection)
        return spans


async def store_open_state_max(connection: Connection, hours: int) -> bool:
    """Set how long a state without an end may last, and leave the agents' time that changes to the refresh. Return
    whether the number of hours is another one. The caller commits."""
    before = await connection.fetchval(sqlfiles.read("facts/agent_time.sql:read_cap"))
    if before == hours:
        return False
    await sql.fetch_rows(connection, "facts/agent_time.sql:lock")
    shorter = min(before, hours)
    # One of the two caps is the longer one: under this cap, the statement finds what the shorter one cuts off.
    await sql.run_statement(connection, "facts/agent_time.sql:mark_capped", shorter)
    await sql.run_statement(connection, "facts/agent_time.sql:store_cap", hours)
    await sql.run_statement(connection, "facts/agent_time.sql:mark_capped", shorter)
    return True


async def lock_presence(connection: Connection) -> None:
    """Lock the shifts against changes until the end of the transaction, because legs within these shifts are about to
    change."""
    await sql.fetch_rows(connection, "facts/agent_time.sql:share_presence")


async def find_differences(connection: Connection) -> list[str]:
    """Recompute everything from the intervals and compare. Return a line for each quarter-hour and each shift that
    differs. A shift is compared with the shift that the stored quarter-hours give."""
    await sql.run_script(connection, "facts/agent_time.sql:stage")
    await sql.run_statement(connection, "facts/agent_time.sql:touch_all")
    await _quarters(connection)
    await _shifts(connection)
    rows = await sql.fetch_rows(connection, "facts/agent_time.sql:differing")
    return [f"{row['name']}: agent_id={row['agent_id']} at={row['at'].isoformat()}" for row in rows]


async def _quarters(connection: Connection) -> None:
    """Fill ``fresh_agent_time`` for the noted spans."""
    await sql.run_statement(connection, "facts/agent_time.sql:spans")
    await connection.execute("ANALYZE time_span")
    await sql.run_statement(connection, "facts/agent_time/work_out.sql")


async def _shifts(connection: Connection) -> None:
    """Fill ``fresh_worked_shift`` and ``fresh_planned_shift`` for the noted spans, from the stored quarter-hours."""
    await sql.run_statement(connection, "facts/agent_time/worked_spans.sql")
    await sql.run_statement(connection, "facts/agent_time/worked_shifts.sql")
    await sql.run_statement(connection, "facts/agent_time/planned_spans.sql")
    await sql.run_statement(connection, "facts/agent_time/planned_shifts.sql")


async def _mark_legs(connection: Connection) -> int:
    """Mark the legs that start or stop counting because their agents turn out to have been at work, or not. Return the
    number of marks."""
    await connection.execute("ANALYZE changed_presence")
    await sql.fetch_rows(connection, "facts/agent_time.sql:hold_legs")
    return await sql.run_statement(connection, "facts/agent_time.sql:mark_legs")


async def _open(connection: Connection) -> None:
    """Lock out other loads of agents' time, and make the empty working tables."""
    await sql.fetch_rows(connection, "facts/agent_time.sql:lock")
    await sql.run_script(connection, "facts/agent_time.sql:stage")
