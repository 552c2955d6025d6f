"""The measurement of key results as of a day: by figures if they have a metric, otherwise by check-ins.

The measurement takes key results, the day, and a source of answers. For each key result it returns the value with its
numerator and denominator, and a projection. If the question of a key result is refused, its measurement holds the
refusal. The other key results are still measured.
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
from cadran.domain.metric import Label
from cadran.domain.question import MetricRef
from cadran.domain.window import Grain
from cadran.engine.batch import Refusal, answer_together
from cadran.errors import QuestionRefused, VersionGone
from cadran.objectives.measurement.questions import Clock, SharedQuestion, find_call, share_questions
from cadran.objectives.model import projection
from cadran.objectives.model.objective import KeyResult, Objective, ScoredFigures
from cadran.objectives.model.projection import POINTS_MIN, Point, Projection


@dataclass(frozen=True, slots=True)
class Measurement:
    """The value of a key result with its parts and its freshness. Where the question is refused, ``problem`` is the
    refusal and there is no value. ``early`` is true if the deadline is still ahead and there are too few points yet for
    a projection."""

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
class Measurer:
    """The measurer of key results that the caller may see (objectives/model/permissions decides which).

    The questions have no scope, so a key result has the same question for every caller. Small groups are hidden from
    callers who see no people; ``for_everybody`` hides them from all callers.
    """

    answers: Answers
    directory: Directory
    clock: Clock
    principal: Principal
    for_everybody: bool = False
    found: dict[int, Measurement] = field(default_factory=dict)

    async def of(self, listed: Sequence[tuple[Objective, Sequence[KeyResult], date]]) -> Mapping[int, Measurement]:
        """Return the measurement of each key result, by its number, as of the objective's day."""
        self.found.update(
            {each.number: describe_value(each, of, day) for of, members, day in listed for each in members}
        )
        wanted = []
        for of, members, day in listed:
            measured = [each for each in members if each.metric is not None and not self._keep_scored(each, of, day)]
            wanted += [(each, of.start, min(day, each.deadline)) for each in measured]
        wanted = [each for each in wanted if each[1] < each[2]]
        starts = {each.number: (start, end) for each, start, end in wanted}
        asked = self._understand(wanted)
        again = [alone for each in await self._ask(asked, starts) for alone in each.alone()]
        # Where a shared question is refused, each of its key results is asked alone.
        for each in await self._ask(again, starts):
            assert len(each.key_results) == 1
        return self.found

    def _keep_scored(self, key_result: KeyResult, of: Objective, day: date) -> bool:
        """Record the figures of the close as a measurement, if the definition that scored the key result can no longer
        be computed, the figures are known, and the day is not before the close. Return whether they are recorded."""
        scored, closed = key_result.scored, of.closed_at
        if scored is None or scored.value is None or closed is None or day < closed.date():
            return False
        try:
            find_call(key_result)
        except VersionGone:
            self.found[key_result.number] = Measurement(
                scored.value, scored.numerator, scored.denominator, scored.n, warnings=(_as_scored(key_result, scored),)
            )
            return True
        except QuestionRefused:
            return False
        return False

    def _understand(self, wanted: Sequence[tuple[KeyResult, date, date]]) -> list[SharedQuestion]:
        """Return the questions of the key results. If a question is refused, for example because its site is gone,
        record the refusal as the problem of its key result."""
        try:
            return share_questions(wanted, self.directory, self.clock)
        except QuestionRefused:
            found: list[SharedQuestion] = []
            for each in wanted:
                try:
                    found.extend(share_questions([each], self.directory, self.clock))
                except QuestionRefused as refusal:
                    self.found[each[0].number] = Measurement(problem=refusal)
            return found

    async def _ask(
        self, asked: Sequence[SharedQuestion], windows: Mapping[int, tuple[date, date]]
    ) -> list[SharedQuestion]:
        """Ask the questions together. Return the shared questions that are refused: only one of their metrics may be
        the reason."""
        if not asked:
            return []
        shared = []
        answers = await answer_together(self.answers, [each.question for each in asked], self._asker())
        for each, answer in zip(asked, answers, strict=True):
            if isinstance(answer, Answer):
                for key_result, call in each.key_results:
                    self.found[key_result.number] = _figures(answer, call, key_result, windows[key_result.number])
            elif len(each.key_results) > 1:
                shared.append(each)
            else:
                self.found[each.key_results[0][0].number] = Measurement(problem=answer)
        return shared

    def _asker(self) -> Principal:
        """Return the principal that asks for the caller: without a scope, with the same right to see people."""
        sees_people = self.principal.sees_people and not self.for_everybody
        role: RoleName = "administrator" if sees_people else "analyst"
        return Principal(self.principal.name, role=role, cells_max=self.principal.cells_max)


