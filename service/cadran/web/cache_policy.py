"""Cache metadata of a response: its data version, what it was computed from, and how long it stays fresh.

A route reads ``epoch()`` before it asks, and hands in its note with ``set_note(scope, note)`` before its response
begins. A request that asks several questions hands in several notes, which are combined. A response without a note is
not cached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from math import inf
from typing import Final

from starlette.types import Scope

from cadran.domain.answer import Answer
from cadran.domain.ask import NOW
from cadran.domain.directory import Directory
from cadran.domain.window import is_moving
from cadran.engine.versions import Reach, reach_of
from cadran.web.freshness import Validity

_KEY: Final = "cadran.keep"
_NO_FACTS: Final = Reach((), date.max, date.min)
#: The time to live of responses that depend on the directory only.
_LONG_SECONDS: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Note:
    """Cache metadata of a response.

    The response is true since ``epoch``, until something within ``reach`` changes. It is cached for ``seconds``.
    ``validity`` says how long its figures may be shown (None: the response has no figures).
    """

    epoch: int
    reach: Reach
    seconds: float
    validity: Validity | None = None

    def joined(self, other: Note) -> Note:
        """Return the note of a response that contains both answers."""
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


def set_note(scope: Scope, note: Note | None) -> None:
    """Record cache metadata of this request's response. None forbids caching, with or without other notes."""
    if note is None:
        scope[_KEY] = None
    elif _KEY not in scope:
        scope[_KEY] = note
    elif scope[_KEY] is not None:
        scope[_KEY] = scope[_KEY].joined(note)


def get_note(scope: Scope) -> Note | None:
    """Return the cache metadata of this request's response, or None."""
    found: Note | None = scope.get(_KEY)
    return found


@dataclass(frozen=True, slots=True)
class NoteMaker:
    """A maker of cache metadata.

    ``epoch`` counts the changes of the data. A moving period is cached for ``fresh_seconds``, and a response may be
    shown for ``fresh_seconds`` after it was sent. Figures of the present may be shown for ``live_seconds``.
    """

    epoch: Callable[[], int]
    directory: Callable[[], Directory]
    clock: Callable[[], datetime]
    fresh_seconds: float
    live_seconds: float

    def of_answer(self, answer: Answer, epoch: int, *, period: str | None) -> Note:
        """Return the note of an answer that was asked for at ``epoch``.

        ``period`` is the named period of the request. A stale answer is not cached.
        """
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
        """Return the note of a response that depends on the directory only."""
        return Note(epoch, _NO_FACTS, _LONG_SECONDS)
