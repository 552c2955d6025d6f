"""Which objectives are asked for: the words of a list, the same at every edge, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cadran.domain.bounds import NUMBER_DIGITS_MAX, check_list
from cadran.domain.directory import Directory
from cadran.domain.window import named
from cadran.errors import unknown
from cadran.objectives.model import rules
from cadran.objectives.model.objective import OWNERS, STATES, Owner, State

FIRST: Final = 20
FIRST_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which objectives: by number, owner, states, overlap with a period, parent; after a number, at most so many."""

    number: int | None = None
    owner: Owner | None = None
    states: tuple[State, ...] | None = None
    start: date | None = None
    end: date | None = None
    parent: int | None = None
    after: int = 0
    limit: int = FIRST_MAX


def wanted_in(
    *,
    owner: str | None,
    states: Sequence[str] | None,
    period: str | None,
    parent: int | None,
    first: int,
    after: str | None,
    directory: Directory,
    today: date,
) -> Wanted:
    """The objectives that these words mean, of which all but ``first`` may be left out. Raises QuestionRefused."""
    kind, _, code = (owner or "").partition(":")
    check_list("state", states or (), len(STATES))
    for each in states or ():
        if each not in STATES:
            raise unknown("state", each, list(STATES), parameter="state")
    start, end = named(period, today) if period is not None else (None, None)
    place = 0 if after is None else number(after)
    if place is None:
        raise rules.refused("after is the end_cursor of a page.", "after")
    if owner is not None and kind not in OWNERS:
        raise rules.refused("owner is company, site:CODE or team:CODE.", "owner")
    return Wanted(
        owner=None if owner is None else rules.owner({"kind": kind, "code": code}, directory),
        states=None if states is None else tuple(states),  # type: ignore[arg-type]  # judged above
        start=None if start is None else start.date(),
        end=None if end is None else end.date(),
        parent=parent,
        after=place,
        limit=first,
    )


def number(text: str) -> int | None:
    """The number in an address; None where it cannot be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= NUMBER_DIGITS_MAX else None
