"""From the lattice's declarations to the rollups' tables and their refresh: one site, one month, the given days.

A bucket is always recomputed whole. Contacts are read from a temporary copy of the days' facts (``REFRESHED``), so
that flags which need a
look at other contacts are found once and all rollups see the same moment; coarser tables are summed from finer ones
that the same
transaction has just recomputed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cadran.compiler.lattice import COLUMNS, ROLLUPS, SAMPLED, Table, bin_columns, tables_of
from cadran.compiler.statement import Statement
from cadran.domain.metric import WAIT_EDGES, Part

_TIME_COLUMNS = {
    "month": (("month", "date"),),
    "clock": (("month", "date"), ("quarter", "smallint")),
    "usual": (("month", "date"), ("weekday", "smallint"), ("quarter", "smallint")),
    "day": (("day", "date"),),
    "quarter": (("day", "date"), ("bucket", "timestamptz"), ("quarter", "smallint")),
}
#: The temporary table that holds a unit's contacts while their rollups are recomputed.
REFRESHED = "refreshed_contact"
_KINDS = {"direction": "boolean", "hot": "boolean", "score": "numeric(9, 3)", "agent": "integer", "reason": "integer"}


def columns_of(table: Table) -> tuple[tuple[str, str], ...]:
    """The key columns of a rollup with their types."""
    members = tuple((COLUMNS[dimension], _KINDS.get(dimension, "smallint")) for dimension in table.dimensions)
    customer = (("customer_id", "bigint"),) if table.sampled else ()
    kept = ((table.kept_by, "date"),) if table.kept_by else ()
    return (*_TIME_COLUMNS[table.time], *kept, *members, *customer)


def measures_of(table: Table) -> tuple[tuple[str, str], ...]:
    """The part columns of a rollup with their types; an empty count is kept as NULL, which costs a bit instead of a
    number. Bins come last: a row is unpacked up to the last column that a question names, and few name bins."""
    found = [(part.column, "numeric" if part.expression else "integer") for part in table.parts]
    found += [(column, "integer") for part in _binned(table) for column in bin_columns(part)]
    return tuple(found)


def _binned(table: Table) -> list[Part]:
    return [part for part in table.parts if part.binned]


def definition(table: Table) -> str:
    """The DDL of a rollup."""
    columns = [f"  {name} {kind} NOT NULL" for name, kind in columns_of(table)]
    columns += [f"  {name} {kind}" for name, kind in measures_of(table)]
    time = _TIME_COLUMNS[table.time][0][0]
    body = ",\n".join(columns)
    indexes = [(time, "site_id"), *table.more_indexes]
    made = [f"CREATE INDEX {table.name}_{each[0]} ON {table.sql} ({', '.join(each)});" for each in indexes]
    return "\n".join((f"CREATE TABLE {table.sql} (\n{body}\n);", *made))


@dataclass(frozen=True, slots=True)
class Unit:
    """What is recomputed at a time: days of one month of one site."""

    site: int
    month: date
    days: Sequence[date]


def fact_of(table: Table) -> Table:
    """The facts that a rollup is worked out from."""
    return next(each for each in tables_of(table.fact) if not each.is_rollup)


def copy(unit: Unit) -> Statement:
    """The facts of the unit's contacts, their flags worked out. A utility statement takes no parameters: days and
    site are written out."""
    days = ", ".join(f"DATE '{day.isoformat()}'" for day in unit.days)
    source = f"SELECT * FROM contact_fact AS f WHERE f.site_id = {unit.site:d} AND f.day IN ({days})"
    return Statement(f"CREATE TEMPORARY TABLE {REFRESHED} ON COMMIT DROP AS\n{source}")


def clear(table: Table, unit: Unit) -> Statement:
    """Remove the buckets about to be recomputed."""
    if table.by_month:
        return Statement(f"DELETE FROM {table.sql} WHERE month = $1 AND site_id = $2", (unit.month, unit.site))
    return Statement(
        f"DELETE FROM {table.sql} WHERE {_kept_by(table)} = ANY($1::date[]) AND site_id = $2",
        (list(unit.days), unit.site),
    )


def _kept_by(table: Table) -> str:
    """The day by which a table's rows are recomputed."""
    return table.kept_by or "day"


