"""Annotations: campaigns, incidents, strikes, releases … that explain some or all figures of a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

AnnotationKind = Literal["campaign", "incident", "strike", "release", "other"]


@dataclass(frozen=True, slots=True)
class Annotation:
    """An event at ``start`` ≤ t < ``end`` on the wall clock of each site concerned (``end`` None: it continues).

    ``scope`` holds pairs of a dimension and a member's id.
    """

    code: str
    kind: AnnotationKind
    start: datetime
    end: datetime | None
    scope: tuple[tuple[str, int], ...]
    label_en: str
    label_fr: str

    def label(self, language: str) -> str:
        """Return the label in a language."""
        return self.label_fr if language == "fr" else self.label_en

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Return whether the annotation overlaps a window of wall-clock times."""
        return self.start < end and (self.end is None or start < self.end)
