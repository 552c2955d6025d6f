"""The change of the definitions of the metrics that read legs by team and agent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from cadran.domain.metric import Label, Ratio, Revision

_SINCE: Final = date(2026, 11, 30)
_CHANGE: Final = Label(
    "By team and agent, totals and filters on several members count a contact once in which several of them took part;"
    " before, it counted once for each of them.",
    "Par équipe et agent, les totaux et les filtres sur plusieurs membres comptent une fois un contact auquel plusieurs"
    " d'entre eux ont pris part ; auparavant, il comptait une fois pour chacun.",
)


def count_once(formulas: Mapping[str, Ratio]) -> tuple[Revision, ...]:
    """Return the revisions of a metric with these formulas, which changed by team and agent only."""
    return (Revision(_SINCE, _CHANGE, formulas),)
