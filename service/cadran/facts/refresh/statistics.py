"""Planner statistics for tables that have just been filled for the first time.

The function takes a pool, and returns the names of the tables that had no statistics. Without it, a refresh right after
a first load would be planned without statistics.
"""

from __future__ import annotations

from cadran import sqlfiles
from cadran.store.pool import Pool


async def measure(pool: Pool) -> list[str]:
    """Run ANALYZE on every larger table that has no statistics. Return the names of these tables."""
    async with pool.acquire() as connection:
        names = [row["name"] for row in await connection.fetch(sqlfiles.read("facts/refresh.sql:unmeasured"))]
        if names:
            await connection.execute(f"ANALYZE {', '.join(names)}")
        return names
