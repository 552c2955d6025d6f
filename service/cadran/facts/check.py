"""A check of derived data: recompute every rollup, case and other derived table from the facts, and compare each bucket
with the stored one.

The check returns one line for each bucket that differs, and the number of marks that wait for the refresh. Buckets on
marked days may differ until the refresh has run. The check of a rollup therefore skips the days with a mark that
affects the rollup, and the columns that are still being filled, which nobody reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cadran import sqlfiles
from cadran.compiler.lattice.lattice import ROLLUPS
from cadran.compiler.lattice.table import Table
from cadran.compiler.refresh import rollup
from cadran.compiler.refresh.affected_facts import INFLUENCE, find_changes_reaching
from cadran.facts.refresh import agent_time
from cadran.facts.refresh.declarations import make_rollup_state
from cadran.store.pool import Connection, Pool


async def check_figures(pool: Pool, *, on_progress: Callable[[str], None] = lambda _: None) -> tuple[list[str], int]:
    """Return a line for each difference, and the number of marks that wait. The whole comparison reads one snapshot.
    Call ``on_progress`` with the name of each table before its comparison."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
        found: list[str] = []
        state = make_rollup_state(await connection.fetch(sqlfiles.read("facts/rollups.sql:columns")))
        for table in ROLLUPS.values():
            names = [name for name, _ in rollup.list_measures(table)]
            lacking = state.lacks(table.name, names)
            if filled := [name for name in names if name not in lacking]:
                on_progress(table.name)
                found.extend(await _rollup(connection, table, filled))
        derived = {
            "cases": _cases,
            "recovery": _recovery,
            "steps": _steps,
            "agents' time": agent_time.find_differences,
            "flow": _flow,
            "hours": _hours,
            "queues": _queues,
            "intervals": _intervals,
        }
        for name, differing in derived.items():
            on_progress(name)
            found.extend(await differing(connection))
        waiting = await connection.fetchval(
            "SELECT (SELECT count(*) FROM dirty_day) + (SELECT count(*) FROM dirty_customer)"
            " + (SELECT count(*) FROM dirty_case) + (SELECT count(*) FROM dirty_time)"
        )
        return found, int(waiting)


async def _rollup(connection: Connection, table: Table, filled: Sequence[str]) -> list[str]:
    """Return a line for each bucket of a rollup in which one of these columns differs."""
    names = [name for name, _ in rollup.list_columns(table)]
    # An attribute that is still being filled has some of its rows only.
    held = " WHERE attribute IN (SELECT a.number FROM attribute AS a WHERE a.filled)" if table.has_attributes else ""
    every = ", ".join((*names, *filled))
    facts = rollup.compose_from_facts(table, rollup.find_fact(table).name, "true", into=False)
    keys = ", ".join(names)
    span = (
        "date_trunc('month', m.day::timestamp)::date = d.month"
        if table.by_month
        else f"m.day = d.{table.kept_by or 'day'}"
    )
    of_site = "m.site_id = d.site_id" if table.of_sites else "true"
    statement = f"""
WITH fresh AS ({facts}),
differing AS (
  (SELECT {every} FROM fresh{held} EXCEPT SELECT {every} FROM {table.sql}{held})
  UNION ALL
  (SELECT {every} FROM {table.sql}{held} EXCEPT SELECT {every} FROM fresh{held})
)
SELECT DISTINCT {keys}
FROM differing AS d
WHERE NOT EXISTS (
  SELECT
  FROM dirty_day AS m
  WHERE {of_site}
    AND {span}
    AND (m.change = ANY ($1::text[]) OR m.change <> ALL ($2::text[]))
)
ORDER BY {keys}"""
    rows = await connection.fetch(statement, find_changes_reaching([table.fact]), list(INFLUENCE))
    return [f"{table.name}: " + " ".join(f"{name}={row[name]}" for name in names) for row in rows]


async def _cases(connection: Connection) -> list[str]:
    await connection.execute(sqlfiles.read("facts/case.sql:stage"))
    await connection.execute(
        "INSERT INTO touched_customer SELECT DISTINCT c.customer_id FROM contact AS c WHERE c.customer_id <> 0"
    )
    await connection.execute("ANALYZE touched_customer")
    await connection.execute(sqlfiles.read("facts/case/fresh.sql"))
    await connection.execute(sqlfiles.read("facts/case.sql:changed"))
    rows = await connection.fetch(
        "SELECT c.change, c.customer_id, c.moment_id, c.opened_at FROM changed_case AS c"
        " WHERE NOT EXISTS (SELECT FROM dirty_customer AS m WHERE m.customer_id = c.customer_id) ORDER BY 2, 3, 4"
    )
    return [f"contact_case: {' '.join(f'{name}={value}' for name, value in row.items())}" for row in rows]


async def _recovery(connection: Connection) -> list[str]:
    rows = await connection.fetch(sqlfiles.read("facts/recovery.sql:differing"))
    return [f"recovery_entry: {' '.join(f'{name}={value}' for name, value in row.items())}" for row in rows]


async def _steps(connection: Connection) -> list[str]:
    for statement in (
        "facts/given_case.sql:stage",
        "facts/given_case.sql:touch_all",
        "facts/given_case/fresh.sql",
        "facts/given_case.sql:changed",
    ):
        await connection.execute(sqlfiles.read(statement))
    rows = await connection.fetch(
        "SELECT DISTINCT c.source_id, c.case_id, c.run, c.step FROM changed_step AS c WHERE NOT EXISTS"
        " (SELECT FROM dirty_case AS m WHERE m.source_id = c.source_id AND m.case_id = c.case_id) ORDER BY 1, 2, 3, 4"
    )
    return [f"case_step: {' '.join(f'{name}={value}' for name, value in row.items())}" for row in rows]


async def _flow(connection: Connection) -> list[str]:
    state = await connection.fetchrow(sqlfiles.read("facts/refresh.sql:flow_state"))
    if state is None or not state["in_step"]:
        return []
    rows = await connection.fetch(
        "(TABLE rollup.customer_flow EXCEPT TABLE customer_flow_fact) UNION (TABLE customer_flow_fact EXCEPT TABLE"
        " rollup.customer_flow) ORDER BY 1, 2"
    )
    return [f"customer_flow: segment_id={row['segment_id']} day={row['day']}" for row in rows]


async def _hours(connection: Connection) -> list[str]:
    rows = await connection.fetch(sqlfiles.read("facts/open_hours.sql:differing"))
    return [f"{row['name']}: site_id={row['site_id']} day={row['day']}" for row in rows]


async def _queues(connection: Connection) -> list[str]:
    rows = await connection.fetch(sqlfiles.read("facts/visit.sql:differing"))
    return [f"{row['name']} queue: site_id={row['site_id']} day={row['day']}" for row in rows]


async def _intervals(connection: Connection) -> list[str]:
    rows = await connection.fetch(sqlfiles.read("facts/interval.sql:differing"))
    return [
        f"interval overlaps {row['name']}: site_id={row['site_id']} starts_at={row['starts_at'].isoformat()}"
        for row in rows
    ]
