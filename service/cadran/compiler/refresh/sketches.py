"""SQL over sketches. A sketch is a row with the counts of a measure in logarithmic bins (``domain/sketch``).

``bins`` are the numbers of the bins that hold rows, ascending. ``upto`` is, for each of them, the number of rows in it
and below. ``low`` and ``high`` are the extremes of the measure, in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import indent
from typing import Final

from cadran.domain.sketch import bin_sql

#: The bins of the sketch ``f``, with the number of rows up to each, and below it.
_UNNESTED: Final = (
    "CROSS JOIN LATERAL unnest(f.bins, f.upto, array_prepend(0, trim_array(f.upto, 1))) AS b (bin, upto, below)"
)


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
