"""Figures over distinct people: customers in contact, what they cost and are worth, and the base they belong to.

Distinct people cannot be summed over groups, so each group is counted afresh from the contacts, and so are the totals.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from cadran.compiler import fragment as sql
from cadran.compiler.fragment import Scene
from cadran.compiler.lattice import COLUMNS, tables_of
from cadran.compiler.select import Fragment, PartUse, Scoped, key_names, without
from cadran.compiler.statement import Arguments, Statement
from cadran.domain.metric import Fact
from cadran.domain.question import Question
from cadran.domain.window import Grain, bucket_start, next_start

_COLUMNS = {
    "customers": "count(*)",
    "customer_cost": "sum(q.cost)::float8",
    "customer_value": "sum(v.lifetime_value)::float8",
    "customers_valued": "count(v.lifetime_value)",
    "customers_reached": "count(*)",
}
_VALUE = """LEFT JOIN LATERAL (
  SELECT cv.lifetime_value
  FROM customer_value AS cv
  WHERE cv.customer_id = q.customer_id
    AND cv.valid_from <= q.last_day
  ORDER BY cv.valid_from DESC
  LIMIT 1
) AS v ON true"""
_INTERVAL = {Grain.DAY: "1 day", Grain.WEEK: "7 days", Grain.MONTH: "1 month", Grain.YEAR: "1 year"}


def _scene(scoped: Scoped, fact: Fact) -> Scene:
    return Scene(scoped.question, tables_of(fact)[0], scoped.timing, scoped.directory, Arguments())


def _keys(scene: Scene) -> list[str]:
    return [sql.start_key(scene) if name == "start" else sql.key(scene, name) for name in key_names(scene.question)]


def _outer(columns: list[str], keys: int, inner: str, more: str = "") -> str:
    """Group the people of an inner selection once more, by its keys alone."""
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


def _counted(scene: Scene) -> list[str]:
    return [*sql.window_conditions(scene), "f.customer_id <> 0", "f.outcome_id <> 6", "NOT f.outbound"]


def customers(scoped: Scoped, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Distinct identified customers with an inbound contact, their cost and their value at their last contact of the
    group."""
    scene = _scene(scoped, "customer")
    keys = _keys(scene)
    valued = any("value" in use.part.slug for use in uses)
    measures = ["sum(f.cost) AS cost", "max(f.day) AS last_day"]
    where = [*_counted(scene), *(sql.filter_condition(scene, each) for each in scene.question.where)]
    inner = _inner(scene, keys, measures, [], where)
    text = _outer([_COLUMNS[use.part.slug] for use in uses], len(keys), inner, _VALUE if valued else "")
    return _fragment(scoped, scene, text, uses)


def reached(scoped: Scoped, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Customers in contact who belong to the base: active at some time in the bucket. Their segment is the customer's
    own."""
    scene = _scene(scoped, "reach")
    keys = ["c.segment_id" if expression == "f.segment_id" else expression for expression in _keys(scene)]
    if scene.question.grain is Grain.TOTAL:
        first, last = _window_days(scoped.question)
        start, end = f"{scene.arguments.add(first)}::date", f"{scene.arguments.add(last)}::date"
    else:
        start = sql.start_key(scene)
        end = f"({start} + interval '{_INTERVAL[scene.question.grain]}')::date"
    active = [f"(c.joined_on IS NULL OR c.joined_on < {end})", f"(c.churned_on IS NULL OR c.churned_on >= {start})"]
    filters = [
        sql.filter_condition(scene, each).replace("f.segment_id", "c.segment_id") for each in scene.question.where
    ]
    inner = _inner(
        scene, keys, [], ["JOIN customer AS c ON c.customer_id = f.customer_id"], [*_counted(scene), *filters, *active]
    )
    text = _outer([_COLUMNS[use.part.slug] for use in uses], len(keys), inner)
    return _fragment(scoped, scene, text, uses)


def _fragment(scoped: Scoped, scene: Scene, text: str, uses: tuple[PartUse, ...]) -> Fragment:
    return Fragment(
        source=scene.table.sql,
        statement=Statement(text, scene.arguments.values()),
        keys=key_names(scene.question),
        merges=tuple("" for _ in uses),
        why="distinct customers are counted from the contacts",
        totals_for=scoped.totals_for,
    )


def _window_days(question: Question) -> tuple[date, date]:
    """The window's local days, half-open."""
    if question.window.start.tzinfo is None:
        start, end = question.window.start, question.window.end
        return start.date(), (end - timedelta(microseconds=1)).date() + timedelta(days=1)
    return question.window.days()


def bucket_days(question: Question) -> list[tuple[date, date]]:
    """The local days, half-open, of each bucket that the window touches; the whole window below the grain of a day."""
    first, last = _window_days(question)
    if question.grain in (Grain.TOTAL, Grain.HOUR, Grain.QUARTER_HOUR):
        return [(first, last)]
    found = []
    start = bucket_start(datetime.combine(first, datetime.min.time()), question.grain)
    while start.date() < last:
        following = next_start(start, question.grain)
        found.append((start.date(), following.date()))
        start = following
    return found


def active(scoped: Scoped, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """The base: customers active at any time in each bucket, from running counts of those who joined and those who
    left."""
    question = without(scoped.question, (*ignores, "year", "month", "day", "weekday", "time_of_day"))
    arguments = Arguments()
    scene = Scene(question, tables_of("reach")[0], scoped.timing, scoped.directory, arguments)
    buckets = bucket_days(question)
    starts, ends = arguments.add([first for first, _ in buckets]), arguments.add([last for _, last in buckets])
    conditions = [sql.filter_condition(scene, each).replace("f.", "c.") for each in question.where]
    narrowed = "\n    WHERE " + " AND ".join(conditions) if conditions else ""
    keys = ["b.start" if name == "start" else f"w.{COLUMNS[name]}" for name in key_names(question)]
    selected = [f"{expression} AS k{number}" for number, expression in enumerate(keys)]
    selected.append(
        "sum(w.joined) FILTER (WHERE w.day < b.ending)"
        " - COALESCE(sum(w.churned) FILTER (WHERE w.day < b.start), 0) AS p0"
    )
    numbers = ", ".join(str(number + 1) for number in range(len(keys)))
    text = f"""SELECT
  {", ".join(selected)}
FROM unnest({starts}::date[], {ends}::date[]) AS b (start, ending)
CROSS JOIN (
  SELECT m.segment_id, m.day, sum(m.joined)::int AS joined, sum(m.churned)::int AS churned
  FROM (
    SELECT c.segment_id, COALESCE(c.joined_on, '-infinity') AS day, 1 AS joined, 0 AS churned
    FROM customer AS c{narrowed}
    UNION ALL
    SELECT c.segment_id, c.churned_on, 0, 1
    FROM customer AS c{narrowed + " AND" if narrowed else " WHERE"} c.churned_on IS NOT NULL
  ) AS m
  GROUP BY m.segment_id, m.day
) AS w""" + (f"\nGROUP BY {numbers}\nORDER BY {numbers}" if keys else "")
    statement = Statement(text, arguments.values())
    why = "the base is counted from the customers"
    merges = tuple[Literal[""], ...]("" for _ in uses)
    return Fragment("customer", statement, key_names(question), merges, why, scoped.totals_for, kind="base")
