"""The gestures of the catalogue side by side: each with its limit and its figures, also those that nobody gave.

The module takes an answer by gesture. It returns the answer with a row for each gesture that was valid on a day of the
window, or given in it, and the limits of the rows. Gestures whose source names none have a row without a code. A
gesture that nobody gave has counts and sums of 0, and no return. Where the totals are hidden, so are its figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from cadran.domain.access.question_members import find_covered_members
from cadran.domain.answer import Answer, Figures, KeyColumn
from cadran.domain.directory import NOT_GIVEN, Directory, Member

GESTURE: Final = "gesture"


#: The largest costs that an agent may give in one gesture without approval; None: not known.
Limits = tuple[float | None, ...]


def list_gestures(given: Answer, directory: Directory) -> tuple[Answer, Limits]:
    """Return an answer by gesture with a row for each gesture, and the limits of the rows on the window's last day."""
    first, end = _find_days(given)
    members = _find_members(given, directory, first, end)
    rows = _number_rows(given)
    places = [rows.get(member.member_id) for member in members]
    answer = replace(
        given,
        rows=len(members),
        keys=(KeyColumn(GESTURE, [member.code for member in members], members),),
        figures=tuple(_align(column, total, places) for column, total in zip(given.figures, given.totals, strict=True)),
    )
    limits = find_limits(directory, end - timedelta(days=1))
    return answer, tuple(limits.get(member.member_id) for member in members)


def find_limits(directory: Directory, day: date) -> dict[int, float | None]:
    """Return the limits of the gestures that are valid on a day. Of several limits, the latest applies."""
    tomorrow = day + timedelta(days=1)
    return {each.gesture_id: each.amount for each in directory.gesture_limits if each.touches(day, tomorrow)}


def _find_days(answer: Answer) -> tuple[date, date]:
    """Return the first day of an answer's window, on the clock that the window is shown in, and the day after the
    last."""
    start, end = datetime.fromisoformat(answer.start), datetime.fromisoformat(answer.end)
    return start.date(), (end - timedelta.resolution).date() + timedelta(days=1)


def find_gestures(answer: Answer) -> Sequence[Member]:
    """Return the gestures of the rows of an answer by gesture."""
    return next(each for each in answer.keys if each.name == GESTURE).members or ()


def _find_members(given: Answer, directory: Directory, first: date, end: date) -> list[Member]:
    """Return the gestures with a row, in the order of their codes. The one that is not given comes last."""
    # Gestures of another kind than the question asks for have a row of zeros. A hidden number is None.
    used = {number for number, row in _number_rows(given).items() if given.figures[0].numerators[row] != 0}
    valid = {each.gesture_id for each in directory.gesture_limits if each.touches(first, end)}
    passing = find_covered_members(given.question.where, directory).get(GESTURE)
    listed = [
        member
        for number, member in directory.members.get(GESTURE, {}).items()
        if number in used or (number in valid and (passing is None or number in passing))
    ]
    return [*listed, NOT_GIVEN] if 0 in used else listed


def _number_rows(answer: Answer) -> Mapping[int, int]:
    """Return the rows of an answer by gesture."""
    return {member.member_id: row for row, member in enumerate(find_gestures(answer))}


def _align(column: Figures, total: Figures, places: Sequence[int | None]) -> Figures:
    """Return a column with a row for each of these places; None is a gesture that nobody gave."""
    is_counted = column.call.metric.is_counted
    has_denominator = any(each is not None for each in (*column.denominators, *total.denominators))

    def read(values: Sequence[float | None], empty: float | None) -> list[float | None]:
        return [(None if total.hidden else empty) if place is None else values[place] for place in places]

    hidden = (row for row, place in enumerate(places) if (total.hidden if place is None else place in column.hidden))
    return Figures(
        column.call,
        read(column.values, 0 if is_counted else None),
        read(column.numerators, 0),
        read(column.denominators, 0 if has_denominator else None),
        read(column.n, 0),
        hidden=frozenset(hidden),
    )
