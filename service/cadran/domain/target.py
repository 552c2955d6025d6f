"""Targets: the value that a metric should reach within a scope and between two days, with its bands.

A bound belongs to the better band. A value is good up to and including ``warning`` (by default the target), bad beyond
``bad`` (by default never), and a warning in between. The distance is the difference between a value and the target, in
the metric's unit: positive if the value is better, negative if it is worse.

If several targets are valid for a figure, the most specific one counts. A scope weighs 3 if it names a team, else 2 if
it names a site, else 1 if it names a partner, plus 1 for each of queue, channel, moment and segment. If weights are
equal, the scope that names a team counts, else a site, partner, queue, channel, moment or segment, in this order. If
the scopes name the same dimensions, the target that is valid from the later day counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Status = Literal["good", "warning", "bad"]
#: What a target's scope may name, in the order that breaks ties.
SCOPES: Final = ("team", "site", "partner", "queue", "channel", "moment", "segment")
_PLACES: Final = {"team": 3, "site": 2, "partner": 1}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A value compared with its target. An undefined value has neither status nor distance."""

    target: float
    status: Status | None
    distance: float | None


@dataclass(frozen=True, slots=True)
class Target:
    """A target of a ``metric``, as questions write it. ``scope`` holds pairs of a dimension and a member's id."""

    metric: str
    scope: tuple[tuple[str, int], ...]
    valid_from: date | None
    valid_to: date | None
    target: float
    warning: float | None = None
    bad: float | None = None

    def holds(self, day: date) -> bool:
        """Return whether the target is valid on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)

    def judge(self, value: float | None, better: str) -> Verdict:
        """Return the verdict on a value. ``better`` is the metric's better direction: "higher" or "lower"."""
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
        """Return the sort key of the target: higher for a more specific one."""
        named = {dimension for dimension, _ in self.scope}
        weight = max((_PLACES[name] for name in named if name in _PLACES), default=0)
        weight += len(named - set(_PLACES))
        return weight, tuple(name in named for name in SCOPES), self.valid_from or date.min


def most_specific(targets: Iterable[Target]) -> Target | None:
    """Return the most specific target; None if there is none."""
    return max(targets, key=lambda target: target.rank, default=None)
