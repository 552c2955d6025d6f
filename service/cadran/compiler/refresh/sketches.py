"""Sketches: rows with the counts of a duration in logarithmic bins, from which percentiles are read.

The bins are those of DDSketch (Masson, Rim and Lee 2019). A bin holds the durations from over ``GROWTH ** (number -
1)`` to ``GROWTH ** number`` times ``SMALLEST``; bin 0 holds 0, because durations are kept to the millisecond. So any
duration of a bin differs from any other by less than 1 %. Counts of bins add up over days, sites and channels, so a
percentile is the same from whichever table its bins are read.

``bins`` are the numbers of the bins that hold rows, ascending. ``upto`` is, for each of them, the number of rows in it
and below. ``low`` and ``high`` are the extremes of the measure, in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from textwrap import indent
from typing import Final

#: The ratio of the edges of a bin.
GROWTH: Final = 1.01
#: The upper edge of bin 0, in seconds: less than any duration but 0.
SMALLEST: Final = 0.0001
#: Powers of two above the number of the last bin (366 days).
STEPS: Final = 12
#: A share of a number of rows is a whole rank if it misses one by no more than rounding does.
_TOLERANCE: Final = 1e-6
#: The bins of the sketch ``f``, with the number of rows up to each, and below it.
_UNNESTED: Final = (
    "CROSS JOIN LATERAL unnest(f.bins, f.upto, array_prepend(0, trim_array(f.upto, 1))) AS b (bin, upto, below)"
)


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
    return (high / GROWTH, high) if number else (0.0, 0.0)


def read_bin(number: int) -> float:
    """Return the duration that stands for a bin: the whole second closest to its middle, else the middle.

    Systems record most durations in whole seconds. Up to 100 s, a bin has one of them at most."""
    low, high = find_edges(number)
    middle = (low + high) / 2
    return float(round(middle)) if low < round(middle) <= high else middle


def compose_sketches(keys: Sequence[tuple[str, str]], measure: str, source: str, where: str) -> str:
    """Return the SELECT of one sketch for each group of facts. ``keys`` are pairs of an expression and a name;
    ``source`` has the alias f."""
    counted = (bin_sql(measure), "count(*)", f"min({measure})::float8", f"max({measure})::float8")
    return _gather(keys, counted, f"FROM {source}\nWHERE {where}")


def compose_merged_sketches(keys: Sequence[tuple[str, str]], source: str, where: str) -> str:
    """Return the SELECT of one sketch for each group of finer sketches."""
    counted = ("b.bin", "sum(b.upto - b.below)", "min(f.low)", "max(f.high)")
    return _gather(keys, counted, f"FROM {source}\n{_UNNESTED}\nWHERE {where}")


def _gather(keys: Sequence[tuple[str, str]], counted: tuple[str, str, str, str], rest: str) -> str:
    names = [name for _, name in keys]
    columns = [f"{expression} AS {name}" for expression, name in keys]
    columns += [f"{text} AS {name}" for text, name in zip(counted, ("bin", "n", "low", "high"), strict=True)]
    numbers = ", ".join(str(number + 1) for number in range(len(keys) + 1))
    bins = f"SELECT\n  {f',{chr(10)}  '.join(columns)}\n{rest}\nGROUP BY {numbers}"
    running = f"(sum(n) OVER ({compose_partition(names)}ORDER BY bin))::int"
    upto = f"SELECT *, {running} AS upto\nFROM (\n{indent(bins, '  ')}\n) AS b"
    gathered = (
        "array_agg(bin ORDER BY bin) AS bins, array_agg(upto ORDER BY bin) AS upto, min(low) AS low, max(high) AS high"
    )
    groups = f"\nGROUP BY {', '.join(names)}" if names else "\nHAVING count(*) > 0"
    return f"SELECT {', '.join((*names, gathered))}\nFROM (\n{indent(upto, '  ')}\n) AS u{groups}"


def compose_partition(names: Sequence[str]) -> str:
    """Return the clause that separates the groups of these names; empty without any."""
    return f"PARTITION BY {', '.join(names)} " if names else ""
