"""The attainment of a term: the sums of its counted cells, for each window and for the whole period.

The module takes cells with the numerators, denominators and n of the engine's answers. It adds them up, and never
averages rates. Sums are exact decimals, and figures are compared with targets by multiplication. A figure that equals
its target therefore always meets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from cadran.contracts.model.term import Term
from cadran.contracts.model.windows import Cell, Exclusions, find_window

State = Literal["met", "missed", "empty", "excluded", "pending"]
_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Sums:
    """The additive quantities behind a figure."""

    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    n: Decimal = Decimal(0)

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.numerator + other.numerator, self.denominator + other.denominator, self.n + other.n)

    @property
    def value(self) -> float | None:
        """Return the figure; None if it is undefined."""
        return float(self.numerator / self.denominator) if self.denominator else None


NOTHING: Final = Sums()


@dataclass(frozen=True, slots=True)
class MeasuredWindow:
    """A measurement window: its instants, sums and state. ``empty``: within the hours, but no contact came.
    ``excluded``: exclusions cover all its cells. ``pending``: the data do not reach past its end yet."""

    start: datetime
    end: datetime
    sums: Sums
    state: State


@dataclass(frozen=True, slots=True)
class Attainment:
    """The attainment of a term: its sums over the period, and its windows. ``unknown`` counts the contacts of unknown
    wait, with all contacts that the figure concerns as n; None if the figure reads no wait."""

    term: Term
    sums: Sums
    windows: tuple[MeasuredWindow, ...]
    unknown: Sums | None = None

    @property
    def met(self) -> bool | None:
        """Return whether the figure of the whole period reaches the target; None if the figure is undefined."""
        return self.term.met(self.sums.numerator, self.sums.denominator)

    def counted(self, *states: State) -> int:
        """Return the number of windows in these states."""
        return sum(window.state in states for window in self.windows)


def to_fraction(number: float | None) -> Decimal:
    """Return a number of an answer as an exact decimal; None becomes 0. Parts have at most four decimals."""
    if number is None:
        return Decimal(0)
    return Decimal(number) if isinstance(number, int) else Decimal(repr(round(number, _DECIMALS)))


#: The cells of a metric, each with its sums by place, and the places that were open.
Cells = Iterable[tuple[Cell, Mapping[str, Sums], frozenset[str]]]


def sum_counted(cells: Cells, exclusions: Exclusions) -> Sums:
    """Return the sums of the cells that are settled, over their open places."""
    counted = (
        found.get(place, NOTHING) for cell, found, places in cells if not exclusions.cover(cell) for place in places
    )
    return sum(counted, NOTHING)


def compute_attainment(
    term: Term,
    cells: Cells,
    exclusions: Exclusions,
    as_of: datetime | None,
) -> Attainment:
    """Compute the attainment of a term from cells. Each cell has sums by place, and the places that were open; a place
    is a site, or all sites together. ``as_of`` is how far the data reach."""
    whole = NOTHING
    drafts: dict[tuple[datetime, bool], _Draft] = {}
    for cell, found, places in cells:
        if not places:
            continue
        draft = drafts.setdefault(find_window(cell, term.unit), _Draft(cell.start))
        draft.end = cell.end
        if exclusions.cover(cell):
            continue
        draft.excluded = False
        for place in places:
            sums = found.get(place, NOTHING)
            draft.sums += sums
            whole += sums
    windows = [draft.judged(term, as_of) for draft in drafts.values()]
    return Attainment(term, whole, tuple(sorted(windows, key=lambda each: each.start)))


@dataclass(slots=True)
class _Draft:
    """A window while its cells are summed."""

    start: datetime
    end: datetime | None = None
    sums: Sums = NOTHING
    excluded: bool = True

    def judged(self, term: Term, as_of: datetime | None) -> MeasuredWindow:
        assert self.end is not None
        return MeasuredWindow(self.start, self.end, self.sums, self._state(term, self.end, as_of))

    def _state(self, term: Term, end: datetime, as_of: datetime | None) -> State:
        if self.excluded:
            return "excluded"
        if as_of is None or as_of < end:
            return "pending"
        met = term.met(self.sums.numerator, self.sums.denominator)
        return "empty" if met is None else "met" if met else "missed"
