"""The ring that remembers answers for as long as they are true.

Takes a question already narrowed to its asker's scope; gives the kept answer while nothing it reads has been touched
since its computation began, else computes it, once for all who ask meanwhile. A closed past is kept long, what still
moves shortly, everything shortly while nobody listens for changes. While the database is away, what is held is given
marked stale; what is not held fails as the rings inside fail.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from typing import Final, TypeAlias

from cachetools import LRUCache

from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer, Answers
from cadran.domain.directory import Directory
from cadran.domain.question import Filter, Question
from cadran.engine.answer_size import weight
from cadran.engine.batch import Told, answered_together
from cadran.engine.ttl import Lifetimes
from cadran.engine.versions import Reach, Versions, reach_of
from cadran.errors import DatabaseTimeout, DatabaseUnavailable, Forbidden, Overloaded, QuestionRefused
from cadran.store.fair_queue import Askers, present_askers, start_shared
from cadran.telemetry import stage

#: With a held answer at hand, nobody waits longer than this for a database that seems to be away.
PATIENCE_SECONDS: Final = 1.0

# Within the ring `scoped` the scope is what the asker's wall is made of. In the key, it keeps apart those who stand
# behind different walls: whatever a wall held back, or let pass, is told to nobody else.
Key: TypeAlias = tuple[Question, tuple[Filter, ...]]


@dataclass(slots=True)
class _Entry:
    """An answer, since when it is true, how long it may be shown. ``epoch`` moves on when found untouched."""

    answer: Answer
    reach: Reach
    epoch: int
    made: float
    seconds: float
    size: int


@dataclass(slots=True)
class _Flight:
    """A computation under way, and the callers in whose turns it is computed: whoever joins it adds a turn."""

    reach: Reach
    epoch: int
    task: asyncio.Task[Answer]
    askers: Askers


class Cached:
    """Answers remembered in about ``bytes_max`` bytes at most, while they are true and not too old."""

    def __init__(
        self,
        inner: Answers,
        *,
        versions: Versions,
        directory: Callable[[], Directory],
        bytes_max: int,
        lifetimes: Lifetimes,
        patience_seconds: float = PATIENCE_SECONDS,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._inner = inner
        self._versions = versions
        self._directory = directory
        self._lifetimes = lifetimes
        self._patience_seconds = patience_seconds
        self._seconds = seconds
        self._entries: LRUCache[Key, _Entry] = LRUCache(bytes_max, getsizeof=lambda entry: entry.size)
        self._flights: dict[Key, _Flight] = {}
        # The loop itself holds tasks weakly; one that was overtaken is in no flight any more.
        self._running: set[asyncio.Task[Answer] | asyncio.Task[list[Told]]] = set()
        self._away = False

    async def answer(self, question: Question, principal: Principal) -> Answer:
        """The answer, kept or new; the errors of the inner ring where there is neither."""
        key = (question, principal.scope)
        with stage("cache") as looked_up:
            entry = self._entries.get(key)
            if entry is not None and self._is_good(entry):
                looked_up.outcome("hit")
                return entry.answer
            flight = self._flights.get(key)
            if flight is not None and not self._touched(flight):
                looked_up.outcome("wait")
                flight.askers.join(present_askers())
            else:
                # Whoever asks after a change never gets what was begun before it.
                flight = self._launch(key, lambda: self._inner.answer(question, principal))
                looked_up.outcome("miss")
            if entry is None:
                await asyncio.wait({flight.task})
                return flight.task.result()
            answer = await self._landed(flight)
            if answer is None:
                looked_up.outcome("stale")
                return _stale(entry.answer)
            return answer

    async def together(self, questions: Sequence[Question], principal: Principal) -> list[Told]:
        """The answers, kept or new; those that are new are computed together. A refusal stands in its answer's
        place."""
        with stage("cache") as looked_up:
            held: dict[Question, Answer] = {}
            flights: dict[Question, _Flight] = {}
            missing: list[Question] = []
            for question in dict.fromkeys(questions):
                key = (question, principal.scope)
                entry, flight = self._entries.get(key), self._flights.get(key)
                if entry is not None and self._is_good(entry):
                    held[question] = entry.answer
                elif flight is not None and not self._touched(flight):
                    flights[question] = flight
                    flight.askers.join(present_askers())
                else:
                    missing.append(question)
            flights |= self._launch_together(missing, principal)
            looked_up.outcome("miss" if missing else "wait" if flights else "hit")
            if flights:
                await asyncio.wait({each.task for each in flights.values()})
            return [held.get(each) or self._told(each, flights[each], principal) for each in questions]

    def _told(self, question: Question, flight: _Flight, principal: Principal) -> Told:
        """What a flight brought; an older answer where the database is away."""
        try:
            return flight.task.result()
        except (QuestionRefused, Forbidden) as refusal:
            return refusal
        except (DatabaseUnavailable, DatabaseTimeout):
            entry = self._entries.get((question, principal.scope))
            if entry is None:
                raise
            return _stale(entry.answer)

    def _launch_together(self, questions: Sequence[Question], principal: Principal) -> dict[Question, _Flight]:
        """Begin one computation of all, told apart so that each of them may be waited for and kept alone."""
        if not questions:
            return {}
        whole, askers = start_shared(answered_together(self._inner, questions, principal), name="answers")
        self._running.add(whole)
        whole.add_done_callback(self._running.discard)

        def part(number: int) -> Callable[[], Awaitable[Answer]]:
            async def alone() -> Answer:
                await asyncio.wait({whole})
                told = whole.result()[number]
                if isinstance(told, Answer):
                    return told
                raise told

            return alone

        flights = {each: self._launch((each, principal.scope), part(number)) for number, each in enumerate(questions)}
        for flight in flights.values():
            # What waits in turn is the whole.
            flight.askers = askers
        return flights

    async def _landed(self, flight: _Flight) -> Answer | None:
        """The flight's answer; None when the database is away, or seems to be and keeps us waiting."""
        while True:
            # Waiting neither cancels the flight nor raises its error: others may wait for it too.
            done, _ = await asyncio.wait({flight.task}, timeout=self._patience_seconds)
            if done:
                break
            if self._away or not self._versions.connected:
                return None
        try:
            return flight.task.result()
        except (DatabaseUnavailable, DatabaseTimeout):
            return None

    def _launch(self, key: Key, answering: Callable[[], Awaitable[Answer]]) -> _Flight:
        """Begin the computation, in a task that outlives whoever asked."""
        epoch, reach = self._versions.epoch, reach_of(key[0], self._directory())
        task, askers = start_shared(self._compute(key, answering, reach, epoch), name="answer")
        flight = self._flights[key] = _Flight(reach, epoch, task, askers)
        self._running.add(task)
        task.add_done_callback(lambda _: self._land(key, flight))
        return flight

    def _land(self, key: Key, flight: _Flight) -> None:
        self._running.discard(flight.task)
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.task.cancelled():
            # Asked for here, so that an error that nobody waits for any more is not reported as forgotten.
            flight.task.exception()

    async def _compute(self, key: Key, answering: Callable[[], Awaitable[Answer]], reach: Reach, epoch: int) -> Answer:
        try:
            answer = await answering()
        except Overloaded:
            # Of one caller's making, perhaps: it says nothing of the database.
            raise
        except DatabaseUnavailable:
            self._away = True
            raise
        self._away = False
        seconds = self._lifetimes.seconds(reach, self._versions.horizon)
        stale_after = answer.freshness.generated_at + timedelta(seconds=seconds)
        answer = replace(answer, freshness=replace(answer.freshness, stale_after=stale_after))
        self._keep(key, _Entry(answer, reach, epoch, self._seconds(), seconds, weight(answer)))
        return answer

    def _keep(self, key: Key, entry: _Entry) -> None:
        """Keep the entry if it fits, unless a later computation has landed first."""
        present = self._entries.get(key)
        if entry.size <= self._entries.maxsize and (present is None or present.epoch <= entry.epoch):
            self._entries[key] = entry

    def _is_good(self, entry: _Entry) -> bool:
        seconds = entry.seconds if self._versions.connected else min(entry.seconds, self._lifetimes.fresh_seconds)
        return self._seconds() < entry.made + seconds and not self._touched(entry)

    def _touched(self, since: _Entry | _Flight) -> bool:
        """Whether anything it reads was touched since it began. Changes once looked through are not looked at again."""
        epoch = self._versions.epoch
        if self._versions.touched_since(since.epoch, *since.reach):
            return True
        since.epoch = epoch
        return False


def _stale(answer: Answer) -> Answer:
    return replace(answer, freshness=replace(answer.freshness, stale=True))
