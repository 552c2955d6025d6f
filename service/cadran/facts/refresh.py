"""The refresh: what is marked dirty is recomputed from the facts, a month of a site at a time, and said to whoever
listens.

Takes the marks; gives exact rollups. The marks of a unit disappear in the transaction that recomputes it, so a crash
loses nothing; an
advisory lock per unit lets several workers share the work without ever touching the same buckets.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from cadran import sqlfiles
from cadran.compiler import rollup
from cadran.compiler.lattice import ROLLUPS
from cadran.compiler.rollup import Unit
from cadran.compiler.statement import Statement
from cadran.facts.cases import refresh_cases
from cadran.facts.flow import refresh_flow
from cadran.facts.given_cases import refresh_given_cases
from cadran.facts.statistics import measure
from cadran.facts.walls import raise_walls
from cadran.store.pool import Connection, Pool

#: Advisory locks of units live in a space of their own.
UNIT_LOCKS = 7_227
UNITS_MAX = 32


async def refresh(pool: Pool, *, on_progress: Callable[[int], None] | None = None) -> int:
    """Recompute everything that is marked and not in another worker's hands; how many days were."""
    await measure(pool)
    await refresh_flow(pool)
    while await refresh_cases(pool):
        pass
    while await refresh_given_cases(pool):
        pass
    days = 0
    held: set[tuple[int, date]] = set()
    while units := await _units(pool, held):
        for site, month in units:
            done = await _unit(pool, site, month)
            if done is None:
                held.add((site, month))
            days += done or 0
        if on_progress is not None:
            on_progress(days)
    return days


async def _units(pool: Pool, held: set[tuple[int, date]]) -> list[tuple[int, date]]:
    """The units that have waited longest, without those that were found in another worker's hands."""
    rows = await pool.fetch(sqlfiles.read("facts/refresh/units.sql"), [UNITS_MAX + len(held)])
    return [unit for row in rows if (unit := (row["site_id"], row["month"])) not in held]


async def _unit(pool: Pool, site: int, month: date) -> int | None:
    """Recompute a unit; how many days of it were marked, None when another worker has it."""
    async with pool.acquire() as connection, connection.transaction():
        number = site * 10_000 + month.year * 12 + month.month
        if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1, $2)", UNIT_LOCKS, number):
            return None
        await connection.execute(sqlfiles.read("facts/refresh/keep_horizon.sql"))
        claimed = await connection.fetch(sqlfiles.read("facts/refresh/claim.sql"), site, month)
        if not claimed:
            return 0
        days = [row["day"] for row in claimed]
        unit = Unit(site, month, days)
        before = await _told(connection, unit)
        await recompute(connection, unit)
        changed = {*days, *before, *await _told(connection, unit)}
        await connection.execute(sqlfiles.read("facts/refresh/publish.sql"), site, sorted(changed))
        return len(days)


async def _told(connection: Connection, unit: Unit) -> set[date]:
    """The other days on which what is recomputed counts: who reads those must be told too."""
    return {
        row["day"]
        for statement in rollup.told(unit)
        for row in await connection.fetch(statement.sql, *statement.arguments)
    }


async def recompute(connection: Connection, unit: Unit) -> None:
    """Replace the unit's buckets in every rollup."""
    await _run(connection, rollup.copy(unit))
    for table in rollup.refresh_order():
        await _run(connection, rollup.clear(table, unit))
        await _run(connection, rollup.refill(table, unit))


async def _run(connection: Connection, statement: Statement) -> None:
    await connection.execute(statement.sql, *statement.arguments)


async def reconcile(connection: Connection) -> list[str]:
    """Make the rollups' tables as the lattice declares them, and the walls around them; a changed declaration drops the
    table and marks everything dirty.

    Runs after the migrations, under their lock. Gives the names of the tables made.
    """
    made = []
    known = {
        row["name"]: row["definition"]
        for row in await connection.fetch("SELECT name, definition FROM rollup_definition")
    }
    async with connection.transaction():
        for name in known.keys() - ROLLUPS.keys():
            await connection.execute(f'DROP TABLE IF EXISTS rollup."{name}" CASCADE')
            await connection.execute("DELETE FROM rollup_definition WHERE name = $1", name)
        for name, table in ROLLUPS.items():
            # A view that reads otherwise gives other numbers, so its text is part of what the rollup was built with.
            view = await connection.fetchval("SELECT pg_get_viewdef($1::regclass)", rollup.fact_of(table).name)
            definition = "\n".join((rollup.definition(table), rollup.recipe(table), view))
            if known.get(name) == definition:
                continue
            # What stands on it belongs to the walls, which are raised anew below.
            await connection.execute(f"DROP TABLE IF EXISTS {table.sql} CASCADE")
            await connection.execute(rollup.definition(table))
            await connection.execute(
                "INSERT INTO rollup_definition VALUES ($1, $2)"
                " ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
                name,
                definition,
            )
            made.append(name)
        if made:
            await connection.execute(sqlfiles.read("facts/refresh/mark_all.sql"))
        await raise_walls(connection, anew=bool(made))
    return made
