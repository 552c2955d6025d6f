"""Figures over distinct customers: customers in contact, their cost, lifetime value and potential.

Distinct customers cannot be summed over groups. So each group and the totals are counted from the contacts. For very
many contacts, the numbers are estimated from a sample of customers (by a hash of the key), with a notice in the answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from cadran.compiler import fragment as sql
from cadran.compiler.days import window_days
from cadran.compiler.fragment import Scene
from cadran.compiler.lattice.lattice import SAMPLE, find_tables
from cadran.compiler.select import Fragment, PartUse, QueryScope, find_needed_dimensions, list_key_columns
from cadran.compiler.statement import Arguments, Statement
from cadran.domain.window import Grain

_COLUMNS = {
    "customers": "count(*)",
    "customer_cost": "sum(q.cost)::float8",
    "customers_priced": "count(q.cost)",
    "customer_value": "sum(v0.known)::float8",
    "customers_valued": "count(v0.known)",
    "customer_potential": "sum(v1.known)::float8",
    "customers_rated": "count(v1.known)",
    "customer_management": "sum(v2.known)::float8",
    "customers_managed": "count(v2.known)",
    "customers_reached": "count(*)",
    "customers_tried": "count(*)",
    "customers_through": "count(*) FILTER (WHERE q.through = q.tried)",
}
#: The test of an attempt that was answered within a day.
_SERVED = "f.outcome_id IN (1, 2) AND (f.wait <= 86400 OR f.wait IS NULL AND (f.outcome_id = 2 OR f.ended_at IS NULL))"
#: The columns of the table customer_value, and the parts that read them. Each row of the table is valid from a day on.
_KNOWN = {
    "v0": ("lifetime_value", ("customer_value", "customers_valued")),
    "v1": ("potential", ("customer_potential", "customers_rated")),
    "v2": ("management_cost", ("customer_management", "customers_managed")),
}
#: The segment of a customer on the bucket's last day in the window, or on the day of leaving if that is earlier.
_OWN_SEGMENT = {"segment_id": "COALESCE(h.segment_id, c.segment_id)"}
_INTERVAL = {Grain.DAY: "1 day", Grain.WEEK: "7 days", Grain.MONTH: "1 month", Grain.YEAR: "1 year"}


def _scene(scoped: QueryScope) -> Scene:
    """Return the scene over the sample if the question may use it and its dimensions suffice, else over the facts."""
    sample, facts = find_tables("customer")
    question = scoped.question
    covered = find_needed_dimensions(question, ()) <= set(sample.dimensions) and scoped.timing.suits(sample, question)
    filled = not scoped.directory.rollups.lacks(sample.name, [part.column for part in sample.parts])
    table = sample if scoped.sampled and covered and filled else facts
    return Scene(question, table, scoped.timing, scoped.directory, Arguments())


def _keys(scene: Scene) -> list[str]:
    return [
        sql.start_key(scene) if name == "start" else sql.key(scene, name) for name in list_key_columns(scene.question)
    ]


def _outer(columns: list[str], keys: int, inner: str, more: str = "") -> str:
    """Group the customers of an inner SELECT by its keys."""
    selected = [f"q.k{number}" for number in range(keys)] + [
        f"{text} AS p{number}" for number, text in enumerate(columns)
    ]
    lines = ["SELECT", "  " + ",\n  ".join(selected), f"FROM (\n{inner}\n) AS q"]
    if more:
        lines.append(more)
    if keys:
        numbers = ", ".join(str(number + 1) for number in range(keys))
        lines += [f"GROUP BY {numbers}", f"ORDER BY {numbers}"]
    return "\n".join(lines)


def _inner(scene: Scene, keys: list[str], measures: list[str], joins: list[str], where: list[str]) -> str:
    selected = [f"{expression} AS k{number}" for number, expression in enumerate(keys)] + ["f.customer_id", *measures]
    groups = ", ".join(str(number + 1) for number in range(len(keys) + 1))
    if "partner" in scene.question.by:
        joins = [*joins, "JOIN site AS s ON s.site_id = f.site_id"]
    lines = ["SELECT", "  " + ",\n  ".join(selected), f"FROM {scene.table.sql} AS f", *joins]
    lines += ["WHERE " + "\n  AND ".join(condition for condition in where if condition), f"GROUP BY {groups}"]
    return "\n".join(lines)


def _contact_tests(scene: Scene) -> list[str]:
    """Return the tests of inbound contacts of identified customers in the window, without contacts out of hours."""
    tests = [] if scene.table.sampled else ["f.customer_id <> 0", "f.outcome_id <> 6", "NOT f.outbound"]
    return [*sql.window_conditions(scene), *tests]


def customers(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of distinct identified customers with an inbound contact.

    Its parts are their number, cost, and the lifetime value, potential and management cost known on the day of their
    last contact in the group."""
    scene = _scene(scoped)
    keys = _keys(scene)
    measures = ["sum(f.cost) AS cost", "max(f.day) AS last_day"]
    where = [*_contact_tests(scene), *(sql.filter_condition(scene, each) for each in scene.question.where)]
    inner = _inner(scene, keys, measures, [], where)
    text = _outer([_COLUMNS[use.part.slug] for use in uses], len(keys), inner, _known(uses))
    return _fragment(scoped, scene, text, uses)


