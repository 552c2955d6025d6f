"""The customers to call at an instant: with a loss or a promise in the thirty days before, and not reached since.

The figure and the list use the same SELECT (``opened``): the entries of ``recovery_entry`` that are open at the end of
a bucket. The refresh maintains ``recovery_entry``. An entry is open at an instant if it was opened in the thirty days
before the instant (or before the data's horizon, if that is earlier) and its customer was not reached before the
instant. Buckets that begin after the horizon have no entries.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal

from cadran.compiler import fragment as sql
from cadran.compiler.fragment import Scene
from cadran.compiler.instants import buckets
from cadran.compiler.lattice.lattice import find_tables
from cadran.compiler.select import Fragment, PartUse, QueryScope, list_key_columns
from cadran.compiler.statement import Arguments, Statement
from cadran.domain.window import WIDTHS, Grain

#: The number of days in which a loss or a promise must be worked off.
DAYS: Final = 30
_HORIZON: Final = "(SELECT h.horizon FROM data_state AS h)"


def open_at_ends(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of distinct customers to call at the end of each bucket."""
    question = scoped.question
    scene = Scene(question, find_tables("open")[0], scoped.timing, scoped.directory, Arguments())
    names = list_key_columns(question)
    columns = [f"{sql.key(scene, name)} AS k_{name}" for name in question.by]
    selection = opened(scene, ["f.customer_id", *columns], partner="partner" in question.by)
    keys = ["o.start" if name == "start" else f"o.k_{name}" for name in names]
    selected = [f"{expression} AS k{number}" for number, expression in enumerate(keys)]
    selected += [f"count(DISTINCT o.customer_id) AS p{number}" for number in range(len(uses))]
    lines = ["SELECT", "  " + ",\n  ".join(selected), f"FROM (\n{selection}\n) AS o"]
    if keys:
        numbers = ", ".join(str(number + 1) for number in range(len(keys)))
        lines += [f"GROUP BY {numbers}", f"ORDER BY {numbers}"]
    return Fragment(
        source=scene.table.sql,
        statement=Statement("\n".join(lines), scene.arguments.values()),
        keys=names,
        merges=tuple[Literal[""], ...]("" for _ in uses),
        why="open entries are read from the losses and promises of the thirty days before",
        totals_for=scoped.totals_for,
    )


def until(scene: Scene) -> str:
    """Return the instant at which ages are measured: the window's end on the last clock, or the horizon if earlier."""
    whole = replace(scene.question, grain=Grain.TOTAL)
    ends = max(bucket.ends for bucket in buckets(whole, scene.timing, scene.directory))
    return f"LEAST({scene.arguments.add(ends)}::timestamptz, {_HORIZON})"


def opened(scene: Scene, columns: list[str], *, partner: bool = False) -> str:
    """Return the SELECT of the open entries: these columns of ``f``, and the bucket at whose end each is open.

    The bucket's columns are ``begins``, ``ends``, ``start`` (if the question has a grain) and ``clock`` (if clocks
    differ)."""
    question, add = scene.question, scene.arguments.add
    table, first, last, by_zone = _table(scene)
    # The data may end long before the window. Then the entries open at the horizon count.
    since = f"LEAST({add(first - timedelta(days=DAYS))}::timestamptz, {_HORIZON} - interval '{DAYS} days')"
    where = [
        f"f.opened_at >= {since}",
        f"f.opened_at < {add(last)}::timestamptz",
        *(sql.filter_condition(scene, each) for each in question.where),
    ]
    lines = ["WITH entry AS MATERIALIZED ("]
    lines.append("  SELECT " + ", ".join(["f.opened_at", "f.reached_at", *columns, *(["s.zone"] if by_zone else [])]))
    lines.append("  FROM recovery_entry AS f")
    if by_zone or partner:
        lines.append("  JOIN site AS s ON s.site_id = f.site_id")
    lines += ["  WHERE " + "\n    AND ".join(where), ")", "SELECT e.*, b.*", f"FROM {table}", "JOIN entry AS e"]
    tests = [
        "e.opened_at < b.ends",
        f"e.opened_at >= LEAST(b.ends, {_HORIZON}) - interval '{DAYS} days'",
        "(e.reached_at IS NULL OR e.reached_at >= b.ends)",
        f"b.begins <= {_HORIZON}",
        *(["e.zone = b.clock"] if by_zone else []),
    ]
    lines.append("  ON " + "\n  AND ".join(tests))
    return "\n".join(lines)


def _table(scene: Scene) -> tuple[str, datetime, datetime, bool]:
    """Return the buckets as a table ``b``, the first and the last end of a bucket, and whether sites have separate
    clocks."""
    grain = scene.question.grain
    found = buckets(scene.question, scene.timing, scene.directory)
    by_zone = found[0].zone != ""
    columns: dict[str, tuple[str, list[object]]] = {
        "begins": ("timestamptz", [bucket.begins for bucket in found]),
        "ends": ("timestamptz", [bucket.ends for bucket in found]),
    }
    if grain is not Grain.TOTAL:
        columns["start"] = ("timestamptz" if grain in WIDTHS else "date", [bucket.start for bucket in found])
    if by_zone:
        columns["clock"] = ("text", [bucket.zone for bucket in found])
    arrays = ", ".join(f"{scene.arguments.add(values)}::{kind}[]" for kind, values in columns.values())
    table = f"unnest({arrays}) AS b ({', '.join(columns)})"
    return table, min(bucket.ends for bucket in found), max(bucket.ends for bucket in found), by_zone
