"""The earlier window that a question is compared with, and how a time maps to the earlier time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from cadran.domain.answer import Notice
from cadran.domain.metric import Label
from cadran.domain.question import Compare, Question
from cadran.domain.window import Window

Shift = Callable[[datetime], datetime | None]
_INSTANT: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)


def find_shift(question: Question) -> Shift:
    """Return the function that maps a wall-clock time to the earlier time with which it is compared.

    The function returns None for days that the calendar does not have (29 February, 31 November).
    """
    window = question.window
    if question.compare is Compare.PREVIOUS_YEAR_WEEKDAYS:
        return lambda moment: moment - timedelta(days=364)
    if question.compare is Compare.PREVIOUS_YEAR:
        return lambda moment: _months_back(moment, 12)
    if question.compare is Compare.PREVIOUS_MONTH:
        return lambda moment: _months_back(moment, 1)
    if question.compare is Compare.SAME_TIME_LAST_WEEK:
        return lambda moment: moment - timedelta(days=7)
    if question.compare is Compare.SAME_WEEKDAY:
        weeks = ceil((window.end - window.start) / timedelta(days=7))
        return lambda moment: moment - timedelta(days=7 * weeks)
    months = (window.end.year - window.start.year) * 12 + window.end.month - window.start.month
    if months and window.start.day == window.end.day == 1 and _at_midnight(window.start) and _at_midnight(window.end):
        return lambda moment: _months_back(moment, months)
    width = window.end - window.start
    return lambda moment: moment - width


def _at_midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)


def _months_back(moment: datetime, months: int) -> datetime | None:
    number = moment.year * 12 + moment.month - 1 - months
    try:
        return moment.replace(year=number // 12, month=number % 12 + 1)
    except ValueError:
        return None


def find_earlier(question: Question, shift: Shift) -> Window:
    """Return the earlier window. A previous period ends when the question's window begins, at any UTC offset."""
    window = question.window
    previous = question.compare is Compare.PREVIOUS_PERIOD
    return Window(
        _shifted(shift, window.start), window.start if previous else _shifted_end(shift, window.end), window.zone
    )


def _shifted(shift: Shift, bound: datetime) -> datetime:
    """Shift a window's bound. If the earlier month has no such day, shift the closest day before it that has a
    counterpart."""
    moved = shift(bound)
    while moved is None:
        bound -= timedelta(days=1)
        moved = shift(bound)
    return moved


def _shifted_end(shift: Shift, bound: datetime) -> datetime:
    """Shift a window's end. An end at the start of 29 February becomes the end of February in a common year."""
    return shift(bound) or _shifted(shift, bound - _INSTANT) + _INSTANT


def warn_of_fewer_days(question: Question, earlier: Window) -> tuple[Notice, ...]:
    """Return a warning if the earlier window has fewer days, because its month lacks some: 29 to 31 March have one day
    in February. Whole months are expected to differ, and have none."""
    window = question.window
    if question.compare not in (Compare.PREVIOUS_MONTH, Compare.PREVIOUS_YEAR) or _has_whole_months(window):
        return ()
    days, fewer = (each.end.date() - each.start.date() for each in (window, earlier))
    if fewer >= days:
        return ()
    counts = (fewer // _DAY, days // _DAY)
    return (
        Notice(
            "fewer_days",
            Label(
                f"The window of comparison has {counts[0]} of the {counts[1]} days of the window, because its month is"
                " shorter.",
                f"La période de comparaison a {counts[0]} des {counts[1]} jours de la période, car son mois est plus"
                " court.",
            ),
        ),
    )


def _has_whole_months(window: Window) -> bool:
    return all(each.day == 1 and _at_midnight(each) for each in (window.start, window.end))
