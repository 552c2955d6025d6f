"""An objective with its key results and check-ins, as they stand: plain values, and what follows from them alone.

An objective belongs to the company, a site or a team, never to one person: objectives are for pulling in one direction,
not for judging anybody. It runs from ``start`` to ``end``, which is left out, on the wall clock of its owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, TypeAlias

from cadran.domain.ask import Condition

State: TypeAlias = Literal["draft", "active", "closed", "abandoned"]
OwnerKind: TypeAlias = Literal["company", "site", "team"]
Better: TypeAlias = Literal["higher", "lower"]
STATES: Final[tuple[State, ...]] = ("draft", "active", "closed", "abandoned")
OWNERS: Final[tuple[OwnerKind, ...]] = ("company", "site", "team")
#: Where an objective may go from where it is.
NEXT: Final[Mapping[State, tuple[State, ...]]] = {
    "draft": ("active", "abandoned"),
    "active": ("closed", "abandoned"),
    "closed": (),
    "abandoned": (),
}
#: More key results than this are a to-do list (Doerr, Measure What Matters, 2018: three to five).
KEY_RESULTS_ADVISED: Final = 5


@dataclass(frozen=True, slots=True)
class Owner:
    """``code`` is a site's or a team's; None for the company."""

    kind: OwnerKind
    code: str | None = None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What somebody said of a key result: how it stands (``value``, where it is not measured), how sure they are that
    it will be reached (``confidence``, 0 to 1), and why. It is never altered."""

    number: int
    on: date
    value: float | None
    confidence: float | None
    comment: str
    author: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class KeyResult:
    """From ``baseline`` to ``target`` by ``deadline`` (left out). With a ``metric`` (as a question writes it) it is
    measured over ``where``; without, its check-ins tell its value. ``path`` are the shares of the way that are to be
    done by days, where the way is not even. ``score`` is given at the close."""

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
    check_ins: tuple[CheckIn, ...] = ()


@dataclass(frozen=True, slots=True)
class Objective:
    """``version`` counts its changes and those of its key results; check-ins are added beside, and change nothing."""

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
        """Its entity tag: what If-Match names, and GraphQL's ``version``."""
        return f'"{self.number}.{self.version}"'

    def key_result(self, number: int) -> KeyResult | None:
        """The key result of that number."""
        return next((each for each in self.key_results if each.number == number), None)
