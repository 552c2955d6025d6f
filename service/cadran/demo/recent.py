"""The eight weeks before the present day, up to now, in the manner of 2015 but not calibrated.

Each calendar week is generated from the seed and its Monday alone, so that the same seed tells the same past on
whatever day it is asked: only what was still open then has ended since.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from random import Random

from cadran.demo.attempts import fill
from cadran.demo.calibrate import COMPLAINTS, YEAR, cases_for, quota_for, quota_of
from cadran.demo.cases import Calendar, Contact, Needs, sizes
from cadran.demo.customers import Population
from cadran.demo.days import WallClock, day_date
from cadran.demo.handling import Floor, draw_times
from cadran.demo.rows import Rows
from cadran.demo.world import Row
from cadran.demo.year import LAST, YEAR_FIRST, YEAR_LAST, in_order, weight

WEEKS = 8
# Cases opened before the first day still bring follow-ups into it.
_LEAD_WEEKS = 2
_WEEK = 7
_SPILL_DAYS = 60
_COMPLAINT_SHARE = 0.065


def recent(seed: int, population: Population, today: int, until: int) -> Iterator[Row]:
    """Rows of the eight weeks before ``today`` and of today up to the instant ``until``, in time order."""
    first = max(today - WEEKS * _WEEK, LAST + 1)
    monday = first - day_date(first).weekday() - _LEAD_WEEKS * _WEEK
    clock = WallClock(monday - 1, today + _SPILL_DAYS + _WEEK)
    starts = range(monday, today + 1, _WEEK)
    weeks = [_rows(seed, population, clock, start=start, first=first, until=until) for start in starts]
    for _, row in merge(*weeks, key=lambda pair: pair[0]):
        yield row


def _rows(
    seed: int, population: Population, clock: WallClock, *, start: int, first: int, until: int
) -> Iterator[tuple[int, Row]]:
    """One week's contacts with the instants they were offered at, the ones before the first day left out."""
    monday = day_date(start)
    contacts = _week(Random(f"{seed}:{monday.isoformat()}"), population, clock, start)
    year, week, _ = monday.isocalendar()
    rows = Rows(Random(f"{seed}:{monday.isoformat()}:rows"), population, clock, f"W{year}{week:02d}-")
    for contact, row in rows.written(contacts, until):
        if contact.day >= first:
            yield contact.offered, row


def _week(random: Random, population: Population, clock: WallClock, start: int) -> list[Contact]:
    """Everything that belongs to the cases opened in a week, in the order it was offered."""
    end = start + _WEEK - 1
    year = (YEAR_FIRST, YEAR_LAST)
    count = round(cases_for(quota_of(YEAR), YEAR.fcr) * weight((start, end)) / weight(year))
    complaints = round(count * _COMPLAINT_SHARE)
    needs, calendar = Needs(random), Calendar(start, end)
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
