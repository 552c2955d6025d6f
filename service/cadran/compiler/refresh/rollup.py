"""The tables of the rollups and the statements of their refresh, derived from the lattice's declarations.

The refresh handles one month at a time and recomputes whole buckets. Contacts are read from a temporary copy of the
days' facts (``REFRESHED``). So flags that depend on other contacts are computed once, and all rollups see the same
state. Coarser tables are summed from finer tables that the same transaction has just recomputed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cadran.compiler.lattice.lattice import ROLLUPS, SAMPLED, find_tables, list_bin_columns
from cadran.compiler.lattice.table import ATTRIBUTE_KEYS, COLUMNS, SKETCH_COLUMNS, Table
from cadran.compiler.refresh.batch import Block, Unit
from cadran.compiler.refresh.sketches import compose_merged_sketches, compose_sketches
from cadran.compiler.statement import Statement
from cadran.domain.dimension import ATTRIBUTE, ATTRIBUTE_COLUMNS
from cadran.domain.parts.part import WAIT_EDGES, Fact, Part

_TIME_COLUMNS = {
    "month": (("month", "date"),),
    "clock": (("month", "date"), ("quarter", "smallint")),
    "usual": (("month", "date"), ("weekday", "smallint"), ("quarter", "smallint")),
    "day": (("day", "date"),),
    "quarter": (("day", "date"), ("bucket", "timestamptz"), ("quarter", "smallint")),
}
#: The temporary table of a unit's contacts during the refresh, and the facts that are read from the table. A change
#: that affects one of these facts affects the others too.
REFRESHED = "refreshed_contact"
COPIED: tuple[Fact, ...] = ("contact", "customer")
#: The keys that rows of facts are joined to: thresholds, and the attributes that the rollups hold.
_KEYS_OF_FACTS = {
    "threshold": "t.seconds",
    "attribute": "a.number",
    "value_id": f"(ARRAY[{', '.join(f'f.{column}' for column in ATTRIBUTE_COLUMNS)}])[a.number]",
}
_KINDS = {
    "direction": "boolean",
    "hot": "boolean",
    "score": "numeric(9, 3)",
    "agent": "integer",
    "reason": "integer",
    "threshold": "double precision",
}


def list_columns(table: Table) -> tuple[tuple[str, str], ...]:
    """Return the key columns of a rollup with their types."""
    members = tuple(
        (column, _KINDS.get(dimension, "smallint"))
        for dimension in table.dimensions
        for column in (ATTRIBUTE_KEYS if dimension == ATTRIBUTE else (COLUMNS[dimension],))
    )
    customer = (("customer_id", "bigint"),) if table.sampled else ()
    refresh_day = ((table.kept_by, "date"),) if table.kept_by else ()
    counted = ((table.counted, "bigint"),) if table.counted else ()
    return (*_TIME_COLUMNS[table.time], *refresh_day, *members, *customer, *counted)


def list_measures(table: Table) -> tuple[tuple[str, str], ...]:
    """Return the part columns of a rollup with their types.

    An empty count is stored as NULL, which costs a bit instead of a number. Bins come last, because PostgreSQL unpacks
    a row up to the last column that a statement reads, and few statements read bins."""
    if table.has_sketches:
        return SKETCH_COLUMNS
    found = [(part.column, "numeric" if part.expression else "integer") for part in table.parts]
    found += [(column, "integer") for part in _binned(table) for column in list_bin_columns(part)]
    return tuple(found)


def _binned(table: Table) -> list[Part]:
    return [part for part in table.parts if part.binned]


def compose_ddl(table: Table) -> str:
    """Return the DDL of a rollup."""
    columns = [f"  {name} {kind} NOT NULL" for name, kind in list_columns(table)]
    columns += [f"  {name} {kind}" for name, kind in list_measures(table)]
    body = ",\n".join(columns)
    return "\n".join((f"CREATE TABLE {table.sql} (\n{body}\n);", *compose_indexes(table).values()))


def compose_indexes(table: Table) -> dict[str, str]:
    """Return the statements that make the indexes of a rollup, by the name of the index."""
    time = _TIME_COLUMNS[table.time][0][0]
    first = (time, "site_id") if table.of_sites else (time,)
    found = {f"{table.name}_{each[0]}": each for each in (first, *table.more_indexes)}
    return {name: f"CREATE INDEX {name} ON {table.sql} ({', '.join(each)});" for name, each in found.items()}


def find_fact(table: Table) -> Table:
    """Return the view of facts that a rollup is computed from."""
    return next(each for each in find_tables(table.fact) if not each.is_rollup)


def recompute(unit: Unit) -> Iterator[Statement]:
    """Yield the statements that replace the unit's buckets, in order.

    Rollups over all sites come last. From the first of them on, no other worker sums the month: two workers with
    different sites would not see each other's rows."""
    if unit.of("contact"):
        yield from _copy(unit)
    locked = False
    for table in list_rollups_in_order():
        if unit.of(table.fact):
            if not table.of_sites and not locked:
                yield Statement("SELECT pg_advisory_xact_lock(hashtext($1))", (f"cadran rollups {unit.month:%Y-%m}",))
                locked = True
            yield from _clear(table, unit)
            yield from _refill(table, unit)


