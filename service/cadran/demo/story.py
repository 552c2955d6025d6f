"""The demonstration data as tables of canonical rows, in the order in which they must be loaded.

The same seed and present instant give the same rows. The seed alone fixes 2015; the last eight weeks follow the present
day. Raises ValueError for instants before the end of the fixed part, because no row may lie in the future.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import chain
from random import Random

from cadran.demo import directory, steering
from cadran.demo.calibrate import BUDGET_CONSUMED
from cadran.demo.contacts.cases import Contact
from cadran.demo.contacts.queues import queues
from cadran.demo.customers import Population
from cadran.demo.days import WallClock, day_date, instant_of, local_day
from cadran.demo.recent import WEEKS, Weeks
from cadran.demo.rhythm import mean_weight
from cadran.demo.rows import Rows, by_the_minute, cost_given
from cadran.demo.sequel import Sequel, story_chapter
from cadran.demo.world import Row
from cadran.demo.year import FIRST, LAST, YEAR_FIRST, YEAR_LAST, Story

_SPILL_DAYS = 90
_STORY_CONTACTS, _CONTACTS_A_DAY = 158_000, 430
_CUSTOMER_ROWS = 138_000


def tables(seed: int, now: datetime) -> Iterator[tuple[str, Iterable[Row]]]:
    """Return each kind of ``cadran load --as`` with its rows: dimensions, contacts in time order, the sequel.

    Raises ValueError when ``now`` lies before the end of the fixed part.
    """
    today = local_day(now)
    if today <= LAST:
        message = f"the demonstration needs a present day after {day_date(LAST)}, not {day_date(today)}"
        raise ValueError(message)
    return _tables(seed, today, instant_of(now))


def row_counts(now: datetime) -> dict[str, int]:
    """Return about how many rows each of the two largest kinds has, for a progress bar."""
    days = min(WEEKS * 7, local_day(now) - LAST)
    return {"customers": _CUSTOMER_ROWS, "contacts": _STORY_CONTACTS + days * _CONTACTS_A_DAY}


def _tables(seed: int, today: int, until: int) -> Iterator[tuple[str, Iterable[Row]]]:
    population = Population(seed, today)
    clock = WallClock(FIRST - 1, LAST + _SPILL_DAYS)
    with ThreadPoolExecutor(1, "story") as author:
        # The thread generates the story, which only reads the customers, while the database loads them.
        story = author.submit(Story(seed, population, clock).contacts)
        yield from _dimensions(population)
        contacts = story.result()
    years = [year for year in range(day_date(today - WEEKS * 7).year, day_date(today).year + 1) if year > 2015]
    yield "closings", directory.closings(sorted({2014, 2015, 2016, *years}))
    yield "budgets", directory.budgets(spent(contacts) / BUDGET_CONSUMED, years, month_shares())
    weeks = Weeks(seed, population, today)
    fixed = Rows(Random(f"{seed}:rows"), population, clock, "S")
    yield "contacts", chain(fixed.write(contacts, until), weeks.contacts(until))
    chapter = story_chapter(seed, contacts, fixed, clock)
    yield from Sequel(seed, population, story=chapter, weeks=weeks, until=until).tables()


def _dimensions(population: Population) -> Iterator[tuple[str, Iterable[Row]]]:
    yield "partners", directory.partners()
    yield "sites", directory.sites()
    yield "openings", directory.openings()
    yield "teams", directory.teams()
    yield "agents", directory.agents()
    yield "segments", directory.segments()
    yield "channels", directory.channels()
    yield "answer_norms", directory.answer_norms()
    yield "moments", directory.moments()
    yield "queues", queues()
    yield "reasons", directory.reasons()
    yield "customers", population.rows()
    yield "tariffs", directory.tariffs()
    yield "targets", steering.targets()
    yield "annotations", steering.happenings()


def spent(contacts: list[Contact]) -> float:
    """Return the euros that the inbound contacts of 2015 cost: as the source states, or else by the minute."""
    total = 0.0
    for contact in contacts:
        if contact.outcome == "handled" and not contact.outbound and YEAR_FIRST <= contact.day <= YEAR_LAST:
            given = cost_given(contact)
            total += by_the_minute(contact) if given is None else given
    return total


def month_shares() -> dict[int, float]:
    """Return each month's share of a year's demand. The budgets use the demand of 2015."""
    demand = dict.fromkeys(range(1, 13), 0.0)
    for day in range(YEAR_FIRST, YEAR_LAST + 1):
        demand[day_date(day).month] += mean_weight(day)
    return {month: amount / sum(demand.values()) for month, amount in demand.items()}
