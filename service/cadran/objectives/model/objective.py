"""An objective with its key results and check-ins, as plain values.

An objective belongs to the company, a site or a team, never to one person: objectives are for pulling in one direction,
not for appraising people. An objective runs from ``start`` to ``end`` (excluded) on the wall clock of its owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, TypeAlias

from cadran.domain.ask import Condition
from cadran.domain.metric import Better

State: TypeAlias = Literal["draft", "active", "closed", "abandoned"]
OwnerKind: TypeAlias = Literal["company", "site", "team"]
STATES: Final[tuple[State, ...]] = ("draft", "active", "closed", "abandoned")
OWNERS: Final[tuple[OwnerKind, ...]] = ("company", "site", "team")
#: The states that an objective can change to, by its present state.
NEXT: Final[Mapping[State, tuple[State, ...]]] = {
    "draft": ("active", "abandoned"),
    "active": ("closed", "abandoned"),
    "closed": (),
    "abandoned": (),
}
#: More key results than this make a to-do list (Doerr, Measure What Matters, 2018: three to five).
KEY_RESULTS_ADVISED: Final = 5


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of an objective. ``code`` is the code of a site or team; None for the company."""

    kind: OwnerKind
    code: str | None = None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A dated statement about a key result; it is never altered. ``value`` is the key result's value if no metric
    measures it. ``confidence`` is how sure the author is that the target will be reached, 0 to 1. ``comment`` gives the
    reason.
    """

    number: int
    on: date
    value: float | None
    confidence: float | None
    comment: str
    author: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ScoredFigures:
    """The version of the metric's definition that scored a key result, and the figures of the close. Without a value,
    they were not recorded."""

    version: str
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    n: float | None = None


@dataclass(frozen=True, slots=True)
class KeyResult:
    """A result to move from ``baseline`` to ``target`` by ``deadline`` (excluded).

    With a ``metric`` (a metric reference) the key result is measured over ``where``. Without one, its check-ins give
    the value. ``path`` holds the shares of the way from baseline to target that are due by given days; if it is empty,
    progress is expected evenly. ``score`` is given when the objective closes. ``scored`` then holds the figures
    of a metric. From then on, it is computed by the definition that scored it.
    """

    number: int
    title: str
    metric: str | None
    where: tuple[Condition, ...]
    unit: str
    better: Better
    baseline: float
    target: float
    deadline: date
    path: tuple[tuple[date, float], ...] = ()
    score: float | None = None
    scored: ScoredFigures | None = None
    check_ins: tuple[CheckIn, ...] = ()


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective. ``version`` counts its changes and those of its key results, but no check-ins."""

    number: int
    title: str
    description: str
    owner: Owner
    start: date
    end: date
    parent: int | None
    state: State
    version: int
    created_at: datetime
    created_by: str
    changed_at: datetime
    closed_at: datetime | None
    retrospective: str | None
    key_results: tuple[KeyResult, ...] = ()

    @property
    def tag(self) -> str:
        """Return the entity tag: the value of If-Match, and GraphQL's ``version``."""
        return f'"{self.number}.{self.version}"'

    def key_result(self, number: int) -> KeyResult | None:
        """Return the key result of that number, or None."""
        return next((each for each in self.key_results if each.number == number), None)
