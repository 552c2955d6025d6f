"""The statements over aggregated intervals: their counts, the intervals that no row can count, and their days.

An interval counts in a row only if it lies within the row's bucket, and within the window. Of one that reaches beyond,
nobody knows which part belongs to the row: it is left out, and every row that it touches has only a part of its bucket.
A table by day or month has no such intervals, because no interval reaches into another day of its site.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from textwrap import indent
from typing import Final

from cadran.compiler import fragment as sql
from cadran.compiler.fragment import Scene
from cadran.compiler.intervals.reading import question_lacks
from cadran.compiler.lattice.lattice import find_tables
from cadran.compiler.select import (
    Fragment,
    PartUse,
    QueryScope,
    choose,
    compose,
    drop_ignored,
    list_key_columns,
)
from cadran.compiler.statement import Arguments, Statement
from cadran.compiler.timing import CALENDAR
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import Filter
from cadran.domain.window import Grain

#: The columns of the first and of the last quarter-hour, for those of any other.
_FIRST: Final = {"f.bucket": "f.first_bucket", "f.quarter": "f.first_quarter"}
_LAST: Final = {"f.bucket": "f.last_bucket", "f.quarter": "f.last_quarter"}
#: One row for each quarter-hour of an interval of several, with the interval's first and last.
_QUARTERS: Final = """(
  SELECT
    {kept}i.site_id, i.outbound, i.day, q.bucket,
    (date_part('hour', w.wall) * 4 + floor(date_part('minute', w.wall) / 15))::smallint AS quarter,
    i.bucket AS first_bucket, i.quarter AS first_quarter, i.last_bucket, i.last_quarter
  FROM (
    SELECT DISTINCT {kept}i.site_id, i.outbound, i.day, i.bucket, i.quarter, i.last_bucket, i.last_quarter
    FROM interval_fact AS i
    WHERE i.last_bucket > i.bucket
  ) AS i
  JOIN site AS s ON s.site_id = i.site_id
  CROSS JOIN LATERAL generate_series(i.bucket, i.last_bucket, interval '15 minutes') AS q (bucket)
  CROSS JOIN LATERAL (SELECT q.bucket AT TIME ZONE s.zone AS wall OFFSET 0) AS w
)"""


def count_intervals(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of interval parts. Dimensions that intervals do not have are left out: the fragment then
    counts the intervals that lack them."""
    question = drop_ignored(scoped.question, (*ignores, *question_lacks(scoped.question)))
    # A threshold is a key of the table, and limits rows by channel and queue.
    scopes = tuple(replace(use, threshold=None, limit=use.scopes or None) for use in uses)
    table, why = choose(scoped, question, scopes)
    scene = Scene(question, table, scoped.timing, scoped.directory, Arguments())
    names = list_key_columns(question)
    keys = [sql.start_key(scene) if name == "start" else sql.key(scene, name) for name in names]
    where = [*sql.window_conditions(scene), *(sql.filter_condition(scene, each) for each in question.where)]
    if not table.is_rollup:
        where += _within_bucket(scene, {"f.bucket": "f.bucket"})
    columns = [_column(scene, use) for use in uses]
    text = compose(keys, columns, table.sql, where, partner="partner" in question.by)
    if keys:
        # Intervals of agents' time only make no rows of contacts.
        given = ", ".join(f"a.p{number}" for number in range(len(columns)))
        text = f"SELECT a.*\nFROM (\n{indent(text, '  ')}\n) AS a\nWHERE num_nonnulls({given}) > 0"
    return Fragment(
        table.sql,
        Statement(text, scene.arguments.values()),
        names,
        tuple(use.part.total for use in uses),
        why,
        totals_for=scoped.totals_for,
    )


def _column(scene: Scene, use: PartUse) -> str:
    part = PARTS[use.part.of] if use.part.of else use.part
    tests = [sql.only_condition(scene, use.part)]
    if use.limit is not None:
        tests.append(sql.scopes_condition(scene, use.limit))
    if use.threshold is not None:
        tests.append(f"f.threshold = {scene.arguments.add(float(use.threshold.seconds))}::float8")
        tests.append(sql.threshold_condition(scene, use.threshold))
    return f"{sql.filtered(f'sum(f.{part.slug})', tests)}::float8"


def list_further(scoped: QueryScope, *, lacking: bool) -> list[Fragment]:
    """Return the fragments that say which intervals no row counts, and if figures may be ``lacking``, which sites and
    days have intervals."""
    question = drop_ignored(scoped.question, question_lacks(scoped.question))
    narrowed = replace(scoped, question=question)
    by_day = next(table for table in find_tables("interval") if table.time == "day")
    if scoped.timing.suits(by_day, question):
        return [_list_days(narrowed, by_day.sql)] if lacking else []
    return [*([_list_days(narrowed, "interval_fact")] if lacking else []), _list_cut(narrowed)]


