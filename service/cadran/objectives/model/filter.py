"""The filter of a list of objectives: its parameters, which are the same at every edge, and their meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cadran.domain.bounds import NUMBER_DIGITS_MAX, check_list
from cadran.domain.directory import Directory
from cadran.domain.window import parse_period
from cadran.errors import unknown
from cadran.objectives.model import rules
from cadran.objectives.model.objective import OWNERS, STATES, Owner, State

FIRST: Final = 20
FIRST_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class ObjectiveFilter:
    """A filter of objectives. ``start`` and ``end`` bound the period that an objective overlaps; ``end`` is excluded.
    The list begins after the number ``after`` and holds at most ``limit`` objectives."""

    number: int | None = None
    owner: Owner | None = None
    states: tuple[State, ...] | None = None
    start: date | None = None
    end: date | None = None
    parent: int | None = None
    after: int = 0
    limit: int = FIRST_MAX


def parse_filter(
    *,
    owner: str | None,
    states: Sequence[str] | None,
    period: str | None,
    parent: int | None,
    first: int,
    after: str | None,
    directory: Directory,
    today: date,
) -> ObjectiveFilter:
    """Return the filter that these parameters describe. All of them except ``first`` may be None. Raises
    QuestionRefused."""
    kind, _, code = (owner or "").partition(":")
    check_list("state", states or (), len(STATES))
    for each in states or ():
        if each not in STATES:
            raise unknown("state", each, list(STATES), parameter="state")
    start, end = parse_period(period, today) if period is not None else (None, None)
    last = 0 if after is None else parse_number(after)
    if last is None:
        raise rules.make_refusal("after is the end_cursor of a page.", "after")
    if owner is not None and kind not in OWNERS:
        raise rules.make_refusal("owner is company, site:CODE or team:CODE.", "owner")
    return ObjectiveFilter(
        owner=None if owner is None else rules.parse_owner({"kind": kind, "code": code}, directory),
        states=None if states is None else tuple(states),  # type: ignore[arg-type]  # checked above
        start=None if start is None else start.date(),
        end=None if end is None else end.date(),
        parent=parent,
        after=last,
        limit=first,
    )


def parse_number(text: str) -> int | None:
    """Return the number in a URL path or cursor; None if the text is not a number, or has too many digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= NUMBER_DIGITS_MAX else None
