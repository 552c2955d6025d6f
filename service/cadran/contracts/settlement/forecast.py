"""How a term will stand at its period's end, if the days left are like those of the eight weeks before.

The method ``weekday_mean``: each day left brings the mean numerator and denominator of its weekday over the fifty-six
days before the last one that data reach into; of that day itself, what its weekday's mean has above what came so far.
The interval takes the days as independent: with r = n − p d the residual of a day of the past against their common
rate p, s² = Σ r² / (N − 1), and D the denominators of the past (``past``) and of the days left (``left``), the variance
of the numerator to come is L s² + (D_left / D_past)² N s², of which 1.96 standard deviations over the whole period's
denominator are told. A period that is over is told as it is (``complete``); without fourteen days of past with data,
nothing is foretold (``none``).
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


@dataclass(frozen=True, slots=True)
class Outlook:
    """The figure expected of the whole period, with its 95 % interval."""

    method: Literal["complete", "weekday_mean", "none"]
    value: float | None = None
    low: float | None = None
    high: float | None = None


def outlook(term: Term, so_far: Sums, today: Sums, past: Mapping[date, Sums], left: Sequence[date]) -> Outlook:
    """What to expect. ``left`` are the period's days that data do not reach past yet, the present one (of which
    ``today`` has come) first; none: the period is over."""
    if not left:
        return Outlook("complete", so_far.value, so_far.value, so_far.value)
    days = [sums for sums in past.values() if sums.denominator]
    if len(days) < _DAYS_MIN:
        return Outlook("none")
    numerator, denominator = _to_come(today, past, left)
    total = float(so_far.denominator) + denominator
    if not total:
        return Outlook("none")
    value = (float(so_far.numerator) + numerator) / total
    rate = float(sum(each.numerator for each in days)) / (known := float(sum(each.denominator for each in days)))
    residuals = [float(each.numerator) - rate * float(each.denominator) for each in days]
    spread = sum(each * each for each in residuals) / (len(days) - 1)
    variance = len(left) * spread + (denominator / known) ** 2 * len(days) * spread
    half = Z95 * sqrt(variance) / total
    low, high = value - half, value + half
    return Outlook("weekday_mean", value, max(0.0, low), min(1.0, high) if term.call.metric.kind == "share" else high)


def _to_come(today: Sums, past: Mapping[date, Sums], left: Sequence[date]) -> tuple[float, float]:
    """The numerator and denominator that the days left will bring."""
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
