"""Churned customers, and customers who had a goodwill gesture before: by segment and day.

Customers belong to no site and no channel. They leave on a day, without a time of day. A customer is helped if a
gesture came in the year before the bucket or in the bucket, and before the customer left. So churned customers with a
gesture are also among the helped. The definition depends on the bucket, so totals need a separate statement.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Literal

from cadran.compiler import fragment as sql
from cadran.compiler.days import bucket_days, window_days
from cadran.compiler.fragment import Scene
from cadran.compiler.lattice.table import Table
from cadran.compiler.select import Fragment, PartUse, QueryScope, compose, drop_ignored, list_key_columns
from cadran.compiler.statement import Arguments, Statement
from cadran.compiler.timing import CALENDAR, Timing
from cadran.domain.parts.goodwill import HELPED_DAYS
from cadran.domain.window import Grain

#: The churned customers, by day and without a time zone.
CHURN = Table("customer_churn", "churn", "day", ("segment",))

_COLUMNS = {
    "churned": "count(*)",
    "churned_valued": "count(f.lifetime_value)",
    "churned_value": "sum(f.lifetime_value)::float8",
    "churned_helped": "count(*) FILTER (WHERE {helped})",
    "churned_valued_helped": "count(f.lifetime_value) FILTER (WHERE {helped})",
    "churned_value_helped": "(sum(f.lifetime_value) FILTER (WHERE {helped}))::float8",
}


def churned(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of customers whose last day is in the window, and of their lifetime value."""
    question = drop_ignored(scoped.question, ignores)
    first, last = window_days(scoped.timing)
    local = (datetime.combine(first, time.min), datetime.combine(last, time.min))
    scene = Scene(question, CHURN, Timing(local, None, None, scoped.timing.shared), scoped.directory, Arguments())
    names = list_key_columns(question)
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
        why="churned customers are counted from the customers",
        totals_for=scoped.totals_for,
    )


def helped(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of customers active in each bucket who had a goodwill gesture.

    The bucket is cut to the window. The gesture came in the year before the bucket or in the bucket, and before the
    customer left. Segments are assigned as in the base (see ``active``)."""
    question = drop_ignored(scoped.question, (*ignores, *CALENDAR))
    scene = Scene(question, replace(CHURN, name="customer"), scoped.timing, scoped.directory, Arguments())
    buckets = bucket_days(question.grain, scoped.timing)
    starts, firsts, lasts = (scene.arguments.add([*column]) for column in zip(*buckets, strict=True))
    segment = "COALESCE(h.segment_id, f.segment_id)"
    scene = replace(scene, elsewhere={"segment_id": segment})
    keys = ["b.start" if name == "start" else segment for name in list_key_columns(question)]
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
        keys=list_key_columns(question),
        merges=tuple[Literal[""], ...]("" for _ in uses),
        why="helped customers are counted from the customers and their gestures",
        totals_for=scoped.totals_for,
        kind="base",
    )
