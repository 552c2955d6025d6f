"""A question as the oracle reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

Key = tuple[Any, ...]
#: The quarter-hours of a step, and of a grain shorter than a day.
STEPS = {"quarter_hour": 1, "half_hour": 2, "hour": 4}


@dataclass(frozen=True)
class OracleQuestion:
    """A question about metrics in a window. ``start`` and ``end`` are naive (local time of each site or of ``zone``) or
    aware.

    Each filter in ``where`` is a dimension, its values and whether it is negated. Values are codes, None for "not
    given", or numbers; the time of day is counted in quarter-hours.
    """

    metrics: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]
    start: datetime
    end: datetime
    zone: str | None = None
    grain: str = "total"
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[Any, ...], bool], ...] = ()
    step: str = "quarter_hour"

    @property
    def keys(self) -> tuple[str, ...]:
        return self.by if self.grain == "total" else ("start", *self.by)

    def names(self, dimension: str) -> bool:
        return dimension in self.by or any(name == dimension for name, _, _ in self.where)
