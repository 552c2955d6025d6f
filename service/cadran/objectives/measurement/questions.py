"""Key results as questions: what is measured is asked for in the ordinary way, and of several as few times as can be.

Takes key results and the day they are asked about; gives questions over the time from the objective's start to that day
(or the deadline, whichever is first), by weeks so that their course can be told, or by months over more than a year, or
as a whole where there is no course to tell.
Key results of one window and one scope share a question: each names its metric.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cadran.compiler.plan import plan
from cadran.domain.access.permit import check_names
from cadran.domain.access.principal import Principal
from cadran.domain.ask import Ask, Condition, understand
from cadran.domain.bounds import METRICS_MAX
from cadran.domain.directory import Directory
from cadran.domain.metric_ref import parse_call
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import MetricCall, Question
from cadran.domain.window import Grain
from cadran.objectives.model.objective import KeyResult

#: Up to so many days the course is told by weeks.
WEEKS_DAYS_MAX: Final = 400
#: No line is drawn of what is longest, a place among others, or a mean of means; nor of counts of different people and
#: of what is judged over the whole window: buckets do not make it up, and to count each afresh would be dear.
_WITHOUT_COURSE: Final = frozenset({"max", "percentile", "index"})
_OF_THE_WHOLE: Final = frozenset({"customer", "reach", "tried", "open", "base", "churn", "helped", "strain", "staff"})


@dataclass(frozen=True, slots=True)
class Clock:
    """What it takes to understand a question: the present, and the zone that counts where the sites' differ."""

    now: datetime
    home_zone: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the key results that it measures, each with its metric."""

    question: Question
    key_results: tuple[tuple[KeyResult, MetricCall], ...]

    def alone(self) -> list[Asked]:
        """A question for each of its key results."""
        return [Asked(_only(self.question, call), ((key_result, call),)) for key_result, call in self.key_results]


def ask(metrics: Sequence[str], where: Sequence[Condition], start: date, end: date, grain: Grain) -> Ask:
    """What is asked, in the words that every question has."""
    filled = grain is not Grain.TOTAL
    return Ask(metrics, start=start.isoformat(), end=end.isoformat(), grain=grain, where=where, fill=filled)


def grain_of(call: MetricCall, start: date, end: date) -> Grain:
    """By which buckets a metric's course is told; none where it has no course."""
    formula = call.metric.formula(call.values())
    terms = (*formula.numerator, *formula.denominator)
    facts = {PARTS[term.part.replace("_who", "_contact")].fact for term in terms}
    if call.metric.kind in _WITHOUT_COURSE or facts & _OF_THE_WHOLE:
        return Grain.TOTAL
    return Grain.WEEK if (end - start).days <= WEEKS_DAYS_MAX else Grain.MONTH


def check(
    metric: str,
    where: Sequence[Condition],
    window: tuple[date, date],
    *,
    directory: Directory,
    principal: Principal,
    clock: Clock,
    values_max: int,
) -> Question:
    """The question of a key result that is to be made. Refused as any question is: by name, with what is possible."""
    check_names((metric,), {each.dimension for each in where}, principal)
    asked = ask((metric,), where, *window, grain_of(parse_call(metric), *window))
    question = understand(asked, directory, now=clock.now, home_zone=clock.home_zone)
    plan(question, directory, values_max=values_max)
    return question


def questions(measured: Sequence[tuple[KeyResult, date, date]], directory: Directory, clock: Clock) -> list[Asked]:
    """The questions that measure these key results, each over its own window."""
    calls = {each.number: parse_call(each.metric or "") for each, _, _ in measured}
    groups: dict[tuple[date, date, Grain, tuple[Condition, ...]], list[KeyResult]] = {}
    for key_result, start, end in measured:
        grain = grain_of(calls[key_result.number], start, end)
        groups.setdefault((start, end, grain, key_result.where), []).append(key_result)
    found: dict[Question, list[tuple[KeyResult, MetricCall]]] = {}
    for (start, end, grain, where), members in groups.items():
        metrics = [call.name for call in dict.fromkeys(calls[each.number] for each in members)]
        for first in range(0, len(metrics), METRICS_MAX):
            asked = ask(metrics[first : first + METRICS_MAX], where, start, end, grain)
            question = understand(asked, directory, now=clock.now, home_zone=clock.home_zone)
            told = [(each, calls[each.number]) for each in members if calls[each.number] in question.metrics]
            found.setdefault(question, []).extend(told)
    return [Asked(question, tuple(key_results)) for question, key_results in found.items()]


def _only(question: Question, call: MetricCall) -> Question:
    return Question((call,), question.window, question.grain, where=question.where, fill=question.fill)
