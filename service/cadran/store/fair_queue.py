"""A fair queue: every caller has a line, and the lines are served in turn.

The queue takes the size of a shared resource, and the share of it that each caller may have at a time. It lends the
resource to the callers one after the other, however many requests of one caller wait. It raises `Overloaded` when a
caller has waited too long, or when the queue is full and the caller's line, with the new request, would be at least as
long as the longest line. Otherwise a newcomer to a full queue displaces the last request of the longest line.

The caller is a context variable: the edge sets it once, and caches and questions need not pass it on. A computation
that several callers share waits in the lines of all of them.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from contextvars import ContextVar, copy_context
from typing import Any, Final, NamedTuple, TypeVar

from cadran.errors import Overloaded

Done = TypeVar("Done")
#: The longest time that heavy work waits for its turn, in seconds. Callers have usually left by then.
HEAVY_WAIT_SECONDS: Final = 60.0
#: The most requests that wait in a queue whose owner sets no bound. No process has as many requests at a time that wait
#: with reason.
WAITING_MAX: Final = 1_000
#: The line of the process's own work: reading the directory, health checks.
_OWN: Final = ""


class Askers:
    """The callers for whom one computation waits. More callers may join while the computation runs."""

    __slots__ = ("_names", "_waiting")

    def __init__(self, *names: str) -> None:
        self._names = list(names)
        self._waiting: dict[_Waiter, FairQueue] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the callers, in the order in which they asked."""
        return tuple(self._names)

    def join(self, others: Askers) -> None:
        """Make the computation wait in the lines of these callers too."""
        for name in others.names:
            if name not in self._names:
                self._names.append(name)
                for waiter, queue in self._waiting.items():
                    queue.join(waiter, name)

    def wait(self, waiter: _Waiter, queue: FairQueue) -> None:
        """Register a waiter and its queue, for callers who join."""
        self._waiting[waiter] = queue

    def leave(self, waiter: _Waiter) -> None:
        """Remove a waiter."""
        del self._waiting[waiter]


_ASKERS: ContextVar[Askers | None] = ContextVar("askers", default=None)


def current_askers() -> Askers:
    """Return the callers for whom the present task works."""
    return _ASKERS.get() or Askers(_OWN)


def ask_as(name: str) -> Callable[[], None]:
    """Work for this caller from now on. Return a function that restores the previous caller."""
    token = _ASKERS.set(Askers(name))
    return lambda: _ASKERS.reset(token)


def start_shared(work: Coroutine[Any, Any, Done], *, name: str) -> tuple[asyncio.Task[Done], Askers]:
    """Start a task that other callers may join. Return the task, and the askers to join."""
    askers, context = Askers(*current_askers().names), copy_context()
    context.run(_ASKERS.set, askers)
    return asyncio.create_task(work, name=name, context=context), askers


class _Waiter:
    """A request in the queue: the size that it waits for, and the lines that it waits in."""

    __slots__ = ("future", "is_urgent", "lines", "size")

    def __init__(self, size: int, *, is_urgent: bool) -> None:
        self.size = size
        self.is_urgent = is_urgent
        self.lines: list[str] = []
        self.future: asyncio.Future[Loan] = asyncio.get_running_loop().create_future()


class Loan(NamedTuple):
    """A loan of units: the caller in whose turn they were lent, and their number."""

    name: str
    size: int


