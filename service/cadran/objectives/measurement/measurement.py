"""What became of key results by a day: the figures of those that are measured, the words of those that are not.

Takes key results, the day and whoever answers questions; gives of each its value with what it is made of, and its
projection. A key result whose question is refused tells the refusal, and the others are told all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import isclose

from cadran.domain.access.principal import Principal
from cadran.domain.access.role import RoleName
from cadran.domain.answer import Answer, Answers, Figures, Freshness, Notice
from cadran.domain.directory import Directory
from cadran.domain.question import MetricCall
from cadran.domain.window import Grain
from cadran.engine.batch import Refusal, answered_together
from cadran.errors import QuestionRefused
from cadran.objectives.measurement.questions import Asked, Clock, questions
from cadran.objectives.model import projection
from cadran.objectives.model.objective import KeyResult, Objective
from cadran.objectives.model.projection import POINTS_MIN, Point, Projection


@dataclass(frozen=True, slots=True)
class Measured:
    """A value with what it is made of and how fresh it is; ``problem`` instead where the question is refused.
    ``early``: it has a course and a deadline to come, and too few points yet to project them."""

    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    n: float | None = None
    interval: tuple[float, float] | None = None
    projection: Projection | None = None
    early: bool = False
    freshness: Freshness | None = None
    approximate: bool = False
    warnings: tuple[Notice, ...] = ()
    problem: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """Asks what key results have come to. The asker has been found to see them (objectives/model/permissions): what is
    asked
    is the key result's own question, the same for everybody, with small groups hidden from those who see no people;
    ``for_everybody`` hides them from all."""

    answers: Answers
    directory: Directory
    clock: Clock
    principal: Principal
    for_everybody: bool = False
    found: dict[int, Measured] = field(default_factory=dict)

    async def of(self, told: Sequence[tuple[Objective, Sequence[KeyResult], date]]) -> Mapping[int, Measured]:
        """What the key results have come to, by number, each by its day."""
        self.found.update({each.number: said(each, of, day) for of, members, day in told for each in members})
        wanted = []
        for of, members, day in told:
            wanted += [(each, of.start, min(day, each.deadline)) for each in members if each.metric is not None]
        wanted = [each for each in wanted if each[1] < each[2]]
        starts = {each.number: (start, end) for each, start, end in wanted}
        asked = self._understood(wanted)
        again = [alone for each in await self._ask(asked, starts) for alone in each.alone()]
        # Where one of several is refused, the others are asked alone.
        for each in await self._ask(again, starts):
            assert len(each.key_results) == 1
        return self.found

    def _understood(self, wanted: Sequence[tuple[KeyResult, date, date]]) -> list[Asked]:
        """Their questions; what cannot be understood any more (a site that is gone) is told as refused."""
        try:
            return questions(wanted, self.directory, self.clock)
        except QuestionRefused:
            found: list[Asked] = []
            for each in wanted:
                try:
                    found.extend(questions([each], self.directory, self.clock))
                except QuestionRefused as refusal:
                    self.found[each[0].number] = Measured(problem=refusal)
            return found

    async def _ask(self, asked: Sequence[Asked], windows: Mapping[int, tuple[date, date]]) -> list[Asked]:
        """Ask together; gives those whose refusal may be another's."""
        if not asked:
            return []
        shared = []
        answers = await answered_together(self.answers, [each.question for each in asked], self._asker())
        for each, answer in zip(asked, answers, strict=True):
            if isinstance(answer, Answer):
                for key_result, call in each.key_results:
                    self.found[key_result.number] = _figures(answer, call, key_result, windows[key_result.number])
            elif len(each.key_results) > 1:
                shared.append(each)
            else:
                self.found[each.key_results[0][0].number] = Measured(problem=answer)
        return shared

    def _asker(self) -> Principal:
        """Return the principal that asks for the caller: without a scope, with the same right to see people."""
        sees_people = self.principal.sees_people and not self.for_everybody
        role: RoleName = "administrator" if sees_people else "analyst"
        return Principal(self.principal.name, role=role, cells_max=self.principal.cells_max)


def said(key_result: KeyResult, of: Objective, day: date) -> Measured:
    """What the check-ins up to a day have told of its value."""
    if key_result.metric is not None:
        return Measured()
    told = [each for each in key_result.check_ins if each.on <= day and each.value is not None]
    if not told:
        return Measured()
    # The last word of a day is the one that counts; a day may be spoken of later than the next.
    by_day = {each.on: each.value for each in told if each.value is not None}
    points = [Point(0, (on - of.start).days, value) for on, value in sorted(by_day.items())]
    ahead = projection.level(points, deadline=(key_result.deadline - of.start).days)
    early = len(points) < POINTS_MIN and day < key_result.deadline
    return Measured(by_day[max(by_day)], n=len(told), projection=ahead, early=early)


def _figures(answer: Answer, call: MetricCall, key_result: KeyResult, window: tuple[date, date]) -> Measured:
    column = next(each for each in answer.totals if each.call == call)
    rows = next(each for each in answer.figures if each.call == call)
    points = _points(answer, rows, window)
    is_followed = answer.question.grain is not Grain.TOTAL and column.values[0] is not None
    return Measured(
        column.values[0],
        column.numerators[0],
        column.denominators[0],
        column.n[0],
        column.interval(0),
        _ahead(points, rows, column, window, key_result.deadline),
        is_followed and len(points) < POINTS_MIN and window[1] < key_result.deadline,
        answer.freshness,
        answer.approximate,
        answer.warnings,
    )


def _ahead(
    points: Sequence[Point], rows: Figures, total: Figures, window: tuple[date, date], deadline: date
) -> Projection | None:
    """The projection of a measured key result, if its course can be told from its buckets."""
    value, kind = total.values[0], rows.call.metric.kind
    if value is None or not points or deadline <= window[1]:
        return None
    now, end = (window[1] - window[0]).days, (deadline - window[0]).days
    if kind == "stock":
        return projection.level(points, deadline=end)
    numerators, denominators = _sum(rows.numerators), _sum(rows.denominators)
    if not _same(numerators, total.numerators[0]):
        return None
    whole = total.denominators[0]
    if whole is None or all(each is None or _same(each, whole) for each in rows.denominators):
        return projection.amount(points, current=value, now=now, deadline=end)
    if not _same(denominators, whole):
        return None
    found = projection.rate(points, current=value, weight=whole, now=now, deadline=end)
    return _within_shares(found) if kind == "share" else found


def _points(answer: Answer, rows: Figures, window: tuple[date, date]) -> list[Point]:
    """The whole buckets within the window, as days since its start; the edges' are cut and tell another thing."""
    if answer.question.grain is Grain.TOTAL:
        return []
    starts = answer.keys[0]
    found = []
    for row, (first, last) in enumerate(zip(starts.values, starts.ends or (), strict=True)):
        start, end = (date.fromisoformat(str(each)[:10]) for each in (first, last))
        value = rows.values[row]
        if value is not None and window[0] <= start and end <= window[1]:
            days = ((start - window[0]).days, (end - window[0]).days)
            found.append(Point(*days, value, rows.denominators[row] or 0.0))
    return found


def _sum(values: Sequence[float | None]) -> float:
    return sum(each for each in values if each is not None)


def _same(one: float, other: float | None) -> bool:
    return other is not None and isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)


def _within_shares(found: Projection | None) -> Projection | None:
    if found is None:
        return None
    value, low, high = (min(1.0, max(0.0, each)) for each in (found.value, found.low, found.high))
    return replace(found, value=value, low=low, high=high)
