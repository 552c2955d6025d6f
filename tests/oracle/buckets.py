"""Buckets of a day or coarser (week, month, year), by the wall clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

DAYS = ("day", "week", "month", "year")


def bucket_start(local: datetime, grain: str) -> date:
    """Return the first day of the bucket that contains a wall-clock time. The grain is a day or coarser."""
    day = local.date()
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if grain == "year" else day


def bucket_end(start: date, grain: str) -> date:
    if grain == "day":
        return start + timedelta(days=1)
    if grain == "week":
        return start + timedelta(days=7)
    if grain == "month":
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return start.replace(year=start.year + 1)
