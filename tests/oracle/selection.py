"""Select the rows of each group of a question: windows, buckets, splits and filters in plain Python."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.buckets import DAYS, bucket_end, bucket_start
from tests.oracle.customer_history import segment_at
from tests.oracle.figures import Number
from tests.oracle.question import STEPS, Key, OracleQuestion
from tests.oracle.truth import Truth
from tests.oracle.world import Row, World


@dataclass
class Selection:
    """The rows of a question, by fact and group."""

    truth: Truth
    asked: OracleQuestion
    _groups: dict[tuple[str, tuple[str, ...]], dict[Key, list[Row]]] = field(default_factory=dict)
    openings: dict[Key | None, set[str]] | None = None

    @property
    def world(self) -> World:
        return self.truth.world

    def sites(self) -> set[str]:
        """Return the sites that pass the filters on site and partner."""
        found = set(self.world.sites)
        for name, values, negated in self.asked.where:
            if name in ("site", "partner"):
                found = {
                    code for code in found
                    if ((code if name == "site" else self.world.sites[code]["partner"]) in values) != negated
                }  # fmt: skip
        return found

    @cached_property
    def whole(self) -> Selection:
        """Return the selection of the same question without time buckets."""
        return Selection(self.truth, replace(self.asked, grain="total"))

    @cached_property
    def shared_zone(self) -> str | None:
        zones = {self.world.sites[code]["zone"] for code in self.sites() or self.world.sites}
        return zones.pop() if len(zones) == 1 else None

    def clock(self, row: Row) -> datetime:
        """Return the row's wall-clock time in the question's zone, or else in that of the site whose day the row
        belongs to."""
        if "left_on" in row:
            return datetime.combine(row["left_on"], time.min)
        zone = self.asked.zone or self.world.sites[row["offered_site"]]["zone"]
        found: datetime = row["offered_at"].astimezone(ZoneInfo(zone))
        return found.replace(tzinfo=None)

    def inside(self, row: Row) -> bool:
        asked = self.asked
        if "left_on" in row:
            first, last = self.window_days()
            return bool(first <= row["left_on"] < last)
        if asked.start.tzinfo is not None:
            return bool(asked.start <= row["offered_at"] < asked.end)
        return asked.start <= self.clock(row) < asked.end

    def value(self, row: Row, dimension: str) -> Any:
        clock = self.clock(row)
        if dimension in ("year", "month", "day"):
            return getattr(clock, dimension)
        if dimension == "weekday":
            return clock.isoweekday()
        if dimension == "time_of_day":
            return clock.hour * 4 + clock.minute // 15
        return row[dimension]

    def key(self, row: Row, name: str) -> Any:
        """Return the value of a row's key; a time of day is that at which its step begins."""
        if name == "start":
            return self.start(row)
        step = STEPS[self.asked.step] if name == "time_of_day" else 1
        found = self.value(row, name)
        return found if step == 1 else found // step * step

    def start(self, row: Row) -> Any:
        """Return the start of the row's bucket: a local date for a day and coarser, an instant for finer grains.

        An hour begins when the row's clock shows :00.
        """
        clock, grain = self.clock(row), self.asked.grain
        if grain in DAYS:
            return bucket_start(clock, grain)
        past = timedelta(
            minutes=clock.minute % (15 * STEPS[grain]), seconds=clock.second, microseconds=clock.microsecond
        )
        return row["offered_at"].astimezone(UTC) - past

    def passes(self, row: Row, ignoring: tuple[str, ...]) -> bool:
        return self.inside(row) and all(
            (self.value(row, name) in values) != negated
            for name, values, negated in self.asked.where
            if name not in ignoring
        )

    def grouped(self, fact: str, ignoring: tuple[str, ...] = ()) -> dict[Key, list[Row]]:
        """Return the rows by key. Ignored dimensions are not in the key, and their filters do not apply."""
        place = (fact, ignoring)
        if place not in self._groups:
            found = defaultdict(list)
            for row in self._rows(fact):
                if self.passes(row, ignoring):
                    key = tuple(self.key(row, name) for name in self.asked.keys if name not in ignoring)
                    found[key].append(row)
            self._groups[place] = found
        return self._groups[place]

    @cached_property
    def runs(self) -> dict[Key | None, list[Row]]:
        """Return the runs of cases that pass the filters, by the dimensions of the split; all of them for None."""
        found: dict[Key | None, list[Row]] = defaultdict(list)
        for run in self.truth.runs:
            if all((run[name] in values) != negated for name, values, negated in self.asked.where):
                found[None].append(run)
                found[tuple(run[name] for name in self.asked.by)].append(run)
        return found

    def _rows(self, fact: str) -> list[Row]:
        if fact == "reach":
            return [
                {**row, "segment": segment_at(self.world, row["customer"], self.last_day(row))}
                for row in self.truth.contacts
                if row["customer"] is not None and row["outcome"] != "closed" and row["direction"] == "inbound"
            ]
        truth = self.truth
        return {
            "contact": truth.contacts,
            "leg": truth.legs,
            "visit": truth.visits,
            "case": truth.cases,
            "survey": truth.surveys,
            "sending": truth.sendings,
            "goodwill": truth.gestures,
            "loss": truth.losses,
            "callback": truth.promises,
            "step": truth.steps,
            "time": truth.times,
            "shift": truth.shifts,
            "taken": truth.taken,
            "worked": truth.worked,
        }[fact]

    def last_day(self, row: Row) -> date:
        """Return the last day of the row's bucket within the window."""
        last = self.window_days()[1]
        if self.asked.grain in DAYS:
            last = min(last, bucket_end(self.start(row), self.asked.grain))
        return last - timedelta(days=1)

    def window_days(self) -> tuple[date, date]:
        """Return the local days that the window touches, half-open."""
        start, end = self.asked.start, self.asked.end
        if start.tzinfo is not None:
            zone = ZoneInfo(self.asked.zone or self.shared_zone or "UTC")
            start, end = start.astimezone(zone).replace(tzinfo=None), end.astimezone(zone).replace(tzinfo=None)
        last = end.date() if end.time() == time.min else end.date() + timedelta(days=1)
        return start.date(), last

    def group(self, key: Key | None) -> SelectedGroup:
        """Return the rows of one key; all rows for None."""
        return SelectedGroup(self, key)


