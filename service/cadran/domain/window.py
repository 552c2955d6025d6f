"""Windows of questions: half-open, in each site's local time, in a named time zone, or between two instants."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from cadran.errors import QuestionRefused, did_you_mean


class Grain(StrEnum):
    """The width of a time bucket; weeks are ISO weeks."""

    QUARTER_HOUR = "quarter_hour"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Window:
    """A window ``start`` ≤ t < ``end``.

    Naive bounds are wall-clock times of each site (``zone`` None) or of ``zone``. Aware bounds are instants.
    """

    start: datetime
    end: datetime
    zone: str | None = None

    @property
    def instants(self) -> tuple[datetime, datetime] | None:
        """Return the bounds as instants in UTC; None if they differ from site to site."""
        if self.start.tzinfo is not None:
            return self.start.astimezone(UTC), self.end.astimezone(UTC)
        if self.zone is None:
            return None
        return to_instant(self.start, self.zone), to_instant(self.end, self.zone)

    def days(self, zones: Iterable[str]) -> tuple[date, date]:
        """Return the first local day that the window touches in these zones (none: UTC), and the day after the last.

        A window in each site's local time touches the same days in all zones.
        """
        start, last = self.start, self.end - timedelta.resolution
        bounds = self.instants
        if bounds is None:
            return start.date(), last.date() + timedelta(days=1)
        clocks = [load_zone(zone) for zone in set(zones)] or [load_zone("UTC")]
        first_day = min(bounds[0].astimezone(clock).date() for clock in clocks)
        last_day = max((bounds[1] - timedelta.resolution).astimezone(clock).date() for clock in clocks)
        return first_day, last_day + timedelta(days=1)


def is_overlapping(one: Window, other: Window, zones: Iterable[str]) -> bool:
    """Return whether two windows share time. ``zones`` are the sites' time zones (none: UTC). If only one of the
    windows is in each site's local time, the windows are compared in each of these zones."""
    if one.instants is None and other.instants is None:
        return one.start < other.end and other.start < one.end
    for zone in set(zones) or {"UTC"}:
        (start, end), (other_start, other_end) = (
            each.instants or (to_instant(each.start, zone), to_instant(each.end, zone)) for each in (one, other)
        )
        if start < other_end and other_start < end:
            return True
    return False


@lru_cache(maxsize=1024)
def load_zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name. An unknown name is refused with code ``unknown_zone``."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise QuestionRefused(
            f"There is no time zone '{name}'; use an IANA name such as Europe/Paris.",
            code="unknown_zone",
            parameter="zone",
        ) from error


def to_instant(local: datetime, zone: str) -> datetime:
    """Return the UTC instant of a wall-clock time. A skipped time moves forward by the gap. A repeated time means its
    first instant."""
    return local.replace(tzinfo=load_zone(zone)).astimezone(UTC)


def is_ambiguous(local: datetime, zone: str) -> bool:
    """Return whether a clock change skips or repeats that wall-clock time."""
    return to_instant(local.replace(fold=0), zone) != to_instant(local.replace(fold=1), zone)


#: The years that a question may ask about.
YEAR_MIN: Final = 1900
YEAR_MAX: Final = 2999

_NAMED: Final = (
    *("now", "today", "yesterday", "this_week", "last_week", "this_month", "last_month", "this_year", "last_year"),
    *("week_to_date", "month_to_date", "year_to_date", "last_7_days", "last_28_days"),
)