class FairQueue:
    """A queue for ``size`` units of a resource.

    ``share`` bounds the units that one caller may have at a time (None: all units). ``waiting_max`` bounds the waiting
    requests. ``refusal`` is the message for a caller who is refused.
    """

    def __init__(self, size: int, *, refusal: str, share: int | None = None, waiting_max: int = WAITING_MAX) -> None:
        self._size = size
        self._share = size if share is None else min(share, size)
        self._refusal = refusal
        self._waiting_max = waiting_max
        self._lent: dict[str, int] = {}
        # The lines by caller. The line that is served next comes first. No line is empty.
        self._lines: OrderedDict[str, deque[_Waiter]] = OrderedDict()
        self.lent = 0
        self.waiting = 0

    @asynccontextmanager
    async def taken(self, size: int = 1, *, seconds: float) -> AsyncIterator[None]:
        """Lend units for the duration of a block. Raises Overloaded as ``take`` does."""
        loan = await self.take(size, seconds=seconds)
        try:
            yield
        finally:
            self.give_back(loan)

    async def take(self, size: int = 1, *, seconds: float, urgent: bool = False) -> Loan:
        """Lend units after at most ``seconds`` of waiting. A request for more than a share gets a share. An ``urgent``
        request may wait in a full queue. Raises Overloaded."""
        size = min(size, self._share)
        askers = Askers(_OWN) if urgent else current_askers()
        names = askers.names
        if not self._lines and self._fits(names[0], size):
            return self._lend(names[0], size)
        waiter = _Waiter(size, is_urgent=urgent)
        if not urgent:
            self._make_room(names)
        for name in names:
            self._enlist(waiter, name)
        self._serve()
        return await self._served(waiter, askers, seconds)

    def give_back(self, loan: Loan) -> None:
        """Take back a loan, and serve the callers who are next."""
        self.lent -= loan.size
        left = self._lent.pop(loan.name) - loan.size
        if left:
            self._lent[loan.name] = left
        self._serve()

    async def _served(self, waiter: _Waiter, askers: Askers, seconds: float) -> Loan:
        """Wait until units are lent to the waiter. Return the loan."""
        askers.wait(waiter, self)
        try:
            async with asyncio.timeout(seconds):
                return await waiter.future
        except BaseException as error:  # a cancellation included: the waiter must leave its lines
            future = waiter.future
            if future.done() and not future.cancelled() and future.exception() is None:
                # The units were lent while the waiter was leaving.
                self.give_back(future.result())
            self._strike(waiter)
            self._serve()
            if isinstance(error, TimeoutError):
                raise self._refused(f"waited {seconds} s") from error
            raise
        finally:
            askers.leave(waiter)

    def join(self, waiter: _Waiter, name: str) -> None:
        """Make a waiter wait in another line too."""
        # A waiter that has been served is only waiting to wake up.
        if not waiter.future.done():
            self._enlist(waiter, name)
            self._serve()

    def _make_room(self, names: tuple[str, ...]) -> None:
        """Refuse a request if the queue is full: the last one of the longest line, or the one that arrives now."""
        if self.waiting < self._waiting_max:
            return
        refused = self._refused(f"{self.waiting} wait already")
        own = max(len(self._lines.get(name, ())) for name in names)
        longest = max(self._lines.values(), key=len, default=None)
        if longest is None or len(longest) <= own + 1:
            raise refused
        # A waiter in several lines must stay, because it also waits for other callers.
        last = next(
            (each for each in reversed(longest) if len(each.lines) == 1 and not (each.is_urgent or each.future.done())),
            None,
        )
        if last is None:
            raise refused
        self._strike(last)
        last.future.set_exception(refused)

    def _enlist(self, waiter: _Waiter, name: str) -> None:
        self.waiting += not waiter.lines
        self._lines.setdefault(name, deque()).append(waiter)
        waiter.lines.append(name)

    def _strike(self, waiter: _Waiter) -> None:
        """Remove a waiter from its lines."""
        self.waiting -= bool(waiter.lines)
        for name in waiter.lines:
            line = self._lines[name]
            line.remove(waiter)
            if not line:
                del self._lines[name]
        waiter.lines.clear()

    def _serve(self) -> None:
        """Lend the free units, line by line. Skip a caller who has a full share. If the next request needs more than is
        free, wait for units."""
        while (found := self._next()) is not None:
            name, waiter = found
            if not self._fits(name, waiter.size):
                return
            self._strike(waiter)
            if name in self._lines:
                self._lines.move_to_end(name)
            waiter.future.set_result(self._lend(name, waiter.size))

    def _next(self) -> tuple[str, _Waiter] | None:
        """Return the waiter that is next, and its line."""
        while (gone := self._gone()) is not None:
            self._strike(gone)
        for name, line in self._lines.items():
            if self._lent.get(name, 0) + line[0].size <= self._share:
                return name, line[0]
        return None

    def _gone(self) -> _Waiter | None:
        """Return a waiter at the head of a line that has given up but has not left the line yet."""
        return next((line[0] for line in self._lines.values() if line[0].future.done()), None)

    def _fits(self, name: str, size: int) -> bool:
        return self.lent + size <= self._size and self._lent.get(name, 0) + size <= self._share

    def _lend(self, name: str, size: int) -> Loan:
        self.lent += size
        self._lent[name] = self._lent.get(name, 0) + size
        return Loan(name, size)

    def _refused(self, internal: str) -> Overloaded:
        return Overloaded(self._refusal, internal=internal)
