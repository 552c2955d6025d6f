"""A question in the oracle's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

Key = tuple[Any, ...]


@dataclass(frozen=True)
class OracleQuestion:
    """``start`` and ``end`` are naive (each site's own time, or ``zone``'s) or aware.

    ``where``: dimension, values (codes, None for "not given", or numbers; time of day in quarters), negated.
    """

    metrics: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]
    start: datetime
    end: datetime
    zone: str | None = None
    grain: str = "total"
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[Any, ...], bool], ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return self.by if self.grain == "total" else ("start", *self.by)

    def names(self, dimension: str) -> bool:
        return dimension in self.by or any(name == dimension for name, _, _ in self.where)
