"""Key results as questions: what is measured is asked for in the ordinary way, and of several as few times as can be.

Takes key results and the day they are asked about; gives questions over the time from the objective's start to that day
(or the deadline, whichever is first), by weeks so that their course can be told, or by months over more than a year.
Key results of one window and one scope share a question: each names its metric.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cadran.compiler.plan import plan
from cadran.domain.ask import METRICS_MAX, Ask, Condition, understand
from cadran.domain.calls import parse_call
from cadran.domain.directory import Directory
from cadran.domain.permit import check_names
from cadran.domain.principal import Principal
from cadran.domain.question import MetricCall, Question
from cadran.domain.window import Grain
from cadran.steer.objective import KeyResult

#: Up to so many days the course is told by weeks.
WEEKS_DAYS_MAX: Final = 400


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


def ask(metrics: Sequence[str], where: Sequence[Condition], start: date, end: date) -> Ask:
    """What is asked, in the words that every question has."""
    weekly = (end - start).days <= WEEKS_DAYS_MAX
    return Ask(
        metrics=metrics,
        start=start.isoformat(),
        end=end.isoformat(),
        grain=Grain.WEEK if weekly else Grain.MONTH,
        where=where,
        fill=True,
    )


def check(
    metric: str,
    where: Sequence[Condition],
    window: tuple[date, date],
    *,
    directory: Directory,
    principal: Principal,
    clock: Clock,
    cells_max: int,
) -> Question:
    """The question of a key result that is to be made. Refused as any question is: by name, with what is possible."""
    check_names((metric,), {each.dimension for each in where}, principal)
    asked = ask((metric,), where, *window)
    question = understand(asked, directory, now=clock.now, home_zone=clock.home_zone)
    plan(question, directory, cells_max=cells_max)
    return question


def questions(measured: Sequence[tuple[KeyResult, date, date]], directory: Directory, clock: Clock) -> list[Asked]:
    """The questions that measure these key results, each over its own window."""
    groups: dict[tuple[date, date, tuple[Condition, ...]], list[KeyResult]] = {}
    for key_result, start, end in measured:
        groups.setdefault((start, end, key_result.where), []).append(key_result)
    found: dict[Question, list[tuple[KeyResult, MetricCall]]] = {}
    for (start, end, where), members in groups.items():
        calls = {each.number: parse_call(each.metric or "") for each in members}
        metrics = [call.name for call in dict.fromkeys(calls.values())]
        for first in range(0, len(metrics), METRICS_MAX):
            asked = ask(metrics[first : first + METRICS_MAX], where, start, end)
            question = understand(asked, directory, now=clock.now, home_zone=clock.home_zone)
            told = [(each, calls[each.number]) for each in members if calls[each.number] in question.metrics]
            found.setdefault(question, []).extend(told)
    return [Asked(question, tuple(key_results)) for question, key_results in found.items()]


def _only(question: Question, call: MetricCall) -> Question:
    return Question((call,), question.window, question.grain, where=question.where, fill=question.fill)
