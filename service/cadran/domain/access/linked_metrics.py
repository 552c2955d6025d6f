"""Groups of metrics of one answer that count the same people, so that small-cell suppression hides them together.

Takes references to metrics that count people, and returns groups of them. Two metrics are in one group if they read the
same fact about people, or facts whose counts are equal or bound each other (a score and its survey). Metrics over
surveys of different instruments, or over transactional and relationship surveys, count different answers. They are in
different groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from cadran.domain.catalogue import METRICS
from cadran.domain.directory import Directory
from cadran.domain.parts.part import Fact
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import MetricRef
from cadran.domain.survey_selection import SurveySelection, select_surveys
from cadran.errors import QuestionRefused

#: Facts that count customers, their answers or employees, and whom or what each counts.
PEOPLE: Final[Mapping[str, str]] = {
    "survey": "answers",
    "score": "answers",
    "surveyed_waits": "answers",
    "sending": "answers",
    "sending_waits": "answers",
    "employee": "employees",
    "customer": "contact",
    "reach": "contact",
    "tried": "recovery",
    "open": "recovery",
    "churn": "loss",
    "helped": "loss",
    "base": "loss",
}
_ANSWERS: Final = "answers"
#: What a metric reads if its instrument is no longer in the directory: any survey.
_ANY: Final = SurveySelection(None, None)


@cache
def find_facts(slug: str) -> frozenset[Fact]:
    """Return the facts that a metric reads, in any of its formulas."""
    metric = METRICS[slug]
    readings = metric.readings
    terms = [term for each in readings for term in (*each.numerator, *each.denominator, *each.n)]
    return frozenset(PARTS[term.part].fact for term in terms)


def counts_people(slug: str) -> bool:
    """Return whether a metric counts customers, their answers or employees."""
    return any(fact in PEOPLE for fact in find_facts(slug))


def group_linked(calls: Sequence[MetricRef], directory: Directory) -> list[list[int]]:
    """Return groups of positions in ``calls``. Each position is in exactly one group."""
    reads = [_surveyed(call, directory) for call in calls]
    groups: list[list[int]] = []
    for place, call in enumerate(calls):
        near = [
            group
            for group in groups
            if any(_is_linked(call, calls[other], reads[place], reads[other]) for other in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append([*(other for group in near for other in group), place])
    return groups


def _is_linked(one: MetricRef, other: MetricRef, reads: SurveySelection | None, others: SurveySelection | None) -> bool:
    shared = _people(one.slug) & _people(other.slug)
    if shared == {_ANSWERS}:
        return _overlap(reads or _ANY, others or _ANY)
    return bool(shared)


def _people(slug: str) -> frozenset[str]:
    return frozenset(PEOPLE.get(fact, fact) for fact in find_facts(slug))


def _overlap(one: SurveySelection, other: SurveySelection) -> bool:
    if one.hot is not None and other.hot is not None and one.hot is not other.hot:
        return False
    if one.instruments is None or other.instruments is None:
        return True
    return bool(set(one.instruments) & set(other.instruments))


def _surveyed(call: MetricRef, directory: Directory) -> SurveySelection | None:
    try:
        return select_surveys(call.metric, call.values(), directory)
    except QuestionRefused:
        return _ANY
