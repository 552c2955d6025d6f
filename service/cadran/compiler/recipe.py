"""The recipe of a figure: which columns of which fragments make it."""

from __future__ import annotations

from dataclasses import dataclass

from cadran.domain.question import MetricCall
from cadran.domain.survey_selection import Scored


@dataclass(frozen=True, slots=True)
class Column:
    """A signed column of a fragment."""

    sign: int
    fragment: int
    index: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a figure is made of columns; ``bins`` instead for percentiles (of waits, or of the ``scores`` named), and
    ``questions`` (numerator and denominator of each) for an index. ``squares`` give the interval of a mean."""

    call: MetricCall
    numerator: tuple[Column, ...]
    denominator: tuple[Column, ...] | None
    n: tuple[Column, ...] | None
    bins: tuple[Column, ...] = ()
    scores: tuple[Scored, ...] = ()
    questions: tuple[tuple[tuple[Column, ...], tuple[Column, ...]], ...] = ()
    squares: tuple[Column, ...] = ()
