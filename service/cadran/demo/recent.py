"""The eight weeks before the present day, up to now. They resemble 2015 but are not calibrated.

Each calendar week is generated from the seed and its Monday alone. The same seed therefore gives the same past on any
present day. Only the rows of contacts that are not finished yet change later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from random import Random

from cadran.demo.calibrate import COMPLAINTS, YEAR, cases_for, quota_for, quota_of
from cadran.demo.contacts.attempts import fill
from cadran.demo.contacts.cases import Calendar, CaseFactory, Contact, sizes
from cadran.demo.contacts.handling import Floor, draw_times
from cadran.demo.customers import Population
from cadran.demo.days import WallClock, day_date
from cadran.demo.rows import Rows
from cadran.demo.world import Row
from cadran.demo.year import LAST, YEAR_FIRST, YEAR_LAST, in_order, weight

WEEKS = 8
# Cases opened in the weeks before the first day still have follow-ups in the shown weeks.
_LEAD_WEEKS = 2
_WEEK = 7
_SPILL_DAYS = 60
_COMPLAINT_SHARE = 0.065


@dataclass(frozen=True, slots=True)
class Week:
    """The contacts of the cases opened in the week from the day ``start``, and the writer of their rows."""

    start: int
    contacts: list[Contact]
    rows: Rows


class Weeks:
    """The eight weeks before ``today``, and today itself.

    Earlier cases are generated too, because their follow-ups fall into these weeks.
    """

    def __init__(self, seed: int, population: Population, today: int) -> None:
        self.first = max(today - WEEKS * _WEEK, LAST + 1)
        monday = self.first - day_date(self.first).weekday() - _LEAD_WEEKS * _WEEK
        self.clock = WallClock(monday - 1, today + _SPILL_DAYS + _WEEK)
        self.today = today
        self._seed = seed
        self._population = population
        self.weeks = [self._told(start) for start in range(monday, today + 1, _WEEK)]

    def contacts(self, until: int) -> Iterator[Row]:
        """Return the rows of contacts offered from the first day to the instant ``until``, in time order."""
        written = (self._written(week, until) for week in self.weeks)
        return (row for _, row in merge(*written, key=lambda pair: pair[0]))

    def topic(self, week: Week) -> Callable[[str], Random]:
        """Return a function from a topic to its random generator in a week, the same on any present day."""
        return lambda topic: Random(f"{self._seed}:{day_date(week.start).isoformat()}:{topic}")

    def _told(self, start: int) -> Week:
        monday = day_date(start)
        contacts = _week(Random(f"{self._seed}:{monday.isoformat()}"), self._population, self.clock, start)
        year, number, _ = monday.isocalendar()
        random = Random(f"{self._seed}:{monday.isoformat()}:rows")
        return Week(start, contacts, Rows(random, self._population, self.clock, f"W{year}{number:02d}-"))

    def _written(self, week: Week, until: int) -> Iterator[tuple[int, Row]]:
        for contact, row in week.rows.written(week.contacts, until):
            if contact.day >= self.first:
                yield contact.offered, row


def _week(random: Random, population: Population, clock: WallClock, start: int) -> list[Contact]:
    """Return all contacts generated for the cases opened in a week, in the order they were offered."""
    end = start + _WEEK - 1
    year = (YEAR_FIRST, YEAR_LAST)
    count = round(cases_for(quota_of(YEAR), YEAR.fcr) * weight((start, end)) / weight(year))
    complaints = round(count * _COMPLAINT_SHARE)
    needs, calendar = CaseFactory(random), Calendar(start, end)
    members: list[Contact] = []
    for complaint, number in ((True, complaints), (False, count - complaints)):
        singles = round(number * (COMPLAINTS if complaint else YEAR).fcr)
        for size in sizes(random, number, singles):
            case = None
            while case is None:
                customer = population.anyone(random, start, end)
                case = needs.open(customer, size, calendar=calendar, between=(start, end), complaint=complaint)
            members += case
    contacts = fill(random, members, quota_for(len(members)))
    draw_times(random, contacts)
    ordered = in_order(contacts, clock)
    Floor(random, clock).settle(ordered)
    return ordered
