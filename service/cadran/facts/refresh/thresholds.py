"""The wait thresholds that the rollups count exactly, in addition to the edges of the bins.

A threshold is exact for every reader from the transaction that names it (``store/directory.sql:directory_changed``): it
is counted in the facts until a worker has filled the rollups with it. Nobody reads the rows of a threshold that is no
longer named; the worker deletes them.
"""

from __future__ import annotations

import logging

from cadran import sqlfiles
from cadran.compiler.lattice.lattice import ROLLUPS
from cadran.store.pool import Connection, Pool

log = logging.getLogger(__name__)

#: The change whose marks recompute the counts within thresholds.
CHANGE = "threshold"


async def plan_thresholds(pool: Pool) -> None:
    """Note the months to fill for thresholds that are newly named, and forget those that nobody names any more."""
    async with pool.acquire() as connection:
        if not await connection.fetchval(sqlfiles.read("facts/thresholds.sql:differing")):
            return
        async with connection.transaction():
            # A refresh that began before may not know of the thresholds, so it must end before the months are noted.
            await connection.execute(sqlfiles.read("facts/thresholds.sql:lock"))
            if forgotten := await connection.fetch(sqlfiles.read("facts/thresholds.sql:forget")):
                await _delete(connection, [row["seconds"] for row in forgotten])
            if planned := await connection.fetch(sqlfiles.read("facts/thresholds.sql:plan")):
                await connection.execute(sqlfiles.read("facts/rollups.sql:plan_fill"), [CHANGE])
                log.info("thresholds to fill: %s s", ", ".join(f"{row['seconds']:.15g}" for row in planned))
            await connection.execute(sqlfiles.read("store/directory.sql:directory_changed"), None)


async def finish_thresholds(connection: Connection) -> bool:
    """Note the thresholds of which no month is left to fill. Return whether there are any."""
    return bool(await connection.fetch(sqlfiles.read("facts/thresholds.sql:finish")))


async def _delete(connection: Connection, seconds: list[float]) -> None:
    for table in ROLLUPS.values():
        if table.has_thresholds:
            await connection.execute(f"DELETE FROM {table.sql} AS f WHERE f.threshold = ANY ($1::float8[])", seconds)
    await connection.execute(sqlfiles.read("facts/thresholds.sql:raise_version"))