def describe_value(key_result: KeyResult, of: Objective, day: date) -> Measurement:
    """Return the measurement by the check-ins up to a day; empty for a key result with a metric."""
    if key_result.metric is not None:
        return Measurement()
    with_value = [each for each in key_result.check_ins if each.on <= day and each.value is not None]
    if not with_value:
        return Measurement()
    # The last check-in about a day counts. A check-in about an earlier day may be recorded after one about a later day.
    by_day = {each.on: each.value for each in with_value if each.value is not None}
    points = [Point(0, (on - of.start).days, value) for on, value in sorted(by_day.items())]
    projected = projection.project_level(points, deadline=(key_result.deadline - of.start).days)
    early = len(points) < POINTS_MIN and day < key_result.deadline
    return Measurement(by_day[max(by_day)], n=len(with_value), projection=projected, early=early)


def _as_scored(key_result: KeyResult, scored: ScoredFigures) -> Notice:
    name = f"{key_result.metric} ({scored.version})"
    detail = Label(
        f"{name}: the value is that of the close, because this release cannot compute the definition that scored it.",
        f"{name} : la valeur est celle de la clôture, car cette version ne sait plus calculer la définition qui l'a"
        " noté.",
    )
    return Notice("version_gone", detail)


def _figures(answer: Answer, call: MetricRef, key_result: KeyResult, window: tuple[date, date]) -> Measurement:
    column = next(each for each in answer.totals if each.call == call)
    rows = next(each for each in answer.figures if each.call == call)
    points = _points(answer, rows, window)
    is_followed = answer.question.grain is not Grain.TOTAL and column.values[0] is not None
    return Measurement(
        column.values[0],
        column.numerators[0],
        column.denominators[0],
        column.n[0],
        column.interval(0),
        _project(points, rows, column, window, key_result.deadline),
        is_followed and len(points) < POINTS_MIN and window[1] < key_result.deadline,
        answer.freshness,
        answer.approximate,
        # Buckets that the window cuts are left out of the course.
        tuple(each for each in answer.warnings if each.code != "partial_buckets"),
    )


def _project(
    points: Sequence[Point], rows: Figures, total: Figures, window: tuple[date, date], deadline: date
) -> Projection | None:
    """Return the projection of a key result with a metric; None if its buckets do not add up to its value."""
    value, kind = total.values[0], rows.call.metric.kind
    if value is None or not points or deadline <= window[1]:
        return None
    now, end = (window[1] - window[0]).days, (deadline - window[0]).days
    if kind == "stock":
        return projection.project_level(points, deadline=end)
    numerators, denominators = _sum(rows.numerators), _sum(rows.denominators)
    if not _is_close(numerators, total.numerators[0]):
        return None
    whole = total.denominators[0]
    if whole is None or all(each is None or _is_close(each, whole) for each in rows.denominators):
        return projection.project_amount(points, current=value, now=now, deadline=end)
    if not _is_close(denominators, whole):
        return None
    found = projection.project_rate(points, current=value, weight=whole, now=now, deadline=end)
    return _clip_to_share(found) if kind == "share" else found


def _points(answer: Answer, rows: Figures, window: tuple[date, date]) -> list[Point]:
    """Return the whole buckets within the window, in days since its start. A cut bucket would distort the line."""
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


def _is_close(one: float, other: float | None) -> bool:
    return other is not None and isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)


def _clip_to_share(found: Projection | None) -> Projection | None:
    if found is None:
        return None
    value, low, high = (min(1.0, max(0.0, each)) for each in (found.value, found.low, found.high))
    return replace(found, value=value, low=low, high=high)
