"""The rows that are derived from the contacts, kind by kind: legs, queue visits, surveys, gestures, promises to call
back, cases, agents' time.

The contacts come in chapters: the fixed part and each recent week. Each chapter is generated without knowing the
others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from random import Random

from cadran.demo import goodwill
from cadran.demo.contacts.cases import Contact
from cadran.demo.contacts.visits import visit_rows
from cadran.demo.customers import Population
from cadran.demo.days import WallClock, day_number
from cadran.demo.dossiers import CaseRecord, case_rows, make_cases, reopening_rows
from cadran.demo.goodwill import GoodwillPayment
from cadran.demo.legs import Legs, leg_rows, make_legs
from cadran.demo.presence import Presence
from cadran.demo.promises import promises
from cadran.demo.recent import Weeks
from cadran.demo.rows import Rows
from cadran.demo.surveys import asking
from cadran.demo.surveys.further import further_questions
from cadran.demo.surveys.instruments import instruments
from cadran.demo.surveys.surveying import SurveyGenerator
from cadran.demo.world import Row
from cadran.demo.year import FIRST, LAST, YEAR_FIRST, YEAR_LAST

# Agents' time is recorded since the autumn of the story. In the recent weeks it begins after the days that follow-ups
# of unknown earlier cases could reach.
_TIME_KEPT_FROM = day_number(date(2015, 10, 1))
_REACHED_DAYS = 21


@dataclass(frozen=True, slots=True)
class Chapter:
    """Contacts that are generated together and shown from the day ``first`` on.

    ``random`` returns the random generator of a topic.
    """

    contacts: list[Contact]
    rows: Rows
    clock: WallClock
    first: int
    random: Callable[[str], Random]

    @property
    def shown(self) -> list[Contact]:
        return [contact for contact in self.contacts if contact.day >= self.first]


class Sequel:
    """The rows of one seed that follow its contacts, as far as they are known at the instant ``until``."""

    def __init__(self, seed: int, population: Population, *, story: Chapter, weeks: Weeks, until: int) -> None:
        self._seed = seed
        self._population = population
        self._story = story
        self._weeks = weeks
        self._until = until
        self._recent = [
            Chapter(week.contacts, week.rows, weeks.clock, weeks.first, weeks.topic(week)) for week in weeks.weeks
        ]

    def tables(self) -> Iterator[tuple[str, Iterable[Row]]]:
        """Yield each kind with its rows, in the order in which they must be loaded. The contacts must be written."""
        legs = [self._divided(chapter) for chapter in self._chapters()]
        yield "legs", self._legs(legs)
        yield "visits", self._visits()
        story, until = self._story, self._until
        surveying = SurveyGenerator(self._seed, self._population)
        asked = surveying.of_story(story.contacts, story.rows)
        since, clock = surveying.of_weeks(self._weeks)
        yield "instruments", instruments()
        yield (
            "surveys",
            chain(
                asking.rows(chain(asked, further_questions(self._seed, asked)), story.clock, until),
                asking.rows(chain(since, further_questions(self._seed, since)), clock, until),
            ),
        )
        yield "gestures", goodwill.catalogue()
        yield "goodwill", self._gestures(asked)
        yield "callbacks", self._promises()
        yield from self._cases()
        yield from self._time(dict(chain.from_iterable(found.items() for found in legs)))

    def _divided(self, chapter: Chapter) -> Legs:
        return make_legs(chapter.random("legs"), chapter.contacts, chapter.rows.transferred, chapter.clock)

    def _legs(self, legs: Iterable[Legs]) -> Iterator[Row]:
        for chapter, found in zip(self._chapters(), legs, strict=True):
            shown = {contact: parts for contact, parts in found.items() if contact.day >= chapter.first}
            yield from leg_rows(shown, chapter.rows, chapter.clock, self._until)

    def _visits(self) -> Iterator[Row]:
        for chapter in self._chapters():
            yield from visit_rows(chapter.random("visits"), chapter.shown, chapter.rows, chapter.clock, self._until)

    def _gestures(self, asked: list[asking.SurveyQuestion]) -> Iterator[Row]:
        story, population = self._story, self._population
        random = story.random("goodwill")
        year = [contact for contact in story.contacts if YEAR_FIRST <= contact.day <= YEAR_LAST]
        given = list(goodwill.draw_payments(random, year, population, story.rows))
        goodwill.settle(given)
        given += goodwill.prevention(random, asked, population)
        yield from self._given(story, given)
        for chapter in self._recent:
            found = goodwill.draw_payments(chapter.random("goodwill"), chapter.shown, population, chapter.rows)
            yield from self._given(chapter, found)

    def _given(self, chapter: Chapter, given: Iterable[GoodwillPayment]) -> Iterator[Row]:
        return goodwill.rows(given, chapter.clock, self._until)

    def _promises(self) -> Iterator[Row]:
        for chapter in self._chapters():
            random = chapter.random("promises")
            yield from promises(random, chapter.shown, chapter.rows, chapter.clock, self._until)

    def _cases(self) -> Iterator[tuple[str, Iterable[Row]]]:
        found = [(chapter, self._opened(chapter)) for chapter in self._chapters()]
        for kind, rows in (("cases", case_rows), ("reopenings", reopening_rows)):
            yield kind, (row for chapter, opened in found for row in rows(opened, chapter.clock, self._until))

    def _opened(self, chapter: Chapter) -> list[CaseRecord]:
        """Return the chapter's cases, without cases that began before the first day shown."""
        found = make_cases(chapter.random("cases"), chapter.contacts, chapter.rows)
        return [dossier for dossier in found if dossier.contacts[0].day >= chapter.first]

    def _time(self, legs: Legs) -> Iterator[tuple[str, Iterable[Row]]]:
        weeks = self._weeks
        recent = chain.from_iterable(week.contacts for week in weeks.weeks)
        kept = (
            Presence(self._seed, self._story.clock, self._story.contacts, legs, _TIME_KEPT_FROM, LAST),
            Presence(self._seed, weeks.clock, recent, legs, weeks.first + _REACHED_DAYS, weeks.today),
        )
        yield "schedules", chain.from_iterable(presence.schedules() for presence in kept)
        yield "states", chain.from_iterable(presence.states(self._until) for presence in kept)

    def _chapters(self) -> tuple[Chapter, ...]:
        return (self._story, *self._recent)


def story_chapter(seed: int, contacts: list[Contact], rows: Rows, clock: WallClock) -> Chapter:
    """Return the fixed part as a chapter."""
    return Chapter(contacts, rows, clock, FIRST, lambda topic: Random(f"{seed}:{topic}"))
