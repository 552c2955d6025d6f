"""The rule of small-cell suppression for a column of counts whose sum is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

#: How many people a group needs for its figures to be shown. It is not a setting: the catalogue promises it
#: (docs/access.md), and a lower number would reveal single persons. The number of agents that a ranking needs is a
#: setting (CADRAN_GROUP_AGENTS_MIN).
GROUP_MIN: Final = 5


def find_small_cells(counts: Sequence[float | None], hidden: set[int]) -> set[int]:
    """Return the positions to hide: ``hidden``, counts of one to four, and the next smallest counts as needed.

    A reader can compute the sum of the hidden counts from the total. Positions are added until that sum is zero, or
    until it is at least five and consists of more than one count.
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


def close_hidden(columns: Iterable[Sequence[float | None]], hidden: set[int]) -> set[int]:
    """Return the positions to hide in all of these columns, so that none of their totals reveals a small cell."""
    columns, found = [*columns], set(hidden)
    while True:
        before = len(found)
        for counts in columns:
            found = find_small_cells(counts, found)
        if len(found) == before:
            return found
