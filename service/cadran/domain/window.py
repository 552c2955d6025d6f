"""Windows of questions: half-open, in each site's local time, in a named time zone, or between two instants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from cadran.errors import QuestionRefused, did_you_mean


class Grain(StrEnum):
    """The width of a time bucket; weeks are ISO weeks."""

    QUARTER_HOUR = "quarter_hour"
    HALF_HOUR = "half_hour"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    TOTAL = "total"


#: The grains shorter than a day, and their widths.
WIDTHS: Final[Mapping[Grain, timedelta]] = {
    Grain.QUARTER_HOUR: timedelta(minutes=15),
    Grain.HALF_HOUR: timedelta(minutes=30),
    Grain.HOUR: timedelta(hours=1),
}
#: The number of quarter-hours of a day, and in each grain shorter than a day.
DAY_QUARTERS: Final = 96
QUARTERS: Final[Mapping[Grain, int]] = {grain: width // timedelta(minutes=15) for grain, width in WIDTHS.items()}

#: Instants from the first to before the second.
Span: TypeAlias = tuple[datetime, datetime]
#: Spans in order of time, with a gap between each two of them.
Spans: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A window ``start`` ≤ t < ``end``.

    Naive bounds are wall-clock times of each site (``zone`` None) or of ``zone``: the window has every instant at which
    the clock shows a time from ``start`` to before ``end``. Aware bounds are instants.
    """

    start: datetime
    end: datetime
    zone: str | None = None

    @property
    def spans(self) -> Spans | None:
        """Return the instants of the window in UTC; None if they differ from site to site."""
        if self.start.tzinfo is not None:
            return ((self.start.astimezone(UTC), self.end.astimezone(UTC)),)
        return None if self.zone is None else find_spans(self.start, self.end, self.zone)

    @property
    def instants(self) -> Span | None:
        """Return the first instant in UTC and the end of the last one; None if they differ from site to site."""
        found = self.spans
        return None if found is None else (found[0][0], found[-1][1])

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

    def as_days(self, zone: str | None) -> Window:
        """Return whole days as wall-clock times if there is one zone, so that offsets do not make another question."""
        if self.start.tzinfo is None or zone is None:
            return self
        start, end = (bound.astimezone(load_zone(zone)).replace(tzinfo=None) for bound in (self.start, self.end))
        whole = start.time() == end.time() == time.min and Window(start, end, zone).instants == self.instants
        return Window(start, end, self.zone) if whole else self


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


@lru_cache(maxsize=1024)
def find_spans(start: datetime, end: datetime, zone: str) -> Spans:
    """Return the instants at which the clock of a zone shows a time from ``start`` to before ``end``.

    There is more than one span if a bound is among times that the clock shows twice: 02:30 to 03:00 comes before and
    after the clock is set back. Between bounds that the clock skips there is no instant: the one span is empty."""
    (first, low), (last, high) = _find_passage(start, zone), _find_passage(end, zone)
    spans = [(first, last)]
    if low is not None and low[0] < last:
        spans = [(first, low[0]), (low[1], last)]
    if high is not None:
        # Before ``end`` again, as far as it is not before ``start``, too.
        spans.append((low[1], high[1]) if low is not None and low[0] == high[0] else high)
    found: list[Span] = []
    for each in spans:
        if found and found[-1][1] == each[0]:
            found[-1] = (found[-1][0], each[1])
        elif each[0] < each[1]:
            found.append(each)
    return tuple(found) or ((first, first),)


def _find_passage(local: datetime, zone: str) -> tuple[datetime, Span | None]:
    """Return the first instant at which the clock shows a time or a later one, and the span after it in which the clock
    is back before that time; None if it is not set back."""
    clock = load_zone(zone)
    first, again = (local.replace(tzinfo=clock, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == again:
        return first, None
    low, high = min(first, again), max(first, again)
    before = low.astimezone(clock).utcoffset()
    while high - low > timedelta.resolution:
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(clock).utcoffset() == before else (low, middle)
    return (first, (high, again)) if first < again else (high, None)


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


def parse_moment(text: str, parameter: str) -> datetime:
    """Return the bound of a window that a caller wrote; aware if it has an offset. Raises QuestionRefused."""
    try:
        # A plus sign in a URL arrives as a space.
        found = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        raise QuestionRefused(
            f"'{text}' is not a time: write 2015-12-01, 2015-12-01T09:00 or 2015-12-01T09:00:00+01:00.",
            code="bad_window",
            parameter=parameter,
        ) from None
    if not YEAR_MIN <= found.year <= YEAR_MAX:
        raise QuestionRefused(
            f"{parameter} must be in the years {YEAR_MIN} to {YEAR_MAX}.", code="bad_window", parameter=parameter
        )
    return found


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
    if grain in WIDTHS:
        minutes = WIDTHS[grain] // timedelta(minutes=1)
        return local.replace(minute=local.minute // minutes * minutes, second=0, microsecond=0)
    midnight = datetime.combine(local.date(), time.min, local.tzinfo)
    if grain is Grain.WEEK:
        return midnight - timedelta(days=midnight.weekday())
    if grain is Grain.MONTH:
        return midnight.replace(day=1)
    if grain is Grain.YEAR:
        return midnight.replace(month=1, day=1)
    return midnight
