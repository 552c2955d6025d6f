"""The query parameters of figures that are derived from answers: declared here, read here, and listed by OpenAPI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from cadran.domain.ask import Ask
from cadran.domain.dimension import ATTRIBUTES_MAX, DIMENSIONS
from cadran.domain.metric_ref import parse_columns, parse_metric_refs, split_list
from cadran.domain.metrics.loyalty import KIND
from cadran.errors import QuestionRefused
from cadran.insights.change import check
from cadran.insights.distribution import ACROSS, BINS, BINS_MAX, build_ask
from cadran.insights.gestures import GESTURE
from cadran.insights.usual_day import TIME, split_by_time
from cadran.rest.parameter import Parameter
from cadran.rest.params import (
    ANNOTATIONS,
    BANDS,
    BY,
    COMPARE,
    DISPLAY,
    EXPLAIN,
    FILTERS,
    METRICS,
    PARTS,
    PERIOD,
    SHAPE,
    STEP,
    TARGETS,
    FiguresRequest,
    parse_common,
)

USUAL_DAY: Final = (
    METRICS,
    *PERIOD,
    Parameter(
        "by",
        "The dimensions to split each time of day by, in this order.",
        "list",
        ["site"],
        tuple(name for name in DIMENSIONS if name != TIME),
        more_choices=ATTRIBUTES_MAX,
    ),
    replace(STEP, example="hour"),
    *FILTERS,
    COMPARE,
    BANDS,
    SHAPE,
    PARTS,
    DISPLAY,
    TARGETS,
    ANNOTATIONS,
    EXPLAIN,
)
CHANGE: Final = (
    Parameter("metric", "The metric that changed: a share, a mean or a net score.", example="aht", required=True),
    *PERIOD,
    Parameter(
        "against", "The earlier window to compare with, in the form of period.", example="2015-11", required=True
    ),
    Parameter(
        "by",
        "The dimensions whose groups the change is split into.",
        "list",
        ["site"],
        tuple(DIMENSIONS),
        required=True,
        more_choices=ATTRIBUTES_MAX,
    ),
    *FILTERS,
    ANNOTATIONS,
    EXPLAIN,
)
DISTRIBUTION: Final = (
    Parameter(
        "of", "The metric that is distributed: wait, score(instrument=…), or any other.", example="wait", required=True
    ),
    Parameter("instrument", "The survey instrument of the metric, as in of=score(instrument=csat)."),
    *PERIOD,
    replace(BY, about="The dimensions to split waits or scores by, the contacts' own attributes among them."),
    Parameter(
        "across",
        "The buckets or groups whose values are counted. Without it, waits and scores are counted one by one, "
        "and other metrics by day.",
        "choice",
        choices=ACROSS,
    ),
    Parameter("bins", f"The number of bins of equal width, 1 to {BINS_MAX}; default: {BINS}.", "number"),
    *FILTERS,
    ANNOTATIONS,
    EXPLAIN,
)
RETURN: Final = (
    *PERIOD,
    Parameter("kind", "The kinds of gestures that count; default: all.", "choice", "goodwill", KIND.choices),
    Parameter(
        "by",
        "Of CSV: gesture for one row for each gesture of the catalogue, with the limit; default: one row for each "
        "figure. JSON has both.",
        "choice",
        "gesture",
        (GESTURE,),
    ),
    *FILTERS,
    ANNOTATIONS,
    EXPLAIN,
)


def parse_usual_day(given: Mapping[str, Any]) -> FiguresRequest:
    """Read the question of ``/v1/usual-day``."""
    names = parse_columns(given.get("metrics", ()), given.get("by", ()))
    ask = Ask(metrics=tuple(names), by=given.get("by", ()), **parse_common(given))
    return FiguresRequest.of(split_by_time(ask), given, names)


def parse_distribution(given: Mapping[str, Any]) -> tuple[FiguresRequest, str | None, int | None]:
    """Read the question, the buckets or groups, and the number of bins of ``/v1/distribution``."""
    across, bins = given.get("across"), given.get("bins")
    ask = Ask(metrics=parse_metric_refs(_of(given)), by=given.get("by", ()), **parse_common(given))
    return FiguresRequest.of(build_ask(ask, across, bins), given), across, bins


def parse_goodwill_return(given: Mapping[str, Any]) -> tuple[FiguresRequest, str | None, bool]:
    """Read the question of ``/v1/goodwill-return``, the kind of gestures, and whether CSV has rows by gesture."""
    asked = FiguresRequest.of(Ask(metrics=(), **parse_common(given)), given)
    # Headline figures always show their targets.
    return replace(asked, targets=True), given.get("kind"), given.get("by") == GESTURE


def _of(given: Mapping[str, Any]) -> list[str]:
    """Return the metrics, with the instrument where its parameter gives it."""
    metrics = split_list(given.get("of", ""))
    instrument = given.get("instrument")
    if instrument is None:
        return metrics
    return [
        f"{each[:-1]},instrument={instrument})" if each.endswith(")") else f"{each}(instrument={instrument})"
        for each in metrics
    ]


def parse_change(given: Mapping[str, Any]) -> tuple[FiguresRequest, Ask]:
    """Read the questions of ``/v1/change``: about the present window and about the earlier one."""
    now = Ask(
        metrics=parse_metric_refs(split_list(given.get("metric", ""))), by=given.get("by", ()), **parse_common(given)
    )
    check(now)
    if given.get("against") is None:
        raise QuestionRefused(
            "Say which window to compare with, e.g. against=2015-11.", code="no_window", parameter="against"
        )
    return FiguresRequest.of(now, given), replace(now, period=given["against"], start=None, end=None)
