"""Projections of key results to their deadlines: a straight line with a prediction interval.

The line is fitted by ordinary least squares to points in time. The interval is a 95 % prediction interval (Draper and
Smith, Applied Regression Analysis, 3rd ed. 1998, 1.4 and 3.1: for the mean of m further observations the variance is s²
(1/m + 1/n + (t − t̄)² / Σ(t − t̄)²), with n − 2 degrees of freedom). There is no projection with fewer than five
points, or if no time is left after the points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan, cos, pi, sin, sqrt
from typing import Final, Literal, TypeAlias

POINTS_MIN: Final = 5
CONFIDENCE: Final = 0.95
#: The kind of the points: values at a day, amounts that add up to the figure, or rates whose mean is the figure.
Method: TypeAlias = Literal["level", "sum", "mean"]


@dataclass(frozen=True, slots=True)
class Point:
    """A value for the time from ``start`` to ``end``, in days since the objective's start. A level is the value at
    ``end``. ``weight`` is the denominator of a rate."""

    start: float
    end: float
    value: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Projection:
    """The value projected for the deadline, if the course stays linear. ``low`` and ``high`` bound its 95% prediction
    interval. ``points`` is the number of points that the line is fitted to."""

    value: float
    low: float
    high: float
    points: int
    method: Method


@dataclass(frozen=True, slots=True)
class Line:
    """A fitted line: its value ``level`` at ``centre``, its slope, and the terms of its errors."""

    centre: float
    level: float
    slope: float
    variance: float
    spread: float
    n: int

    def at(self, moment: float) -> float:
        """Return the value on the line at that moment."""
        return self.level + self.slope * (moment - self.centre)

    def error(self, moment: float, further: float) -> float:
        """Return half the width of the prediction interval for the mean of ``further`` observations around that
        moment."""
        variance = 1 / further + 1 / self.n + (moment - self.centre) ** 2 / self.spread
        return find_student_quantile(self.n - 2) * sqrt(self.variance * variance)


def fit_line(moments: Sequence[float], values: Sequence[float]) -> Line | None:
    """Return the least-squares line; None with too few points, or if all points are at the same moment."""
    n = len(moments)
    if n < POINTS_MIN:
        return None
    centre, level = sum(moments) / n, sum(values) / n
    spread = sum((each - centre) ** 2 for each in moments)
    if not spread:
        return None
    covariation = sum((moment - centre) * (value - level) for moment, value in zip(moments, values, strict=True))
    slope = covariation / spread
    squares = sum(
        (value - level - slope * (moment - centre)) ** 2 for moment, value in zip(moments, values, strict=True)
    )
    return Line(centre, level, slope, squares / (n - 2), spread, n)


def project_level(points: Sequence[Point], *, deadline: float) -> Projection | None:
    """Project a quantity that has a value at every moment: return the value of the line at the deadline."""
    line = fit_line([each.end for each in points], [each.value for each in points])
    if line is None or deadline <= points[-1].end:
        return None
    value, error = line.at(deadline), line.error(deadline, 1)
    return Projection(value, value - error, value + error, line.n, "level")


def project_amount(points: Sequence[Point], *, current: float, now: float, deadline: float) -> Projection | None:
    """Project a quantity that adds up: return the present amount plus the fitted daily amounts of the days left."""
    left = deadline - now
    line = _fit_middles(points, [each.value / (each.end - each.start) for each in points])
    if line is None or left <= 0:
        return None
    middle, width = now + left / 2, sum(each.end - each.start for each in points) / len(points)
    coming, error = left * line.at(middle), left * line.error(middle, left / width)
    value = current + coming
    return Projection(value, value - error, value + error, line.n, "sum")


def project_rate(
    points: Sequence[Point], *, current: float, weight: float, now: float, deadline: float
) -> Projection | None:
    """Project a mean over the whole period: weigh the present mean by the ``weight`` so far, and the line by the weight
    to come. The weight to come is assumed to arrive as fast as before."""
    left = deadline - now
    line = _fit_middles(points, [each.value for each in points])
    days = sum(each.end - each.start for each in points)
    if line is None or left <= 0 or weight <= 0:
        return None
    coming = left * sum(each.weight for each in points) / days
    share = coming / (weight + coming)
    middle = now + left / 2
    value = (1 - share) * current + share * line.at(middle)
    error = share * line.error(middle, left * len(points) / days)
    return Projection(value, value - error, value + error, line.n, "mean")


def _fit_middles(points: Sequence[Point], values: Sequence[float]) -> Line | None:
    return fit_line([(each.start + each.end) / 2 for each in points], values)


@lru_cache(maxsize=512)
def find_student_quantile(freedom: int, confidence: float = CONFIDENCE) -> float:
    """Return the bound that |t| does not exceed with probability ``confidence``, by bisection. t has Student's
    distribution with ``freedom`` degrees of freedom."""
    low, high = 0.0, 1e3
    while high - low > 1e-10:
        middle = (low + high) / 2
        if compute_probability(middle, freedom) < confidence:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def compute_probability(bound: float, freedom: int) -> float:
    """Return P(|t| ≤ bound), by the finite series of Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3
    and 26.7.4."""
    angle = atan(bound / sqrt(freedom))
    term = cos(angle) if freedom % 2 else 1.0
    total = term if freedom > 1 else 0.0
    for step in range(2 + freedom % 2, freedom - 1, 2):
        term *= cos(angle) ** 2 * (step - 1) / step
        total += term
    if freedom % 2:
        return 2 / pi * (angle + sin(angle) * total)
    return sin(angle) * total
