"""Days and quarter-hours as bits of integers: the days of a calendar, and the quarter-hours that a clock shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from cadran.domain.directory import Calendar
from cadran.domain.window import Span, load_zone, to_instant

_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)
#: Every seventh day of a year.
_WEEKLY = sum(1 << 7 * week for week in range(53))


@lru_cache(maxsize=4096)
def list_quarters(day: date, zone: str) -> int:
    """Return the quarter-hours that the clock of a zone shows on a day."""
    return _gather(_step_through(day, zone), zone)


def cut_quarters(day: date, zone: str, spans: Sequence[Span]) -> int:
    """Return the quarter-hours that the clock of a zone shows on a day, as far as the spans have a part of them."""
    return _gather(
        (
            moment
            for moment in _step_through(day, zone)
            if any(start < moment + _QUARTER and moment < end for start, end in spans)
        ),
        zone,
    )


def _gather(moments: Iterable[datetime], zone: str) -> int:
    clock, found = load_zone(zone), 0
    for moment in moments:
        local = moment.astimezone(clock)
        found |= 1 << (local.hour * 4 + local.minute // 15)
    return found


def _step_through(day: date, zone: str) -> Iterator[datetime]:
    """Yield the starts of a local day's quarter-hours."""
    moment, end = (to_instant(datetime.combine(each, time.min), zone) for each in (day, day + _DAY))
    while moment < end:
        yield moment
        moment += _QUARTER


@lru_cache(maxsize=4096)
def list_open_days(calendar: Calendar, year: int) -> int:
    """Return the days of a year on which a calendar opens. Days that it does not know count as open."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    days = 0
    for weekday, first, last in calendar.hours:
        weekly = _WEEKLY << (weekday - start.isoweekday()) % 7
        days |= weekly & span_days(start, max(first, start), min(last, end))
    for day, opens in calendar.exceptions.items():
        if day.year == year:
            bit = 1 << (day - start).days
            days = days | bit if opens else days & ~bit
    known = span_days(start, max(calendar.first_day, start), min(calendar.end_day, end))
    return days & known | span_days(start, start, end) & ~known


def span_days(start: date, first: date, end: date) -> int:
    """Return the days from ``first`` to before ``end``, counted from ``start``."""
    return ((1 << (end - first).days) - 1) << (first - start).days if first < end else 0


@lru_cache(maxsize=1024)
def find_clock_changes(zone: str, first: date, end: date) -> tuple[int, ...]:
    """Return the numbers of the days, from ``first`` to before ``end``, that are not 24 hours long."""
    clock = load_zone(zone)
    count = (end - first).days
    offsets = [clock.utcoffset(datetime.combine(first + timedelta(days=place), time.min)) for place in range(count + 1)]
    return tuple(place for place in range(count) if offsets[place] != offsets[place + 1])
