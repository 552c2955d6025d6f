"""One figure's column from the columns of its parts: numerator, denominator, n, value; percentiles from bins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from operator import add, sub

from cadran.compiler.plan import Column, Recipe
from cadran.domain.answer import Z95, Figures
from cadran.domain.metric import WAIT_EDGES

#: The columns of one fragment, lined up with the answer's rows.
Table = Sequence[Sequence[object]]
Values = Sequence[float | None]

#: Sums carry at most four decimals (money and seconds), so rounding there restores the exact decimal that was summed.
_DECIMALS = 4
_SCALE = 10_000
_ROUNDED_MAX = 1e11


def figure(recipe: Recipe, tables: Sequence[Table], rows: int) -> Figures:
    """The column of a metric. A count without rows is 0; a ratio without a denominator, or over 0, is undefined, and
    so is a group's figure about too few."""
    found = _figure(recipe, tables, rows)
    return _of_groups(found) if recipe.call.metric.group_min else found


def suppressed(figures: Figures, row: int) -> bool:
    """Whether a figure is left out because its group is too small."""
    n = figures.n[row]
    return n is not None and 0 < n < figures.call.metric.group_min


def _of_groups(figures: Figures) -> Figures:
    kept = [not suppressed(figures, row) for row in range(len(figures.n))]

    def of(values: Values) -> Values:
        return [value if keep else None for value, keep in zip(values, kept, strict=True)]

    bounds = figures.bounds
    return replace(
        figures,
        values=of(figures.values),
        numerators=of(figures.numerators),
        denominators=of(figures.denominators),
        bounds=bounds and [each if keep else None for each, keep in zip(bounds, kept, strict=True)],
    )


def _figure(recipe: Recipe, tables: Sequence[Table], rows: int) -> Figures:
    if recipe.bins:
        return _percentile(recipe, tables, rows)
    metric = recipe.call.metric
    counted = metric.kind in ("count", "sum")
    numerators = _sum(recipe.numerator, tables, rows, empty=None if metric.kind == "max" else 0)
    if recipe.denominator is None:
        n = _sum(recipe.n, tables, rows, empty=0) if recipe.n else numerators if counted else [None] * rows
        return Figures(recipe.call, numerators, numerators, [None] * rows, n)
    denominators = _sum(recipe.denominator, tables, rows, empty=0)
    if metric.kind == "net":
        return _net(recipe, tables, rows, numerators, denominators)
    values = [
        numerator / denominator if numerator is not None and denominator else None
        for numerator, denominator in zip(numerators, denominators, strict=True)
    ]
    n = _sum(recipe.n, tables, rows, empty=0) if recipe.n else denominators
    return Figures(recipe.call, values, numerators, denominators, n)


def _net(recipe: Recipe, tables: Sequence[Table], rows: int, numerators: Values, denominators: Values) -> Figures:
    """Those for minus those against, in points of those asked. Its interval is the mean's of answers that weigh 1, 0
    and −1: the variance is (p + d − (p − d)²) / n."""
    either = _sum(tuple(replace(column, sign=1) for column in recipe.numerator), tables, rows, empty=0)
    values: list[float | None] = []
    bounds: list[tuple[float, float] | None] = []
    for net, both, n in zip(numerators, either, denominators, strict=True):
        if not n:
            values.append(None)
            bounds.append(None)
            continue
        share = (net or 0) / n
        error = 100 * Z95 * sqrt(max(0.0, (both or 0) / n - share * share) / n)
        values.append(100 * share)
        bounds.append((max(-100.0, 100 * share - error), min(100.0, 100 * share + error)))
    return Figures(recipe.call, values, numerators, denominators, denominators, None, bounds)


def _sum(columns: tuple[Column, ...], tables: Sequence[Table], rows: int, *, empty: float | None) -> Values:
    """The signed sum of columns, row by row; whole numbers stay whole."""
    if not columns:
        return [empty] * rows
    if len(columns) == 1 and columns[0].sign == 1:
        return _tidied(_values(columns[0], tables), empty=empty)
    total: Values = [0] * rows
    for column in columns:
        values, combine = _values(column, tables), add if column.sign > 0 else sub
        try:
            total = list(map(combine, total, values))
        except TypeError:
            # To ask every number whether it is None costs as much as adding it; few columns have gaps.
            total = list(map(combine, total, (0 if value is None else value for value in values)))
    return _tidied(total, empty=empty)


def _values(column: Column, tables: Sequence[Table]) -> Values:
    return tables[column.fragment][column.index]  # type: ignore[return-value]  # counts and float8 sums


def _tidied(values: Values, *, empty: float | None) -> Values:
    """Sums rounded to the decimals they carry, whole ones as integers. Most columns are counts, to be left alone."""
    kinds = set(map(type, values))
    if kinds <= {int}:
        return values
    if kinds != {float} or max(map(abs, values)) >= _ROUNDED_MAX:  # type: ignore[arg-type]  # no None among floats
        return [empty if value is None else _tidy(value) for value in values]
    # Rounding to an integer takes a third of the time of round(value, 4), and is as exact where a double is.
    scaled = [round(value * _SCALE) for value in values]  # type: ignore[operator]  # no None gets here
    return [value / _SCALE if value % _SCALE else value // _SCALE for value in scaled]


def _tidy(value: float) -> float:
    if isinstance(value, int):
        return value
    rounded = round(float(value), _DECIMALS)
    return int(rounded) if rounded.is_integer() else rounded


def _percentile(recipe: Recipe, tables: Sequence[Table], rows: int) -> Figures:
    """The percentile by linear interpolation within its bin; the bin's edges are its bounds. Beyond the last edge it
    is undefined."""
    share = float(recipe.call.values()["percentile"])
    columns = [tables[column.fragment][column.index] for column in recipe.bins]
    values: list[float | None] = []
    bounds: list[tuple[float, float] | None] = []
    n: list[float | None] = []
    bins: list[tuple[float, ...]] = []
    for row in range(rows):
        counts = [float(column[row] or 0) for column in columns]  # type: ignore[arg-type]  # counts
        bins.append(tuple(map(_tidy, counts)))
        total = sum(counts)
        n.append(_tidy(total))
        value, edges = _within_bins(counts, share * total) if total else (None, None)
        values.append(value)
        bounds.append(edges)
    return Figures(recipe.call, values, [None] * rows, [None] * rows, n, None, bounds, bins)


def _within_bins(counts: list[float], wanted: float) -> tuple[float | None, tuple[float, float] | None]:
    below, low = 0.0, 0.0
    for count, high in zip(counts, WAIT_EDGES, strict=False):
        if count and below + count >= wanted:
            return round(low + (high - low) * (wanted - below) / count, _DECIMALS), (low, float(high))
        below, low = below + count, float(high)
    return None, None
