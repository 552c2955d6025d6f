"""The local days of a window and of its buckets: for what is kept by day, not by contact (customers, budgets)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from cadran.domain.question import Question
from cadran.domain.window import Grain, bucket_start, next_start


def window_days(question: Question) -> tuple[date, date]:
    """The window's local days, half-open."""
    if question.window.start.tzinfo is None:
        start, end = question.window.start, question.window.end
        return start.date(), (end - timedelta(microseconds=1)).date() + timedelta(days=1)
    return question.window.days()


def bucket_days(question: Question) -> list[tuple[date, date]]:
    """The local days, half-open, of each bucket that the window touches; the whole window below the grain of a day."""
    first, last = window_days(question)
    if question.grain in (Grain.TOTAL, Grain.HOUR, Grain.QUARTER_HOUR):
        return [(first, last)]
    found = []
    start = bucket_start(datetime.combine(first, datetime.min.time()), question.grain)
    while start.date() < last:
        following = next_start(start, question.grain)
        found.append((start.date(), following.date()))
        start = following
    return found
