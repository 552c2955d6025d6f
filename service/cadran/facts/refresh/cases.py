"""Cases, and what is to be worked off, worked out anew for every customer whose contacts or promises changed.

Takes the marks in ``dirty_customer``; gives rows of ``contact_case``, and marks the days whose cases changed so that
their rollups follow; and rows of ``recovery_entry``, whose days are marked to be told.
Nothing is patched: all cases of a customer are derived again, compared, and only the differing ones written.
"""

from __future__ import annotations

from cadran import sqlfiles
from cadran.store.command_tag import touched
from cadran.store.pool import Connection, Pool

#: One worker at a time derives cases; the others go on with days.
CASES_LOCK = 7_227_327
CUSTOMERS_MAX = 100_000


async def refresh_cases(pool: Pool) -> int:
    """Derive the cases of a batch of marked customers in one transaction; how many customers there were (0: none, or
    another worker is at it)."""
    async with pool.acquire() as connection, connection.transaction():
        if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", CASES_LOCK):
            return 0
        await connection.execute(sqlfiles.read("facts/case/stage.sql"))
        claimed = await connection.execute(sqlfiles.read("facts/case/claim.sql"), CUSTOMERS_MAX)
        customers = touched(claimed)
        if customers:
            await derive(connection)
            for step in ("fresh", "mark", "remove", "insert"):
                await connection.execute(sqlfiles.read(f"facts/recovery/{step}.sql"))
        return customers


async def derive(connection: Connection) -> None:
    """Replace the cases of the customers in ``touched_customer`` where they differ."""
    await connection.execute("ANALYZE touched_customer")
    for step in ("fresh", "changed", "mark", "replace", "insert"):
        await connection.execute(sqlfiles.read(f"facts/case/{step}.sql"))
