"""From the lattice's declarations to the rollups' tables and their refresh: a month, the days of each changed fact.

A bucket is always recomputed whole. Contacts are read from a temporary copy of the days' facts (``REFRESHED``), so
that flags which need a look at other contacts are found once and all rollups see the same moment; coarser tables are
summed from finer ones that the same transaction has just recomputed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cadran.compiler.lattice import COLUMNS, ROLLUPS, SAMPLED, Table, bin_columns, tables_of
from cadran.compiler.refresh.batch import Block, Unit
from cadran.compiler.statement import Statement
from cadran.domain.metric import WAIT_EDGES, Fact, Part

_TIME_COLUMNS = {
    "month": (("month", "date"),),
    "clock": (("month", "date"), ("quarter", "smallint")),
    "usual": (("month", "date"), ("weekday", "smallint"), ("quarter", "smallint")),
    "day": (("day", "date"),),
    "quarter": (("day", "date"), ("bucket", "timestamptz"), ("quarter", "smallint")),
}
#: The temporary table that holds a unit's contacts while their rollups are recomputed, and the facts that are read off
#: it; whatever changes one of them changes the others.
REFRESHED = "refreshed_contact"
COPIED: tuple[Fact, ...] = ("contact", "customer")
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


def fact_of(table: Table) -> Table:
    """The facts that a rollup is worked out from."""
    return next(each for each in tables_of(table.fact) if not each.is_rollup)


def recomputed(unit: Unit) -> Iterator[Statement]:
    """What replaces the unit's buckets, in order."""
    if unit.of("contact"):
        yield from _copied(unit)
    for table in refresh_order():
        if unit.of(table.fact):
            yield from _cleared(table, unit)
            yield from _refilled(table, unit)


def _copied(unit: Unit) -> Iterator[Statement]:
    """The facts of the unit's contacts, their flags worked out."""
    yield Statement(
        f"CREATE TEMPORARY TABLE {REFRESHED} ON COMMIT DROP AS\nSELECT * FROM contact_fact AS f WITH NO DATA"
    )
    for block in unit.of("contact"):
        where = "f.day = ANY($1::date[]) AND f.site_id = ANY($2::smallint[])"
        yield Statement(f"INSERT INTO {REFRESHED}\nSELECT * FROM contact_fact AS f WHERE {where}", _arguments(block))


def _cleared(table: Table, unit: Unit) -> Iterator[Statement]:
    """Remove the buckets about to be recomputed."""
    if table.by_month:
        where, arguments = _months(table, unit)
        yield Statement(f"DELETE FROM {table.sql} AS f WHERE {where}", arguments)
        return
    for block in unit.of(table.fact):
        yield Statement(f"DELETE FROM {table.sql} AS f WHERE {_days(table)}", _arguments(block))


def _refilled(table: Table, unit: Unit) -> Iterator[Statement]:
    """Recompute the buckets: from the facts, or summed from a finer rollup."""
    if table.summed_from:
        yield from _summed(table, ROLLUPS[table.summed_from], unit)
    elif table.fact in COPIED:
        yield Statement(from_facts(table, REFRESHED, "true"))
    else:
        text = from_facts(table, fact_of(table).name, _days(table))
        for block in unit.of(table.fact):
            yield Statement(text, _arguments(block))


def _arguments(block: Block) -> tuple[list[date], list[int]]:
    return list(block.days), list(block.sites)


def _days(table: Table) -> str:
    """The days of a block ($1), by which a table's rows are recomputed, at its sites ($2)."""
    return f"f.{table.kept_by or 'day'} = ANY($1::date[]) AND f.site_id = ANY($2::smallint[])"


def _months(table: Table, unit: Unit) -> tuple[str, tuple[object, ...]]:
    """The rows of a table by month that change: of the sites, and of the weekdays where it tells them apart."""
    where, arguments = "f.month = $1 AND f.site_id = ANY($2::smallint[])", (unit.month, unit.sites(table.fact))
    if table.time != "usual":
        return where, arguments
    return f"{where} AND f.weekday = ANY($3::smallint[])", (*arguments, unit.weekdays(table.fact))


def told(unit: Unit) -> Iterator[Statement]:
    """The days (with their sites) that rows recomputed with the unit count on, where those are others than its own."""
    for table in ROLLUPS.values():
        if table.kept_by and table.time == "day":
            for block in unit.of(table.fact):
                text = f"SELECT DISTINCT f.site_id, f.day FROM {table.sql} AS f WHERE {_days(table)}"
                yield Statement(text, _arguments(block))


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


def _summed(table: Table, finer: Table, unit: Unit) -> Iterator[Statement]:
    kept = {name for name, _ in columns_of(finer)}
    keys = [f"f.{name}" if name in kept else _coarser_key(name) for name, _ in columns_of(table)]
    measures = [f"{part.merge}(f.{part.column})" for part in table.parts]
    measures += [f"sum(f.{column})" for part in _binned(table) for column in bin_columns(part)]
    for where, arguments in _summands(table, finer, unit):
        yield Statement(_grouped(table, keys, measures, f"{finer.sql} AS f", where), arguments)


def _summands(table: Table, finer: Table, unit: Unit) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The rows of the finer table that the changed buckets are summed from."""
    if finer.by_month:
        yield _months(table, unit)
    elif table.time == "usual":
        days = unit.days_of(unit.weekdays(table.fact))
        yield _days(finer), (days, unit.sites(table.fact))
    elif table.by_month:
        where = "f.day >= $1 AND f.day < ($1::date + interval '1 month')::date AND f.site_id = ANY($2::smallint[])"
        yield where, (unit.month, unit.sites(table.fact))
    else:
        for block in unit.of(table.fact):
            yield _days(table), _arguments(block)


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
