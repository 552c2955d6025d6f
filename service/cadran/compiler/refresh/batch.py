"""The unit of work of the refresh: the days of each fact that the marks (site, day, change) of one month affect.

Takes the marks of one month and gives a unit. Sites with the same marked days are recomputed together, because a
statement for a dozen sites costs little more than a statement for one site.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cadran.compiler.refresh.affected_facts import find_affected_facts
from cadran.domain.parts.part import Fact

#: A block may contain at most ``SPARE`` times as many days as are marked. Recomputing an unmarked day is correct but
#: not needed.
SPARE: Final = 2


@dataclass(frozen=True, slots=True)
class Block:
    """All combinations of some sites and some days."""

    sites: tuple[int, ...]
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """Sites and days of one month, by the fact whose rollups are recomputed for them."""

    month: date
    blocks: Mapping[Fact, tuple[Block, ...]]

    def of(self, fact: Fact) -> tuple[Block, ...]:
        """Return the blocks of a fact; none where the fact has no change."""
        return self.blocks.get(fact, ())

    def sites(self, fact: Fact) -> list[int]:
        """Return the sites whose months change for a fact."""
        return sorted({site for block in self.of(fact) for site in block.sites})

    def weekdays(self, fact: Fact) -> list[int]:
        """Return the weekdays (1 Monday … 7 Sunday) whose usual day changes for a fact."""
        return sorted({day.isoweekday() for block in self.of(fact) for day in block.days})

    def days_of(self, weekdays: Sequence[int]) -> list[date]:
        """Return the days of the month that fall on these weekdays."""
        return [day for day in list_days(self.month) if day.isoweekday() in weekdays]


def list_days(month: date) -> list[date]:
    """Return the days of a month, which is given by its first day."""
    every = (month + timedelta(days=number) for number in range(31))
    return [day for day in every if day.month == month.month]


def unit_of(month: date, marks: Iterable[tuple[int, date, str]]) -> Unit:
    """Return the unit for the marks of a month."""
    places: dict[Fact, set[tuple[int, date]]] = defaultdict(set)
    for site, day, change in marks:
        for fact in find_affected_facts(change):
            places[fact].add((site, day))
    return Unit(month, {fact: _blocks(found) for fact, found in places.items()})


def _blocks(places: set[tuple[int, date]]) -> tuple[Block, ...]:
    """Return one block if it adds few unmarked days, else one block per distinct set of days."""
    days: dict[int, set[date]] = defaultdict(set)
    for site, day in places:
        days[site].add(day)
    every = set().union(*days.values())
    if len(days) * len(every) <= SPARE * len(places):
        return (Block(tuple(sorted(days)), tuple(sorted(every))),)
    alike: dict[tuple[date, ...], list[int]] = defaultdict(list)
    for site in sorted(days):
        alike[tuple(sorted(days[site]))].append(site)
    return tuple(Block(tuple(sites), same) for same, sites in alike.items())
