"""A target: what a metric is to reach within a scope and between two days, with its bands.

Bounds belong to the better side. A value is good up to and with ``warning`` (the target itself unless given), bad past
``bad`` (never unless given), and a warning between. The distance is how far past the target a value is, in the metric's
unit: above 0 better, below 0 worse.

Of the targets that hold for a figure the most specific one counts. A scope weighs 3 where it names a team, else 2 where
it names a site, else 1 where it names a partner, and 1 more for each of channel, moment and segment; of equal weights
the one that names, in this order, team, site, partner, channel, moment, segment; of equal scopes the one valid since
the later day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Status = Literal["good", "warning", "bad"]
#: What a target's scope may name, in the order that breaks ties.
SCOPES: Final = ("team", "site", "partner", "channel", "moment", "segment")
_PLACES: Final = {"team": 3, "site": 2, "partner": 1}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was aimed at, and how a value stands to it; undefined values have neither status nor distance."""

    target: float
    status: Status | None
    distance: float | None


@dataclass(frozen=True, slots=True)
class Target:
    """``metric`` as a question writes it; ``scope`` holds pairs of a dimension and a member's id."""

    metric: str
    scope: tuple[tuple[str, int], ...]
    valid_from: date | None
    valid_to: date | None
    target: float
    warning: float | None = None
    bad: float | None = None

    def holds(self, day: date) -> bool:
        """Whether it is valid on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)

    def judge(self, value: float | None, better: str) -> Verdict:
        """How a value of a metric with that better direction stands."""
        if value is None:
            return Verdict(self.target, None, None)
        sign = -1 if better == "lower" else 1
        good = self.target if self.warning is None else self.warning
        status: Status = "good"
        if sign * value < sign * good:
            status = "bad" if self.bad is not None and sign * value < sign * self.bad else "warning"
        return Verdict(self.target, status, sign * (value - self.target))

    @property
    def rank(self) -> tuple[object, ...]:
        """Higher for the more specific."""
        named = {dimension for dimension, _ in self.scope}
        weight = max((_PLACES[name] for name in named if name in _PLACES), default=0)
        weight += len(named - set(_PLACES))
        return weight, tuple(name in named for name in SCOPES), self.valid_from or date.min


def most_specific(targets: Iterable[Target]) -> Target | None:
    """The one that counts; None where there is none."""
    return max(targets, key=lambda target: target.rank, default=None)
