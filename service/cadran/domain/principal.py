"""Who asks: a name, and the filters that narrow every question of theirs."""

from __future__ import annotations

from dataclasses import dataclass

from cadran.domain.question import Filter


@dataclass(frozen=True, slots=True)
class Principal:
    """``scope`` filters are added to each question before the cache; an empty scope sees everything. ``sees_people``:
    lists may tell who a customer is."""

    name: str
    scope: tuple[Filter, ...] = ()
    sees_people: bool = False


#: The operator at the terminal and, until keys are required, every caller.
OPERATOR = Principal("operator", sees_people=True)
