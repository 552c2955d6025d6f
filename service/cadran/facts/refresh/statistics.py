"""The planner's statistics of tables that were filled for the first time a moment ago.

Takes a pool; gives the names of the tables that had none. A refresh that follows a first load on its heels would
otherwise be planned blindly.
"""

from __future__ import annotations

from cadran import sqlfiles
from cadran.store.pool import Pool


async def measure(pool: Pool) -> list[str]:
    """Make the statistics of every table of some size that has none."""
    async with pool.acquire() as connection:
        names = [row["name"] for row in await connection.fetch(sqlfiles.read("facts/refresh/unmeasured.sql"))]
        if names:
            await connection.execute(f"ANALYZE {', '.join(names)}")
        return names
