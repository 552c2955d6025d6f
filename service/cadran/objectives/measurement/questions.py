"""The questions that measure key results: ordinary questions, and as few of them as possible.

The module takes key results and the day they are measured by. The questions cover the time from the objective's start
to that day, or to the deadline if it comes first. They ask for weekly buckets, or monthly buckets over more than a
year, so that the course of the figure can be projected. They ask for one total if the metric has no course. Key results
of one window and one scope share a question that names all their metrics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cadran.compiler.plan import make_plan
from cadran.domain.access.permit import check_names
from cadran.domain.access.principal import Principal
from cadran.domain.ask import Ask, Condition, understand
from cadran.domain.bounds import METRICS_MAX
from cadran.domain.directory import Directory
from cadran.domain.metric_ref import parse_metric_ref, pin_version
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import MetricRef, Question
from cadran.domain.window import Grain
from cadran.objectives.model.objective import KeyResult

#: Courses of at most this many days are asked by weeks, longer ones by months.
WEEKS_DAYS_MAX: Final = 400
#: Kinds without a course: a line through maxima, percentiles or indices (means of means) does not project the total.
_WITHOUT_COURSE: Final = frozenset({"max", "percentile", "index"})
#: Facts without a course: they count different people, or are judged over the whole window. Their buckets do not add
#: up to the whole, and counting each bucket afresh would be expensive.
_OF_THE_WHOLE: Final = frozenset({"customer", "reach", "tried", "open", "base", "churn", "helped", "strain", "staff"})


@dataclass(frozen=True, slots=True)
class Clock:
    """The time context of a question: the present, and the zone to use where the sites' zones differ."""

    now: datetime
    home_zone: str


@dataclass(frozen=True, slots=True)
class SharedQuestion:
    """A question, and the key results that it measures, each with its metric."""

    question: Question
    key_results: tuple[tuple[KeyResult, MetricRef], ...]

    def alone(self) -> list[SharedQuestion]:
        """Return a separate question for each key result."""
        return [
            SharedQuestion(_only(self.question, call), ((key_result, call),)) for key_result, call in self.key_results
        ]


def make_ask(metrics: Sequence[MetricRef], where: Sequence[Condition], start: date, end: date, grain: Grain) -> Ask:
    """Return the ask for these metrics, filters and days."""
    filled = grain is not Grain.TOTAL
    return Ask(metrics, start=start.isoformat(), end=end.isoformat(), grain=grain, where=where, fill=filled)


def find_call(key_result: KeyResult) -> MetricRef:
    """Return the metric reference that measures a key result, by the definition that scored it if it is scored. Raises
    QuestionRefused, and its subclass VersionGone."""
    call = parse_metric_ref(key_result.metric or "")
    dimensions = [each.dimension for each in key_result.where]
    return call if key_result.scored is None else pin_version(call, key_result.scored.version, dimensions)


def find_grain(call: MetricRef, start: date, end: date) -> Grain:
    """Return the width of the buckets of a metric's course; ``Grain.TOTAL`` if the metric has no course."""
    formula = call.metric.formula(call.values())
    terms = (*formula.numerator, *formula.denominator)
    facts = {PARTS[term.part].fact for term in terms}
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
    """Return the question of a new key result. Raises the same errors as any question, with suggestions."""
    call = parse_metric_ref(metric)
    check_names((call.slug,), {each.dimension for each in where}, principal)
    asked = make_ask((call,), where, *window, find_grain(call, *window))
    question = understand(asked, directory, now=clock.now, home_zone=clock.home_zone)
    make_plan(question, directory, values_max=values_max)
    return question


def share_questions(
    measured: Sequence[tuple[KeyResult, date, date]], directory: Directory, clock: Clock
) -> list[SharedQuestion]:
    """Return the questions that measure these key results, each over its own window."""
    calls = {each.number: find_call(each) for each, _, _ in measured}
    groups: dict[tuple[date, date, Grain, tuple[Condition, ...]], list[KeyResult]] = {}
    for key_result, start, end in measured:
        grain = find_grain(calls[key_result.number], start, end)
        groups.setdefault((start, end, grain, key_result.where), []).append(key_result)
    found: dict[Question, list[tuple[KeyResult, MetricRef]]] = {}
    for (start, end, grain, where), members in groups.items():
        metrics = list(dict.fromkeys(calls[each.number] for each in members))
        for first in range(0, len(metrics), METRICS_MAX):
            asked = make_ask(metrics[first : first + METRICS_MAX], where, start, end, grain)
            question = understand(asked, directory, now=clock.now, home_zone=clock.home_zone)
            matching = [(each, calls[each.number]) for each in members if calls[each.number] in question.metrics]
            found.setdefault(question, []).extend(matching)
    return [SharedQuestion(question, tuple(key_results)) for question, key_results in found.items()]


def _only(question: Question, call: MetricRef) -> Question:
    return Question((call,), question.window, question.grain, where=question.where, fill=question.fill)
