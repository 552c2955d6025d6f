"""The recipe of a figure: the columns of fragments that the figure is computed from."""

from __future__ import annotations

from dataclasses import dataclass

from cadran.domain.question import MetricRef
from cadran.domain.survey_selection import ScoreBin


@dataclass(frozen=True, slots=True)
class Column:
    """A signed column of a fragment."""

    sign: int
    fragment: int
    index: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """The columns that a figure is computed from.

    Percentiles of durations are read from the bin in the column ``rank_bin`` and the ``extremes``, those of scores from
    ``bins``, the counts of the scores that ``scores`` lists. Of a distribution, ``bins`` are counts of durations. An
    index uses ``questions``: a numerator and a denominator for each survey question. ``squares`` are the sums of
    squares from which the interval of a mean is computed. The ``spread`` of the numerator and of the denominator are
    counts of rows that may or may not be within a threshold between two edges of the bins. ``per_day`` counts are means
    of the open days of their row. ``lacking`` counts the intervals that do not give what the figure needs: where there
    are any, there is no figure.
    """

    call: MetricRef
    numerator: tuple[Column, ...]
    denominator: tuple[Column, ...] | None
    n: tuple[Column, ...] | None
    rank_bin: Column | None = None
    extremes: tuple[Column, ...] = ()
    bins: tuple[Column, ...] = ()
    scores: tuple[ScoreBin, ...] = ()
    questions: tuple[tuple[tuple[Column, ...], tuple[Column, ...]], ...] = ()
    squares: tuple[Column, ...] = ()
    per_day: bool = False
    spread: tuple[Column, ...] = ()
    denominator_spread: tuple[Column, ...] = ()
    lacking: tuple[Column, ...] = ()
    reads_intervals: bool = False
