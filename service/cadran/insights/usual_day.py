"""The usual day: figures by time of day over all days of a window.

The module takes a question without a split by time and asks it by time of day. The answer gets a row for every step and
group, without gaps between the first and the last time with data. Hourly steps are refused for metrics that do not add
up over quarter-hours (``impossible_step``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import fsum
from typing import Final, TypeVar

from cadran.domain.answer import Answer, Figures, KeyColumn
from cadran.domain.ask import Ask
from cadran.errors import QuestionRefused, unknown
from cadran.insights.additive import explain_not_additive

TIME: Final = "time_of_day"
#: The most decimals of a sum, as in every answer.
_DECIMALS: Final = 4
Group = tuple[object, ...]
Value = TypeVar("Value")


class Step(StrEnum):
    """The width of a row."""

    QUARTER_HOUR = "quarter_hour"
    HOUR = "hour"

    @property
    def quarters(self) -> int:
        """Return the number of quarter-hours in the step."""
        return 4 if self is Step.HOUR else 1


def find_step(word: str) -> Step:
    """Return the step of that name. Raises QuestionRefused with ``unknown_step``."""
    try:
        return Step(word)
    except ValueError:
        raise unknown("step", word[:60], [each.value for each in Step], parameter="step") from None


def split_by_time(ask: Ask, step: Step) -> Ask:
    """Return the ask grouped by time of day, then by its other dimensions.

    Raises QuestionRefused (``impossible_step``).
    """
    by = tuple(name for name in ask.by if name != TIME)
    if step is Step.HOUR:
        for call in ask.metrics:
            why = explain_not_additive(call, by)
            if why is not None:
                raise QuestionRefused(
                    f"{call.name} has no figures by hours of the day: {why}. Ask with step=quarter_hour.",
                    code="impossible_step",
                    parameter="step",
                    suggestions=(Step.QUARTER_HOUR,),
                )
    return replace(ask, by=(TIME, *by))


@dataclass(frozen=True, slots=True)
class _Place:
    """A row of the usual day: its time, its group, and the rows of the answer that belong to it."""

    time: int
    group: Group
    rows: tuple[int, ...]


def compute_usual_day(answer: Answer, step: Step) -> Answer:
    """Return the answer with a row for each step from the first to the last with data, for every group."""
    if not answer.rows:
        return answer
    times = [_quarter(str(value)) // step.quarters for value in _column(answer, TIME).values]
    others = [key for key in answer.keys if key.name != TIME]
    groups = [tuple(_raw(key, row) for key in others) for row in range(answer.rows)]
    found: dict[tuple[int, Group], list[int]] = {}
    first_rows: dict[Group, int] = {}
    for row, place in enumerate(zip(times, groups, strict=True)):
        found.setdefault(place, []).append(row)
        first_rows.setdefault(place[1], row)
    ordered = sorted(first_rows, key=lambda group: tuple((value is not None, value) for value in group))
    places = [
        _Place(time, group, tuple(found.get((time, group), ())))
        for time in range(min(times), max(times) + 1)
        for group in ordered
    ]
    shown = [first_rows[place.group] for place in places]
    keys = [KeyColumn(TIME, [_clock(place.time * step.quarters) for place in places])]
    keys += [
        KeyColumn(
            key.name, _select_rows(key.values, shown), None if key.members is None else _select_rows(key.members, shown)
        )
        for key in others
    ]
    by = tuple(key.name for key in others)
    figures = tuple(_figures(each, places, by) for each in answer.figures)
    return replace(answer, rows=len(places), keys=tuple(keys), figures=figures)


def _figures(column: Figures, places: list[_Place], by: tuple[str, ...]) -> Figures:
    kind = column.call.metric.kind
    counted = kind in ("count", "sum")
    # An empty step counts 0, but a denominator that ignores the split is unknown there.
    unsummed = kind in ("percentile", "index", "computed")
    nothing = None if kind == "max" or unsummed or (explain_not_additive(column.call, by) and not counted) else 0

    def merged(values: Sequence[float | None], empty: float | None) -> list[float | None]:
        return [
            None
            if not column.hidden.isdisjoint(place.rows)
            else _combine(kind, [values[row] for row in place.rows], empty)
            for place in places
        ]

    whole = 100 if kind == "net" else 1
    numerators = merged(column.numerators, nothing)
    ratio = any(value is not None for value in column.denominators)
    denominators = merged(column.denominators, nothing if ratio else None)
    if ratio:
        values: list[float | None] = [
            column.values[place.rows[0]]
            if len(place.rows) == 1
            else (whole * top / bottom if top is not None and bottom else None)
            for place, top, bottom in zip(places, numerators, denominators, strict=True)
        ]
    else:
        values = merged(column.values, 0 if counted else None)
    n = merged(column.n, None if kind == "max" else 0 if unsummed else nothing)
    bounds = None
    if column.bounds is not None:
        bounds = [column.bounds[place.rows[0]] if len(place.rows) == 1 else None for place in places]
    hidden = frozenset(number for number, place in enumerate(places) if not column.hidden.isdisjoint(place.rows))
    return Figures(column.call, values, numerators, denominators, n, None, bounds, hidden=hidden)


def _combine(kind: str, values: list[float | None], empty: float | None) -> float | None:
    known = [value for value in values if value is not None]
    if len(values) == 1:
        return values[0]
    if not known:
        return empty if not values else None
    if kind == "max":
        return max(known)
    total = sum(known)
    if isinstance(total, int):
        return total
    rounded = round(fsum(known), _DECIMALS)
    return int(rounded) if rounded.is_integer() else rounded


def _column(answer: Answer, name: str) -> KeyColumn:
    return next(key for key in answer.keys if key.name == name)


def _raw(key: KeyColumn, row: int) -> object:
    return key.members[row].member_id if key.members is not None else key.values[row]


def _quarter(clock: str) -> int:
    return int(clock[:2]) * 4 + int(clock[3:]) // 15


def _clock(quarter: int) -> str:
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"


def _select_rows(values: Sequence[Value], rows: list[int]) -> list[Value]:
    return [values[row] for row in rows]
