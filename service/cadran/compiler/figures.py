"""One figure's column from the columns of its parts: numerator, denominator, n, value; percentiles from bins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from math import sqrt
from operator import add, sub, truediv

from cadran.compiler.recipe import Column, Recipe
from cadran.compiler.special import required_agents
from cadran.domain.answer import Z95, Figures
from cadran.domain.metric import WAIT_EDGES

#: The columns of one fragment, lined up with the answer's rows.
Table = Sequence[Sequence[object]]
Values = Sequence[float | None]

#: Sums carry at most four decimals (money and seconds), so rounding there restores the exact decimal that was summed.
_DECIMALS = 4
_SCALE = 10_000
_ROUNDED_MAX = 1e11


def figure(recipe: Recipe, tables: Sequence[Table], rows: int, seconds: Values | None = None) -> Figures:
    """The column of a metric. A count without rows is 0; a ratio without a denominator, or over 0, is undefined.
    ``seconds``: how long a time each row speaks of, where that matters."""
    if recipe.call.metric.kind == "computed":
        return _computed(recipe, tables, seconds or [None] * rows)
    return _figure(recipe, tables, rows)


def _figure(recipe: Recipe, tables: Sequence[Table], rows: int) -> Figures:
    if recipe.scores:
        return _score(recipe, tables, rows)
    if recipe.bins:
        return _percentile(recipe, tables, rows)
    if recipe.questions:
        return _index(recipe, tables, rows)
    metric = recipe.call.metric
    counted = metric.kind in ("count", "sum", "stock")
    numerators = _sum(recipe.numerator, tables, rows, empty=None if metric.kind in ("max", "stock") else 0)
    if recipe.denominator is None:
        n = _sum(recipe.n, tables, rows, empty=0) if recipe.n else numerators if counted else [None] * rows
        return Figures(recipe.call, numerators, numerators, [None] * rows, n)
    denominators = _sum(recipe.denominator, tables, rows, empty=0)
    if metric.kind == "net":
        return _net(recipe, tables, rows, numerators, denominators)
    values = _divided(numerators, denominators)
    n = _sum(recipe.n, tables, rows, empty=0) if recipe.n else denominators
    bounds = None
    if recipe.squares:
        squares = _sum(recipe.squares, tables, rows, empty=0)
        bounds = [_of_mean(*row) for row in zip(values, squares, denominators, strict=True)]
    return Figures(recipe.call, values, numerators, denominators, n, None, bounds)


def _computed(recipe: Recipe, tables: Sequence[Table], seconds: Values) -> Figures:
    columns = (recipe.numerator, recipe.denominator or (), recipe.n or ())
    handle, handled, arrivals = (_sum(each, tables, len(seconds), empty=0) for each in columns)
    return required_agents.figures(recipe.call, handle, handled, arrivals, seconds)


def _divided(numerators: Values, denominators: Values) -> Values:
    """Row by row; undefined without a denominator, or over 0."""
    try:
        return list(map(truediv, numerators, denominators))
    except (TypeError, ZeroDivisionError):
        return [
            numerator / denominator if numerator is not None and denominator else None
            for numerator, denominator in zip(numerators, denominators, strict=True)
        ]


def _of_mean(mean: float | None, squares: float | None, n: float | None) -> tuple[float, float] | None:
    """The 95 % interval of a mean of n scores by their variance, Σ(x − mean)² / (n − 1); of one there is none."""
    if mean is None or squares is None or not n or n < 2:
        return None
    error = Z95 * sqrt(max(0.0, squares - n * mean * mean) / (n - 1) / n)
    return mean - error, mean + error


def _net(recipe: Recipe, tables: Sequence[Table], rows: int, numerators: Values, denominators: Values) -> Figures:
    """Those for minus those against, in points of those asked. Its interval is the mean's of answers that weigh 1, 0
    and −1: the variance is (p + d − (p − d)²) / n."""
    either = _sum(tuple(replace(column, sign=1) for column in recipe.numerator), tables, rows, empty=0)
    found = [_points(*row) for row in zip(numerators, either, denominators, strict=True)]
    values = [None if each is None else each[0] for each in found]
    bounds = [None if each is None else _within_points(*each) for each in found]
    return Figures(recipe.call, values, numerators, denominators, denominators, None, bounds)


def _points(net: float | None, either: float | None, n: float | None) -> tuple[float, float] | None:
    """A net share of n answers in points, and its error; None of no answers."""
    if not n:
        return None
    share = (net or 0) / n
    return 100 * share, 100 * Z95 * sqrt(max(0.0, (either or 0) / n - share * share) / n)


def _within_points(value: float, error: float) -> tuple[float, float]:
    return max(-100.0, value - error), min(100.0, value + error)


def _index(recipe: Recipe, tables: Sequence[Table], rows: int) -> Figures:
    """The mean of the questions' net shares, in points. The same people answer them all, so their errors don't even
    out: the index has the mean of them."""
    questions = []
    for numerator, denominator in recipe.questions:
        either = _sum(tuple(replace(column, sign=1) for column in numerator), tables, rows, empty=0)
        columns = (_sum(numerator, tables, rows, empty=0), either, _sum(denominator, tables, rows, empty=0))
        questions.append([_points(*row) for row in zip(*columns, strict=True)])
    values: list[float | None] = []
    bounds: list[tuple[float, float] | None] = []
    for row in zip(*questions, strict=True):
        known = [each for each in row if each is not None]
        whole = len(known) == len(row)
        value, error = (sum(each) / len(row) for each in zip(*known, strict=True)) if whole else (None, 0.0)
        values.append(value)
        bounds.append(None if value is None else _within_points(value, error))
    nothing: list[float | None] = [None] * rows
    return Figures(recipe.call, values, nothing, nothing, _sum(recipe.n or (), tables, rows, empty=0), None, bounds)


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
    if kinds == {float} and all(map(float.is_integer, values)):  # type: ignore[arg-type]  # no None among floats
        return list(map(int, values))  # type: ignore[arg-type]  # the same
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
    nothing: list[float | None] = [None] * rows
    return Figures(recipe.call, values, nothing, nothing, n, None, bounds, bins, (0, *WAIT_EDGES, None))


def _score(recipe: Recipe, tables: Sequence[Table], rows: int) -> Figures:
    """The lowest score that the share of the answers does not exceed: one that somebody gave, not one between two."""
    share = float(recipe.call.values()["percentile"])
    lows = [each.low for each in recipe.scores]
    columns = [[float(count or 0) for count in _values(column, tables)] for column in recipe.bins]
    bins = [tuple(map(_tidy, counts)) for counts in zip(*columns, strict=True)] if rows else []
    values: list[float | None] = []
    for counts in bins:
        reached = zip(lows, accumulate(counts), strict=True)
        wanted = share * sum(counts)
        values.append(next((_tidy(low) for low, below in reached if below and below >= wanted), None))
    nothing: list[float | None] = [None] * rows
    n = [_tidy(sum(counts)) for counts in bins]
    return Figures(recipe.call, values, nothing, nothing, n, None, None, bins, (*map(_tidy, lows), None))


def _within_bins(counts: list[float], wanted: float) -> tuple[float | None, tuple[float, float] | None]:
    below, low = 0.0, 0.0
    for count, high in zip(counts, WAIT_EDGES, strict=False):
        if count and below + count >= wanted:
            return round(low + (high - low) * (wanted - below) / count, _DECIMALS), (low, float(high))
        below, low = below + count, float(high)
    return None, None
