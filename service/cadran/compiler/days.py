"""The local days of a window and of its buckets, for facts that are recorded by day (customers, budgets)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from cadran.compiler.statement import Arguments
from cadran.compiler.timing import Timing
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.domain.window import WIDTHS, Grain, find_bucket_start, find_next_start, load_zone


class Days(NamedTuple):
    """A bucket: its start day (the key of its rows), and its days in the window, from ``first`` to before ``last``."""

    start: date
    first: date
    last: date


def window_days(timing: Timing) -> tuple[date, date]:
    """Return the first local day that the window touches, and the day after the last one; UTC days if no single zone
    applies."""
    if timing.local is not None:
        start, end = timing.local
    else:
        assert timing.instants is not None
        zone = load_zone(timing.shown or "UTC")
        start, end = (bound.astimezone(zone).replace(tzinfo=None) for bound in timing.instants)
    return start.date(), (end - timedelta(microseconds=1)).date() + timedelta(days=1)


def bucket_days(grain: Grain, timing: Timing) -> list[Days]:
    """Return the buckets that the window touches. For grains finer than a day, the whole window is one bucket."""
    first, last = window_days(timing)
    if grain is Grain.TOTAL or grain in WIDTHS:
        return [Days(first, first, last)]
    found = []
    start = find_bucket_start(datetime.combine(first, time.min), grain)
    while start.date() < last:
        following = find_next_start(start, grain)
        found.append(Days(start.date(), max(start.date(), first), min(following.date(), last)))
        start = following
    return found


def bound_months(question: Question, directory: Directory, arguments: Arguments) -> tuple[str, str]:
    """Return the tests of the calendar months of a window. PostgreSQL applies them before a view sums over months."""
    first, end = question.window.days(directory.zones.values())
    return f"f.month >= {arguments.add(first.replace(day=1))}", f"f.month < {arguments.add(end)}"