def told(unit: Unit) -> tuple[Statement, ...]:
    """The days that rows recomputed with the unit count on, where those are others than the unit's own."""
    found = []
    for table in ROLLUPS.values():
        if table.kept_by and table.time == "day":
            text = f"SELECT DISTINCT day FROM {table.sql} WHERE {table.kept_by} = ANY($1::date[]) AND site_id = $2"
            found.append(Statement(text, (list(unit.days), unit.site)))
    return tuple(found)


def refill(table: Table, unit: Unit) -> Statement:
    """Recompute the buckets: from the facts, or summed from a finer rollup."""
    if table.summed_from:
        return _summed(table, ROLLUPS[table.summed_from], unit)
    if table.fact in ("contact", "customer"):
        return Statement(from_facts(table, REFRESHED, "true"))
    where = f"f.{_kept_by(table)} = ANY($1::date[]) AND f.site_id = $2"
    return Statement(from_facts(table, fact_of(table).name, where), (list(unit.days), unit.site))


def from_facts(table: Table, source: str, where: str, *, into: bool = True) -> str:
    """The buckets of a rollup as the facts give them; without ``into`` the bare selection, which the check compares
    with."""
    fact = fact_of(table)
    keys = [_fact_key(name, fact) for name, _ in columns_of(table)]
    measures = [_measure(part) for part in table.parts]
    measures += [text for part in _binned(table) for text in _bins(part)]
    kept = f"{where}\n  AND {SAMPLED}" if table.sampled else where
    return _grouped(table, keys, measures, f"{source} AS f", kept, into=into)


def _grouped(table: Table, keys: list[str], measures: list[str], source: str, where: str, *, into: bool = True) -> str:
    names = [name for name, _ in (*columns_of(table), *measures_of(table))]
    selected = ",\n  ".join(
        f"{expression} AS {name}" for expression, name in zip((*keys, *measures), names, strict=True)
    )
    groups = ", ".join(str(number + 1) for number in range(len(keys)))
    head = f"INSERT INTO {table.sql} ({', '.join(names)})\n" if into else ""
    return f"{head}SELECT\n  {selected}\nFROM {source}\nWHERE {where}\nGROUP BY {groups}"


def _fact_key(name: str, fact: Table) -> str:
    if name == "bucket":
        return f"date_bin('15 minutes', f.{fact.instant}, TIMESTAMPTZ '2000-01-01 00:00:00+00')"
    return _coarser_key(name)


def _measure(part: Part) -> str:
    test = f" FILTER (WHERE {part.condition})" if part.condition else ""
    if part.expression:
        return f"{part.merge}({part.expression}){test}"
    return f"NULLIF(count(*){test}, 0)"


def _bins(part: Part) -> list[str]:
    found = []
    for low, high in zip((None, *WAIT_EDGES), (*WAIT_EDGES, None), strict=True):
        bounds = [f"f.{part.measure} > {low}" if low else "", f"f.{part.measure} <= {high}" if high else ""]
        tests = " AND ".join(test for test in (part.condition, *bounds) if test)
        found.append(f"NULLIF(count(*) FILTER (WHERE {tests}), 0)")
    return found


def _summed(table: Table, finer: Table, unit: Unit) -> Statement:
    kept = {name for name, _ in columns_of(finer)}
    keys = [f"f.{name}" if name in kept else _coarser_key(name) for name, _ in columns_of(table)]
    measures = [f"{part.merge}(f.{part.column})" for part in table.parts]
    measures += [f"sum(f.{column})" for part in _binned(table) for column in bin_columns(part)]
    if "month" in kept:
        where = "f.month = $1 AND f.site_id = $2"
        return Statement(_grouped(table, keys, measures, f"{finer.sql} AS f", where), (unit.month, unit.site))
    if table.by_month:
        where = "f.day >= $1 AND f.day < ($1::date + interval '1 month')::date AND f.site_id = $2"
        return Statement(_grouped(table, keys, measures, f"{finer.sql} AS f", where), (unit.month, unit.site))
    where = f"f.{_kept_by(table)} = ANY($1::date[]) AND f.site_id = $2"
    return Statement(_grouped(table, keys, measures, f"{finer.sql} AS f", where), (list(unit.days), unit.site))


def _coarser_key(name: str) -> str:
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


def recipe(table: Table) -> str:
    """What a rollup's numbers mean, as text: when it changes, the rollup must be built anew."""
    return (
        f"-- summed from {table.summed_from}"
        if table.summed_from
        else from_facts(table, fact_of(table).name, "true", into=False)
    )