def _list_days(scoped: QueryScope, source: str) -> Fragment:
    """Return the fragment of the first and the last day with intervals of each site."""
    table = next(each for each in find_tables("interval") if each.sql == source)
    scene = Scene(scoped.question, table, scoped.timing, scoped.directory, Arguments())
    where = [*sql.window_conditions(scene), *(sql.filter_condition(scene, each) for each in scoped.question.where)]
    text = compose(["f.site_id"], ["min(f.day)", "max(f.day)"], source, where, partner=False)
    statement = Statement(text, scene.arguments.values())
    return Fragment(source, statement, (), ("", ""), "the days with intervals", kind="intervals")


def _list_cut(scoped: QueryScope) -> Fragment:
    """Return the fragment of the buckets that intervals reach into without lying in them, by site, with the first and
    the last of their days."""
    question = scoped.question
    table = next(each for each in find_tables("interval") if not each.is_rollup)
    scene = Scene(question, table, scoped.timing, scoped.directory, Arguments())
    where = [*sql.window_conditions(scene), *(sql.filter_condition(scene, each) for each in question.where)]
    whole = [*_within_window(scene, _FIRST), *_within_bucket(scene, _FIRST)]
    where.append(f"NOT ({' AND '.join(whole)})" if whole else "false")
    start = sql.start_key(scene) if question.grain is not Grain.TOTAL else "NULL"
    # Many queues have the same intervals, so each is expanded once unless a filter distinguishes them.
    named = {each.dimension for each in question.where}
    kept = "".join(f"i.{name}_id, " for name in ("queue", "channel") if name in named)
    source = _QUARTERS.format(kept=kept)
    text = compose([start, "f.site_id"], ["min(f.day)", "max(f.day)"], source, where, partner=False)
    statement = Statement(text, scene.arguments.values())
    return Fragment(table.sql, statement, (), ("", ""), "the intervals that no row can count", kind="cut")


def _within_bucket(scene: Scene, first: dict[str, str]) -> list[str]:
    """Return the tests that the last quarter-hour of an interval is in the same bucket as the first one, and that all
    of it is within the window and passes the filters on the calendar."""
    question = scene.question
    keys = [] if question.grain is Grain.TOTAL else [sql.start_key(scene)]
    keys += [sql.key(scene, name) for name in question.by if name in CALENDAR]
    tests = [f"{_at(key, first)} = {_at(key, _LAST)}" for key in keys]
    tests += _within_window(scene, _LAST)
    tests += [_passes(scene, each, first) for each in question.where if each.dimension in CALENDAR]
    spans = scene.timing.spans or ()
    add = scene.arguments.add
    begins = _at("f.bucket", first)
    tests += [
        f"NOT ({begins} < {add(gap)} AND f.last_bucket >= {add(again)})" for (_, gap), (again, _) in pairwise(spans)
    ]
    return tests


def _within_window(scene: Scene, at: dict[str, str]) -> list[str]:
    return [_at(test, at) for test in sql.window_conditions(scene) if "f.bucket" in test or "f.quarter" in test]


def _passes(scene: Scene, each: Filter, first: dict[str, str]) -> str:
    """Return the test that all of an interval passes a filter on the calendar. It lies within a day of its site, so
    only the time of day and, in another time zone, the day differ."""
    if each.dimension != "time_of_day":
        test = sql.filter_condition(scene, each)
        return f"({_at(test, first)}) AND ({_at(test, _LAST)})"
    quarter = sql.calendar_value(scene, "time_of_day")
    wanted = scene.arguments.add([int(value) for value in each.values])
    passing = f"{'NOT ' if each.negated else ''}q.number = ANY({wanted}::int[])"
    low, high = _at(quarter, first), _at(quarter, _LAST)
    return f"NOT EXISTS (SELECT FROM generate_series({low}, {high}) AS q (number) WHERE NOT ({passing}))"


def _at(text: str, columns: dict[str, str]) -> str:
    """Return an expression over the quarter-hour of a row as one over another quarter-hour of the interval."""
    for name, other in columns.items():
        text = text.replace(name, other)
    return text


def find_cut_rows(
    names: Sequence[str], ordered: Sequence[Sequence[object]], cut: Sequence[Sequence[object]]
) -> list[bool]:
    """Return whether intervals of the fragment of ``cut`` intervals reach into the bucket of each row, at the row's
    site if its keys name one."""
    start, site = ([*names].index(name) if name in names else None for name in ("start", "site"))
    found = {(None if start is None else row[0], None if site is None else row[1]) for row in cut}
    return [(None if start is None else key[start], None if site is None else key[site]) in found for key in ordered]