def _first_of_next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _relative(name: str, today: date) -> tuple[date, date] | None:
    tomorrow, monday, first = today + timedelta(days=1), today - timedelta(days=today.weekday()), today.replace(day=1)
    new_year = today.replace(month=1, day=1)
    table = {
        "today": (today, tomorrow),
        "yesterday": (today - timedelta(days=1), today),
        "this_week": (monday, monday + timedelta(days=7)),
        "last_week": (monday - timedelta(days=7), monday),
        "this_month": (first, _first_of_next_month(first)),
        "last_month": ((first - timedelta(days=1)).replace(day=1), first),
        "this_year": (new_year, new_year.replace(year=today.year + 1)),
        "last_year": (new_year.replace(year=today.year - 1), new_year),
        "week_to_date": (monday, tomorrow),
        "month_to_date": (first, tomorrow),
        "year_to_date": (new_year, tomorrow),
    }
    if found := re.fullmatch(r"last_([1-9]\d{0,3})_days", name):
        return today - timedelta(days=int(found[1])), today
    return table.get(name)


def _absolute(name: str) -> tuple[date, date] | None:
    if re.fullmatch(r"\d{4}", name):
        return date(int(name), 1, 1), date(int(name) + 1, 1, 1)
    if found := re.fullmatch(r"(\d{4})-[Qq]([1-4])", name):
        first = date(int(found[1]), 3 * int(found[2]) - 2, 1)
        return first, _first_of_next_month(_first_of_next_month(_first_of_next_month(first)))
    if found := re.fullmatch(r"(\d{4})-[Ww](\d{2})", name):
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return monday, monday + timedelta(days=7)
    if found := re.fullmatch(r"(\d{4})-(\d{2})", name):
        first = date(int(found[1]), int(found[2]), 1)
        return first, _first_of_next_month(first)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", name):
        day = date.fromisoformat(name)
        return day, day + timedelta(days=1)
    return None


def is_moving(period: str) -> bool:
    """Return whether a known period is relative: its days depend on the present day."""
    return _absolute(period) is None


@lru_cache(maxsize=1024)
def parse_period(period: str, today: date) -> tuple[datetime, datetime]:
    """Return the wall-clock bounds of a period. An unknown one is refused with code ``unknown_period``.

    ``today`` … ``month_to_date``, ``last_N_days`` (N whole days before today), ``2015``, ``2015-Q4``, ``2015-12``,
    ``2015-W50``, ``2015-12-24``.
    """
    try:
        bounds = _relative(period, today) or _absolute(period)
    except (ValueError, OverflowError):
        bounds = None
    if bounds is not None and not YEAR_MIN <= bounds[0].year <= YEAR_MAX:
        bounds = None
    if bounds is None:
        near = did_you_mean(period, _NAMED)
        hint = (
            f"Did you mean '{near[0]}'?"
            if near
            else "Use e.g. today, last_7_days, month_to_date, 2015, 2015-Q4, 2015-12, 2015-W50."
        )
        raise QuestionRefused(
            f"There is no period '{period}'. {hint}", code="unknown_period", parameter="period", suggestions=near
        )
    return datetime.combine(bounds[0], time.min), datetime.combine(bounds[1], time.min)


def find_next_start(start: datetime, grain: Grain) -> datetime:
    """Return the wall-clock start of the next bucket after ``start`` (for days and coarser grains)."""
    if grain is Grain.DAY:
        return start + timedelta(days=1)
    if grain is Grain.WEEK:
        return start + timedelta(days=7)
    if grain is Grain.MONTH:
        return datetime.combine(_first_of_next_month(start.date()), time.min, start.tzinfo)
    return start.replace(year=start.year + 1)


def find_bucket_start(local: datetime, grain: Grain) -> datetime:
    """Return the wall-clock start of the bucket that contains a wall-clock time."""
    if grain is Grain.QUARTER_HOUR:
        return local.replace(minute=local.minute // 15 * 15, second=0, microsecond=0)
    if grain is Grain.HOUR:
        return local.replace(minute=0, second=0, microsecond=0)
    midnight = datetime.combine(local.date(), time.min, local.tzinfo)
    if grain is Grain.WEEK:
        return midnight - timedelta(days=midnight.weekday())
    if grain is Grain.MONTH:
        return midnight.replace(day=1)
    if grain is Grain.YEAR:
        return midnight.replace(month=1, day=1)
    return midnight
