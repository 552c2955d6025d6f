"""The rule of small-cell suppression for one column of counts whose sum is released."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

#: How many people a group needs for its figures to be shown. This is no setting: the catalogue promises it
#: (docs/access.md), and an operator who lowered it would show persons. How many agents a ranking needs is a setting
#: (CADRAN_GROUP_AGENTS_MIN).
GROUP_MIN: Final = 5


def small_cells(counts: Sequence[float | None], hidden: set[int]) -> set[int]:
    """Return the places to hide: ``hidden``, those that count one to four, and the next smallest.

    The sum over the hidden places can be worked out from the total. Places are added until that sum is zero, or at
    least five over more than one place.
    """
    known = sorted((count, place) for place, count in enumerate(counts) if count)
    found = hidden | {place for count, place in known if count < GROUP_MIN}
    taken = sum(count for count, place in known if place in found)
    for count, place in known:
        if not taken or (taken >= GROUP_MIN and len(found) > 1):
            break
        if place not in found:
            found.add(place)
            taken += count
    return found


def closed(columns: Iterable[Sequence[float | None]], hidden: set[int]) -> set[int]:
    """Return the places to hide in all of these columns alike, so that none of their totals gives a small cell away."""
    columns, found = [*columns], set(hidden)
    while True:
        before = len(found)
        for counts in columns:
            found = small_cells(counts, found)
        if len(found) == before:
            return found
