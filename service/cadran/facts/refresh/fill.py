"""The filling of columns that `reconcile` has added, of thresholds that somebody named, and of attributes, in bounded
steps.

Refreshes of marked days run between the steps. A step is one transaction: it recomputes a month of one or two sites
from the facts, as the refresh does, and takes the month out of what is left to fill. So a killed worker loses one
step, several workers share the steps, and a filled month holds exactly what a refresh would write. Marks of the month
are done in the same step. When no month is left, the columns are noted as filled, and every process begins to read
them.
"""

from __future__ import annotations

import logging
from datetime import date
from functools import partial
from time import monotonic
from typing import Final

from cadran import sqlfiles
from cadran.facts.refresh.attributes import finish_attributes, plan_attributes
from cadran.facts.refresh.declarations import check_declarations
from cadran.facts.refresh.refresh import UNITS_MAX, Progress, group_months, recompute_month, share_work
from cadran.facts.refresh.thresholds import finish_thresholds, plan_thresholds
from cadran.store.pool import Pool

log = logging.getLogger(__name__)

#: How long one call fills, and one step more at most.
TURN_SECONDS: Final = 10.0


async def fill_columns(pool: Pool, *, workers: int = 1) -> int:
    """Fill columns for ``TURN_SECONDS``, or until marks wait for the refresh. Return the number of filled months of
    sites: 0 if nothing is left.

    Each worker does at least one step, so the filling goes on however many marks arrive. Raises MigrationRefused if
    another version writes the rollups.
    """
    await plan_thresholds(pool)
    await plan_attributes(pool)
    if await count_left(pool) is None:
        return 0
    async with pool.acquire() as connection:
        await check_declarations(connection)
    progress = Progress(None)
    await share_work(workers, [partial(_fill, pool, progress, monotonic() + TURN_SECONDS)] * workers)
    await _finish(pool)
    log.info("filled %d months of sites; %d are left", progress.done, await count_left(pool) or 0)
    return progress.done


async def count_left(pool: Pool) -> int | None:
    """Return the number of months of sites that are left to fill; None if nothing is being filled."""
    [row] = await pool.fetch(sqlfiles.read("facts/rollups.sql:left_to_fill"))
    return int(row["months"]) if row["filling"] else None


async def _fill(pool: Pool, progress: Progress, until: float) -> None:
    """Fill months as one worker, until marks wait, the time is up, or other workers hold all months that are left."""
    held: set[tuple[int, date]] = set()
    statement = sqlfiles.read("facts/rollups.sql:months_to_fill")
    while batches := group_months(await pool.fetch(statement, [UNITS_MAX + len(held)]), held):
        for month, sites in batches:
            done = await recompute_month(pool, month, sites, fill=True)
            held.update((site, month) for site in done.elsewhere)
            if not done.filled:
                continue
            progress.add(done.filled)
            await _finish(pool)
            waiting = (await pool.fetch(sqlfiles.read("facts/rollups.sql:marks_wait")))[0]["waiting"]
            if waiting or monotonic() >= until:
                return


async def _finish(pool: Pool) -> None:
    """Note the columns, thresholds and attributes of which no month is left as filled, and notify every process.

    This is a separate transaction: of two workers that end the last two steps at the same time, neither sees in its
    own transaction that nothing is left."""
    async with pool.acquire() as connection, connection.transaction():
        rows = await connection.fetch(sqlfiles.read("facts/rollups.sql:finish"))
        finished = [await finish_thresholds(connection), await finish_attributes(connection)]
        if rows or any(finished):
            await connection.execute(sqlfiles.read("store/directory.sql:directory_changed"), None)
            log.info("filled %d columns of %d rollups", len(rows), len({row["rollup"] for row in rows}))
