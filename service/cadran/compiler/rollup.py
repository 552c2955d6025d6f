"""From the lattice's declarations to the rollups' tables and their refresh: one site, one month, the given days.

A bucket is always recomputed whole. ``$1`` is the site, ``$2`` the days (date[]), ``$3`` the month; coarser tables are summed from
finer ones that the same transaction has just recomputed.
"""

from __future__ import annotations

from cadran.compiler.lattice import COLUMNS, ROLLUPS, Table, bin_columns, tables_of
from cadran.domain.metric import WAIT_EDGES, Part

_TIME_COLUMNS = {
    "month": (("month", "date"),),
    "usual": (("month", "date"), ("weekday", "smallint"), ("quarter", "smallint")),
    "day": (("day", "date"),),
    "quarter": (("day", "date"), ("bucket", "timestamptz"), ("quarter", "smallint")),
}
_KINDS = {"direction": "boolean", "agent": "integer", "reason": "integer"}


def columns_of(table: Table) -> tuple[tuple[str, str], ...]:
    """The key columns of a rollup with their types."""
    members = tuple((COLUMNS[dimension], _KINDS.get(dimension, "smallint")) for dimension in table.dimensions)
    return (*_TIME_COLUMNS[table.time], *members)


def measures_of(table: Table) -> tuple[tuple[str, str], ...]:
    """The part columns of a rollup with their types; an empty count is kept as NULL, which costs a bit instead of a number."""
    found: list[tuple[str, str]] = []
    for part in table.parts:
        found.append((part.column, "numeric" if part.expression else "integer"))
        if part.binned:
            found.extend((column, "integer") for column in bin_columns(part))
    return tuple(found)


def definition(table: Table) -> str:
    """The DDL of a rollup."""
    columns = [f"  {name} {kind} NOT NULL" for name, kind in columns_of(table)]
    columns += [f"  {name} {kind}" for name, kind in measures_of(table)]
    time = _TIME_COLUMNS[table.time][0][0]
    body = ",\n".join(columns)
    return f"CREATE TABLE {table.sql} (\n{body}\n);\nCREATE INDEX {table.name}_{time} ON {table.sql} ({time}, site_id);"


def clear(table: Table) -> str:
    """Remove the buckets about to be recomputed."""
    if table.time in ("month", "usual"):
        return f"DELETE FROM {table.sql} WHERE month = $3 AND site_id = $1"
    return f"DELETE FROM {table.sql} WHERE day = ANY($2::date[]) AND site_id = $1"


def refill(table: Table) -> str:
    """Recompute the buckets: from the facts, or summed from a finer rollup."""
    if table.summed_from:
        return _summed(table, ROLLUPS[table.summed_from])
    fact = next(each for each in tables_of(table.fact) if not each.is_rollup)
    keys = [_fact_key(name, fact) for name, _ in columns_of(table)]
    measures: list[str] = []
    for part in table.parts:
        measures.append(_measure(part))
        if part.binned:
            measures.extend(_bins(part))
    # Flags that need a look at other contacts are found once for all of a row's measures.
    source = f"(SELECT * FROM {fact.name} AS v WHERE v.site_id = $1 AND v.day = ANY($2::date[]) OFFSET 0) AS f"
    return _insert(table, keys, measures, source, "$1 = $1 AND $3::date IS NOT NULL")


def _insert(table: Table, keys: list[str], measures: list[str], source: str, where: str) -> str:
    names = ", ".join(name for name, _ in (*columns_of(table), *measures_of(table)))
    selected = ",\n  ".join((*keys, *measures))
    groups = ", ".join(str(number + 1) for number in range(len(keys)))
    return f"INSERT INTO {table.sql} ({names})\nSELECT\n  {selected}\nFROM {source}\nWHERE {where}\nGROUP BY {groups}"


def _fact_key(name: str, fact: Table) -> str:
    if name == "bucket":
        return f"date_bin('15 minutes', f.{fact.instant}, TIMESTAMPTZ '2000-01-01 00:00:00+00')"
    return f"f.{name}"


def _measure(part: Part) -> str:
    test = f" FILTER (WHERE {part.condition})" if part.condition else ""
    if part.expression:
        return f"{part.merge}({part.expression}){test}"
    return f"NULLIF(count(*){test}, 0)"


def _bins(part: Part) -> list[str]:
    found = []
    for low, high in zip((None, *WAIT_EDGES), (*WAIT_EDGES, None), strict=True):
        bounds = [f"f.wait > {low}" if low else "", f"f.wait <= {high}" if high else ""]
        tests = " AND ".join(test for test in (part.condition, *bounds) if test)
        found.append(f"NULLIF(count(*) FILTER (WHERE {tests}), 0)")
    return found


def _summed(table: Table, finer: Table) -> str:
    keys = [_coarser_key(name, finer) for name, _ in columns_of(table)]
    measures: list[str] = []
    for part in table.parts:
        measures.append(f"{part.merge}(f.{part.column})")
        if part.binned:
            measures.extend(f"sum(f.{column})" for column in bin_columns(part))
    if table.time in ("month", "usual"):
        where = "f.day >= $3 AND f.day < ($3::date + interval '1 month')::date AND f.site_id = $1 AND $2::date[] IS NOT NULL"
    else:
        where = "f.day = ANY($2::date[]) AND f.site_id = $1 AND $3::date IS NOT NULL"
    return _insert(table, keys, measures, f"{finer.sql} AS f", where)


def _coarser_key(name: str, finer: Table) -> str:
    if name == "month":
        return "date_trunc('month', f.day::timestamp)::date"
    if name == "weekday":
        return "EXTRACT(isodow FROM f.day)::smallint"
    return f"f.{name}"


def refresh_order() -> tuple[Table, ...]:
    """The rollups, each after the one it is summed from."""
    done: list[Table] = []
    waiting = list(ROLLUPS.values())
    while waiting:
        ready = [table for table in waiting if not table.summed_from or ROLLUPS[table.summed_from] in done]
        done.extend(ready)
        waiting = [table for table in waiting if table not in ready]
    return tuple(done)
