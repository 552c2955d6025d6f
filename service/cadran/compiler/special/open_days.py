"""The open days behind each row of a usual day or week: counts are means of these days.

Takes the question, its clock, the directory and the keys of the rows. A day belongs to a row if it passes the
question's calendar filters, the window has a part of it (by time of day: a part of the row's step), the data reach it,
and one of the row's sites opens on it. A site without a calendar opens every day. Days before the first day with data,
and times after the last contact, do not belong to any row.

Days are bits of integers, counted from the first day of the window, so that sets of days are joined and counted fast.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache

from cadran.compiler.days import window_days
from cadran.compiler.special.row_length import reached, read_numbers, read_part
from cadran.compiler.timing import CALENDAR, Timing
from cadran.domain.answer import DaySet, Figures, Freshness
from cadran.domain.ask import sites_in
from cadran.domain.directory import Calendar, Directory
from cadran.domain.question import USUAL, Question
from cadran.domain.window import (
    DAY_QUARTERS,
    QUARTERS,
    WIDTHS,
    Grain,
    Span,
    find_bucket_start,
    find_next_start,
    load_zone,
    to_instant,
)

_TIME = "time_of_day"
_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)
_ALL_QUARTERS = (1 << DAY_QUARTERS) - 1
Key = Sequence[object]


def splits_days(question: Question) -> bool:
    """Return whether the rows of a question are about usual days: counts are then means of the days."""
    return not USUAL.isdisjoint(question.by) and question.grain is not Grain.DAY and question.grain not in WIDTHS


@dataclass(frozen=True)
class OpenDays:
    """The open days of a question's rows. ``names`` are the names of the key columns."""

    question: Question
    timing: Timing
    directory: Directory
    freshness: Freshness
    names: tuple[str, ...]

    def of_row(self, key: Key) -> DaySet:
        """Return the open days of the row with this key."""
        known = dict(zip(self.names, key, strict=True))
        step = QUARTERS[self.question.step]
        slot = ((1 << step) - 1) << int(str(known[_TIME])) if _TIME in known else _ALL_QUARTERS
        days = self._open(self._sites(known), slot) & self._filtered
        for name, value in known.items():
            if name == "start" and isinstance(value, date):
                days &= self._bucket(value)
            elif name in CALENDAR and name != _TIME:
                days &= self._parts[name].get(int(str(value)), 0)
        return DaySet(self._bounds[0], days)

    @cached_property
    def whole(self) -> DaySet:
        """Return the open days of the whole window."""
        return DaySet(self._bounds[0], self._open(self._sites({}), _ALL_QUARTERS) & self._filtered)

    @cached_property
    def partial(self) -> list[date]:
        """Return the open days of which the rows have only a part, in order."""
        step = DAY_QUARTERS if _TIME not in self.question.by else QUARTERS[self.question.step]
        slots = [((1 << step) - 1) << first & self._quarters for first in range(0, DAY_QUARTERS, step)]
        found = set()
        for zone in self._by_zone(self._left):
            self._passing(zone, _ALL_QUARTERS)
            for place, quarters in self._zones[zone][1].items():
                day = self._bounds[0] + timedelta(days=place)
                every = _list_quarters(day, zone, None)
                if any(quarters & slot and quarters & slot != every & slot for slot in slots):
                    found.add(day)
        return sorted(found.intersection(self.whole))

    @cached_property
    def _bounds(self) -> tuple[date, date]:
        """Return the first day on which the window may have data, on any clock, and the day after the last."""
        first, end = window_days(self.timing)
        if self.timing.local is None:
            first, end = first - _DAY, end + _DAY
        first = max(first, self.freshness.since or first)
        return first, max(first, min(end, (self.freshness.as_of or self.freshness.generated_at).date() + 3 * _DAY))

    def _find_end(self, zone: str) -> datetime:
        """Return until when days count on the clock of a zone: to the end of the last day with data, once that day is
        over, else as far as its data reach."""
        now = self.freshness.generated_at
        last = (self.freshness.as_of or now).astimezone(load_zone(zone)).date()
        end = to_instant(datetime.combine(last + _DAY, time.min), zone)
        return end if end <= now else reached(self.freshness) or now

    def _sites(self, known: dict[str, object]) -> tuple[int, ...]:
        """Return the sites of a row: those that its key names, else those that the filters leave."""
        if "site" in known:
            return (int(str(known["site"])),)
        home = self._find_home(known)
        if home:
            return (home,)
        if "partner" in known:
            own = self.directory.sites_of([int(str(known["partner"]))])
            return tuple(site for site in own if site in self._left) or self._left
        return self._left

    def _find_home(self, known: dict[str, object]) -> int:
        """Return the site of the team or agent that a key names; 0 if there is none."""
        team = int(str(known.get("team") or 0))
        if not team and known.get("agent"):
            team = self.directory.member("agent", int(str(known["agent"]))).parent
        return self.directory.member("team", team).parent if team else 0

    @cached_property
    def _left(self) -> tuple[int, ...]:
        sites = sites_in(self.question.where, self.directory)
        return tuple(self.directory.zones) if sites is None else sites

    @cached_property
    def _cache(self) -> dict[tuple[tuple[int, ...], int], int]:
        return {}

    def _open(self, sites: tuple[int, ...], slot: int) -> int:
        """Return the days on which any of the sites opens, as far as the window has quarter-hours of the slot."""
        found = self._cache.get((sites, slot))
        if found is None:
            allowed, found = slot & self._quarters, 0
            for zone, opens in self._by_zone(sites).items():
                found |= opens & self._passing(zone, allowed)
            self._cache[sites, slot] = found
        return found

    @cached_property
    def _zone_cache(self) -> dict[tuple[int, ...], dict[str, int]]:
        return {}

    def _by_zone(self, sites: tuple[int, ...]) -> dict[str, int]:
        """Return the days on which any of the sites opens, by the zone of the clock."""
        found = self._zone_cache.get(sites)
        if found is None:
            found = {}
            for site in sites or (0,):
                zone = self.timing.zone or self.directory.zones.get(site) or self.timing.shared or "UTC"
                found[zone] = found.get(zone, 0) | self._calendar(site)
            self._zone_cache[sites] = found
        return found

    def _calendar(self, site: int) -> int:
        first, end = self._bounds
        calendar = self.directory.calendars.get(site)
        if calendar is None:
            return (1 << (end - first).days) - 1
        days = 0
        for year in range(first.year, end.year + 1):
            place = (date(year, 1, 1) - first).days
            opens = _list_open_days(calendar, year)
            days |= opens << place if place >= 0 else opens >> -place
        return days & ((1 << (end - first).days) - 1)

    @cached_property
    def _zones(self) -> dict[str, tuple[int, dict[int, int]]]:
        return {}

    def _passing(self, zone: str, allowed: int) -> int:
        """Return the days of which the window has some of the allowed quarter-hours, on the clock of a zone."""
        if not allowed:
            return 0
        if zone not in self._zones:
            self._zones[zone] = self._read_clock(zone)
        whole, odd = self._zones[zone]
        return whole | sum(1 << place for place, quarters in odd.items() if quarters & allowed)

    def _read_clock(self, zone: str) -> tuple[int, dict[int, int]]:
        """Return the days of 24 hours that lie wholly in the window, and the quarter-hours of the other days: days that
        the window cuts, and days of a clock change."""
        until = self._find_end(zone)
        spans = [(start, min(end, until)) for start, end in self.timing.spans_on(zone)]
        spans = [(start, end) for start, end in spans if start < end]
        first, end = self._bounds
        clock, whole = load_zone(zone), 0
        odd: dict[int, int] = dict.fromkeys(_find_clock_changes(zone, first, end), 0)
        for start, stop in spans:
            begins, stops = (each.astimezone(clock).replace(tzinfo=None) for each in (start, stop))
            odd |= dict.fromkeys(((each.date() - first).days for each in (begins, stops)), 0)
            inner = max(first, begins.date() + _DAY), min(end, stops.date())
            if inner[0] < inner[1]:
                whole |= ((1 << (inner[1] - inner[0]).days) - 1) << (inner[0] - first).days
        odd = {place: 0 for place in odd if 0 <= place < (end - first).days}
        for place in odd:
            whole &= ~(1 << place)
            odd[place] = _list_quarters(first + timedelta(days=place), zone, spans)
        return whole, odd

    @cached_property
    def _quarters(self) -> int:
        """Return the quarter-hours of the day that pass the filters."""
        found = _ALL_QUARTERS
        for each in self.question.where:
            if each.dimension == _TIME:
                numbers, negated = read_numbers(each)
                passing = sum(1 << number for number in numbers)
                found &= ~passing if negated else passing
        return found

    @cached_property
    def _filtered(self) -> int:
        """Return the days that pass the calendar filters."""
        first, end = self._bounds
        found = every = (1 << (end - first).days) - 1
        for each in self.question.where:
            if each.dimension in CALENDAR and each.dimension != _TIME:
                numbers, negated = read_numbers(each)
                days = self._parts[each.dimension]
                passing = 0
                for number in numbers:
                    passing |= days.get(number, 0)
                found &= every & ~passing if negated else passing
        return found

    @cached_property
    def _parts(self) -> dict[str, dict[int, int]]:
        """Return the days by the value of each calendar dimension that the question names."""
        first, end = self._bounds
        named = [name for name in CALENDAR if name != _TIME and self.question.names(name)]
        found: dict[str, dict[int, int]] = {name: {} for name in named}
        for place in range((end - first).days):
            day = first + timedelta(days=place)
            for name, days in found.items():
                number = read_part(day, name)
                days[number] = days.get(number, 0) | 1 << place
        return found

    def _bucket(self, start: date) -> int:
        first, end = self._bounds
        begins = datetime.combine(start, time.min)
        after = find_next_start(find_bucket_start(begins, self.question.grain), self.question.grain).date()
        low, high = (min(max(first, each), end) for each in (start, after))
        return ((1 << (high - low).days) - 1) << (low - first).days