@dataclass
class SelectedGroup:
    """One group of a selection. It implements ``figures.Group``."""

    selection: Selection
    key: Key | None

    @property
    def world(self) -> World:
        return self.selection.world

    @property
    def people(self) -> str:
        asked = self.selection.asked
        return "agent" if asked.names("agent") else "team" if asked.names("team") else ""

    @property
    def names_direction(self) -> bool:
        return self.selection.asked.names("direction")

    def rows(self, fact: str, ignoring: tuple[str, ...] = ()) -> list[Row]:
        if self.key is None and fact == "reach":
            # In totals a customer has the segment of the window's last day, not that of each bucket's last day.
            groups = self.selection.whole.grouped(fact, ignoring)
        else:
            groups = self.selection.grouped(fact, ignoring)
        if self.key is None:
            return [row for rows in groups.values() for row in rows]
        names = self.selection.asked.keys
        kept = tuple(value for name, value in zip(names, self.key, strict=True) if name not in ignoring)
        return groups.get(kept, [])

    def part(self, name: str) -> Any:
        """Return the key's value of a dimension; None where the group is not split by it."""
        keys = self.selection.asked.keys
        return self.key[keys.index(name)] if self.key is not None and name in keys else None

    def days(self) -> tuple[date, date]:
        """Return the days of the group's bucket within the window, half-open."""
        first, last = self.selection.window_days()
        start = self.part("start")
        if start is None:
            return first, last
        if self.selection.asked.grain not in DAYS:
            zone = ZoneInfo(self.selection.asked.zone or self.selection.shared_zone or "UTC")
            day = start.astimezone(zone).date()
            return day, day + timedelta(days=1)
        return max(first, start), min(last, bucket_end(start, self.selection.asked.grain))

    def active(self, customer: str) -> bool:
        first, last = self.days()
        row = self.world.customers[customer]
        return (row["joined_on"] is None or row["joined_on"] < last) and (
            row["churned_on"] is None or row["churned_on"] >= first
        )

    def every(self, fact: str) -> list[Row]:
        """Return all rows of a fact, without window, filters or splits."""
        return self.selection._rows(fact)

    def holds(self, row: Row) -> bool:
        """Return whether a row passes the group's filters and splits by partner, site and team, whatever its time."""
        asked = self.selection.asked
        places = ("partner", "site", "team")
        fits = all((row[name] in values) != negated for name, values, negated in asked.where if name in places)
        split = [name for name in asked.by if name in places and self.key is not None]
        return fits and all(row[name] == self.part(name) for name in split)

    def staff(self) -> list[Row]:
        return [row for row in self.selection.truth.staff if self.holds(row)]

    def base(self) -> list[str]:
        asked = self.selection.asked
        found = []
        last = self.days()[1] - timedelta(days=1)
        for customer in self.world.customers:
            segment = segment_at(self.world, customer, last)
            fits = all((segment in values) != negated for name, values, negated in asked.where if name == "segment")
            split = "segment" in asked.by and self.key is not None
            if fits and (not split or segment == self.part("segment")) and self.active(customer):
                found.append(customer)
        return found

    def in_base(self, rows: list[Row]) -> set[str]:
        return {row["customer"] for row in rows if self.active(row["customer"])}

    def budget_sites(self) -> set[str]:
        asked = self.selection.asked
        found = self.selection.sites()
        for name in ("site", "partner"):
            if name in asked.by and self.key is not None:
                wanted = self.part(name)
                found = {
                    code for code in found if (code if name == "site" else self.world.sites[code]["partner"]) == wanted
                }
        return found

    def budget_year(self) -> Number:
        first, last = self.days()
        years = range(first.year, (last - timedelta(days=1)).year + 1)
        sites = self.budget_sites()
        return sum(
            amount for (site, month), amount in self.world.budgets.items() if site in sites and month.year in years
        )

    def budget_window(self) -> Number:
        first, last = self.days()
        assert self.world.horizon is not None
        sites, found = self.budget_sites(), 0.0
        for (site, month), amount in self.world.budgets.items():
            reached = self.world.horizon.astimezone(ZoneInfo(self.world.sites[site]["zone"])).date()
            end = bucket_end(month, "month")
            days = (min(end, last, reached + timedelta(days=1)) - max(month, first)).days
            if site in sites and days > 0:
                found += float(amount) * days / (end - month).days
        return round(found, 4)
