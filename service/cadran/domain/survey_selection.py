"""The surveys that a metric reads: transactional or relationship surveys, and their instruments.

Takes a metric with its arguments and the directory. Returns the surveys that its parts count. Refuses an instrument
that does not exist or is of another kind, and a metric over instruments with different scales: scales are never pooled.
Only metrics about employees read the answers of employees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from cadran.domain.directory import Directory, Instrument
from cadran.domain.metric import Metric
from cadran.errors import QuestionRefused

EMPLOYEE: Final = "employee"
#: Most bins of a scale. A scale with at most this many scores has one bin per score.
SCORES_MAX: Final = 101


@dataclass(frozen=True, slots=True)
class SurveySelection:
    """A selection of surveys: transactional (``hot``) or relationship (None: both), by instrument ids (None: all)."""

    hot: bool | None
    instruments: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class ScoreBin:
    """A bin of scores, from ``low`` to before ``high`` (None: no upper bound)."""

    low: float
    high: float | None


def select_surveys(
    metric: Metric, arguments: Mapping[str, float | str], directory: Directory
) -> SurveySelection | None:
    """Return the surveys that a metric reads; None for metrics that read no surveys."""
    if metric.instruments is None:
        return None
    hot = arguments.get("kind", "transactional") == "transactional" if metric.parameter("kind") else None
    if not metric.instruments and not metric.one_scale and "instrument" not in arguments:
        return SurveySelection(hot, None)
    return SurveySelection(hot, tuple(sorted(each.instrument_id for each in _chosen(metric, arguments, directory))))


def select_question_surveys(
    metric: Metric, arguments: Mapping[str, float | str], directory: Directory
) -> tuple[SurveySelection | None, ...]:
    """Return the surveys of each question that an index averages; for any other metric, one selection."""
    asked = select_surveys(metric, arguments, directory)
    if metric.kind != "index" or asked is None or not asked.instruments:
        return (asked,)
    return tuple(SurveySelection(asked.hot, (number,)) for number in asked.instruments)


def list_score_bins(metric: Metric, arguments: Mapping[str, float | str], directory: Directory) -> tuple[ScoreBin, ...]:
    """Return the bins of the scale of a metric's answers. A bin is one score, or several if the scale has many scores.

    The last bin is open.
    """
    chosen = _chosen(metric, arguments, directory)
    if not chosen:
        return (ScoreBin(0, None),)
    low, high = chosen[0].low, chosen[0].high
    step = max(1, ceil((high - low + 1) / SCORES_MAX))
    lows = [low + step * number for number in range(int((high - low) // step) + 1)]
    return tuple(ScoreBin(each, above) for each, above in zip(lows, (*lows[1:], None), strict=True))


def _chosen(metric: Metric, arguments: Mapping[str, float | str], directory: Directory) -> list[Instrument]:
    kinds = metric.instruments or ()
    fitting = [each for each in directory.instruments if (each.kind in kinds if kinds else each.kind != EMPLOYEE)]
    named = arguments.get("instrument")
    if named is not None:
        chosen = [each for each in fitting if each.code.lower() == named]
        if not chosen:
            raise _refused(metric, fitting, f"there is no instrument '{named}' that it can read.")
        return chosen[:1]
    if metric.one_scale and len({(each.kind, each.scale) for each in fitting}) > 1:
        raise _refused(metric, fitting, "instruments of different kinds or scales are not pooled: name one.")
    return fitting


def _refused(metric: Metric, fitting: Sequence[Instrument], why: str) -> QuestionRefused:
    codes = [each.code for each in fitting]
    known = f" Known: {', '.join(codes)}." if codes else " None is loaded (load them with --as instruments)."
    return QuestionRefused(
        f"{metric.slug}(instrument=…): {why}{known}", code="bad_parameter", parameter="metrics", suggestions=codes
    )