def count_per_day(figures: Figures, days: Sequence[DaySet]) -> Figures:
    """Return counts as means of the days of each row; None without a day. The numerator stays the sum, and the number
    of days is the denominator."""
    values = [
        None if total is None or not each else total / len(each)
        for total, each in zip(figures.numerators, days, strict=True)
    ]
    return replace(figures, values=values, denominators=[len(each) for each in days])


def _list_quarters(day: date, zone: str, spans: Sequence[Span] | None) -> int:
    """Return the quarter-hours that the clock of a zone shows on a day, as far as they lie in the spans (None: all)."""
    clock, found = load_zone(zone), 0
    for moment in _step_through(day, zone):
        if spans is None or any(start < moment + _QUARTER and moment < end for start, end in spans):
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
def _list_open_days(calendar: Calendar, year: int) -> int:
    """Return the days of a year on which a calendar opens."""
    first = date(year, 1, 1)
    days = (first + timedelta(days=place) for place in range(366))
    return sum(1 << place for place, day in enumerate(days) if day.year == year and calendar.is_open(day))


@lru_cache(maxsize=1024)
def _find_clock_changes(zone: str, first: date, end: date) -> tuple[int, ...]:
    """Return the numbers of the days, from ``first`` to before ``end``, that are not 24 hours long."""
    clock = load_zone(zone)
    count = (end - first).days
    offsets = [clock.utcoffset(datetime.combine(first + timedelta(days=place), time.min)) for place in range(count + 1)]
    return tuple(place for place in range(count) if offsets[place] != offsets[place + 1])
