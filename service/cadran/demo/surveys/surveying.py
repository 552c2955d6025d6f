"""All questions sent to customers and employees: after contacts, in waves and by quarter."""

from __future__ import annotations

from random import Random

from cadran.demo.contacts.cases import Contact
from cadran.demo.customers import Population
from cadran.demo.days import WallClock
from cadran.demo.recent import Weeks
from cadran.demo.rows import Rows
from cadran.demo.surveys import employees, satisfaction
from cadran.demo.surveys.asking import Diary, SurveyQuestion
from cadran.demo.surveys.barometer import draw_met, wave, waves
from cadran.demo.year import LAST, YEAR_FIRST, YEAR_LAST

_WAVES_SINCE = 4
_YEAR_DAYS = 366
_SPILL_DAYS = 60


class SurveyGenerator:
    """The generator of all survey questions for one seed."""

    def __init__(self, seed: int, population: Population) -> None:
        self._seed = seed
        self._population = population

    def of_story(self, contacts: list[Contact], rows: Rows) -> list[SurveyQuestion]:
        """Return the questions of the fixed part: after contacts, in waves, and to employees."""
        random = Random(f"{self._seed}:surveys")
        diary, homes = Diary(random), dict[int, int]()
        hot: list[SurveyQuestion] = []
        cold: list[SurveyQuestion] = []
        begin = 0
        for day in (*waves(YEAR_FIRST, YEAR_LAST), LAST + 1):
            end = next((n for n in range(begin, len(contacts)) if contacts[n].day >= day), len(contacts))
            quarter = contacts[begin:end]
            begin = end
            hot += satisfaction.questions(random, quarter, self._population, rows, diary)
            last_seen, touched = draw_met(quarter)
            homes.update(last_seen)
            if day <= LAST:
                cold += wave(random, day, self._population, homes, touched, diary)
        satisfaction.settle(hot)
        return [*hot, *cold, *employees.questions(self._seed, YEAR_FIRST, YEAR_LAST)]

    def of_weeks(self, weeks: Weeks) -> tuple[list[SurveyQuestion], WallClock]:
        """Return the questions of the recent weeks, the last four waves and the employees, and a clock for their times.

        Each week and each wave is generated without knowing the others.
        """
        hot: list[SurveyQuestion] = []
        for week in weeks.weeks:
            random = weeks.topic(week)("surveys")
            asked = satisfaction.questions(random, week.contacts, self._population, week.rows, Diary(random))
            shown = {week.rows.identity(contact) for contact in week.contacts if contact.day >= weeks.first}
            hot += (question for question in asked if question.contact in shown)
        satisfaction.lift(hot)
        first = max(weeks.today - _YEAR_DAYS, LAST + 1)
        cold: list[SurveyQuestion] = []
        for day in waves(first, weeks.today)[-_WAVES_SINCE:]:
            random = Random(f"{self._seed}:wave:{day}")
            cold += wave(random, day, self._population, {}, {}, Diary(random))
        clock = WallClock(first - _YEAR_DAYS, weeks.today + _SPILL_DAYS)
        return [*hot, *cold, *employees.questions(self._seed, first, weeks.today)], clock
