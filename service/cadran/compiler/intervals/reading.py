"""What a figure reads of aggregated intervals: the parts that add to its own, and the intervals that lack something.

Takes a formula and a question. Gives the uses of interval parts to add to the numerator, the denominator and n, and the
uses that count the intervals of which the figure needs more than they give. Where there is such an interval, there is
no figure: it would leave out contacts that are known to exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from cadran.compiler.fragment import Threshold
from cadran.compiler.select import PartUse
from cadran.compiler.special.thresholds import thresholds_of
from cadran.compiler.timing import CALENDAR
from cadran.domain.ask import sites_in
from cadran.domain.dimension import PEOPLE_DIMENSIONS
from cadran.domain.directory import Directory
from cadran.domain.metric import Ratio, Term
from cadran.domain.parts.interval import (
    AGENT_INTERVALS,
    CONTACT_FACTS,
    GIVEN,
    INTERVALS,
    JUDGED,
    JUDGED_INTERVALS,
    TIME_FACTS,
    WITHIN_GIVEN,
    GivenPart,
    find_given,
)
from cadran.domain.parts.part import Part
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import Question

#: The dimensions that intervals can be split by and filtered on.
DIMENSIONS: Final = frozenset({"partner", "site", "channel", "queue", "direction", *CALENDAR})
#: A signed use of an interval part.
Use = tuple[int, PartUse]


@dataclass(frozen=True, slots=True)
class Reading:
    """The uses of interval parts that a formula adds, and those that count the intervals that lack something."""

    numerator: tuple[Use, ...] = ()
    denominator: tuple[Use, ...] = ()
    n: tuple[Use, ...] = ()
    lacking: tuple[Use, ...] = ()


NOTHING: Final = Reading()


def read_intervals(
    formula: Ratio, arguments: Mapping[str, float | str], question: Question, directory: Directory
) -> Reading:
    """Return what a formula reads of the intervals in the question's window."""
    terms = (*formula.numerator, *formula.denominator, *formula.n, *formula.squares)
    concerned = [INTERVALS] if any(_counts(PARTS[term.part], CONTACT_FACTS) for term in terms) else []
    concerned += [AGENT_INTERVALS] if any(_counts(PARTS[term.part], TIME_FACTS) for term in terms) else []
    if not concerned or not has_intervals(question, directory):
        return NOTHING
    if question_lacks(question):
        return _without(concerned)
    facts = CONTACT_FACTS | TIME_FACTS
    own = [term for term in dict.fromkeys(terms) if PARTS[term.part].fact in facts]
    if limits := {term.within for term in own if term.within}:
        if len(limits) > 1:
            return _without(concerned)
        timed = next(term for term in own if term.within)
        return _judged(formula, own, _by_channel_and_queue(thresholds_of(timed, arguments, directory)), concerned)
    found = {term: find_given(GIVEN, PARTS[term.part]) for term in own}
    if not _is_given(formula, found):
        return _without(concerned)
    return _compose(formula, found, [None], [(1, PartUse(part)) for part in _list_lacks(found.values())])


def has_intervals(question: Question, directory: Directory) -> bool:
    """Return whether a site in scope has intervals within the window, and the question is not about people or outbound
    contacts, of which intervals say nothing."""
    if any(question.names(name) for name in PEOPLE_DIMENSIONS):
        return False
    for each in question.where:
        if each.dimension == "direction" and ("inbound" in each.values) == each.negated:
            return False
    sites = sites_in(question.where, directory)
    first, end = question.window.days(directory.zones.values())
    return any(
        days[0] < end and days[1] >= first
        for site, days in directory.intervals.items()
        if sites is None or site in sites
    )


def question_lacks(question: Question) -> tuple[str, ...]:
    """Return the dimensions of the question that intervals do not have."""
    named = (*question.by, *(each.dimension for each in question.where))
    return tuple(name for name in dict.fromkeys(named) if name not in DIMENSIONS)


def _counts(part: Part, facts: frozenset[str]) -> bool:
    return part.fact in facts and part.direction != "outbound"


def _without(concerned: Iterable[Part]) -> Reading:
    """Return the reading of a figure that needs single contacts, or single states of agents."""
    return Reading(lacking=tuple((1, PartUse(part)) for part in concerned))


def _is_given(formula: Ratio, found: Mapping[Term, GivenPart | None]) -> bool:
    """Return whether intervals give all parts, and something that counts in the numerator."""
    above = [found[term] for term in formula.numerator if term in found]
    return None not in found.values() and any(each is not None and each.part is not None for each in above)


def _list_lacks(found: Iterable[GivenPart | None]) -> list[Part]:
    """Return the parts that count the intervals that do not give one of these parts."""
    return [*dict.fromkeys(given.lacks for given in found if given is not None and given.lacks is not None)]


def _judged(formula: Ratio, own: list[Term], thresholds: list[Threshold], concerned: Iterable[Part]) -> Reading:
    """Return the reading of a share within thresholds: only intervals with the threshold of their channel count."""
    found = {term: find_given(WITHIN_GIVEN if term.within else JUDGED, PARTS[term.part]) for term in own}
    if not _is_given(formula, found):
        return _without(concerned)
    lacking: list[Use] = []
    for each in thresholds:
        scope = None if replace(each, seconds=0.0) == Threshold(0.0) else (each,)
        lacking += [(1, PartUse(INTERVALS, limit=scope)), (-1, PartUse(JUDGED_INTERVALS, each))]
        lacking += [(1, PartUse(part, each)) for part in _list_lacks(found.values())]
    return _compose(formula, found, thresholds, lacking)


def _by_channel_and_queue(thresholds: Iterable[Threshold]) -> list[Threshold]:
    """Return the thresholds of rows without a moment: intervals have none."""
    return [replace(each, not_moments=()) for each in thresholds if each.moments is None]


def _compose(
    formula: Ratio,
    found: Mapping[Term, GivenPart | None],
    thresholds: Iterable[Threshold | None],
    lacking: Iterable[Use],
) -> Reading:
    limits = [*thresholds]

    def uses(terms: tuple[Term, ...]) -> tuple[Use, ...]:
        return tuple(
            (term.sign, PartUse(given.part, limit))
            for term in terms
            if (given := found.get(term)) is not None and given.part is not None
            for limit in limits
        )

    return Reading(uses(formula.numerator), uses(formula.denominator), uses(formula.n), tuple(lacking))
