"""The company's wall clock: conversion of local time to instants and text, opening hours, French holidays.

A day is an integer: days since 1970-01-01 on the wall clock. A second counts from the start of that local day. An
instant is an integer of Unix seconds. Times that a spring night skips or an autumn night repeats are never produced.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from cadran.demo.world import HOURS, LYO, SATURDAY, SUNDAY, WORKDAY, ZONE

_EPOCH = date(1970, 1, 1)
_NIGHT_FROM, _NIGHT_TO = 3600, 4 * 3600


def day_number(day: date) -> int:
    return (day - _EPOCH).days


def day_date(day: int) -> date:
    return _EPOCH + timedelta(days=day)


def easter(year: int) -> date:
    """Return Easter Sunday of a Gregorian year (the anonymous algorithm of 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    moving = (easter(year) + timedelta(days=days) for days in (1, 39, 50))
    return frozenset((*(date(year, month, day) for month, day in fixed), *moving))


@cache
def kind_of_day(day: int) -> int:
    """Return the kind of a day: workday, Saturday or Sunday. Holidays count as Sundays."""
    the_date = day_date(day)
    if the_date.weekday() == 6 or the_date in holidays(the_date.year):
        return SUNDAY
    return SATURDAY if the_date.weekday() == 5 else WORKDAY


@cache
def month_of(day: int) -> int:
    """Return a number that two days share if and only if they lie in the same month."""
    the_date = day_date(day)
    return the_date.year * 12 + the_date.month


@cache
def is_open(site: int, day: int) -> bool:
    return site == LYO or kind_of_day(day) != SUNDAY


@cache
def next_open(site: int, day: int) -> int:
    """Return the first day after ``day`` on which the site is open."""
    following = day + 1
    while not is_open(site, following):
        following += 1
    return following


@cache
def _times() -> list[str]:
    """Return every second of a day as text."""
    return [f"{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}" for n in range(86_400)]


class WallClock:
    """A fast converter between wall time and instants, by look-up, for the days from ``first`` to ``last``."""

    def __init__(self, first: int, last: int) -> None:
        zone = ZoneInfo(ZONE)
        self._first = first - 1
        self._offsets: list[int] = []
        for day in range(first - 1, last + 1):
            noon = datetime.combine(day_date(day), datetime.min.time(), zone) + timedelta(hours=12)
            offset = noon.utcoffset() or timedelta()
            self._offsets.append(int(offset.total_seconds()))
        # Europe changes its clocks at 01:00 UTC.
        changes = [n for n in range(1, len(self._offsets)) if self._offsets[n] != self._offsets[n - 1]]
        self._changes = [(self._first + n) * 86_400 + 3600 for n in changes]
        self._steps = [self._offsets[0], *(self._offsets[n] for n in changes)]
        self._suffixes = [f"+{step // 3600:02d}:{step // 60 % 60:02d}" for step in self._steps]
        self._dates = [f"{day_date(day).isoformat()}T" for day in range(first - 1, last + 1)]
        self._times = _times()

    def instant(self, day: int, second: int) -> int:
        position = day - self._first
        offset = self._offsets[position]
        if second < _NIGHT_TO and offset != self._offsets[position - 1]:
            if second < _NIGHT_FROM:
                offset = self._offsets[position - 1]
            else:
                second = _NIGHT_TO + second % 3600
        return day * 86_400 + second - offset

    def local(self, instant: int) -> tuple[int, int]:
        return divmod(instant + self._steps[bisect_right(self._changes, instant)], 86_400)

    def text(self, instant: int) -> str:
        step = bisect_right(self._changes, instant)
        day, second = divmod(instant + self._steps[step], 86_400)
        return self._dates[day - self._first] + self._times[second] + self._suffixes[step]


def local_day(now: datetime) -> int:
    """Return the company's local day at an instant."""
    return day_number(now.astimezone(ZoneInfo(ZONE)).date())


def instant_of(now: datetime) -> int:
    return int(now.astimezone(UTC).timestamp())


def hours(day: int) -> tuple[int, int]:
    return HOURS[kind_of_day(day)]
