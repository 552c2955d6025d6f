"""The logarithmic bins that percentiles of durations are read from, as in DDSketch (Masson, Rim and Lee 2019).

A bin holds the durations from over ``GROWTH ** (number - 1)`` to ``GROWTH ** number`` milliseconds; bin 0 holds those
of at most a millisecond. So any duration of a bin differs from any other by less than 1 %. Counts of bins add up over
days, sites and channels, so a percentile is the same from whichever table its bins are read.
"""

from __future__ import annotations

from math import ceil
from typing import Final

#: The ratio of the edges of a bin.
GROWTH: Final = 1.01
#: The upper edge of bin 0, in seconds.
SMALLEST: Final = 0.001
#: Powers of two above the number of the last bin (366 days).
STEPS: Final = 12
#: A share of a number of rows is a whole rank if it misses one by no more than rounding does.
_TOLERANCE: Final = 1e-6


def bin_sql(measure: str) -> str:
    """Return the SQL expression of the bin of a duration in seconds."""
    number = f"ceil(ln({measure}::float8 / {SMALLEST}) / ln({GROWTH}::float8))"
    return f"CASE WHEN {measure} > {SMALLEST} THEN {number} ELSE 0 END::smallint"


def rank_sql(n: str, share: str) -> str:
    """Return the SQL expression of the rank of a percentile among n durations, from 1."""
    return f"ceil({n} * {share} - {_TOLERANCE})"


def find_rank(n: float, share: float) -> int:
    """Return the rank of a percentile among n durations: the nearest rank, from 1."""
    return ceil(n * share - _TOLERANCE)


def find_edges(number: int) -> tuple[float, float]:
    """Return the edges of a bin in seconds; its durations are above the first and at most the second."""
    high = SMALLEST * GROWTH**number
    return (high / GROWTH if number else 0.0), high


def read_bin(number: int) -> float:
    """Return the duration that stands for a bin: the whole second closest to its middle, else the middle.

    Systems record most durations in whole seconds. Up to 100 s, a bin has one of them at most."""
    low, high = find_edges(number)
    middle = (low + high) / 2
    return float(round(middle)) if low < round(middle) <= high else middle
