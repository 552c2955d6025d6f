"""The refresh: recompute marked days from the facts, a month of some sites at a time, and notify listeners.

The refresh reads the marks, and recomputes the rollups of the facts that the marked changes affect. A unit is a month
of some sites. Its marks are deleted in the transaction that recomputes it, so a crash loses nothing. An advisory lock
for each month of a site lets several workers share the work without ever touching the same buckets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import date
from functools import partial
from typing import Any

from cadran import sqlfiles
from cadran.compiler.lattice import ROLLUPS, Table
from cadran.compiler.refresh import rollup
from cadran.compiler.refresh.affected_facts import find_narrowest
from cadran.compiler.refresh.batch import Unit, unit_of
from cadran.facts.refresh.cases import refresh_cases
from cadran.facts.refresh.customer_flow import refresh_flow
from cadran.facts.refresh.given_cases import refresh_given_cases
from cadran.facts.refresh.statistics import measure
from cadran.facts.walls import raise_walls
from cadran.quoting import quote_identifier
from cadran.store.migrate import MigrationRefused
from cadran.store.pool import Connection, Pool
from cadran.store.reach import Direct

#: The first key of the units' advisory locks, so that they collide with no other lock.
UNIT_LOCKS = 7_227
UNITS_MAX = 32
#: The most site days that one transaction recomputes, all in one month. A month of a single site is always recomputed
#: as a whole.
DAYS_MAX = 62


class _Progress:
    """A count of the days that all workers of a refresh have recomputed."""

    def __init__(self, on_progress: Callable[[int], None] | None) -> None:
        self._on_progress = on_progress
        self.days = 0

    def add(self, days: int) -> None:
        self.days += days
        if self._on_progress is not None:
            self._on_progress(self.days)


async def refresh(pool: Pool, *, workers: int = 1, on_progress: Callable[[int], None] | None = None) -> int:
    """Recompute everything that is marked, except what another process is recomputing. Return the number of recomputed
    days. Several ``workers`` share the work, each on its own connection of the pool and its own core of the server.
    Call ``on_progress`` with the number of days done so far."""
    await measure(pool)
    await refresh_flow(pool)
    progress = _Progress(on_progress)
    # Deriving cases marks days, so all cases come before the days.
    await _shared(workers, [partial(_drained, each, pool) for each in (refresh_cases, refresh_given_cases)])
    await _shared(workers, [partial(_days, pool, progress)] * workers)
    return progress.days


async def _shared(workers: int, work: Sequence[Callable[[], Coroutine[Any, Any, None]]]) -> None:
    """Run all the work: concurrently for several workers, else one after the other. If one part fails, cancel the
    rest."""
    if workers == 1:
        for each in work:
            await each()
        return
    tasks = [asyncio.create_task(each()) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _drained(derive: Callable[[Pool], Awaitable[int]], pool: Pool) -> None:
    while await derive(pool):
        pass


async def _days(pool: Pool, progress: _Progress) -> None:
    """Recompute months as one worker, until only months that other workers hold are left."""
    held: set[tuple[int, date]] = set()
    while batches := await _batches(pool, held):
        for month, sites in batches:
            done, elsewhere = await _batch(pool, month, sites)
            held.update((site, month) for site in elsewhere)
            progress.add(done)


async def _batches(pool: Pool, held: set[tuple[int, date]]) -> list[tuple[date, list[int]]]:
    """Return the months that have waited longest, each with the sites to recompute together. Leave out the sites and
    months in ``held``, which other workers hold."""
    rows = await pool.fetch(sqlfiles.read("facts/refresh.sql:units"), [UNITS_MAX + len(held)])
    found: list[tuple[date, list[int]]] = []
    filling: dict[date, tuple[list[int], int]] = {}
    for row in rows:
        site, month, days = row["site_id"], row["month"], row["days"]
        if (site, month) in held:
            continue
        sites, before = filling.get(month, ([], DAYS_MAX))
        if before + days > DAYS_MAX:
            sites, before = [], 0
            found.append((month, sites))
        sites.append(site)
        filling[month] = sites, before + days
    return found


async def _batch(pool: Pool, month: date, sites: list[int]) -> tuple[int, list[int]]:
    """Recompute a month of the sites. Return the number of marked site days, and the sites that another worker
    holds."""
    async with pool.acquire() as connection, connection.transaction():
        numbers = [site * 10_000 + month.year * 12 + month.month for site in sites]
        locked = await connection.fetch(sqlfiles.read("facts/refresh.sql:lock_units"), sites, numbers, UNIT_LOCKS)
        ours = sorted(row["site_id"] for row in locked)
        elsewhere = [site for site in sites if site not in ours]
        await connection.execute(sqlfiles.read("facts/refresh.sql:share_horizon"))
        claimed = await connection.fetch(sqlfiles.read("facts/refresh.sql:claim"), ours, month)
        if not claimed:
            return 0, elsewhere
        unit = unit_of(month, ((row["site_id"], row["day"], row["change"]) for row in claimed))
        marked = {(row["site_id"], row["day"]) for row in claimed}
        before = await _affected_days(connection, unit)
        await recompute(connection, unit)
        changed = sorted(marked | before | await _affected_days(connection, unit))
        version = [site for site, _ in changed], [day for _, day in changed]
        await connection.execute(sqlfiles.read("facts/refresh.sql:publish"), *version)
        return len(marked), elsewhere


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


async def reconcile(connection: Connection) -> list[str]:
    """Make the tables of the rollups as the lattice declares them, and the walls around them. A changed declaration
    drops the table and marks every day for the fact that the rollup is computed from.

    The function runs after the migrations, under their lock. It returns the names of the tables that it made.
    """
    made = []
    known = {
        row["name"]: row["definition"]
        for row in await connection.fetch("SELECT name, definition FROM rollup_definition")
    }
    async with connection.transaction():
        for name in known.keys() - ROLLUPS.keys():
            await connection.execute(f"DROP TABLE IF EXISTS rollup.{quote_identifier(name)} CASCADE")
            await connection.execute("DELETE FROM rollup_definition WHERE name = $1", name)
        for name, table in ROLLUPS.items():
            # A changed view gives other numbers, so the view's text is part of the rollup's definition.
            view = await connection.fetchval("SELECT pg_get_viewdef($1::regclass)", rollup.find_fact(table).name)
            definition = "\n".join((_declared(table), view))
            if known.get(name) == definition:
                continue
            # Everything that depends on the table belongs to the walls, which are raised again below.
            await connection.execute(f"DROP TABLE IF EXISTS {table.sql} CASCADE")
            await connection.execute(rollup.compose_ddl(table))
            await connection.execute(
                "INSERT INTO rollup_definition VALUES ($1, $2)"
                " ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
                name,
                definition,
            )
            made.append(name)
        if made:
            changes = find_narrowest(ROLLUPS[name].fact for name in made)
            await connection.execute(sqlfiles.read("facts/refresh.sql:mark_all"), changes)
        await raise_walls(connection, anew=bool(made))
    return made


async def check_rollups(connection: Direct) -> None:
    """Check that the database's rollups are those that this program declares. Raises MigrationRefused."""
    rows = await connection.fetch("SELECT name, definition FROM rollup_definition")
    known = {row["name"]: row["definition"] for row in rows}
    differing = [name for name, table in ROLLUPS.items() if not known.get(name, "").startswith(_declared(table))]
    if differing:
        raise MigrationRefused(
            f"The database's rollups belong to another version of cadran ({len(differing)} differ, the first is"
            f" {differing[0]}): run cadran migrate."
        )


def _declared(table: Table) -> str:
    return "\n".join((rollup.compose_ddl(table), rollup.describe_rollup(table)))
