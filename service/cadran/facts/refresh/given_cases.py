"""The steps of cases that a source gives, worked out anew for every case that a load has touched.

Takes the marks in ``dirty_case``; gives rows of ``case_step``, and marks the days whose steps changed so that their
rollups follow. All steps of a case are derived again from its row, its reopenings and its contacts, compared, and only
the differing ones written: a day's load touches the days of its own steps, and of those whose meaning they changed.
"""

from __future__ import annotations

from cadran import sqlfiles
from cadran.store.command_tag import touched
from cadran.store.pool import Pool

#: One worker at a time derives steps; the others go on with days.
STEPS_LOCK = 7_227_329
MARKS_MAX = 100_000


async def refresh_given_cases(pool: Pool) -> int:
    """Derive the steps of a batch of marked cases in one transaction; how many cases there were (0: none, or another
    worker is at it)."""
    async with pool.acquire() as connection, connection.transaction():
        if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", STEPS_LOCK):
            return 0
        await connection.execute(sqlfiles.read("facts/given_case/stage.sql"))
        claimed = await connection.execute(sqlfiles.read("facts/given_case/claim.sql"), MARKS_MAX)
        cases = touched(claimed)
        if cases:
            await connection.execute("ANALYZE touched_case")
            for step in ("fresh", "changed", "mark_days", "replace", "insert"):
                await connection.execute(sqlfiles.read(f"facts/given_case/{step}.sql"))
        return cases
