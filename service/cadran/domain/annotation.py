"""An annotation: a campaign, an incident, a strike, a release … while figures were made, for some or all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Annotation:
    """``start`` ≤ t < ``end`` on the wall clock of each site concerned; ``end`` None: it goes on. ``scope`` holds pairs
    of a dimension and a member's id."""

    code: str
    kind: str
    start: datetime
    end: datetime | None
    scope: tuple[tuple[str, int], ...]
    label_en: str
    label_fr: str

    def label(self, language: str) -> str:
        """What a user sees."""
        return self.label_fr if language == "fr" else self.label_en

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Whether a window of wall-clock times shares an instant with it."""
        return self.start < end and (self.end is None or start < self.end)
