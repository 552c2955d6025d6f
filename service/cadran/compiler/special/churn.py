"""Who left, counted from the customers themselves, and who had been given something before: by segment and day.

Customers belong to no site and no channel, and leave on a day, at no hour. Whether somebody was helped is asked from a
year before each bucket on, so that those lost with a gesture are among those helped, and those lost without are not;
it depends on the bucket, which is why totals are counted afresh.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Literal

from cadran.compiler import fragment as sql
from cadran.compiler.days import bucket_days, window_days
from cadran.compiler.fragment import Scene
from cadran.compiler.lattice import Table
from cadran.compiler.select import Fragment, PartUse, Scoped, compose, key_names, without
from cadran.compiler.statement import Arguments, Statement
from cadran.compiler.timing import CALENDAR, Timing
from cadran.domain.parts.goodwill import HELPED_DAYS
from cadran.domain.window import Grain

#: Customers who left; told by day, in no zone.
CHURN = Table("customer_churn", "churn", "day", ("segment",))

_COLUMNS = {
    "churned": "count(*)",
    "churned_valued": "count(f.lifetime_value)",
    "churned_value": "sum(f.lifetime_value)::float8",
    "churned_helped": "count(*) FILTER (WHERE {helped})",
    "churned_valued_helped": "count(f.lifetime_value) FILTER (WHERE {helped})",
    "churned_value_helped": "(sum(f.lifetime_value) FILTER (WHERE {helped}))::float8",
}


def churned(scoped: Scoped, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Customers whose last day is one of the window's, and what they were worth."""
    question = without(scoped.question, ignores)
    first, last = window_days(scoped.timing)
    local = (datetime.combine(first, time.min), datetime.combine(last, time.min))
    scene = Scene(question, CHURN, Timing(local, None, None, scoped.timing.shared), scoped.directory, Arguments())
    names = key_names(question)
    keys = [sql.start_key(scene) if name == "start" else sql.key(scene, name) for name in names]
    where = [*sql.window_conditions(scene), *(sql.filter_condition(scene, each) for each in question.where)]
    begins = f"{scene.arguments.add(first)}::date"
    if question.grain is not Grain.TOTAL:
        begins = f"GREATEST({sql.start_key(scene)}, {begins})"
    helped = (
        "EXISTS (SELECT FROM goodwill AS g WHERE g.customer_id = f.customer_id"
        f" AND g.day >= {begins} - {HELPED_DAYS} AND g.day <= f.day)"
    )
    columns = [_COLUMNS[use.part.slug].format(helped=helped) for use in uses]
    return Fragment(
        source=CHURN.name,
        statement=Statement(compose(keys, columns, CHURN.name, where, partner=False), scene.arguments.values()),
        keys=names,
        merges=tuple[Literal[""], ...]("" for _ in uses),
        why="who left is counted from the customers",
        totals_for=scoped.totals_for,
    )


def helped(scoped: Scoped, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Customers active in each bucket, as far as it lies in the window, who had been given something from a year before
    it on and before they left. By segment as in the base (see ``active``)."""
    question = without(scoped.question, (*ignores, *CALENDAR))
    scene = Scene(question, replace(CHURN, name="customer"), scoped.timing, scoped.directory, Arguments())
    buckets = bucket_days(question.grain, scoped.timing)
    starts, firsts, lasts = (scene.arguments.add([*column]) for column in zip(*buckets, strict=True))
    segment = "COALESCE(h.segment_id, f.segment_id)"
    scene = replace(scene, elsewhere={"segment_id": segment})
    keys = ["b.start" if name == "start" else segment for name in key_names(question)]
    selected = [f"{expression} AS k{number}" for number, expression in enumerate(keys)]
    selected.append("count(DISTINCT f.customer_id) AS p0")
    conditions = [
        "(f.joined_on IS NULL OR f.joined_on < b.ending)",
        "(f.churned_on IS NULL OR f.churned_on >= b.beginning)",
        "(f.churned_on IS NULL OR f.churned_on >= g.day)",
        *(sql.filter_condition(scene, each) for each in question.where),
    ]
    day = "LEAST(b.ending - 1, f.churned_on)"
    lines = [
        "SELECT\n  " + ",\n  ".join(selected),
        f"FROM unnest({starts}::date[], {firsts}::date[], {lasts}::date[]) AS b (start, beginning, ending)",
        f"JOIN goodwill AS g ON g.day >= b.beginning - {HELPED_DAYS} AND g.day < b.ending",
        "JOIN customer AS f ON f.customer_id = g.customer_id",
        "LEFT JOIN customer_segment_span AS h",
        f"  ON h.customer_id = f.customer_id AND {day} >= h.starts AND {day} < h.ends",
        "WHERE " + "\n  AND ".join(conditions),
    ]
    if keys:
        numbers = ", ".join(str(number + 1) for number in range(len(keys)))
        lines += [f"GROUP BY {numbers}", f"ORDER BY {numbers}"]
    return Fragment(
        source="goodwill",
        statement=Statement("\n".join(lines), scene.arguments.values()),
        keys=key_names(question),
        merges=tuple[Literal[""], ...]("" for _ in uses),
        why="who was helped is counted from the customers and what they were given",
        totals_for=scoped.totals_for,
        kind="base",
    )
