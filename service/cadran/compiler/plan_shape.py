"""The shape of a plan: everything that it depends on except the days of its window.

Takes a plan and another question of the same shape. Gives the plan that ``make_plan`` would make for that question: the
same statements with the days of the other window as arguments. A window has a shape if it consists of whole days on the
sites' own clocks. A plan can be moved if all its fragments say where the days are among their arguments.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final

from cadran.compiler.cost import check_values, make_sheet
from cadran.compiler.intervals.reading import has_intervals
from cadran.compiler.plan import Plan
from cadran.compiler.read_size import count_days
from cadran.compiler.select import Fragment
from cadran.compiler.statement import Statement
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.domain.window import Window

#: The window of every shape.
_NO_DAYS: Final = datetime.combine(date.min, time.min)


@dataclass(frozen=True, slots=True)
class Shape:
    """A question without the days of its window.

    Rollups by month answer only windows of ``whole_months``, the totals of rows by day among them. A plan also depends
    on whether the window ``has_intervals``.
    """

    question: Question
    whole_months: bool
    has_intervals: bool


def find_shape(question: Question, directory: Directory) -> Shape | None:
    """Return the shape of a question; None if its window does not consist of whole days on a wall clock."""
    window = question.window
    start, end = window.start, window.end
    if start.tzinfo is not None or not start.time() == end.time() == time.min:
        return None
    return Shape(
        replace(question, window=Window(_NO_DAYS, _NO_DAYS, window.zone)),
        start.day == end.day == 1,
        bool(directory.intervals) and has_intervals(question, directory),
    )


def is_movable(plan: Plan) -> bool:
    """Return whether the plan can be moved to another window of its shape."""
    return plan.timing.local is not None and all(each.window is not None for each in plan.fragments)


def move_plan(plan: Plan, question: Question, directory: Directory, *, values_max: int) -> Plan:
    """Return the plan of a question that has the same shape as the question of a movable plan.

    Raises QuestionRefused with ``too_costly``.
    """
    check_values([make_sheet(question)], directory, values_max)
    bounds, days = (question.window.start, question.window.end), count_days(question, directory)
    return replace(
        plan,
        question=question,
        timing=replace(plan.timing, local=bounds),
        fragments=tuple(_move(each, bounds, days) for each in plan.fragments),
    )


def _move(fragment: Fragment, bounds: tuple[datetime, datetime], days: int) -> Fragment:
    assert fragment.window is not None
    given = list(fragment.statement.arguments)
    for place, bound in zip(fragment.window, bounds, strict=True):
        given[place] = bound.date()
    arguments, rows, plain = tuple(given), round(days * fragment.daily_rows), fragment.plain
    return replace(
        fragment,
        statement=Statement(fragment.statement.sql, arguments, rows),
        plain=None if plain is None else Statement(plain.sql, arguments, rows),
    )
