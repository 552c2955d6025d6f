"""The ring that caches answers while they are valid.

Takes a question that is narrowed to the caller's scope. Returns the cached answer if no data of the question changed
since the answer's computation began. Otherwise computes the answer once for all callers that ask in the meantime.

Answers about a closed past are cached for a long time, other answers for a short time. While the process receives no
notifications of changes, all answers are cached for a short time. While the database is away, cached answers are marked
stale; questions without a cached answer fail as the inner rings fail.
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
from cadran.engine.answer_size import estimate_bytes
from cadran.engine.batch import AnswerOrRefusal, answer_together
from cadran.engine.ttl import Lifetimes
from cadran.engine.versions import Reach, Versions, reach_of
from cadran.errors import DatabaseTimeout, DatabaseUnavailable, Forbidden, Overloaded, QuestionRefused
from cadran.store.fair_queue import Askers, current_askers, start_shared
from cadran.telemetry import stage

#: Longest wait for a database that seems to be away, if there is a cached answer.
PATIENCE_SECONDS: Final = 1.0

# Inside the ring `scoped`, a principal's scope holds only the filters that determine its row-level security. The scope
# is part of the key: callers with different row-level security never share an answer.
Key: TypeAlias = tuple[Question, tuple[Filter, ...]]


@dataclass(slots=True)
class _Entry:
    """A cached answer: valid since ``epoch``, for ``seconds``. ``epoch`` advances when its data are found unchanged."""

    answer: Answer
    reach: Reach
    epoch: int
    made: float
    seconds: float
    size: int


@dataclass(slots=True)
class _Flight:
    """A running computation, and the callers in whose lines it waits for its turn. Each caller who joins adds a
    line."""

    reach: Reach
    epoch: int
    task: asyncio.Task[Answer]
    askers: Askers


class AnswerCache:
    """A cache of answers, of about ``bytes_max`` bytes at most."""

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
        # The event loop holds tasks weakly, and a computation that was superseded is in no flight.
        self._running: set[asyncio.Task[Answer] | asyncio.Task[list[AnswerOrRefusal]]] = set()
        self._away = False

    async def answer(self, question: Question, principal: Principal) -> Answer:
        """Return the answer, cached or new. Raises the errors of the inner ring when neither is available."""
        key = (question, principal.scope)
        with stage("cache") as looked_up:
            entry = self._entries.get(key)
            if entry is not None and self._is_good(entry):
                looked_up.outcome("hit")
                return entry.answer
            flight = self._flights.get(key)
            if flight is not None and not self._touched(flight):
                looked_up.outcome("wait")
                flight.askers.join(current_askers())
            else:
                # A caller who asks after a change never gets a result whose computation began before the change.
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

    async def together(self, questions: Sequence[Question], principal: Principal) -> list[AnswerOrRefusal]:
        """Return the answers or refusals, cached or new. New answers are computed together."""
        with stage("cache") as looked_up:
            cached: dict[Question, Answer] = {}
            flights: dict[Question, _Flight] = {}
            missing: list[Question] = []
            for question in dict.fromkeys(questions):
                key = (question, principal.scope)
                entry, flight = self._entries.get(key), self._flights.get(key)
                if entry is not None and self._is_good(entry):
                    cached[question] = entry.answer
                elif flight is not None and not self._touched(flight):
                    flights[question] = flight
                    flight.askers.join(current_askers())
                else:
                    missing.append(question)
            flights |= self._launch_together(missing, principal)
            looked_up.outcome("miss" if missing else "wait" if flights else "hit")
            if flights:
                await asyncio.wait({each.task for each in flights.values()})
            return [cached.get(each) or self._result(each, flights[each], principal) for each in questions]

    def _result(self, question: Question, flight: _Flight, principal: Principal) -> AnswerOrRefusal:
        """Return the answer or refusal of a flight; the cached answer, marked stale, when the database is away."""
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
        """Begin one computation of all questions. Each has its flight, so each is awaited and cached separately."""
        if not questions:
            return {}
        whole, askers = start_shared(answer_together(self._inner, questions, principal), name="answers")
        self._running.add(whole)
        whole.add_done_callback(self._running.discard)

        def part(number: int) -> Callable[[], Awaitable[Answer]]:
            async def alone() -> Answer:
                await asyncio.wait({whole})
                result = whole.result()[number]
                if isinstance(result, Answer):
                    return result
                raise result

            return alone

        flights = {each: self._launch((each, principal.scope), part(number)) for number, each in enumerate(questions)}
        for flight in flights.values():
            # Only the whole computation waits for its turn, not the single flights.
            flight.askers = askers
        return flights

    async def _landed(self, flight: _Flight) -> Answer | None:
        """Return the flight's answer; None when the database is away, or when it seems to be away and does not answer
        in time."""
        while True:
            # `wait` neither cancels the flight nor raises its error, because others may wait for it too.
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
        """Begin the computation in a task that continues when the caller leaves."""
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
            # Read the error, so that asyncio does not log it as never retrieved when all callers have left.
            flight.task.exception()

    async def _compute(self, key: Key, answering: Callable[[], Awaitable[Answer]], reach: Reach, epoch: int) -> Answer:
        try:
            answer = await answering()
        except Overloaded:
            # One caller may have caused the overload; the database itself is available.
            raise
        except DatabaseUnavailable:
            self._away = True
            raise
        self._away = False
        seconds = self._lifetimes.seconds(reach, self._versions.horizon)
        stale_after = answer.freshness.generated_at + timedelta(seconds=seconds)
        answer = replace(answer, freshness=replace(answer.freshness, stale_after=stale_after))
        self._store(key, _Entry(answer, reach, epoch, self._seconds(), seconds, estimate_bytes(answer)))
        return answer

    def _store(self, key: Key, entry: _Entry) -> None:
        """Store the entry if it fits, unless a newer computation was stored first."""
        present = self._entries.get(key)
        if entry.size <= self._entries.maxsize and (present is None or present.epoch <= entry.epoch):
            self._entries[key] = entry

    def _is_good(self, entry: _Entry) -> bool:
        seconds = entry.seconds if self._versions.connected else min(entry.seconds, self._lifetimes.fresh_seconds)
        return self._seconds() < entry.made + seconds and not self._touched(entry)

    def _touched(self, since: _Entry | _Flight) -> bool:
        """Return whether the data of an entry or flight changed since its epoch. If not, advance the epoch."""
        epoch = self._versions.epoch
        if self._versions.touched_since(since.epoch, *since.reach):
            return True
        since.epoch = epoch
        return False


def _stale(answer: Answer) -> Answer:
    return replace(answer, freshness=replace(answer.freshness, stale=True))
