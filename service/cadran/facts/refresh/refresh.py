"""The refresh: recompute marked days from the facts, a month of some sites at a time, and notify listeners.

The refresh reads the marks, and recomputes the rollups of the facts that the marked changes affect. A unit is a month
of some sites. Its marks are deleted in the transaction that recomputes it, so a crash loses nothing. An advisory lock
for each month of a site lets several workers share the work without ever touching the same buckets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from cadran import sqlfiles
from cadran.compiler.refresh import rollup
from cadran.compiler.refresh.batch import Unit, list_days, unit_of
from cadran.facts.refresh.agent_time import refresh_agent_time
from cadran.facts.refresh.cases import refresh_cases
from cadran.facts.refresh.customer_flow import refresh_flow
from cadran.facts.refresh.declarations import check_declarations
from cadran.facts.refresh.given_cases import refresh_given_cases
from cadran.facts.refresh.statistics import measure
from cadran.store.pool import Connection, Pool, Row

#: The first key of the units' advisory locks, so that they collide with no other lock.
UNIT_LOCKS = 7_227
UNITS_MAX = 32
#: The most site days that one transaction recomputes, all in one month. A month of a single site is always recomputed
#: as a whole.
DAYS_MAX = 62


class Progress:
    """A count of what all workers have done: recomputed days, or filled months."""

    def __init__(self, on_progress: Callable[[int], None] | None) -> None:
        self._on_progress = on_progress
        self.done = 0

    def add(self, done: int) -> None:
        """Add to the count, and report it."""
        self.done += done
        if self._on_progress is not None:
            self._on_progress(self.done)


async def refresh(pool: Pool, *, workers: int = 1, on_progress: Callable[[int], None] | None = None) -> int:
    """Recompute everything that is marked, except what another process is recomputing. Return the number of recomputed
    days. Several ``workers`` share the work, each on its own connection of the pool and its own core of the server.
    Call ``on_progress`` with the number of days done so far. Raises MigrationRefused if another version writes the
    rollups."""
    async with pool.acquire() as connection:
        await check_declarations(connection)
    await measure(pool)
    await refresh_flow(pool)
    progress = Progress(on_progress)
    # Deriving cases and agents' time marks days, so both come before the days.
    derive = (*[refresh_cases] * workers, refresh_given_cases, refresh_agent_time)
    await share_work(workers, [partial(_drained, each, pool) for each in derive])
    await share_work(workers, [partial(_days, pool, progress)] * workers)
    return progress.done


async def share_work(workers: int, work: Sequence[Callable[[], Coroutine[Any, Any, None]]]) -> None:
    """Run all the work, as many parts at once as there are workers. If one part fails, cancel the rest."""
    free = asyncio.Semaphore(workers)

    async def take(part: Callable[[], Coroutine[Any, Any, None]]) -> None:
        async with free:
            await part()

    tasks = [asyncio.create_task(take(each)) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _drained(derive: Callable[[Pool], Awaitable[int]], pool: Pool) -> None:
    while await derive(pool):
        pass


async def _days(pool: Pool, progress: Progress) -> None:
    """Recompute months as one worker, until only months that other workers hold are left."""
    held: set[tuple[int, date]] = set()
    statement = sqlfiles.read("facts/refresh.sql:units")
    while batches := group_months(await pool.fetch(statement, [UNITS_MAX + len(held)]), held):
        for month, sites in batches:
            done = await recompute_month(pool, month, sites)
            held.update((site, month) for site in done.elsewhere)
            progress.add(done.days)


def group_months(rows: Iterable[Row], held: set[tuple[int, date]]) -> list[tuple[date, list[int]]]:
    """Return the months of these rows, in their order, each with the sites to recompute together. Leave out the sites
    and months in ``held``, which other workers hold."""
    found: list[tuple[date, list[int]]] = []
    open_batches: dict[date, tuple[list[int], int]] = {}
    for row in rows:
        site, month, days = row["site_id"], row["month"], row["days"]
        if (site, month) in held:
            continue
        sites, before = open_batches.get(month, ([], DAYS_MAX))
        if before + days > DAYS_MAX:
            sites, before = [], 0
            found.append((month, sites))
        sites.append(site)
        open_batches[month] = sites, before + days
    return found


class DoneWork(NamedTuple):
    """What a transaction did: the marked days that it recomputed, and the months of sites that it filled. ``elsewhere``
    are the sites that another worker holds."""

    days: int
    filled: int
    elsewhere: list[int]


async def recompute_month(pool: Pool, month: date, sites: list[int], *, fill: bool = False) -> DoneWork:
    """Recompute the marked days of a month of the sites in one transaction. With ``fill``, also recompute the whole
    month for the columns that are being filled. Raises MigrationRefused if another version writes the rollups."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(sqlfiles.read("facts/rollups.sql:share_declarations"))
        await check_declarations(connection)
        numbers = [site * 10_000 + month.year * 12 + month.month for site in sites]
        locked = await connection.fetch(sqlfiles.read("facts/refresh.sql:lock_units"), sites, numbers, UNIT_LOCKS)
        ours = sorted(row["site_id"] for row in locked)
        elsewhere = [site for site in sites if site not in ours]
        await connection.execute(sqlfiles.read("facts/refresh.sql:share_horizon"))
        claimed = await connection.fetch(sqlfiles.read("facts/refresh.sql:claim"), ours, month)
        claim_fill = sqlfiles.read("facts/rollups.sql:claim_fill")
        whole = await connection.fetch(claim_fill, ours, month) if fill else []
        if not claimed and not whole:
            return DoneWork(0, 0, elsewhere)
        marks = {(row["site_id"], row["day"], row["change"]) for row in claimed}
        wanted = {(row["site_id"], day, row["change"]) for row in whole for day in list_days(month)}
        marked = {(site, day) for site, day, _ in marks}
        unit, notified = unit_of(month, marks | wanted), unit_of(month, marks)
        before = await _affected_days(connection, notified)
        await recompute(connection, unit)
        if marked:
            # Filling changes no figure, so only the marked days get a new version.
            changed = sorted(marked | before | await _affected_days(connection, notified))
            version = [site for site, _ in changed], [day for _, day in changed]
            await connection.execute(sqlfiles.read("facts/refresh.sql:publish"), *version)
        return DoneWork(len(marked), len({row["site_id"] for row in whole}), elsewhere)


async def _affected_days(connection: Connection, unit: Unit) -> set[tuple[int, date]]:
    """Return the other site days on which the recomputed rows count. Readers of these days must be notified too."""
    return {
        (row["site_id"], row["day"])
        for statement in rollup.select_counted_days(unit)
        for row in await connection.fetch(statement.sql, *statement.arguments)
    }


async def recompute(connection: Connection, unit: Unit) -> None:
    """Replace the unit's buckets in the rollups of the facts that changed."""
    for statement in rollup.recompute(unit):
        await connection.execute(statement.sql, *statement.arguments)