def _known(uses: tuple[PartUse, ...]) -> str:
    """Return the joins that read, for each column, the latest value known on the day of a customer's last contact."""
    slugs = {use.part.slug for use in uses}
    return "\n".join(
        f"""LEFT JOIN LATERAL (
  SELECT cv.{column} AS known
  FROM customer_value AS cv
  WHERE cv.customer_id = q.customer_id
    AND cv.valid_from <= q.last_day
    AND cv.{column} IS NOT NULL
  ORDER BY cv.valid_from DESC
  LIMIT 1
) AS {alias} ON true"""
        for alias, (column, readers) in _KNOWN.items()
        if slugs.intersection(readers)
    )


def reached(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of customers in contact who belong to the base.

    Such customers are active at some time in the bucket, cut to the window. Their segment is that of the bucket's last
    day, as in the base."""
    scene = replace(_scene(scoped), elsewhere=_OWN_SEGMENT)
    keys = _keys(scene)
    start, end = (f"{scene.arguments.add(day)}::date" for day in window_days(scoped.timing))
    if scene.question.grain is not Grain.TOTAL:
        bucket = sql.start_key(scene)
        end = f"LEAST(({bucket} + interval '{_INTERVAL[scene.question.grain]}')::date, {end})"
        start = f"GREATEST({bucket}, {start})"
    active = [f"(c.joined_on IS NULL OR c.joined_on < {end})", f"(c.churned_on IS NULL OR c.churned_on >= {start})"]
    filters = [sql.filter_condition(scene, each) for each in scene.question.where]
    joins = ["JOIN customer AS c ON c.customer_id = f.customer_id"]
    if scene.question.names("segment"):
        joins.append(
            "LEFT JOIN customer_segment_span AS h\n  ON h.customer_id = c.customer_id"
            f" AND LEAST({end} - 1, c.churned_on) >= h.starts AND LEAST({end} - 1, c.churned_on) < h.ends"
        )
    inner = _inner(scene, keys, [], joins, [*_contact_tests(scene), *filters, *active])
    text = _outer([_COLUMNS[use.part.slug] for use in uses], len(keys), inner)
    return _fragment(scoped, scene, text, uses)


def tried(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of customers with a first attempt at least a day before the data's horizon, and of those
    reached within a day of that attempt.

    The first attempt is the customer's first one in the group. A customer was reached in time if the first attempt is
    also the first one after which the customer was reached within a day."""
    scene = _scene(scoped)
    keys = _keys(scene)
    where = [*_contact_tests(scene), *(sql.filter_condition(scene, each) for each in scene.question.where)]
    columns = [_COLUMNS[use.part.slug] for use in uses]
    if scene.table.sampled:
        inner = _inner(scene, keys, ["min(f.tried) AS tried", "min(f.through) AS through"], [], where)
        judged = "WHERE q.tried <= EXTRACT(EPOCH FROM (SELECT s.horizon FROM data_state AS s)) - 86400"
        return _fragment(scoped, scene, _outer(columns, len(keys), inner, judged), uses)
    # Most customers get through at the first attempt, and the contact's own row shows this. Only the other customers
    # are looked up again: a look-up for each contact would take ten times as long.
    measures = ["min(f.offered_at) AS tried", f"min(f.offered_at) FILTER (WHERE {_SERVED}) AS served"]
    names = [f"k{number}" for number in range(len(keys))]
    same = [f"{expression} = u.{name}" for expression, name in zip(keys, names, strict=True)]
    tests = ["f.customer_id = u.customer_id", "f.offered_at = u.tried", *same, *where]
    met = "\n    AND ".join(condition for condition in tests if condition)
    selected = "".join(f"u.{name}, " for name in names)
    partner = "  JOIN site AS s ON s.site_id = f.site_id\n" if "partner" in scene.question.by else ""
    groups = ", ".join(str(number + 1) for number in range(len(keys) + 2))
    inner = f"""  SELECT {selected}u.tried, u.customer_id, u.tried AS through
  FROM first AS u
  WHERE u.served = u.tried
  UNION ALL
  SELECT
    {selected}u.tried, u.customer_id,
    min(f.offered_at) FILTER (WHERE f.reached_at <= f.offered_at + interval '1 day')
  FROM unmet AS u
  CROSS JOIN contact_fact AS f
{partner}  WHERE {met}
  GROUP BY {groups}"""
    first = _inner(scene, keys, measures, [], where)
    text = f"""WITH first AS MATERIALIZED (
{first}
), unmet AS MATERIALIZED (
  SELECT * FROM first AS q WHERE q.served IS DISTINCT FROM q.tried
)
"""
    judged = "WHERE q.tried <= (SELECT s.horizon FROM data_state AS s) - interval '1 day'"
    return _fragment(scoped, scene, text + _outer(columns, len(keys), inner, judged), uses)


def _fragment(scoped: QueryScope, scene: Scene, text: str, uses: tuple[PartUse, ...]) -> Fragment:
    sampled = scene.table.sampled
    return Fragment(
        source=scene.table.sql,
        statement=Statement(text, scene.arguments.values()),
        keys=list_key_columns(scene.question),
        merges=tuple[Literal[""], ...]("" for _ in uses),
        why="distinct customers are estimated from a sample"
        if sampled
        else "distinct customers are counted from the contacts",
        totals_for=scoped.totals_for,
        scale=SAMPLE if sampled else 1,
    )
