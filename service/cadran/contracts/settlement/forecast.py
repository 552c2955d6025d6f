"""The forecast of a term at its period's end, if the remaining days are like the days of the last eight weeks.

The method ``weekday_mean``: each of the L remaining days adds the mean numerator and denominator of its weekday. The
means are taken over the fifty-six days before the present day, which is the last day that the data reach into. The
present day adds only the part of its weekday's mean that is still to come.

The interval treats days as independent. Let r = n − p d be the residual of one of the N past days against their common
rate p, and s² = Σ r² / (N − 1). Let D_past and D_left be the sums of the denominators of the past days and of the
remaining days. The variance of the coming numerator is L s² + (D_left / D_past)² N s². The interval is 1.96 standard
deviations, over the denominator of the whole period, on each side of the forecast.

The forecast of a period that is over is its figure (``complete``). With fewer than fourteen past days with data there
is no forecast (``none``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Final, Literal

from cadran.contracts.model.term import Term
from cadran.contracts.settlement.attainment import Sums
from cadran.domain.answer import Z95

DAYS: Final = 56
_DAYS_MIN: Final = 14


Method = Literal["complete", "weekday_mean", "none"]


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of a term: the figure expected of the whole period, with its 95% interval."""

    method: Method
    value: float | None = None
    low: float | None = None
    high: float | None = None


def forecast_term(term: Term, so_far: Sums, today: Sums, past: Mapping[date, Sums], left: Sequence[date]) -> Forecast:
    """Forecast a term. ``left`` are the remaining days of the period, the present day first; empty if the period is
    over. ``today`` are the sums of the present day so far; ``past`` are the sums by past day."""
    if not left:
        return Forecast("complete", so_far.value, so_far.value, so_far.value)
    days = [sums for sums in past.values() if sums.denominator]
    if len(days) < _DAYS_MIN:
        return Forecast("none")
    numerator, denominator = _to_come(today, past, left)
    total = float(so_far.denominator) + denominator
    if not total:
        return Forecast("none")
    value = (float(so_far.numerator) + numerator) / total
    rate = float(sum(each.numerator for each in days)) / (known := float(sum(each.denominator for each in days)))
    residuals = [float(each.numerator) - rate * float(each.denominator) for each in days]
    spread = sum(each * each for each in residuals) / (len(days) - 1)
    variance = len(left) * spread + (denominator / known) ** 2 * len(days) * spread
    half = Z95 * sqrt(variance) / total
    low, high = value - half, value + half
    return Forecast("weekday_mean", value, max(0.0, low), min(1.0, high) if term.call.metric.kind == "share" else high)


def _to_come(today: Sums, past: Mapping[date, Sums], left: Sequence[date]) -> tuple[float, float]:
    """Return the numerator and denominator expected of the remaining days."""
    by_weekday: dict[int, list[Sums]] = defaultdict(list)
    for day, sums in past.items():
        by_weekday[day.weekday()].append(sums)
    numerator = denominator = 0.0
    for place, day in enumerate(left):
        known = by_weekday.get(day.weekday(), [])
        if not known:
            continue
        mean_numerator = float(sum(each.numerator for each in known)) / len(known)
        mean_denominator = float(sum(each.denominator for each in known)) / len(known)
        share = 1.0
        if place == 0 and mean_denominator:
            share = max(0.0, 1 - float(today.denominator) / mean_denominator)
        numerator += share * mean_numerator
        denominator += share * mean_denominator
    return numerator, denominator
