"""How far a term was attained: the sums of its counted cells, window by window and over the whole period.

Takes cells with their numerators, denominators and n as the engine answered them; gives sums, never means of rates.
Sums are exact decimals, and figures are held against targets by multiplying, so that a target that is just reached
counts as met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from cadran.contracts.model.term import Term
from cadran.contracts.model.windows import Cell, Taken, window_of

State = Literal["met", "missed", "empty", "excluded", "pending"]
_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Sums:
    """What a figure is made of; they add up."""

    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    n: Decimal = Decimal(0)

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.numerator + other.numerator, self.denominator + other.denominator, self.n + other.n)

    @property
    def value(self) -> float | None:
        """The figure; None where it is undefined."""
        return float(self.numerator / self.denominator) if self.denominator else None


NOTHING: Final = Sums()


@dataclass(frozen=True, slots=True)
class Judged:
    """A measurement window: instants, its sums, and how it stands. ``empty``: open, but nobody came; ``excluded``:
    all of it is taken out; ``pending``: not over yet as far as the data reach."""

    start: datetime
    end: datetime
    sums: Sums
    state: State


@dataclass(frozen=True, slots=True)
class Attainment:
    """A term over a period."""

    term: Term
    sums: Sums
    windows: tuple[Judged, ...]

    @property
    def met(self) -> bool | None:
        """Whether the whole period reaches the target."""
        return self.term.met(self.sums.numerator, self.sums.denominator)

    def counted(self, *states: State) -> int:
        """How many windows stand so."""
        return sum(window.state in states for window in self.windows)


def exact(number: float | None) -> Decimal:
    """A number of an answer as the decimal that was summed: parts carry at most four decimals."""
    if number is None:
        return Decimal(0)
    return Decimal(number) if isinstance(number, int) else Decimal(repr(round(number, _DECIMALS)))


def attained(
    term: Term, cells: Iterable[tuple[Cell, Mapping[str, Sums], frozenset[str]]], taken: Taken, as_of: datetime | None
) -> Attainment:
    """The term over these cells, each with the sums of the places that were open; a place is a site, or all of them
    together. ``as_of`` is how far the data reach."""
    whole = NOTHING
    drafts: dict[tuple[datetime, bool], _Draft] = {}
    for cell, found, places in cells:
        if not places:
            continue
        draft = drafts.setdefault(window_of(cell, term.unit), _Draft(cell.start))
        draft.end = cell.end
        if taken.out(cell):
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
    """A window while its cells are gone through."""

    start: datetime
    end: datetime | None = None
    sums: Sums = NOTHING
    excluded: bool = True

    def judged(self, term: Term, as_of: datetime | None) -> Judged:
        assert self.end is not None
        return Judged(self.start, self.end, self.sums, self._state(term, self.end, as_of))

    def _state(self, term: Term, end: datetime, as_of: datetime | None) -> State:
        if self.excluded:
            return "excluded"
        if as_of is None or as_of < end:
            return "pending"
        met = term.met(self.sums.numerator, self.sums.denominator)
        return "empty" if met is None else "met" if met else "missed"
