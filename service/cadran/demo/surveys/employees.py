"""Anonymous answers of the employees.

Once a quarter they answer whether they would recommend the team, once a year whether the customer comes first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from cadran.demo.days import WallClock, day_date, day_number
from cadran.demo.surveys.asking import SurveyQuestion, draw_answer
from cadran.demo.surveys.instruments import COS, EMPLOYEE
from cadran.demo.world import AGENTS, PAU

_MONTHS, _DAY, _ORIENTED = (2, 5, 8, 11), 17, 11
_NOON = 12 * 3600
_CHANCE = 0.86
_LEVEL, _PAU_WEIGHS, _FALLS_A_QUARTER, _SPREAD = 7.4, 1.6, 0.35, 1.5


def questions(seed: int, first: int, last: int) -> Iterator[SurveyQuestion]:
    """Yield the questions of the quarters between two days, ends included."""
    for year in range(day_date(first).year, day_date(last).year + 1):
        for quarter, month in enumerate(_MONTHS):
            day = day_number(date(year, month, _DAY))
            if first <= day <= last:
                yield from _quarter(Random(f"{seed}:employees:{day}"), day, quarter if year == 2015 else 0)


def _quarter(random: Random, day: int, worse: int) -> Iterator[SurveyQuestion]:
    sent = WallClock(day, day).instant(day, _NOON)
    instruments = (EMPLOYEE, COS) if day_date(day).month == _ORIENTED else (EMPLOYEE,)
    places = list(range(len(AGENTS)))
    # The numbers of the rows must not reveal who answered.
    random.shuffle(places)
    for number, place in enumerate(places, 1):
        site = AGENTS[place].site
        feeling = random.gauss(_LEVEL, _SPREAD) - (_PAU_WEIGHS if site == PAU else 0.0) - _FALLS_A_QUARTER * worse
        back = draw_answer(random, "email", sent, _CHANCE)
        for instrument in instruments:
            identity = f"E{day_date(day):%Y%m}-{number:02d}-{instrument.code}"
            yield SurveyQuestion(identity, instrument, "email", sent, back, feeling, site)
