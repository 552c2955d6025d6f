"""An objective as it stands on a day, as one asker may see it: what every edge tells, worked out once.

Takes an objective, the day, and what its key results have come to; gives progress, what was expected by then, the pace,
confidence and warnings. The objective's own progress is the mean of its key results', each held between 0 and 1, so
that one that overshoots does not hide another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cadran.domain.answer import Notice
from cadran.domain.metric import Label
from cadran.objectives.measurement.measurement import Measured
from cadran.objectives.measurement.questions import WEEKS_DAYS_MAX
from cadran.objectives.model import pace as paces
from cadran.objectives.model.objective import KEY_RESULTS_ADVISED, KeyResult, Objective
from cadran.objectives.model.pace import Pace
from cadran.objectives.model.projection import POINTS_MIN


@dataclass(frozen=True, slots=True)
class ToldKeyResult:
    """``reached``: whether the value is at the target or past it; None without a value."""

    key_result: KeyResult
    measured: Measured
    progress: float | None
    expected: float
    pace: Pace | None
    reached: bool | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class ToldObjective:
    """``day``: as of when, on the wall clock of ``zone``. ``withheld``: how many key results the asker is not told.
    ``data_as_of``: how far the data behind what is measured reach."""

    objective: Objective
    day: date
    zone: str
    parent: int | None
    key_results: tuple[ToldKeyResult, ...]
    withheld: int
    progress: float | None
    expected: float | None
    pace: Pace | None
    confidence: float | None
    score: float | None
    data_as_of: datetime | None
    warnings: tuple[Notice, ...]

    def key_result(self, number: int) -> ToldKeyResult | None:
        """The key result of that number, where it is told."""
        return next((each for each in self.key_results if each.key_result.number == number), None)


def told_objective(
    objective: Objective,
    day: date,
    zone: str,
    *,
    parent: int | None,
    seen: Sequence[KeyResult],
    measured: Mapping[int, Measured],
) -> ToldObjective:
    """The objective with those of its key results that are seen."""
    found = tuple(_key_result(each, objective, day, measured[each.number]) for each in seen)
    known = [each for each in found if each.progress is not None]
    done = paces.mean([min(1.0, max(0.0, each.progress or 0.0)) for each in known])
    due = paces.mean([each.expected for each in known])
    horizons = [each.measured.freshness.as_of for each in found if each.measured.freshness is not None]
    return ToldObjective(
        objective,
        day,
        zone,
        parent,
        found,
        len(objective.key_results) - len(found),
        done,
        due,
        None if due is None else paces.pace(done, due),
        paces.mean([each.confidence for each in found]),
        paces.mean([each.key_result.score for each in found]),
        min((each for each in horizons if each is not None), default=None),
        _warnings(objective, found),
    )


def _key_result(each: KeyResult, of: Objective, day: date, measured: Measured) -> ToldKeyResult:
    done = paces.progress(measured.value, baseline=each.baseline, target=each.target)
    due = paces.expected(day, start=of.start, deadline=each.deadline, path=each.path)
    sure = [said.confidence for said in each.check_ins if said.on <= day and said.confidence is not None]
    return ToldKeyResult(
        each,
        measured,
        done,
        due,
        paces.pace(done, due),
        None if done is None else done >= 1,
        sure[-1] if sure else None,
    )


def _warnings(objective: Objective, found: Sequence[ToldKeyResult]) -> tuple[Notice, ...]:
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
            f"There is no projection yet of key result{several} {numbers}: it takes {POINTS_MIN} whole weeks"
            f" (months, if it runs for more than {WEEKS_DAYS_MAX} days), or as many check-ins.",
            f"Pas encore de projection pour {'les' if several else 'le'} résultat{several} clé{several} {numbers} : il"
            f" faut {POINTS_MIN} semaines entières (mois, au-delà de {WEEKS_DAYS_MAX} jours), ou autant de points"
            " d'étape.",
        )
        notices.append(Notice("no_projection", detail))
    return tuple(dict.fromkeys(notices))
