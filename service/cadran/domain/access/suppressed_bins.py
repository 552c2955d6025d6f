"""Small-cell suppression in histograms: bins of fewer than five people are hidden.

Takes the bins of each row and of the total. Returns them with None in the hidden bins. The sum of a row's bins (its n)
is shown, so the next smallest bins are hidden too, until the hidden sum could be more than one small bin. Hidden bins
must not follow from the total either: if a row hides a bin, the total hides the same bin.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cadran.domain.access.cells import GROUP_MIN, find_small_cells

Bins = tuple[float | None, ...]


def hidden_bins(
    rows: Sequence[Bins], total: Bins, hidden_rows: Collection[int], *, hides_total: bool
) -> tuple[list[Bins], Bins]:
    """Return the bins of the rows and of the total, with None in hidden bins. ``hidden_rows`` show no bins."""
    shown: list[Bins] = []
    in_total: set[int] = set()
    for row, bins in enumerate(rows):
        small = set(range(len(bins))) if row in hidden_rows else find_small_cells(bins, set())
        if row not in hidden_rows:
            in_total |= small
        shown.append(_without(bins, small))
    if hides_total:
        return shown, _without(total, range(len(total)))
    # The total minus the shown rows is the count of the hidden rows in a bin.
    in_total |= {
        place for place in range(len(total)) if 0 < sum(rows[row][place] or 0 for row in hidden_rows) < GROUP_MIN
    }
    return shown, _without(total, find_small_cells(total, in_total))


def _without(bins: Bins, places: Collection[int]) -> Bins:
    return tuple(None if place in places else count for place, count in enumerate(bins))
