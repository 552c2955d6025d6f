"""What a route says of its answer so that its bytes may be kept: true since when, read from what, to be shown how long.

A route captures ``epoch()`` before it asks, and hands its note in with ``keep(scope, note)`` before its response
begins. A request that asks several questions hands in several notes; they are joined. Without a note, nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from math import inf
from typing import Final

from starlette.types import Scope

from cadran.domain.answer import Answer
from cadran.domain.ask import LIVE_SECONDS, NOW
from cadran.domain.directory import Directory
from cadran.domain.window import is_moving
from cadran.engine.versions import Reach, reach_of
from cadran.web.freshness import Validity

_KEY: Final = "cadran.keep"
_NO_FACTS: Final = Reach((), date.max, date.min)
#: What only the directory can change has no end of its own.
_LONG_SECONDS: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Note:
    """The cache metadata of a response: true since ``epoch``, as long as nothing within ``reach`` is touched; kept for
    ``seconds``. ``validity`` says how long its figures may be shown (None: it has none)."""

    epoch: int
    reach: Reach
    seconds: float
    validity: Validity | None = None

    def joined(self, other: Note) -> Note:
        """The note of a response that tells both."""
        mine, theirs = self.reach, other.reach
        everywhere = mine.sites is None or theirs.sites is None
        reach = Reach(
            None if everywhere else tuple(sorted({*(mine.sites or ()), *(theirs.sites or ())})),
            min(mine.first_day, theirs.first_day),
            max(mine.end_day, theirs.end_day),
        )
        both = self.validity and other.validity and self.validity.joined(other.validity)
        validity = both or self.validity or other.validity
        return Note(min(self.epoch, other.epoch), reach, min(self.seconds, other.seconds), validity)


def keep(scope: Scope, note: Note | None) -> None:
    """Let the response of this request be kept. None forbids it, whatever else is handed in."""
    if note is None:
        scope[_KEY] = None
    elif _KEY not in scope:
        scope[_KEY] = note
    elif scope[_KEY] is not None:
        scope[_KEY] = scope[_KEY].joined(note)


def kept(scope: Scope) -> Note | None:
    """The note of this request's response, if its routes handed one in."""
    found: Note | None = scope.get(_KEY)
    return found


@dataclass(frozen=True, slots=True)
class Keeper:
    """Makes notes. ``epoch`` counts the changes heard of. ``fresh_seconds`` is how long a moving period is kept, and
    how long a response may be shown after it was sent; what is told of now is shown for ``live_seconds``."""

    epoch: Callable[[], int]
    directory: Callable[[], Directory]
    clock: Callable[[], datetime]
    fresh_seconds: float
    live_seconds: float = LIVE_SECONDS

    def of_answer(self, answer: Answer, epoch: int, *, period: str | None) -> Note:
        """Return the note of an answer asked for at ``epoch`` in words that named this ``period``. A stale answer is
        not kept."""
        freshness, now = answer.freshness, self.clock().timestamp()
        stale_after, moves_at = freshness.stale_after.timestamp(), inf
        seconds = 0.0 if freshness.stale else stale_after - now
        if period is not None and is_moving(period):
            seconds = min(seconds, self.fresh_seconds)
            if freshness.moves_at is None:
                stale_after = min(stale_after, now + self.fresh_seconds)
            else:
                moves_at = freshness.moves_at.timestamp()
        shown = self.live_seconds if period == NOW else self.fresh_seconds
        validity = Validity(freshness.as_of, stale_after, shown, moves_at, freshness.stale)
        return Note(epoch, reach_of(answer.question, self.directory()), seconds, validity)

    def of_directory(self, epoch: int) -> Note:
        """The note of what tells the directory only."""
        return Note(epoch, _NO_FACTS, _LONG_SECONDS)
