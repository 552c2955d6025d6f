"""The tables of an answer: the columns of each fragment, aligned with the answer's rows, and their totals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import repeat
from math import fsum

from cadran.compiler.columns import FragmentColumns, Key, Rows, Table
from cadran.compiler.plan import Plan
from cadran.compiler.select import Fragment
from cadran.compiler.special import budget
from cadran.domain.directory import Directory
from cadran.domain.window import load_zone


def lay_out(
    plan: Plan,
    results: Sequence[Rows],
    columned: Sequence[FragmentColumns],
    ordered: list[Key],
    directory: Directory,
) -> tuple[list[Table], list[Table]]:
    """Return the columns of the fragments of parts in the order of the rows, and their totals."""
    tables = [
        _table(plan, fragment, rows, columns, ordered, directory)
        for fragment, rows, columns in zip(plan.fragments, results, columned, strict=True)
        if _is_part(fragment)
    ]
    totals = [
        _totals(plan, number, fragment, results, columned[number], directory)
        for number, fragment in enumerate(plan.fragments)
        if _is_part(fragment)
    ]
    return tables, totals


def _is_part(fragment: Fragment) -> bool:
    """Return whether figures are computed from the fragment's columns, row by row."""
    return fragment.totals_for is None and fragment.kind not in ("coverage", "unknown", "intervals", "cut")


def _table(
    plan: Plan, fragment: Fragment, rows: Rows, columned: FragmentColumns, ordered: list[Key], directory: Directory
) -> Table:
    """Return the columns of a fragment, aligned with the answer's rows."""
    if fragment.kind == "budget":
        return _budget_table(plan, fragment, rows, ordered, directory)
    if fragment.keys == plan.keys and (columned.keys is ordered or columned.keys == ordered):
        return columned.parts
    if not columned.keys:
        return [[None] * len(ordered)] * len(fragment.merges)
    found = dict(zip(columned.keys, zip(*columned.parts, strict=True), strict=True))
    if fragment.keys != plan.keys:
        places = [plan.keys.index(name) for name in fragment.keys]
        ordered = [tuple(key[place] for place in places) for key in ordered]
    missing: tuple[object, ...] = (None,) * len(fragment.merges)
    aligned = list(map(found.get, ordered, repeat(missing)))
    return list(zip(*aligned, strict=True)) if aligned else [()] * len(fragment.merges)


def _budget_table(plan: Plan, fragment: Fragment, rows: Rows, ordered: list[Key], directory: Directory) -> Table:
    places = {name: place for place, name in enumerate(plan.keys)}
    columns: list[Sequence[object]] = []
    for part in fragment.parts:
        amount = budget.denominator(part, rows, plan.question.grain, plan.timing, directory)

        def of(key: Key, name: str) -> object:
            return key[places[name]] if name in places else None

        cache: dict[Key, float | None] = {}
        column: list[float | None] = []
        for key in ordered:
            narrowed = (_as_date(of(key, "start"), plan), of(key, "site"), of(key, "partner"))
            if narrowed not in cache:
                cache[narrowed] = amount(*narrowed)  # type: ignore[arg-type]  # a date and two ids, as the keys are declared
            column.append(cache[narrowed])
        columns.append([*column])
    return columns


def _as_date(start: object, plan: Plan) -> date | None:
    if isinstance(start, datetime):
        return start.astimezone(load_zone(plan.timing.shown or "UTC")).date()
    return start if isinstance(start, date) else None


def _totals(
    plan: Plan,
    number: int,
    fragment: Fragment,
    results: Sequence[Rows],
    columned: FragmentColumns,
    directory: Directory,
) -> Table:
    """Return the totals of a fragment's columns: merged where they add up, else from a separate statement."""
    for other, rows in zip(plan.fragments, results, strict=True):
        if other.totals_for == number:
            return [[value] for value in rows[0]] if rows else [[None] for _ in fragment.merges]
    rows = results[number]
    if fragment.kind == "budget":
        amounts = [
            budget.denominator(part, rows, plan.question.grain, plan.timing, directory) for part in fragment.parts
        ]
        return [[amount(None, None, None)] for amount in amounts]
    return [[_merged(merge, column)] for merge, column in zip(fragment.merges, columned.parts, strict=True)]


def _merged(merge: str, values: Sequence[object]) -> object:
    numbers: Sequence[float] = values  # type: ignore[assignment]  # counts and float8 sums, or None
    try:
        return _reduced(merge, numbers)
    except TypeError:
        return _reduced(merge, [value for value in values if value is not None])  # type: ignore[misc]  # the same


def _reduced(merge: str, numbers: Sequence[float]) -> float | None:
    """Return the exact sum, the maximum or the minimum. Raises TypeError at a None."""
    if not numbers:
        return None
    if merge == "max":
        # max() returns a single None without comparing it; + 0 raises the TypeError.
        return max(numbers) + 0
    if merge == "min":
        return min(numbers) + 0
    total = sum(numbers)
    return total if isinstance(total, int) else fsum(numbers)
