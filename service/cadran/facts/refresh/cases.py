"""Inferred cases and recovery entries, recomputed for every customer whose contacts or promises changed.

The refresh takes the marks in ``dirty_customer``. It writes rows of ``contact_case`` and marks the days whose cases
changed, so that their rollups follow. It also writes rows of ``recovery_entry`` and marks their days, so that listeners
are notified. All cases of a customer are derived again and compared with the stored cases. Only the cases that differ
are written.
"""

from __future__ import annotations

from cadran import sqlfiles
from cadran.store.command_tag import count_touched
from cadran.store.pool import Connection, Pool

#: The statements that derive the cases of the customers in ``touched_customer`` and store those that differ, in order.
_CASES = (
    "facts/case/fresh.sql",
    "facts/case.sql:changed",
    "facts/case.sql:mark",
    "facts/case.sql:replace",
    "facts/case.sql:insert",
)
#: The statements that derive the recovery entries of these customers and store those that differ, in order.
_RECOVERY = (
    "facts/recovery.sql:fresh",
    "facts/recovery.sql:mark",
    "facts/recovery.sql:remove",
    "facts/recovery.sql:insert",
)
#: The advisory lock under which one worker at a time derives cases. The other workers go on with days.
CASES_LOCK = 7_227_327
CUSTOMERS_MAX = 100_000


async def refresh_cases(pool: Pool) -> int:
    """Derive the cases of a batch of marked customers in one transaction. Return the number of customers: 0 if there
    are none, or if another worker is deriving cases."""
    async with pool.acquire() as connection, connection.transaction():
        if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", CASES_LOCK):
            return 0
        await connection.execute(sqlfiles.read("facts/case.sql:stage"))
        claimed = await connection.execute(sqlfiles.read("facts/case.sql:claim"), CUSTOMERS_MAX)
        customers = count_touched(claimed)
        if customers:
            await derive_cases(connection)
            for statement in _RECOVERY:
                await connection.execute(sqlfiles.read(statement))
        return customers


async def derive_cases(connection: Connection) -> None:
    """Derive the cases of the customers in ``touched_customer``, and replace the stored cases that differ."""
    await connection.execute("ANALYZE touched_customer")
    for statement in _CASES:
        await connection.execute(sqlfiles.read(statement))
