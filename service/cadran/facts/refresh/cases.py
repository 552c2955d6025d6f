"""Inferred cases and recovery entries, recomputed for every customer whose contacts or promises changed.

The refresh takes the marks in ``dirty_customer``. It writes rows of ``contact_case`` and marks the days whose cases
changed, so that their rollups follow. It also writes rows of ``recovery_entry`` and marks their days, so that listeners
are notified. All cases of a customer are derived again and compared with the stored cases. Only the cases that differ
are written.
"""

from __future__ import annotations

from typing import Final

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
#: The first key of the advisory locks of blocks, so that they collide with no other lock. A worker derives the cases of
#: blocks of consecutive customers, which lie close together in the indexes. Other workers derive those of other blocks.
BLOCK_LOCKS: Final = 7_227_327
BLOCK_CUSTOMERS: Final = 50_000
#: A batch takes blocks until they have this many marked customers. Loads of a day mark few customers of each block.
CUSTOMERS_MAX: Final = 100_000
#: The most blocks of a batch: PostgreSQL's table of locks has room for some thousands.
BLOCKS_MAX: Final = 256


async def refresh_cases(pool: Pool) -> int:
    """Derive the cases of a batch of marked customers in one transaction. Return the number of customers: 0 if there
    are none but those that other workers are deriving."""
    async with pool.acquire() as connection, connection.transaction():
        lock, limits = sqlfiles.read("facts/case.sql:lock"), (BLOCK_CUSTOMERS, CUSTOMERS_MAX, BLOCKS_MAX)
        blocks = [row["block"] for row in await connection.fetch(lock, BLOCK_LOCKS, *limits)]
        if not blocks:
            return 0
        await connection.execute(sqlfiles.read("facts/case.sql:stage"))
        claimed = await connection.execute(sqlfiles.read("facts/case.sql:claim"), blocks, BLOCK_CUSTOMERS)
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