def _copy(unit: Unit) -> Iterator[Statement]:
    """Copy the facts of the unit's contacts, with computed flags, into the temporary table."""
    yield Statement(
        f"CREATE TEMPORARY TABLE {REFRESHED} ON COMMIT DROP AS\nSELECT * FROM contact_fact AS f WITH NO DATA"
    )
    for block in unit.of("contact"):
        where = "f.day = ANY($1::date[]) AND f.site_id = ANY($2::smallint[])"
        yield Statement(f"INSERT INTO {REFRESHED}\nSELECT * FROM contact_fact AS f WHERE {where}", _arguments(block))


def _clear(table: Table, unit: Unit) -> Iterator[Statement]:
    """Delete the buckets that will be recomputed."""
    for where, arguments in [_months(table, unit)] if table.by_month else _list_days(table, unit):
        yield Statement(f"DELETE FROM {table.sql} AS f WHERE {where}", arguments)


def _refill(table: Table, unit: Unit) -> Iterator[Statement]:
    """Recompute the buckets from the facts, or sum them from a finer rollup."""
    if table.summed_from:
        yield from _sum_finer(table, ROLLUPS[table.summed_from], unit)
    elif table.fact in COPIED:
        yield Statement(compose_from_facts(table, REFRESHED, "true"))
    else:
        text = compose_from_facts(table, find_fact(table).name, _days(table))
        for block in unit.of(table.fact):
            yield Statement(text, _arguments(block))


def _arguments(block: Block) -> tuple[list[date], list[int]]:
    return list(block.days), list(block.sites)


def _days(table: Table) -> str:
    """Return the test of the rows to recompute for a block: its days are $1, its sites $2."""
    return f"f.{table.kept_by or 'day'} = ANY($1::date[]) AND f.site_id = ANY($2::smallint[])"


def _list_days(table: Table, unit: Unit) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield the tests (and their arguments) of the rows of a table by day that change."""
    blocks = unit.of(table.fact)
    if table.of_sites:
        yield from ((_days(table), _arguments(block)) for block in blocks)
    else:
        yield "f.day = ANY($1::date[])", (sorted({day for block in blocks for day in block.days}),)


def _months(table: Table, unit: Unit) -> tuple[str, tuple[object, ...]]:
    """Return the test (and its arguments) of the rows of a table by month that change: by site, and by weekday if the
    table has weekdays."""
    if not table.of_sites:
        return "f.month = $1", (unit.month,)
    where, arguments = "f.month = $1 AND f.site_id = ANY($2::smallint[])", (unit.month, unit.sites(table.fact))
    if table.time != "usual":
        return where, arguments
    return f"{where} AND f.weekday = ANY($3::smallint[])", (*arguments, unit.weekdays(table.fact))


def select_counted_days(unit: Unit) -> Iterator[Statement]:
    """Yield statements that select the sites and days on which recomputed rows count, where these days may differ from
    the unit's days (tables with a separate refresh day)."""
    for table in ROLLUPS.values():
        if table.kept_by and table.time == "day":
            for block in unit.of(table.fact):
                text = f"SELECT DISTINCT f.site_id, f.day FROM {table.sql} AS f WHERE {_days(table)}"
                yield Statement(text, _arguments(block))


def compose_from_facts(table: Table, source: str, where: str, *, into: bool = True) -> str:
    """Return the INSERT that computes a rollup's buckets from the facts. Without ``into``, return only its SELECT; the
    check compares the stored rows with that SELECT."""
    tests = f"{where}\n  AND {SAMPLED}" if table.sampled else where
    source = f"{source} AS f"
    if table.has_thresholds:
        source += f"\nJOIN wait_threshold AS t ON f.{table.parts[0].measure} <= t.seconds"
    if table.has_attributes:
        source += "\nJOIN attribute AS a ON a.has_rollup"
    if table.has_sketches:
        [part] = table.parts
        tests = " AND ".join(filter(None, (where, part.condition)))
        keys = [(text, name) for text, (name, _) in zip(compose_keys(table), list_columns(table), strict=True)]
        return _into(table, into) + compose_sketches(keys, f"f.{part.measure}", source, tests)
    return _grouped(table, compose_keys(table), compose_measures(table), source, tests, into=into)


