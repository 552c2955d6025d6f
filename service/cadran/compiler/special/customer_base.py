"""The base: the customers active at any time in a window, from running counts of joins, departures and segment changes.

By segment, a customer belongs to the segment of the bucket's last day in the window, or of the day of leaving. So the
segments' bases sum to the whole base.
"""

from __future__ import annotations

from typing import Literal

from cadran.compiler import fragment as sql
from cadran.compiler.days import bucket_days
from cadran.compiler.fragment import Scene
from cadran.compiler.lattice.lattice import find_tables
from cadran.compiler.lattice.table import COLUMNS
from cadran.compiler.select import Fragment, PartUse, QueryScope, drop_ignored, list_key_columns
from cadran.compiler.statement import Arguments, Statement
from cadran.compiler.timing import CALENDAR


def active(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of customers active in each bucket, cut to the window.

    Their number is the customers who joined (the segment) before the bucket's end, minus those who left before its
    start."""
    question = drop_ignored(scoped.question, (*ignores, *CALENDAR))
    arguments = Arguments()
    scene = Scene(question, find_tables("customer")[0], scoped.timing, scoped.directory, arguments)
    buckets = bucket_days(question.grain, scoped.timing)
    starts, firsts, lasts = (arguments.add([*column]) for column in zip(*buckets, strict=True))
    keys = ["b.start" if name == "start" else f"f.{COLUMNS[name]}" for name in list_key_columns(question)]
    selected = [f"{expression} AS k{number}" for number, expression in enumerate(keys)]
    selected.append(
        "sum(f.joined + f.moved) FILTER (WHERE f.day < b.ending)"
        " - COALESCE(sum(f.churned) FILTER (WHERE f.day < b.beginning), 0) AS p0"
    )
    lines = ["SELECT", "  " + ",\n  ".join(selected)]
    lines.append(f"FROM unnest({starts}::date[], {firsts}::date[], {lasts}::date[]) AS b (start, beginning, ending)")
    lines.append("CROSS JOIN rollup.customer_flow AS f")
    conditions = [sql.filter_condition(scene, each) for each in question.where]
    if conditions:
        lines.append("WHERE " + "\n  AND ".join(conditions))
    if keys:
        numbers = ", ".join(str(number + 1) for number in range(len(keys)))
        lines += [f"GROUP BY {numbers}", f"ORDER BY {numbers}"]
    return Fragment(
        source="rollup.customer_flow",
        statement=Statement("\n".join(lines), arguments.values()),
        keys=list_key_columns(question),
        merges=tuple[Literal[""], ...]("" for _ in uses),
        why="the base is computed from the customers who joined and left",
        totals_for=scoped.totals_for,
        kind="base",
    )
