"""The customer flow: the table from which the customer base of any window is read. It is recomputed as a whole when the
customers have changed."""

from __future__ import annotations

from cadran import sqlfiles
from cadran.store.pool import Pool

#: The advisory lock under which one worker at a time recomputes the flow.
FLOW_LOCK = 7_227_328


async def refresh_flow(pool: Pool) -> bool:
    """Recompute the customer flow in one transaction, and notify listeners of a new directory version. Return whether
    there was anything to do."""
    async with pool.acquire() as connection, connection.transaction():
        if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", FLOW_LOCK):
            return False
        state = await connection.fetchrow(sqlfiles.read("facts/refresh.sql:flow_state"))
        if state is None or state["in_step"]:
            return False
        await connection.execute("DELETE FROM rollup.customer_flow")
        await connection.execute("INSERT INTO rollup.customer_flow SELECT * FROM customer_flow_fact")
        version = state["directory_version"]
        await connection.execute(
            "UPDATE customer_flow_state SET directory_version = $1, last_customer = $2", version, state["last_customer"]
        )
        await connection.execute(
            "SELECT pg_notify('cadran_changed', json_build_object('directory', $1::bigint)::text)", version
        )
        return True
