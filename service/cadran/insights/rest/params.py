"""The parameters of the figures beyond plain indicators; what is declared here is read, and told by OpenAPI."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from cadran.domain.ask import Ask
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.metric_ref import split_list
from cadran.domain.metrics.loyalty import KIND
from cadran.errors import QuestionRefused
from cadran.insights.change import check
from cadran.insights.distribution import ACROSS, BINS, BINS_MAX, asked
from cadran.insights.usual_day import TIME, Step, asked_by_time, step_of
from cadran.rest.parameter import Parameter, by_name, read
from cadran.rest.params import (
    ANNOTATIONS,
    DISPLAY,
    EXPLAIN,
    FILTERS,
    METRICS,
    PARTS,
    PERIOD,
    SHAPE,
    TARGETS,
    Asked,
    common,
)

USUAL_DAY: Final = (
    METRICS,
    *PERIOD,
    Parameter(
        "by",
        "Dimensions to split each time of day by, in this order.",
        "list",
        ["site"],
        tuple(name for name in DIMENSIONS if name != TIME),
    ),
    Parameter("step", "The width of a row.", "choice", "hour", tuple(Step)),
    *FILTERS,
    SHAPE,
    PARTS,
    DISPLAY,
    TARGETS,
    ANNOTATIONS,
    EXPLAIN,
)
CHANGE: Final = (
    Parameter("metric", "The ratio that moved.", example="aht", required=True),
    *PERIOD,
    Parameter("against", "The window before, named as a period is.", example="2015-11", required=True),
    Parameter(
        "by",
        "The groups that the change is split into.",
        "list",
        ["site"],
        tuple(DIMENSIONS),
        required=True,
    ),
    *FILTERS,
    ANNOTATIONS,
    EXPLAIN,
)
DISTRIBUTION: Final = (
    Parameter("of", "What is distributed: wait, score(instrument=…), or any metric.", example="wait", required=True),
    Parameter("instrument", "The instrument of a metric over surveys, as in of=score(instrument=csat)."),
    *PERIOD,
    Parameter("by", "Dimensions to split waits or scores by.", "list", ["site"], tuple(DIMENSIONS)),
    Parameter("across", "The buckets or groups whose values are counted; days unless given.", "choice", choices=ACROSS),
    Parameter("bins", f"How many bins of equal width, to {BINS_MAX}; {BINS} unless given.", "number"),
    *FILTERS,
    ANNOTATIONS,
    EXPLAIN,
)
RETURN: Final = (
    *PERIOD,
    Parameter("kind", "Which gestures; all unless given.", "choice", "goodwill", KIND.choices),
    *FILTERS,
    ANNOTATIONS,
    EXPLAIN,
)
_RETURN_BY_NAME: Final = by_name(RETURN)
_USUAL_DAY_BY_NAME: Final = by_name(USUAL_DAY)
_CHANGE_BY_NAME: Final = by_name(CHANGE)
_DISTRIBUTION_BY_NAME: Final = by_name(DISTRIBUTION)


def usual_day(query_string: bytes) -> tuple[Asked, Step]:
    """What ``/v1/usual-day`` is asked."""
    given = read(query_string, _USUAL_DAY_BY_NAME)
    step = step_of(given.get("step", Step.QUARTER_HOUR))
    ask = asked_by_time(Ask(metrics=given.get("metrics", ()), by=given.get("by", ()), **common(given)), step)
    return Asked.of(ask, given), step


def distribution(query_string: bytes) -> tuple[Asked, str | None, int | None]:
    """What ``/v1/distribution`` is asked; across what, and in how many bins."""
    given = read(query_string, _DISTRIBUTION_BY_NAME)
    across, bins = given.get("across"), given.get("bins")
    ask = Ask(metrics=_of(given), by=given.get("by", ()), **common(given))
    return Asked.of(asked(ask, across, bins), given), across, bins


def goodwill_return(query_string: bytes) -> tuple[Asked, str | None]:
    """What ``/v1/goodwill-return`` is asked, and of which kind of gestures."""
    given = read(query_string, _RETURN_BY_NAME)
    return Asked.of(Ask(metrics=(), **common(given)), given), given.get("kind")


def _of(given: dict[str, Any]) -> list[str]:
    """The metric, with its instrument where that is told beside it."""
    metrics = split_list(given.get("of", ""))
    instrument = given.get("instrument")
    if instrument is None:
        return metrics
    return [
        f"{each[:-1]},instrument={instrument})" if each.endswith(")") else f"{each}(instrument={instrument})"
        for each in metrics
    ]


def change(query_string: bytes) -> tuple[Asked, Ask]:
    """What ``/v1/change`` is asked: of the present window, and of the one before."""
    given = read(query_string, _CHANGE_BY_NAME)
    now = Ask(metrics=split_list(given.get("metric", "")), by=given.get("by", ()), **common(given))
    check(now)
    if given.get("against") is None:
        raise QuestionRefused(
            "Say which window to set it against, e.g. against=2015-11.", code="no_window", parameter="against"
        )
    return Asked.of(now, given), replace(now, period=given["against"], start=None, end=None)
