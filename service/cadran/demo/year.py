"""The fixed part of the story: from the last week of 2014 to 7 January 2016, calibrated slice by slice.

Cases are opened first: December's complaints, the other months' complaints, then all other cases. Each slice is then
filled up to its quota. The slices are December's complaints, the rest of 2015, and the days outside 2015. The quota of
the days outside 2015 has the year's proportions.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate
from math import log
from random import Random

from cadran.demo.calibrate import (
    COMPLAINTS,
    CUSTOMERS_IN_TOUCH,
    YEAR,
    cases_for,
    quota_for,
    quota_of,
    stretch,
    without,
)
from cadran.demo.contacts.attempts import fill
from cadran.demo.contacts.cases import Calendar, CaseFactory, Contact, sizes
from cadran.demo.contacts.handling import Floor, draw_times
from cadran.demo.contacts.unreached import give_up
from cadran.demo.customers import Population
from cadran.demo.days import WallClock, day_number
from cadran.demo.fatigue import weary
from cadran.demo.rhythm import mean_weight
from cadran.demo.world import COMPLAINT

FIRST, LAST = day_number(date(2014, 12, 25)), day_number(date(2016, 1, 7))
YEAR_FIRST, YEAR_LAST = day_number(date(2015, 1, 1)), day_number(date(2015, 12, 31))
_DECEMBER = day_number(date(2015, 12, 1))
# Cases open at least this many days before their customer leaves, so that none is left open.
_SETTLED_DAYS = 45

Range = tuple[int, int]


class Story:
    """The generator of the fixed part. ``contacts`` returns all contacts in the order they were offered."""

    def __init__(self, seed: int, population: Population, clock: WallClock) -> None:
        self._seed = seed
        self._population = population
        self._clock = clock
        self._random = Random(f"{seed}:story")
        self._needs = CaseFactory(self._random)
        self._customers = population.in_touch(CUSTOMERS_IN_TOUCH)
        self._needed = list(accumulate(population.need(customer) for customer in self._customers))
        self._calendars: dict[Range, Calendar] = {}

    def contacts(self) -> list[Contact]:
        """Return all contacts of the story, settled, in the order they were offered."""
        random, quota, complaints = self._random, quota_of(YEAR), quota_of(COMPLAINTS)
        december, year, ends = divided(contact for contact in self._members() if FIRST <= contact.day <= LAST)
        seconds = YEAR.aht * quota.handled - COMPLAINTS.aht * complaints.handled
        slices = (
            (fill(random, december, complaints), COMPLAINTS.aht),
            (fill(random, year, without(quota, complaints)), seconds / (quota.handled - complaints.handled)),
            (fill(random, ends, quota_for(len(ends))), YEAR.aht),
        )
        for contacts, aht in slices:
            draw_times(random, contacts)
            stretch(contacts, aht)
        everything = [contact for contacts, _ in slices for contact in contacts if contact.day <= LAST]
        give_up(Random(f"{self._seed}:unreached"), everything, self._population, range(YEAR_FIRST, YEAR_LAST + 1))
        settled = in_order(everything, self._clock)
        Floor(random, self._clock).settle(settled)
        weary(random, settled, self._clock)
        return settled

    def _members(self) -> list[Contact]:
        """Return the contacts of all cases opened from the first day to the last."""
        year = (YEAR_FIRST, YEAR_LAST)
        total = cases_for(quota_of(YEAR), YEAR.fcr)
        december = cases_for(quota_of(COMPLAINTS), COMPLAINTS.fcr)
        a_day, complaints_a_day = total / weight(year), december / weight((_DECEMBER, YEAR_LAST))
        members: list[Contact] = []
        opened = once = 0
        for month in _months():
            count = round(complaints_a_day * weight(month))
            singles = round(count * COMPLAINTS.fcr)
            members += self._cases(month, count, singles, complaint=True)
            opened, once = opened + count, once + singles
        members += self._cases(year, total - opened, round(total * YEAR.fcr) - once, customers=self._customers)
        for end in ((FIRST, YEAR_FIRST - 1), (YEAR_LAST + 1, LAST)):
            count = round(complaints_a_day * weight(end))
            members += self._cases(end, count, round(count * COMPLAINTS.fcr), complaint=True)
            count = round((a_day - complaints_a_day) * weight(end))
            members += self._cases(end, count, round(count * YEAR.fcr))
        return members

    def _cases(
        self, between: Range, count: int, singles: int, *, complaint: bool = False, customers: Sequence[int] = ()
    ) -> Iterator[Contact]:
        """Yield the contacts of ``count`` cases opened between two days.

        Each of ``customers`` gets one case; the other cases go to any customers.
        """
        each = iter(customers)
        for size in self._dealt(sizes(self._random, count, singles), customers):
            yield from self._open(next(each, None), size, between, complaint=complaint)

    def _dealt(self, dealt: list[int], customers: Sequence[int]) -> list[int]:
        """Return the sizes in the order of their customers. Customers with greater needs get longer cases."""
        random, need = self._random.random, self._population.need
        mine = sorted(dealt[: len(customers)])
        patient = sorted((log(1.0 - random()) / need(customer), place) for place, customer in enumerate(customers))
        for size, (_, place) in zip(mine, patient, strict=True):
            dealt[place] = size
        return dealt

    def _open(self, customer: int | None, size: int, between: Range, *, complaint: bool = False) -> list[Contact]:
        """Return one case of the given customer, or of any customer who is in touch this year and active then."""
        population = self._population
        calendar = self._calendars.get(between)
        if calendar is None:
            calendar = self._calendars[between] = Calendar(*between)
        while True:
            chosen = customer or self._anyone()
            first = max(between[0], population.joined[chosen])
            last = min(between[1], max(population.left[chosen] - _SETTLED_DAYS, first))
            # Only customers who must be in touch may join or leave within the range. Others are too rare to matter.
            if customer or (first, last) == between:
                case = self._needs.open(chosen, size, calendar=calendar, between=(first, last), complaint=complaint)
                if case is not None:
                    return case

    def _anyone(self) -> int:
        return self._customers[bisect(self._needed, self._random.random() * self._needed[-1])]


def weight(days: Range) -> float:
    """Return the demand of a range of days, ends included, in ordinary days."""
    return sum(mean_weight(day) for day in range(days[0], days[1] + 1))


def divided(members: Iterable[Contact]) -> tuple[list[Contact], list[Contact], list[Contact]]:
    """Return December's complaints, the other contacts of 2015, and the contacts outside 2015."""
    december: list[Contact] = []
    year: list[Contact] = []
    ends: list[Contact] = []
    for contact in members:
        if not YEAR_FIRST <= contact.day <= YEAR_LAST:
            ends.append(contact)
        elif contact.moment == COMPLAINT and contact.day >= _DECEMBER:
            december.append(contact)
        else:
            year.append(contact)
    return december, year, ends


def in_order(contacts: Iterable[Contact], clock: WallClock) -> list[Contact]:
    """Return the contacts sorted by instant. Set each contact's instant and number."""
    settled = list(contacts)
    for contact in settled:
        contact.offered = clock.instant(contact.day, contact.second)
    settled.sort(key=lambda contact: contact.offered)
    for number, contact in enumerate(settled, 1):
        contact.number = number
    return settled


def _months() -> list[Range]:
    """Return the months of 2015 as ranges of days, ends included."""
    starts = [day_number(date(2015, month, 1)) for month in range(1, 13)]
    return list(zip(starts, [*(start - 1 for start in starts[1:]), YEAR_LAST], strict=True))
