"""Thresholds between two edges of the wait-time bins: how many rows they have is known only as a range.

Takes a part and a threshold. Returns the uses that are within the threshold for certain, and those of the bin around
it, whose rows may or may not be. A threshold at an edge, and one that somebody named, is exact. What a figure shows
depends neither on the window nor on the table that is read, so that a bucket has one value.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from cadran.compiler.fragment import Threshold
from cadran.compiler.select import PartUse
from cadran.domain.directory import Directory
from cadran.domain.parts.part import WAIT_EDGES, Part
from cadran.domain.parts.parts import WITHIN


def find_uses(
    part: Part, threshold: Threshold, limit: tuple[Threshold, ...] | None, directory: Directory
) -> tuple[list[PartUse], list[PartUse]]:
    """Return the uses that count the rows within a threshold, and those that count the rows of which it is unknown."""
    if part.slug not in WITHIN or threshold.seconds in WAIT_EDGES:
        return [PartUse(part, threshold, limit=limit)], []
    if threshold.seconds in directory.thresholds:
        return [PartUse(WITHIN[part.slug], threshold, limit=limit)], []
    number = bisect_left(WAIT_EDGES, threshold.seconds)
    below = [replace(threshold, seconds=float(edge)) for edge in WAIT_EDGES[:number][-1:]]
    is_scoped = replace(threshold, seconds=0.0) != Threshold(0.0)
    around = PartUse(part, bin=number, limit=(threshold,) if is_scoped else limit)
    return [PartUse(part, each, limit=limit) for each in below], [around]
