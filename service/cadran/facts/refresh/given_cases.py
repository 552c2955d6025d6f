"""The steps of recorded cases (cases that a source gives), derived again for every case that a load has touched.

The refresh takes the marks in ``dirty_case``. It writes rows of ``case_step`` and marks the days whose steps changed,
so that their rollups follow. All steps of a case are derived from its row, its reopenings and its contacts, and
compared with the stored steps. Only the steps that differ are written. The load of a day therefore marks only the days
of its new steps, and of the older steps that these change.
"""

from __future__ import annotations

from cadran import sqlfiles
from cadran.store.command_tag import count_touched
from cadran.store.pool import Pool

#: The statements that derive the steps of the cases in ``touched_case`` and store those that differ, in order.
_DERIVE = (
    "facts/given_case/fresh.sql",
    "facts/given_case.sql:changed",
    "facts/given_case.sql:mark_days",
    "facts/given_case.sql:replace",
    "facts/given_case.sql:insert",
)
#: The advisory lock under which one worker at a time derives steps. The other workers go on with days.
STEPS_LOCK = 7_227_329
MARKS_MAX = 100_000


async def refresh_given_cases(pool: Pool) -> int:
    """Derive the steps of a batch of marked cases in one transaction. Return the number of cases: 0 if there are none,
    or if another worker is deriving steps."""
    async with pool.acquire() as connection, connection.transaction():
        if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", STEPS_LOCK):
            return 0
        await connection.execute(sqlfiles.read("facts/given_case.sql:stage"))
        claimed = await connection.execute(sqlfiles.read("facts/given_case.sql:claim"), MARKS_MAX)
        cases = count_touched(claimed)
        if cases:
            await connection.execute("ANALYZE touched_case")
            for statement in _DERIVE:
                await connection.execute(sqlfiles.read(statement))
        return cases
