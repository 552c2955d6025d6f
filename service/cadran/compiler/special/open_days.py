"""The open days behind each row of a usual day or week: counts are means of these days.

Takes the question, its clock, the directory and the keys of the rows. A day belongs to a row if it passes the
question's calendar filters, the window has a part of it (by time of day: a part of the row's step), the data reach it,
and one of the row's sites opens on it. A site without a calendar opens every day. Days before the first day with data
of a site, and times after the last contact, are no open days of the site.

Days are bits of integers, counted from the first day of the window, so that sets of days are joined and counted fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property

from cadran.compiler.days import window_days
from cadran.compiler.special.day_bits import cut_quarters, find_clock_changes, list_open_days, list_quarters, span_days
from cadran.compiler.special.row_length import reached, read_numbers, read_part
from cadran.compiler.timing import CALENDAR, Timing
from cadran.domain.answer import DaySet, Figures, Freshness
from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.question import USUAL, Question
from cadran.domain.window import (
    DAY_QUARTERS,
    QUARTERS,
    WIDTHS,
    Grain,
    find_bucket_start,
    find_next_start,
    load_zone,
    to_instant,
)

_TIME = "time_of_day"
_DAY = timedelta(days=1)
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
        slot = ((1 << step) - 1) << _whole(known[_TIME]) if _TIME in known else _ALL_QUARTERS
        days = self._open(self._sites(known), slot) & self._filtered
        for name, value in known.items():
            if name == "start" and isinstance(value, date):
                days &= self._bucket(value)
            elif name in CALENDAR and name != _TIME:
                days &= self._parts[name].get(_whole(value), 0)
        return self._sets.setdefault(days, DaySet(self._bounds[0], days))

    @cached_property
    def _sets(self) -> dict[int, DaySet]:
        return {}

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
                every = list_quarters(day, zone)
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
            return (_whole(known["site"]),)
        home = self._find_home(known)
        if home:
            return (home,)
        if "partner" in known:
            own = self.directory.sites_of([_whole(known["partner"])])
            return tuple(site for site in own if site in self._left) or self._left
        return self._left

    def _find_home(self, known: dict[str, object]) -> int:
        """Return the site of the team or agent that a key names; 0 if there is none."""
        team = _whole(known.get("team") or 0)
        if not team and known.get("agent"):
            team = self.directory.member("agent", _whole(known["agent"])).parent
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
        begins = self.freshness.begins
        since = span_days(first, max(first, begins.get(site, end)) if begins and site else first, end)
        calendar = self.directory.calendars.get(site)
        if calendar is None:
            return since
        days = 0
        for year in range(first.year, end.year + 1):
            place = (date(year, 1, 1) - first).days
            opens = list_open_days(calendar, year)
            days |= opens << place if place >= 0 else opens >> -place
        return days & since

    @cached_property
    def _zones(self) -> dict[str, tuple[int, dict[int, int]]]:
        return {}

    def _passing(self, zone: str, allowed: int) -> int:
        """Return the days of which the window has some of the allowed quarter-hours, on the clock of a zone."""
        if not allowed:
            return 0
        found = self._passed.get((zone, allowed))
        if found is None:
            if zone not in self._zones:
                self._zones[zone] = self._read_clock(zone)
            whole, odd = self._zones[zone]
            found = whole | sum(1 << place for place, quarters in odd.items() if quarters & allowed)
            self._passed[zone, allowed] = found
        return found

    @cached_property
    def _passed(self) -> dict[tuple[str, int], int]:
        return {}

    def _read_clock(self, zone: str) -> tuple[int, dict[int, int]]:
        """Return the days of 24 hours that lie wholly in the window, and the quarter-hours of the other days: days that
        the window cuts, and days of a clock change."""
        until = self._find_end(zone)
        spans = [(start, min(end, until)) for start, end in self.timing.spans_on(zone)]
        spans = [(start, end) for start, end in spans if start < end]
        first, end = self._bounds
        clock, whole, cut = load_zone(zone), 0, set[date]()
        for start, stop in spans:
            begins, stops = (each.astimezone(clock).replace(tzinfo=None) for each in (start, stop))
            cut |= {each.date() for each in (begins, stops) if each.time() != time.min}
            whole |= span_days(first, max(first, begins.date()), min(end, stops.date()))
        whole &= ~sum(1 << (day - first).days for day in cut if day >= first)
        odd = {(day - first).days: cut_quarters(day, zone, spans) for day in cut if first <= day < end}
        for place in find_clock_changes(zone, first, end):
            if whole >> place & 1:
                odd[place] = list_quarters(first + timedelta(days=place), zone)
                whole &= ~(1 << place)
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
        found = every = span_days(first, first, end)
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
        return span_days(first, low, high)


def _whole(value: object) -> int:
    return value  # type: ignore[return-value]  # a member's id or a number of the calendar


def count_per_day(figures: Figures, days: Sequence[DaySet]) -> Figures:
    """Return counts as means of the days of each row; None without a day. The numerator stays the sum, and the number
    of days is the denominator."""
    values = [
        None if total is None or not each else total / len(each)
        for total, each in zip(figures.numerators, days, strict=True)
    ]
    bounds = None
    if figures.bounds is not None:
        bounds = [
            None if each is None or not behind else (each[0] / len(behind), each[1] / len(behind))
            for each, behind in zip(figures.bounds, days, strict=True)
        ]
    return replace(figures, values=values, denominators=[len(each) for each in days], bounds=bounds)
