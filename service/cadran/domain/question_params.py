"""A question as URL parameters. A request with these parameters asks the same question again."""

from __future__ import annotations

from typing import Any

from cadran.domain.answer import Answer
from cadran.domain.ask import NONE
from cadran.domain.dimension import is_calendar
from cadran.domain.filter_name import filter_name
from cadran.domain.question import Filter
from cadran.domain.window import Grain


def question_document(answer: Answer) -> dict[str, Any]:
    """Return the parameters of an answer's question by name. Absent parameters are left out."""
    question = answer.question
    found: dict[str, Any] = {
        "metrics": [call.name for call in question.metrics],
        "start": question.window.start.isoformat(),
        "end": question.window.end.isoformat(),
        "grain": question.grain,
    }
    if question.window.zone is not None:
        found["zone"] = question.window.zone
    if question.by:
        found["by"] = question.by
    if question.step is not Grain.QUARTER_HOUR:
        found["step"] = question.step
    for each in question.where:
        found[filter_name(each.dimension, negated=each.negated)] = _values(each)
    if question.compare is not None:
        found["compare"] = question.compare
    if question.fill:
        found["fill"] = True
    if question.bands:
        found["bands"] = True
    if question.order is not None:
        found["order"] = question.order.name if question.ascending else f"-{question.order.name}"
    if question.top is not None:
        found["top"] = question.top
    return found


def _values(each: Filter) -> list[str]:
    if each.dimension == "time_of_day":
        return _ranges([int(value) for value in each.values])
    if not is_calendar(each.dimension):
        return [value or NONE for value in each.values]
    return sorted(each.values, key=int)


def _ranges(quarters: list[int]) -> list[str]:
    """Convert quarter-hours of the day to ranges: 49, 50 → 12:15..12:45."""
    spans: list[list[int]] = []
    for quarter in sorted(quarters):
        if spans and spans[-1][1] == quarter:
            spans[-1][1] = quarter + 1
        else:
            spans.append([quarter, quarter + 1])
    return [f"{_clock(low)}..{_clock(high)}" for low, high in spans]


def _clock(quarter: int) -> str:
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"
