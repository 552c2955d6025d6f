"""The progress of an objective on a day, as one caller may see it. Every edge shows the same values.

The module takes an objective, the day, and the measured key results. It returns progress, expected progress, pace,
confidence and warnings. The progress of an objective is the mean of its key results' progress, each clipped to 0 to 1,
so that a key result beyond its target does not hide the shortfall of another key result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cadran.domain.answer import Notice
from cadran.domain.metric import Label
from cadran.domain.metric_ref import parse_metric_ref
from cadran.errors import QuestionRefused
from cadran.objectives.measurement.measurement import Measurement
from cadran.objectives.measurement.questions import WEEKS_DAYS_MAX
from cadran.objectives.model import pace as paces
from cadran.objectives.model.objective import KEY_RESULTS_ADVISED, KeyResult, Objective, ScoredFigures
from cadran.objectives.model.pace import Pace
from cadran.objectives.model.projection import POINTS_MIN


@dataclass(frozen=True, slots=True)
class KeyResultProgress:
    """A key result with its progress. ``reached`` is whether the value is at the target or past it; None without a
    value."""

    key_result: KeyResult
    measured: Measurement
    progress: float | None
    expected: float
    pace: Pace | None
    reached: bool | None
    confidence: float | None

    @property
    def metric_version(self) -> str | None:
        """Return the version of the definition that computes the value: the one that scored it, else the present one.
        None without a metric, or if the catalogue no longer has it."""
        of = self.key_result
        try:
            present = None if of.metric is None else parse_metric_ref(of.metric).version
        except QuestionRefused:
            present = None
        return present if of.scored is None else of.scored.version


@dataclass(frozen=True, slots=True)
class ObjectiveProgress:
    """An objective with its progress as of ``day`` on the wall clock of ``zone``.

    ``withheld`` counts the key results that the caller may not see. ``data_as_of`` is how far the data behind the
    measured key results reach.
    """

    objective: Objective
    day: date
    zone: str
    parent: int | None
    key_results: tuple[KeyResultProgress, ...]
    withheld: int
    progress: float | None
    expected: float | None
    pace: Pace | None
    confidence: float | None
    score: float | None
    data_as_of: datetime | None
    warnings: tuple[Notice, ...]

    def key_result(self, number: int) -> KeyResultProgress | None:
        """Return the key result of that number, or None if the caller does not see it."""
        return next((each for each in self.key_results if each.key_result.number == number), None)


def get_scored_figures(found: KeyResultProgress) -> ScoredFigures | None:
    """Return the figures of a key result as they are stored with its score; None without a metric."""
    version, measured = found.metric_version, found.measured
    if version is None:
        return None
    return ScoredFigures(version, measured.value, measured.numerator, measured.denominator, measured.n)


def measure_progress(
    objective: Objective,
    day: date,
    zone: str,
    *,
    parent: int | None,
    seen: Sequence[KeyResult],
    measured: Mapping[int, Measurement],
) -> ObjectiveProgress:
    """Return the objective with the progress of the key results that the caller sees."""
    found = tuple(_key_result(each, objective, day, measured[each.number]) for each in seen)
    known = [each for each in found if each.progress is not None]
    done = paces.compute_mean([min(1.0, max(0.0, each.progress or 0.0)) for each in known])
    due = paces.compute_mean([each.expected for each in known])
    horizons = [each.measured.freshness.as_of for each in found if each.measured.freshness is not None]
    return ObjectiveProgress(
        objective,
        day,
        zone,
        parent,
        found,
        len(objective.key_results) - len(found),
        done,
        due,
        None if due is None else paces.judge_pace(done, due),
        paces.compute_mean([each.confidence for each in found]),
        paces.compute_mean([each.key_result.score for each in found]),
        min((each for each in horizons if each is not None), default=None),
        _warnings(objective, found),
    )


def _key_result(each: KeyResult, of: Objective, day: date, measured: Measurement) -> KeyResultProgress:
    done = paces.compute_progress(measured.value, baseline=each.baseline, target=each.target)
    due = paces.compute_expected(day, start=of.start, deadline=each.deadline, path=each.path)
    stated = [said.confidence for said in each.check_ins if said.on <= day and said.confidence is not None]
    return KeyResultProgress(
        each,
        measured,
        done,
        due,
        paces.judge_pace(done, due),
        None if done is None else done >= 1,
        stated[-1] if stated else None,
    )


def _warnings(objective: Objective, found: Sequence[KeyResultProgress]) -> tuple[Notice, ...]:
    notices = [notice for each in found for notice in each.measured.warnings]
    if len(objective.key_results) > KEY_RESULTS_ADVISED:
        detail = Label(
            f"An objective with more than {KEY_RESULTS_ADVISED} key results is a list of tasks: keep those that decide"
            " whether it is reached.",
            f"Un objectif de plus de {KEY_RESULTS_ADVISED} résultats clés est une liste de tâches : gardez ceux qui"
            " décident s'il est atteint.",
        )
        notices.insert(0, Notice("many_key_results", detail))
    early = [str(each.key_result.number) for each in found if each.measured.early]
    if early:
        several, numbers = "s" * (len(early) > 1), ", ".join(early)
        detail = Label(
            f"There is no projection yet for key result{several} {numbers}: it takes {POINTS_MIN} whole weeks"
            f" (months, if it runs for more than {WEEKS_DAYS_MAX} days), or as many check-ins.",
            f"Pas encore de projection pour {'les' if several else 'le'} résultat{several} clé{several} {numbers} : il"
            f" faut {POINTS_MIN} semaines entières (mois, au-delà de {WEEKS_DAYS_MAX} jours), ou autant de points"
            " d'étape.",
        )
        notices.append(Notice("no_projection", detail))
    return tuple(dict.fromkeys(notices))