def compose_keys(table: Table) -> list[str]:
    """Return the expressions of the key columns over the facts."""
    fact = find_fact(table)
    return [_key_of_fact(name, fact) for name, _ in list_columns(table)]


def compose_measures(table: Table) -> list[str]:
    """Return the expressions of the part columns over the facts, in the order of `list_measures`. The columns of a
    sketch have no expressions: the text only distinguishes declarations."""
    if table.has_sketches:
        return [compose_sketches((), table.parts[0].measure, "", table.parts[0].condition)] * len(SKETCH_COLUMNS)
    measures = [_measure(part) for part in table.parts]
    return measures + [text for part in _binned(table) for text in _bins(part)]


def _grouped(table: Table, keys: list[str], measures: list[str], source: str, where: str, *, into: bool = True) -> str:
    named = zip((*keys, *measures), _list_names(table), strict=True)
    selected = ",\n  ".join(f"{expression} AS {name}" for expression, name in named)
    groups = ", ".join(str(number + 1) for number in range(len(keys)))
    return f"{_into(table, into)}SELECT\n  {selected}\nFROM {source}\nWHERE {where}\nGROUP BY {groups}"


def _list_names(table: Table) -> list[str]:
    return [name for name, _ in (*list_columns(table), *list_measures(table))]


def _into(table: Table, into: bool) -> str:
    return f"INSERT INTO {table.sql} ({', '.join(_list_names(table))})\n" if into else ""


def _key_of_fact(name: str, fact: Table) -> str:
    if name == "bucket":
        return f"date_bin('15 minutes', f.{fact.instant}, TIMESTAMPTZ '2000-01-01 00:00:00+00')"
    # Intervals have the thresholds of their sources.
    joined = {} if "threshold" in fact.dimensions else _KEYS_OF_FACTS
    return joined.get(name) or _coarser_key(name)


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


def _sum_finer(table: Table, finer: Table, unit: Unit) -> Iterator[Statement]:
    known = {name for name, _ in list_columns(finer)}
    keys = [f"f.{name}" if name in known else _coarser_key(name) for name, _ in list_columns(table)]
    if table.has_sketches:
        named = [(key, name) for key, (name, _) in zip(keys, list_columns(table), strict=True)]
        for where, arguments in _summands(table, finer, unit):
            text = compose_merged_sketches(named, f"{finer.sql} AS f", where)
            yield Statement(_into(table, into=True) + text, arguments)
        return
    measures = [f"{part.merge}(f.{part.column})" for part in table.parts]
    measures += [f"sum(f.{column})" for part in _binned(table) for column in list_bin_columns(part)]
    for where, arguments in _summands(table, finer, unit):
        yield Statement(_grouped(table, keys, measures, f"{finer.sql} AS f", where), arguments)


def _summands(table: Table, finer: Table, unit: Unit) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield the tests (and their arguments) of the finer table's rows that the changed buckets are summed from."""
    if finer.by_month:
        yield _months(table, unit)
    elif table.time == "usual":
        days = unit.days_of(unit.weekdays(table.fact))
        yield _days(finer), (days, unit.sites(table.fact))
    elif table.by_month and not table.of_sites:
        yield "f.day >= $1 AND f.day < ($1::date + interval '1 month')::date", (unit.month,)
    elif table.by_month:
        where = "f.day >= $1 AND f.day < ($1::date + interval '1 month')::date AND f.site_id = ANY($2::smallint[])"
        yield where, (unit.month, unit.sites(table.fact))
    else:
        yield from _list_days(table, unit)


def _coarser_key(name: str) -> str:
    if name == "month":
        return "date_trunc('month', f.day::timestamp)::date"
    if name == "weekday":
        return "EXTRACT(isodow FROM f.day)::smallint"
    return f"f.{name}"


def list_rollups_in_order() -> tuple[Table, ...]:
    """Return the rollups, each after the rollup that it is summed from, and those over all sites last."""
    done: list[Table] = []
    waiting = list(ROLLUPS.values())
    while waiting:
        ready = [table for table in waiting if not table.summed_from or ROLLUPS[table.summed_from] in done]
        done.extend(ready)
        waiting = [table for table in waiting if table not in ready]
    return tuple(sorted(done, key=lambda table: not table.of_sites))
