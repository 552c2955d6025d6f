"""The column of a figure, computed from part columns: numerator, denominator, n and value; percentiles from bins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, product
from math import sqrt
from operator import truediv

from cadran.compiler.columns import DECIMALS, Table, Values, add_columns, read_column, round_sum, round_sums
from cadran.compiler.intervals.blanks import blank_rows
from cadran.compiler.recipe import Column, Recipe
from cadran.compiler.refresh.sketches import find_edges, find_rank, read_bin
from cadran.compiler.special import staffing
from cadran.domain.answer import Z95, Figures, wilson
from cadran.domain.erlang import Line
from cadran.domain.parts.part import WAIT_EDGES


def figure(recipe: Recipe, tables: Sequence[Table], rows: int, seconds: Values | None = None) -> Figures:
    """Return the column of a metric. A count without rows is 0. A ratio whose denominator is missing or 0 is None.

    ``seconds`` is the length of time that each row covers; only computed metrics need it."""
    if recipe.call.metric.kind == "computed":
        found = _computed(recipe, tables, seconds or [None] * rows)
    else:
        found = _figure(recipe, tables, rows)
    return blank_rows(found, count_lacking(recipe, tables, rows)) if recipe.lacking else found


def count_lacking(recipe: Recipe, tables: Sequence[Table], rows: int) -> Values:
    """Return how many intervals of each row do not give what the figure needs."""
    return add_columns(recipe.lacking, tables, rows, empty=0)


def read_lines(recipe: Recipe, tables: Sequence[Table], seconds: Values) -> list[Line | None]:
    """Return the load that each row of a computed metric has; None where there is none."""
    columns = (recipe.numerator, recipe.denominator or (), recipe.n or ())
    handle, handled, arrivals = (add_columns(each, tables, len(seconds), empty=0) for each in columns)
    return staffing.make_lines(recipe.call, handle, handled, arrivals, seconds)


def _figure(recipe: Recipe, tables: Sequence[Table], rows: int) -> Figures:
    if recipe.scores:
        return _score(recipe, tables, rows)
    if recipe.bins:
        return _histogram(recipe, tables, rows)
    if recipe.rank_bin is not None:
        return _percentile(recipe, recipe.rank_bin, tables, rows)
    if recipe.questions:
        return _index(recipe, tables, rows)
    metric = recipe.call.metric
    counted = metric.kind in ("count", "sum", "stock")
    numerators = add_columns(recipe.numerator, tables, rows, empty=None if metric.kind in ("max", "stock") else 0)
    if recipe.denominator is None:
        if recipe.spread:
            return _between_edges(recipe, tables, numerators, None)
        n = add_columns(recipe.n, tables, rows, empty=0) if recipe.n else numerators if counted else [None] * rows
        return Figures(recipe.call, numerators, numerators, [None] * rows, n)
    denominators = add_columns(recipe.denominator, tables, rows, empty=0)
    if recipe.spread or recipe.denominator_spread:
        return _between_edges(recipe, tables, numerators, denominators)
    if metric.kind == "net":
        return _net(recipe, tables, rows, numerators, denominators)
    values = _divided(numerators, denominators)
    n = add_columns(recipe.n, tables, rows, empty=0) if recipe.n else denominators
    bounds = None
    if recipe.squares:
        squares = add_columns(recipe.squares, tables, rows, empty=0)
        bounds = [_mean_interval(*row) for row in zip(values, squares, denominators, strict=True)]
    return Figures(recipe.call, values, numerators, denominators, n, None, bounds)


def _computed(recipe: Recipe, tables: Sequence[Table], seconds: Values) -> Figures:
    arrivals = add_columns(recipe.n or (), tables, len(seconds), empty=0)
    return staffing.figures(recipe.call, read_lines(recipe, tables, seconds), arrivals)


def _between_edges(recipe: Recipe, tables: Sequence[Table], numerators: Values, denominators: Values | None) -> Figures:
    """Return the figures of a threshold between two edges of the bins: half the rows of the bin around it count.

    The bounds include all values that are possible, with the interval of each. A ratio rises or falls with each count,
    so its extremes are among those where each bin counts as a whole or not at all."""
    places = list(dict.fromkeys((each.fragment, each.index) for each in (*recipe.spread, *recipe.denominator_spread)))
    signs = [
        tuple(sum(each.sign for each in of if (each.fragment, each.index) == place) for place in places)
        for of in (recipe.spread, recipe.denominator_spread)
    ]
    counts = [round_sums(read_column(Column(1, *place), tables), empty=0) for place in places]
    found = [
        _find_possible(numerator or 0, denominator, bins, signs)
        for numerator, denominator, *bins in zip(
            numerators, denominators or [None] * len(numerators), *counts, strict=True
        )
    ]
    values, tops, bottoms, bounds = (list(each) for each in zip(*found, strict=True)) if found else ([], [], [], [])
    n = tops if denominators is None else bottoms
    return Figures(recipe.call, values, tops, bottoms, n, None, bounds, estimated=True)


def _find_possible(
    numerator: float, denominator: float | None, counts: Sequence[float | None], signs: Sequence[Sequence[int]]
) -> tuple[float | None, float | None, float | None, tuple[float, float] | None]:
    """Return value, numerator and denominator in the middle of what is possible, and the bounds; no bounds where the
    bins are empty."""

    def compute(shares: Sequence[float]) -> tuple[float, float | None]:
        moved = [
            sum(sign * share * (count or 0) for sign, share, count in zip(each, shares, counts, strict=True))
            for each in signs
        ]
        return numerator + moved[0], None if denominator is None else denominator + moved[1]

    top, bottom = compute([0.5] * len(counts))
    value = top if denominator is None else top / bottom if bottom else None
    if value is None or not any(counts):
        return value, top, bottom, None
    corners = [compute(shares) for shares in product((0, 1), repeat=len(counts))]
    if denominator is None:
        return value, top, bottom, (min(each for each, _ in corners), max(each for each, _ in corners))
    intervals = [wilson(min(1.0, max(0.0, above / below)), below) for above, below in corners if below]
    return value, top, bottom, (min(low for low, _ in intervals), max(high for _, high in intervals))


def _divided(numerators: Values, denominators: Values) -> Values:
    """Return the quotients row by row; None where the denominator is missing or 0."""
    try:
        return list(map(truediv, numerators, denominators))
    except (TypeError, ZeroDivisionError):
        return [
            numerator / denominator if numerator is not None and denominator else None
            for numerator, denominator in zip(numerators, denominators, strict=True)
        ]


def _mean_interval(mean: float | None, squares: float | None, n: float | None) -> tuple[float, float] | None:
    """Return the 95 % interval of a mean of n scores, from their variance Σ(x − mean)² / (n − 1); None below 2 scores.

    ``squares`` is the sum of the squared scores."""
    if mean is None or squares is None or not n or n < 2:
        return None
    error = Z95 * sqrt(max(0.0, squares - n * mean * mean) / (n - 1) / n)
    return mean - error, mean + error


def _net(recipe: Recipe, tables: Sequence[Table], rows: int, numerators: Values, denominators: Values) -> Figures:
    """Return a net share in points: the share p in favour minus the share d against.

    The interval is that of a mean of answers that weigh 1, 0 and −1: the variance is (p + d − (p − d)²) / n."""
    either = add_columns(tuple(replace(column, sign=1) for column in recipe.numerator), tables, rows, empty=0)
    found = [_points(*row) for row in zip(numerators, either, denominators, strict=True)]
    values = [None if each is None else each[0] for each in found]
    bounds = [None if each is None else _points_interval(*each) for each in found]
    return Figures(recipe.call, values, numerators, denominators, denominators, None, bounds)


def _points(net: float | None, either: float | None, n: float | None) -> tuple[float, float] | None:
    """Return a net share of n answers in points, and its error; None without answers."""
    if not n:
        return None
    share = (net or 0) / n
    return 100 * share, 100 * Z95 * sqrt(max(0.0, (either or 0) / n - share * share) / n)


def _points_interval(value: float, error: float) -> tuple[float, float]:
    return max(-100.0, value - error), min(100.0, value + error)


def _index(recipe: Recipe, tables: Sequence[Table], rows: int) -> Figures:
    """Return the mean of the survey questions' net shares, in points.

    The same people answer all questions, so the errors do not cancel out. The index's error is the mean of the errors.
    """
    questions = []
    for numerator, denominator in recipe.questions:
        either = add_columns(tuple(replace(column, sign=1) for column in numerator), tables, rows, empty=0)
        columns = (
            add_columns(numerator, tables, rows, empty=0),
            either,
            add_columns(denominator, tables, rows, empty=0),
        )
        questions.append([_points(*row) for row in zip(*columns, strict=True)])
    values: list[float | None] = []
    bounds: list[tuple[float, float] | None] = []
    for row in zip(*questions, strict=True):
        known = [each for each in row if each is not None]
        whole = len(known) == len(row)
        value, error = (sum(each) / len(row) for each in zip(*known, strict=True)) if whole else (None, 0.0)
        values.append(value)
        bounds.append(None if value is None else _points_interval(value, error))
    nothing: list[float | None] = [None] * rows
    return Figures(
        recipe.call, values, nothing, nothing, add_columns(recipe.n or (), tables, rows, empty=0), None, bounds
    )


def _percentile(recipe: Recipe, rank_bin: Column, tables: Sequence[Table], rows: int) -> Figures:
    """Return the percentile of durations by nearest rank, from the bin that the rank falls into; None without any.

    The bounds are those between which it lies: the bin's edges, within the lowest and the highest duration, which are
    themselves the first and the last rank."""
    share = float(recipe.call.values()["percentile"])
    counts = add_columns(recipe.n or (), tables, rows, empty=0)
    columns = (read_column(column, tables) for column in (rank_bin, *recipe.extremes))
    found = [_read_rank(n or 0, share, *row) for n, *row in zip(counts, *columns, strict=True)]
    values = [None if each is None else round(each[0], DECIMALS) for each in found]
    bounds = [None if each is None else (round(each[1], DECIMALS), round(each[2], DECIMALS)) for each in found]
    nothing: list[float | None] = [None] * rows
    return Figures(recipe.call, values, nothing, nothing, counts, None, bounds, estimated=True)


def _read_rank(
    n: float, share: float, rank_bin: float | None, low: float | None, high: float | None
) -> tuple[float, float, float] | None:
    """Return a percentile with the bounds between which it lies."""
    if rank_bin is None or low is None or high is None:
        return None
    rank = find_rank(n, share)
    if rank <= 1:
        return low, low, low
    if rank >= n:
        return high, high, high
    above, upto = find_edges(int(rank_bin))
    return min(max(read_bin(int(rank_bin)), low), high), max(above, low), min(upto, high)


def _histogram(recipe: Recipe, tables: Sequence[Table], rows: int) -> Figures:
    """Return the counts of durations by bin, without values."""
    columns = [read_column(column, tables) for column in recipe.bins]
    bins = [tuple(round_sum(count or 0) for count in counts) for counts in zip(*columns, strict=True)] if rows else []
    nothing: list[float | None] = [None] * rows
    n = [round_sum(sum(counts)) for counts in bins]
    return Figures(recipe.call, nothing, nothing, nothing, n, None, None, bins, (0, *WAIT_EDGES, None))


def _score(recipe: Recipe, tables: Sequence[Table], rows: int) -> Figures:
    """Return the percentile of scores: the lowest score at or below which the wanted share of answers lies.

    The result is the score of a real answer; nothing is interpolated."""
    share = float(recipe.call.values()["percentile"])
    lows = [each.low for each in recipe.scores]
    columns = [[float(count or 0) for count in read_column(column, tables)] for column in recipe.bins]
    bins = [tuple(map(round_sum, counts)) for counts in zip(*columns, strict=True)] if rows else []
    values: list[float | None] = []
    for counts in bins:
        reached = zip(lows, accumulate(counts), strict=True)
        wanted = share * sum(counts)
        values.append(next((round_sum(low) for low, below in reached if below and below >= wanted), None))
    nothing: list[float | None] = [None] * rows
    n = [round_sum(sum(counts)) for counts in bins]
    return Figures(recipe.call, values, nothing, nothing, n, None, None, bins, (*map(round_sum, lows), None))
