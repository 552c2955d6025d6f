"""Where a key result will be at its deadline, if it goes on as it did: a straight line, and how far it may be off.

The line is fitted by ordinary least squares to points in time; the interval is that of a prediction at 95 % (Draper and
Smith, Applied Regression Analysis, 3rd ed. 1998, 1.4 and 3.1: for the mean of m further observations the variance is
s² (1/m + 1/n + (t − t̄)² / Σ(t − t̄)²), with n − 2 degrees of freedom). With fewer than five points, or none after which
anything is left to come, nothing is projected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan, cos, pi, sin, sqrt
from typing import Final, Literal, TypeAlias

POINTS_MIN: Final = 5
CONFIDENCE: Final = 0.95
#: What the points are: values at a day, amounts that add up to the figure, or rates that the figure is the mean of.
Method: TypeAlias = Literal["level", "sum", "mean"]


@dataclass(frozen=True, slots=True)
class Point:
    """The value of the time from ``start`` to ``end`` (days since the key result began); of a level, at ``end``.
    ``weight`` is the denominator behind a rate."""

    start: float
    end: float
    value: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Projection:
    """The value at the deadline, with the bounds that hold it 19 times in 20 if the course stays a straight line."""

    value: float
    low: float
    high: float
    points: int
    method: Method


@dataclass(frozen=True, slots=True)
class Line:
    """A fitted line: its value at ``centre``, its slope, and what its errors need."""

    centre: float
    level: float
    slope: float
    variance: float
    spread: float
    n: int

    def at(self, moment: float) -> float:
        """The value on the line."""
        return self.level + self.slope * (moment - self.centre)

    def error(self, moment: float, further: float) -> float:
        """Half the width of the interval for the mean of so many further observations around that moment."""
        variance = 1 / further + 1 / self.n + (moment - self.centre) ** 2 / self.spread
        return student(self.n - 2) * sqrt(self.variance * variance)


def fitted(moments: Sequence[float], values: Sequence[float]) -> Line | None:
    """The line of least squares; None with too few points, or where all are at one moment."""
    n = len(moments)
    if n < POINTS_MIN:
        return None
    centre, level = sum(moments) / n, sum(values) / n
    spread = sum((each - centre) ** 2 for each in moments)
    if not spread:
        return None
    together = sum((moment - centre) * (value - level) for moment, value in zip(moments, values, strict=True))
    slope = together / spread
    left = sum((value - level - slope * (moment - centre)) ** 2 for moment, value in zip(moments, values, strict=True))
    return Line(centre, level, slope, left / (n - 2), spread, n)


def level(points: Sequence[Point], *, deadline: float) -> Projection | None:
    """Of something that has a value at every moment: what the line says at the deadline."""
    line = fitted([each.end for each in points], [each.value for each in points])
    if line is None or deadline <= points[-1].end:
        return None
    value, error = line.at(deadline), line.error(deadline, 1)
    return Projection(value, value - error, value + error, line.n, "level")


def amount(points: Sequence[Point], *, current: float, now: float, deadline: float) -> Projection | None:
    """Of something that adds up: what there is, and what the line of amounts a day makes of the days left."""
    left = deadline - now
    line = _of_middles(points, [each.value / (each.end - each.start) for each in points])
    if line is None or left <= 0:
        return None
    middle, width = now + left / 2, sum(each.end - each.start for each in points) / len(points)
    coming, error = left * line.at(middle), left * line.error(middle, left / width)
    value = current + coming
    return Projection(value, value - error, value + error, line.n, "sum")


def rate(points: Sequence[Point], *, current: float, weight: float, now: float, deadline: float) -> Projection | None:
    """Of the mean over the whole period: what it is over the ``weight`` so far, and what the line makes of the weight
    still to come, if it comes as it did."""
    left = deadline - now
    line = _of_middles(points, [each.value for each in points])
    days = sum(each.end - each.start for each in points)
    if line is None or left <= 0 or weight <= 0:
        return None
    coming = left * sum(each.weight for each in points) / days
    share = coming / (weight + coming)
    middle = now + left / 2
    value = (1 - share) * current + share * line.at(middle)
    error = share * line.error(middle, left * len(points) / days)
    return Projection(value, value - error, value + error, line.n, "mean")


def _of_middles(points: Sequence[Point], values: Sequence[float]) -> Line | None:
    return fitted([(each.start + each.end) / 2 for each in points], values)


@lru_cache(maxsize=512)
def student(freedom: int, confidence: float = CONFIDENCE) -> float:
    """The bound that Student's t of so many degrees of freedom stays within with this probability, by halving."""
    low, high = 0.0, 1e3
    while high - low > 1e-10:
        middle = (low + high) / 2
        if within(middle, freedom) < confidence:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def within(bound: float, freedom: int) -> float:
    """P(|t| ≤ bound): the finite series of Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and
    26.7.4."""
    angle = atan(bound / sqrt(freedom))
    term = cos(angle) if freedom % 2 else 1.0
    total = term if freedom > 1 else 0.0
    for step in range(2 + freedom % 2, freedom - 1, 2):
        term *= cos(angle) ** 2 * (step - 1) / step
        total += term
    if freedom % 2:
        return 2 / pi * (angle + sin(angle) * total)
    return sin(angle) * total
