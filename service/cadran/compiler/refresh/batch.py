"""What the refresh recomputes at a time: from marks (site, day, change) to the days of each fact.

Takes the marks of one month; gives a unit. Sites on which the same days are marked are recomputed together, as a
statement for a dozen sites costs little more than one for a single site.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cadran.compiler.refresh.affected_facts import reached_by
from cadran.domain.metric import Fact

#: A block may hold so many times the days that are marked: to recompute a day more is right, only not needed.
SPARE: Final = 2


@dataclass(frozen=True, slots=True)
class Block:
    """Every one of the days at every one of the sites."""

    sites: tuple[int, ...]
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """Days of one month of some sites, by the fact whose rollups are recomputed there."""

    month: date
    blocks: Mapping[Fact, tuple[Block, ...]]

    def of(self, fact: Fact) -> tuple[Block, ...]:
        """The blocks of a fact, none where nothing of it has changed."""
        return self.blocks.get(fact, ())

    def sites(self, fact: Fact) -> list[int]:
        """The sites at which the months of a fact change."""
        return sorted({site for block in self.of(fact) for site in block.sites})

    def weekdays(self, fact: Fact) -> list[int]:
        """The weekdays (1 Monday … 7 Sunday) of which a fact's usual day changes."""
        return sorted({day.isoweekday() for block in self.of(fact) for day in block.days})

    def days_of(self, weekdays: Sequence[int]) -> list[date]:
        """The days of the month that are such weekdays."""
        every = (self.month + timedelta(days=number) for number in range(31))
        return [day for day in every if day.month == self.month.month and day.isoweekday() in weekdays]


def unit_of(month: date, marks: Iterable[tuple[int, date, str]]) -> Unit:
    """The unit that a month's marks make."""
    places: dict[Fact, set[tuple[int, date]]] = defaultdict(set)
    for site, day, change in marks:
        for fact in reached_by(change):
            places[fact].add((site, day))
    return Unit(month, {fact: _blocks(found) for fact, found in places.items()})


def _blocks(places: set[tuple[int, date]]) -> tuple[Block, ...]:
    """One block where that adds few days, else one for the sites of each set of days."""
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
