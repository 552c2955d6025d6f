"""The attributes that the rollups hold.

An attribute is answered from the facts until a worker has filled the rollups with it. From the transaction that
declares it on, the refresh writes its rows.
"""

from __future__ import annotations

import logging

from cadran import sqlfiles
from cadran.store.pool import Connection, Pool

log = logging.getLogger(__name__)

#: The change whose marks recompute the rollups that hold attributes.
CHANGE = "attribute"


async def plan_attributes(pool: Pool) -> None:
    """Note the months to fill for attributes that the rollups are to hold."""
    async with pool.acquire() as connection:
        if not await connection.fetchval(sqlfiles.read("facts/attributes.sql:differing")):
            return
        async with connection.transaction():
            # A refresh that began before may not know of the attributes, so it must end before the months are noted.
            await connection.execute(sqlfiles.read("facts/thresholds.sql:lock"))
            if planned := await connection.fetch(sqlfiles.read("facts/attributes.sql:plan")):
                await connection.execute(sqlfiles.read("facts/rollups.sql:plan_fill"), [CHANGE])
                log.info("attributes to fill: %s", ", ".join(row["name"] for row in planned))


async def finish_attributes(connection: Connection) -> bool:
    """Note the attributes of which no month is left to fill. Return whether there are any."""
    return bool(await connection.fetch(sqlfiles.read("facts/attributes.sql:finish")))
