"""The quarterly barometer: questions sent to many customers, whether they were in touch or not.

A wave asks each of its customers one question, or the three questions of the experience index together. These answers
depend less on single contacts than answers right after a contact. Their level falls more slowly.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import accumulate
from random import Random

from cadran.demo.contacts.cases import Contact
from cadran.demo.customers import Population
from cadran.demo.days import WallClock, day_date, day_number, kind_of_day, month_of
from cadran.demo.surveys.asking import Diary, SurveyQuestion, draw_answer, draw_recall
from cadran.demo.surveys.instruments import BAROMETER, CXI, NPS, Instrument
from cadran.demo.world import PAU, SITES, SUNDAY

_CUSTOMERS = 1_800
_MONTHS, _DAY = (3, 6, 9, 12), 10
_NINE = 9 * 3600
_SENT_WITHIN = 6 * 3600

_QUESTIONS: tuple[tuple[float, tuple[Instrument, ...]], ...] = ((0.52, (NPS,)), (0.8, (BAROMETER,)), (1.0, CXI))
_WAYS = ((0.78, "email", 0.21), (0.9, "paper", 0.12), (1.0, "phone", 0.46))
_MOOD, _IN_TOUCH_WEIGHS, _PAU_WEIGHS = 0.6, 0.18, 0.6
_FALLS_A_MONTH = 0.05
_SITE_SHARES = tuple(accumulate(site.traffic for site in SITES))


def waves(first: int, last: int) -> list[int]:
    """Return the days of the waves between both days, ends included.

    A wave is sent near the tenth of each quarter's last month.
    """
    years = range(day_date(first).year, day_date(last).year + 1)
    days = (_sending_day(day_number(date(year, month, _DAY))) for year in years for month in _MONTHS)
    return [day for day in days if first <= day <= last]


def _sending_day(day: int) -> int:
    while kind_of_day(day) == SUNDAY:
        day += 1
    return day


def wave(
    random: Random, day: int, population: Population, homes: Mapping[int, int], touched: Mapping[int, int], diary: Diary
) -> Iterator[SurveyQuestion]:
    """Yield the questions of the wave that is sent on a day.

    ``homes`` gives the site that a customer was last in touch with. ``touched`` gives the number of a customer's
    contacts in the quarter.
    """
    chosen: set[int] = set()
    clock = WallClock(day, day)
    while len(chosen) < _CUSTOMERS:
        customer = 1 + int(random.random() * population.known(day))
        instant = clock.instant(day, _NINE + int(random.random() * _SENT_WITHIN))
        if customer not in chosen and population.active(customer, day) and diary.may(customer, instant):
            chosen.add(customer)
            yield from _asked(random, day, instant, customer, population, homes, touched)


def _asked(
    random: Random,
    day: int,
    instant: int,
    customer: int,
    population: Population,
    homes: Mapping[int, int],
    touched: Mapping[int, int],
) -> Iterator[SurveyQuestion]:
    question, way = random.random(), random.random()
    site = homes.get(customer)
    if site is None:
        site = bisect(_SITE_SHARES, customer * 7919 % 1000 / 1000 * _SITE_SHARES[-1])
    feeling = population.traits[customer].satisfaction + random.gauss(0.0, _MOOD)
    feeling -= _IN_TOUCH_WEIGHS * min(touched.get(customer, 0), 4) + (_PAU_WEIGHS if site == PAU else 0.0)
    feeling -= _FALLS_A_MONTH * _months_of_2015(day)
    instruments = next(found for share, found in _QUESTIONS if question < share)
    sent_by, chance = next((name, chance) for share, name, chance in _WAYS if way < share)
    back = draw_answer(random, sent_by, instant, chance)
    reason = random.random()
    for instrument in instruments:
        identity = f"B{day_date(day):%Y%m}-{customer:06d}-{instrument.code}"
        yield SurveyQuestion(
            identity, instrument, sent_by, instant, back, feeling + random.gauss(0.0, 0.4), site, customer, None,
            month_of(day), reason, draw_recall(random, site),
        )  # fmt: skip


def _months_of_2015(day: int) -> int:
    """Return how many months the decline of 2015 has lasted. Other years have no decline: 0."""
    the_date = day_date(day)
    return the_date.month if the_date.year == 2015 else 0


def draw_met(contacts: Iterable[Contact]) -> tuple[dict[int, int], Counter[int]]:
    """Return each customer's last site and each customer's number of contacts."""
    homes: dict[int, int] = {}
    touched: Counter[int] = Counter()
    for contact in contacts:
        if contact.customer:
            homes[contact.customer] = contact.site
            touched[contact.customer] += 1
    return homes, touched
