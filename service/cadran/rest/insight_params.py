"""The parameters of the figures beyond plain indicators; what is declared here is read, and told by OpenAPI."""

from __future__ import annotations

from typing import Any, Final

from cadran.domain.ask import Ask
from cadran.domain.dimension import DIMENSIONS
from cadran.insight.usual_day import TIME, Step, asked_by_time, step_of
from cadran.rest.params import (
    DISPLAY,
    EXPLAIN,
    FILTERS,
    METRICS,
    PARTS,
    PERIOD,
    SHAPE,
    Asked,
    Parameter,
    by_name,
    common,
    read,
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
    EXPLAIN,
)
_USUAL_DAY_BY_NAME: Final = by_name(USUAL_DAY)


def usual_day(query_string: bytes) -> tuple[Asked, Step]:
    """What ``/v1/usual-day`` is asked."""
    given = read(query_string, _USUAL_DAY_BY_NAME)
    step = step_of(given.get("step", Step.QUARTER_HOUR))
    ask = asked_by_time(Ask(metrics=given.get("metrics", ()), by=given.get("by", ()), **common(given)), step)
    return _asked(ask, given), step


def _asked(ask: Ask, given: dict[str, Any]) -> Asked:
    return Asked(
        ask,
        columns=given.get("shape") == "columns",
        parts=given.get("parts", False),
        display=given.get("display", False),
        explain=given.get("explain", False),
    )
