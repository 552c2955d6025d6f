"""What the metrics share that read legs by team and agent: their formulas, and the change of their definitions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from cadran.domain.metric import Label, Ratio, Revision, terms

_SINCE: Final = date(2026, 12, 1)
_CHANGE: Final = Label(
    "By team and agent, totals and filters on several members count a contact once in which several of them took part;"
    " before, it counted once for each of them.",
    "Par équipe et agent, les totaux et les filtres sur plusieurs membres comptent une fois un contact auquel plusieurs"
    " d'entre eux ont pris part ; auparavant, il comptait une fois pour chacun.",
)


def legs(numerator: str, denominator: str = "") -> Ratio:
    """Build the formula of a metric by team and agent."""
    return Ratio(terms(numerator), terms(denominator))


def count_once(formulas: Mapping[str, Ratio]) -> tuple[Revision, ...]:
    """Return the revisions of a metric with these formulas, which changed by team and agent only."""
    return (Revision(_SINCE, _CHANGE, formulas),)
