"""The customers: who they are, when they joined and left, and what they are worth.

The base is the customers who were active in 2015. Some customers left before; some have joined in each year after it.
The generator also draws who leaves or joins after the present day, but the rows do not show it. The same seed therefore
gives the same world on any day.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from math import log
from random import Random

from cadran.demo.contacts.clusters import CLUSTERS, Traits, traits
from cadran.demo.days import day_date, day_number
from cadran.demo.world import SEGMENTS, Row

ACTIVE_IN_2015 = 120_000
_JOINED_IN_2015, _LEFT_IN_2015, _LEFT_BEFORE = 7_000, 5_000, 1_200
_JOIN_EACH_YEAR = 600
_LEAVE_A_DAY = 0.012 / 365
NEVER = 10**9
_VALUE_SPREAD = 0.5
_TURNS = 14

_YEAR_START, _YEAR_END = day_number(date(2015, 1, 1)), day_number(date(2016, 1, 1))
_COMPANY_FOUNDED = day_number(date(2001, 3, 1))
_REVALUED = day_number(date(2015, 7, 1))
_REVALUED_EVERY = 12


class Population:
    """Customers by number, from 1. Number 0 means an unknown customer."""

    def __init__(self, seed: int, today: int) -> None:
        self._today = today
        self._seed = seed
        self.segment: list[int] = [0]
        self.joined: list[int] = [NEVER]
        self.left: list[int] = [0]
        self.traits: list[Traits] = [Traits(0, 0.0, 0.0, 0.0)]
        random, self._nature = Random(f"{seed}:customers"), Random(f"{seed}:nature")
        self._shares = list(accumulate(segment.share for segment in SEGMENTS))
        for number in range(ACTIVE_IN_2015):
            joined_then = number % (ACTIVE_IN_2015 // _JOINED_IN_2015) == 3 and number // 17 < _JOINED_IN_2015
            left_then = number % (ACTIVE_IN_2015 // _LEFT_IN_2015) == 5
            self._add_active(random, joined_then=joined_then, left_then=left_then)
        for _ in range(_LEFT_BEFORE):
            joined = random.randrange(_COMPANY_FOUNDED, _YEAR_START - 900)
            self._add(random, joined, random.randrange(joined + 60, _YEAR_START - 30))
        for year in range(2016, day_date(today).year + 1):
            yearly = Random(f"{seed}:customers:{year}")
            first = day_number(date(year, 1, 1))
            for _ in range(_JOIN_EACH_YEAR):
                joined = first + yearly.randrange(365)
                self._add(yearly, joined, _leaving(yearly, joined + 30))

    def _add_active(self, random: Random, *, joined_then: bool, left_then: bool) -> None:
        if joined_then:
            joined = random.randrange(_YEAR_START, _YEAR_END)
        else:
            span = _YEAR_START - _COMPANY_FOUNDED
            joined = _COMPANY_FOUNDED + int(span * random.random() ** 0.6)
        if left_then and not joined_then:
            left = random.randrange(_YEAR_START + 1, _YEAR_END)
        else:
            left = _leaving(random, _YEAR_END + 30)
        self._add(random, joined, left)

    def _add(self, random: Random, joined: int, left: int) -> None:
        segment = bisect(self._shares, random.random() * self._shares[-1], hi=len(SEGMENTS) - 1)
        self.segment.append(segment)
        self.joined.append(joined)
        self.left.append(left)
        self.traits.append(traits(self._nature, segment, left=left < _YEAR_END))

    def __len__(self) -> int:
        return len(self.segment) - 1

    def known(self, day: int) -> int:
        """Return the highest number of the customers of 2015 and of those who joined between 2015 and the day's year.

        The number does not depend on the present day.
        """
        return ACTIVE_IN_2015 + _LEFT_BEFORE + _JOIN_EACH_YEAR * max(day_date(day).year - 2016, 0)

    def need(self, customer: int) -> float:
        """Return how much the customer needs the service, relative to other customers."""
        return CLUSTERS[self.traits[customer].cluster].need

    def active(self, customer: int, day: int) -> bool:
        return self.joined[customer] <= day < self.left[customer]

    def in_touch(self, count: int) -> list[int]:
        """Draw ``count`` distinct customers of 2015 who will get in touch, weighted by segment eagerness."""
        random = Random(f"{self._seed}:in-touch")
        spring, keys = _YEAR_START + 75, []
        for customer in range(1, ACTIVE_IN_2015 + 1):
            draw = random.random()
            if self.left[customer] >= spring:
                keys.append((log(draw) / SEGMENTS[self.segment[customer]].eagerness, customer))
        keys.sort(reverse=True)
        return [customer for _, customer in keys[:count]]

    def anyone(self, random: Random, first: int, last: int) -> int:
        """Draw a customer who is active from ``first`` to ``last``, weighted by eagerness and need.

        The draw does not depend on the present day. A customer's turn comes in one week of fourteen, so that each week
        can be generated without knowing the other weeks.
        """
        keenest = max(segment.eagerness for segment in SEGMENTS) * max(cluster.need for cluster in CLUSTERS)
        turn, turns = 1 + first // 7 % _TURNS, self.known(first) // _TURNS
        while True:
            customer = turn + _TURNS * int(random.random() * turns)
            if (
                self.joined[customer] <= first
                and last < self.left[customer]
                and random.random() * keenest < SEGMENTS[self.segment[customer]].eagerness * self.need(customer)
            ):
                return customer

    def rows(self) -> Iterator[Row]:
        """Yield the canonical rows, one per customer and known lifetime value."""
        random = Random(f"{self._seed}:values")
        today = self._today
        for customer in range(1, len(self.segment)):
            segment = SEGMENTS[self.segment[customer]]
            value, growth = segment.value * random.lognormvariate(0.0, _VALUE_SPREAD), 0.8 + 0.5 * random.random()
            joined, left = self.joined[customer], self.left[customer]
            if joined > today:
                continue
            row: Row = {
                "customer": customer_code(customer),
                "segment": segment.code,
                "joined_on": day_date(joined).isoformat(),
                "churned_on": day_date(left).isoformat() if left <= today else None,
                "lifetime_value": f"{value:.2f}",
                "value_from": day_date(joined).isoformat(),
                "potential": f"{self.traits[customer].potential:.3f}",
                "management_cost": f"{self.traits[customer].cost:.2f}",
            }
            yield row
            if customer % _REVALUED_EVERY == 0 and joined < _REVALUED <= left:
                yield {**row, "lifetime_value": f"{value * growth:.2f}", "value_from": day_date(_REVALUED).isoformat()}


def customer_code(customer: int) -> str:
    return f"C{customer:06d}"


def _leaving(random: Random, earliest: int) -> int:
    """Draw the day on which a customer leaves, at a small constant risk a day: mostly far in the future."""
    return earliest + int(random.expovariate(_LEAVE_A_DAY))
