"""The rhythm of demand and loss: the shapes of the year, the week and the day.

This module gives the data the story of the day: too many agents at opening, too few between the shifts, and agents who
leave before closing.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate

from cadran.demo.days import day_date, hours, kind_of_day
from cadran.demo.world import CHANNELS, HOURS, PAU, SITES, SUNDAY, WORKDAY

_MONTHS = (1.08, 0.98, 1.0, 0.95, 0.90, 0.96, 0.90, 0.76, 1.04, 1.06, 1.10, 1.24)
_WEEKDAYS = (1.36, 1.12, 1.02, 1.0, 0.98, 0.50, 0.12)
_WEEKDAYS_WRITTEN = (1.28, 1.10, 1.02, 1.0, 0.96, 0.56, 0.34)
_HOLIDAY, _HOLIDAY_WRITTEN = 0.12, 0.40

# Relative demand per hour of the day on spoken channels; there are no agents before opening or after closing.
_TALK = (0, 0, 0, 0, 0, 0, 0, 0, 0.72, 1.12, 1.42, 1.30, 0.86, 0.78, 1.10, 1.24, 1.18, 1.05, 0.80, 0, 0, 0, 0, 0)
_WRITE = (
    0.14, 0.07, 0.04, 0.03, 0.03, 0.06, 0.18, 0.42, 0.85, 1.12, 1.20, 1.10,
    0.90, 0.95, 1.05, 1.08, 1.02, 1.00, 0.95, 0.92, 0.90, 0.80, 0.56, 0.30,
)  # fmt: skip

_OPENING_SECONDS = 1800
_GONE_SECONDS = 900
_HANDOVER = (12 * 3600 + 15 * 60, 12 * 3600 + 30 * 60)


@cache
def day_weight(day: int, asynchronous: bool) -> float:
    """Return how many requests a day draws, relative to an ordinary day."""
    the_date = day_date(day)
    season = _MONTHS[the_date.month - 1]
    if kind_of_day(day) == SUNDAY and the_date.weekday() != 6:
        return season * (_HOLIDAY_WRITTEN if asynchronous else _HOLIDAY)
    return season * (_WEEKDAYS_WRITTEN if asynchronous else _WEEKDAYS)[the_date.weekday()]


def mean_weight(day: int) -> float:
    """Return a day's weight over all channels."""
    return sum(channel.share * day_weight(day, channel.asynchronous) for channel in CHANNELS)


@cache
def quarters(kind: int, asynchronous: bool) -> list[float]:
    """Return the cumulative relative demand of the 96 quarter-hours of a kind of day."""
    if asynchronous:
        return list(accumulate(_WRITE[quarter // 4] for quarter in range(96)))
    opens, closes = HOURS[kind]
    return list(accumulate(_TALK[q // 4] if opens <= q * 900 < closes else 0.0 for q in range(96)))


def risk(day: int, second: int, site: int) -> float:
    """Return how likely a spoken request at that moment is lost, relative to an ordinary moment."""
    opens, closes = hours(day)
    return _site_risk(day, site) * pressure(day, second, opens, closes)


@cache
def _site_risk(day: int, site: int) -> float:
    the_date = day_date(day)
    monday = 1.2 if the_date.weekday() == 0 else 1.0
    return SITES[site].risk * monday * (decline(day) if site == PAU else 1.0)


def decline(day: int) -> float:
    """Return the factor of handle times, waits and losses at Pau in the day's month. It grows from January to
    December."""
    return 0.82 + 0.033 * day_date(day).month


def pressure(day: int, second: int, opens: int, closes: int) -> float:
    """Return demand relative to the agents present: 1 is ordinary, above 1 people wait and are lost."""
    if second < opens + _OPENING_SECONDS:
        return 0.08
    if second >= closes - _GONE_SECONDS:
        return 6.5
    if _HANDOVER[0] <= second < _HANDOVER[1] and kind_of_day(day) == WORKDAY:
        return 5.0
    return 0.55 + 0.45 * _TALK[second // 3600]


def agents_gone(day: int, second: int) -> bool:
    """Return whether agents have logged out early: in the last quarter of an hour before closing."""
    return second >= hours(day)[1] - _GONE_SECONDS
