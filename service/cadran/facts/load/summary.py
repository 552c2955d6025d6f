"""The result of a load: its counts, and a summary in one line."""

from dataclasses import dataclass, field
from typing import Self


@dataclass(slots=True)
class LoadSummary:
    """The counts of a load's rows.

    `superseded` rows were left out because another row of the load has the same id. `ambiguous` rows have a local
    time that the clock shows twice, and got the first of the two instants. `odd` rows were loaded or replaced although
    they contradict themselves (`facts/oddities.py`). `deleted` rows named a stored row, which
    was deleted. `marks` is the number of marks left to the refresh, and `months` are the months touched.
    `beyond` counts, by dimension, the rows with a value that counts as "other", because the dimension is full.
    """

    loaded: int = 0
    replaced: int = 0
    unchanged: int = 0
    rejected: int = 0
    superseded: int = 0
    ambiguous: int = 0
    odd: int = 0
    deleted: int = 0
    marks: int = 0
    months: set[str] = field(default_factory=set)
    beyond: dict[str, int] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """Return the number of all rows that came in."""
        return self.loaded + self.replaced + self.deleted + self.unchanged + self.rejected + self.superseded

    def __iadd__(self, other: "LoadSummary") -> Self:
        for name in (
            "loaded",
            "replaced",
            "deleted",
            "unchanged",
            "rejected",
            "superseded",
            "ambiguous",
            "odd",
            "marks",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.months |= other.months
        self.beyond = {
            name: self.beyond.get(name, 0) + other.beyond.get(name, 0) for name in self.beyond | other.beyond
        }
        return self

    def line(self, rejects: str = "") -> str:
        """Return the summary in one line: `48,211 loaded · 12 replaced · 3 unchanged · 3 rejected →
        export.rejects.csv`. Counts of 0 are left out after the first."""
        parts = [f"{self.deleted:,} deleted" if self.deleted else f"{self.loaded:,} loaded"]
        named = ("replaced", "unchanged", "superseded", "rejected")
        parts += [f"{getattr(self, name):,} {name}" for name in named if getattr(self, name)]
        if self.odd:
            parts.insert(-1 if self.rejected else len(parts), f"{self.odd:,} odd (cadran check --oddities)")
        if self.ambiguous:
            parts.insert(-1 if self.rejected else len(parts), f"{self.ambiguous:,} in a repeated hour (first taken)")
        return " · ".join(parts) + (f" → {rejects}" if (self.rejected or self.superseded) and rejects else "")
