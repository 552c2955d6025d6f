"""Distributions: the counts of waits, handle times, survey scores or metric values in bins.

Waits and handle times are counted contact by contact, in the bins of the rollups. Answers to a survey instrument are
counted by score. Values of any other metric are counted over the buckets or groups of a window, in bins of equal width.

The module takes an ordinary question and its answer. Group columns are refused for values (``bad_parameter``). A bin of
waits or handle times includes its upper edge. A bin of scores or values includes its lower edge; the last bin of values
includes both.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from cadran.domain.access.suppression import make_suppression_notice
from cadran.domain.answer import Answer, Notice
from cadran.domain.ask import Ask
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.parts.part import WAIT_EDGES
from cadran.domain.question import MetricRef, Question
from cadran.domain.survey_selection import SCORES_MAX
from cadran.domain.window import Grain
from cadran.errors import QuestionRefused, unknown

_GRAINS: Final = tuple(grain.value for grain in Grain if grain is not Grain.TOTAL)
#: The buckets and groups that values are taken across. A day is a date here, not a day of the month.
ACROSS: Final = (*_GRAINS, *(name for name in DIMENSIONS if name not in _GRAINS))
BINS: Final = 10
BINS_MAX: Final = 100
Counts = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Distribution:
    """The counts of a distribution in bins.

    ``edges`` are one more than the bins; an edge of None is open. ``rows`` holds the counts of each group of the
    answer's keys, ``total`` those over all groups. A count is None where small-cell suppression hides it. ``n`` are the
    sums of the counts of each group, ``whole`` is the sum over all groups. ``undefined`` counts the buckets or groups
    without a value.
    """

    answer: Answer
    across: str | None
    edges: Sequence[float | None]
    rows: Sequence[Counts]
    n: Counts
    total: Counts
    whole: float | None
    undefined: int = 0

    @property
    def call(self) -> MetricRef:
        """Return the metric whose values are distributed."""
        return self.answer.question.metrics[0]


def build_ask(ask: Ask, across: str | None, bins: int | None) -> Ask:
    """Return the ask whose answer holds the distribution. Raises QuestionRefused.

    If the metric is no percentile and ``across`` is None, its values are taken across days.
    """
    if len(ask.metrics) != 1:
        raise QuestionRefused("Say one metric, e.g. of=wait.", code="no_metrics", parameter="of")
    if bins is not None and not 1 <= bins <= BINS_MAX:
        raise QuestionRefused(f"bins is a number from 1 to {BINS_MAX}.", code="bad_parameter", parameter="bins")
    if across is None and _has_bins(ask):
        if bins is not None:
            raise QuestionRefused(
                "Waits and scores have fixed bins; give bins only together with across.",
                code="bad_parameter",
                parameter="bins",
            )
        return replace(ask, binned=True)
    if ask.by:
        raise QuestionRefused(
            "by splits waits and scores only; leave it out for values across buckets or groups.",
            code="bad_parameter",
            parameter="by",
        )
    across = across or Grain.DAY
    if across not in ACROSS:
        raise unknown("across", across[:60], ACROSS, parameter="across")
    return replace(ask, grain=across) if across in _GRAINS else replace(ask, by=(across,))


def compute_distribution(answer: Answer, across: str | None, bins: int | None) -> Distribution:
    """Return the distribution of the answer's figures, for the same ``across`` and ``bins`` as in ``build_ask``."""
    column = answer.figures[0]
    if across is None and column.bins is not None:
        total = answer.totals[0]
        assert total.bins is not None
        exact = replace(answer, warnings=_warnings(answer))
        return Distribution(exact, None, column.edges, column.bins, column.n, total.bins[0], total.n[0])
    values = [value for value in column.values if value is not None]
    edges = _edges(values, bins or BINS)
    whole = replace(answer, rows=0, keys=(), figures=())
    counts = _count_values(values, edges)
    undefined = len(column.values) - len(values)
    return Distribution(whole, across or Grain.DAY, edges, (), (), counts, len(values), undefined)


def _warnings(answer: Answer) -> tuple[Notice, ...]:
    """Return the answer's warnings, plus the suppression warning where only bins are hidden."""
    columns = (*answer.figures, *answer.totals)
    hides = any(None in counts for each in columns for counts in each.bins or ())
    if not hides or any(each.hidden for each in columns):
        return answer.warnings
    return (*answer.warnings, make_suppression_notice([answer.figures[0].call.name]))


def count_bins_max(question: Question, across: str | None) -> int:
    """Return the greatest number of bins that a row shows; 0 where values are taken across the rows."""
    if across is not None or question.metrics[0].metric.kind != "percentile":
        return 0
    return max(len(WAIT_EDGES) + 1, SCORES_MAX)


def _has_bins(ask: Ask) -> bool:
    return ask.metrics[0].metric.kind == "percentile"


def _edges(values: Sequence[float], bins: int) -> list[float]:
    """Return the edges from the lowest value to the highest; one bin where both are equal."""
    if not values:
        return []
    low, high = min(values), max(values)
    if low == high:
        return [low, high]
    return [*(low + (high - low) * number / bins for number in range(bins)), high]


def _count_values(values: Sequence[float], edges: Sequence[float]) -> list[int]:
    counts = [0] * max(len(edges) - 1, 0)
    for value in values:
        counts[min(bisect_right(edges, value), len(counts)) - 1] += 1
    return counts
