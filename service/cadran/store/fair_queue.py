"""A fair queue: every caller has a line, and the lines are served in turn.

Takes the size of what is shared and the size that each caller wants of it; lends it to the callers one after the other,
however many of one caller wait. Raises `Overloaded` when a caller has waited too long, or when the queue is full and
nobody has more waiting than the newcomer. A newcomer with fewer waiting displaces the last of the longest line.

The caller is a context variable: the edge sets it once, and caches and questions need not know of it. A computation
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
#: Longest wait of heavy work for its turn, in seconds: by then callers have left.
HEAVY_WAIT_SECONDS: Final = 60.0
#: The line of work that the process does for itself: readings of the directory, health.
_OWN: Final = ""


class Askers:
    """The callers in whose names one computation waits. More of them may join while the computation runs."""

    __slots__ = ("_names", "_waiting")

    def __init__(self, *names: str) -> None:
        self._names = list(names)
        self._waiting: dict[_Waiter, FairQueue] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The callers, the first to ask first."""
        return tuple(self._names)

    def join(self, others: Askers) -> None:
        """Let the computation wait in the lines of these callers too."""
        for name in others.names:
            if name not in self._names:
                self._names.append(name)
                for waiter, queue in self._waiting.items():
                    queue.join(waiter, name)

    def wait(self, waiter: _Waiter, queue: FairQueue) -> None:
        """Note where a waiter waits, for callers who join."""
        self._waiting[waiter] = queue

    def leave(self, waiter: _Waiter) -> None:
        """Forget a waiter."""
        del self._waiting[waiter]


_ASKERS: ContextVar[Askers | None] = ContextVar("askers", default=None)


def present_askers() -> Askers:
    """Return the callers in whose names the present task works."""
    return _ASKERS.get() or Askers(_OWN)


def ask_as(name: str) -> Callable[[], None]:
    """Work in the name of a caller from now on; return what ends it."""
    token = _ASKERS.set(Askers(name))
    return lambda: _ASKERS.reset(token)


def start_shared(work: Coroutine[Any, Any, Done], *, name: str) -> tuple[asyncio.Task[Done], Askers]:
    """Start a task that other callers may join. Return the task, and the askers to join."""
    askers, context = Askers(*present_askers().names), copy_context()
    context.run(_ASKERS.set, askers)
    return asyncio.create_task(work, name=name, context=context), askers


class _Waiter:
    """A waiter: for how much it waits, in which lines."""

    __slots__ = ("future", "is_urgent", "lines", "size")

    def __init__(self, size: int, *, is_urgent: bool) -> None:
        self.size = size
        self.is_urgent = is_urgent
        self.lines: list[str] = []
        self.future: asyncio.Future[Loan] = asyncio.get_running_loop().create_future()


class Loan(NamedTuple):
    """What was lent, and in whose turn."""

    name: str
    size: int


class FairQueue:
    """``size`` units of something, lent in turn. ``share`` bounds what one caller has at a time (None: all of it);
    ``waiting_max`` those who wait (None: no bound). ``refusal`` is the sentence for a caller who is turned away."""

    def __init__(self, size: int, *, refusal: str, share: int | None = None, waiting_max: int | None = None) -> None:
        self._size = size
        self._share = size if share is None else min(share, size)
        self._refusal = refusal
        self._waiting_max = waiting_max
        self._lent: dict[str, int] = {}
        # By caller; the line that is served next comes first. No line is empty.
        self._lines: OrderedDict[str, deque[_Waiter]] = OrderedDict()
        self.lent = 0
        self.waiting = 0

    @asynccontextmanager
    async def taken(self, size: int = 1, *, seconds: float) -> AsyncIterator[None]:
        """Lend units for the time of a block. Raises Overloaded as ``take`` does."""
        loan = await self.take(size, seconds=seconds)
        try:
            yield
        finally:
            self.give_back(loan)

    async def take(self, size: int = 1, *, seconds: float, urgent: bool = False) -> Loan:
        """Lend units, after ``seconds`` of waiting at most; a caller who wants more than a share gets a share. An
        ``urgent`` one may wait in a full queue. Raises Overloaded."""
        size = min(size, self._share)
        askers = Askers(_OWN) if urgent else present_askers()
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
        """Take back what was lent, for the callers who are next."""
        self.lent -= loan.size
        left = self._lent.pop(loan.name) - loan.size
        if left:
            self._lent[loan.name] = left
        self._serve()

    async def _served(self, waiter: _Waiter, askers: Askers, seconds: float) -> Loan:
        """Return what is lent to the waiter, once it is."""
        askers.wait(waiter, self)
        try:
            async with asyncio.timeout(seconds):
                return await waiter.future
        except BaseException as error:
            future = waiter.future
            if future.done() and not future.cancelled() and future.exception() is None:
                # Lent at the very moment of leaving.
                self.give_back(future.result())
            self._strike(waiter)
            self._serve()
            if isinstance(error, TimeoutError):
                raise self._refused(f"waited {seconds} s") from error
            raise
        finally:
            askers.leave(waiter)

    def join(self, waiter: _Waiter, name: str) -> None:
        """Let a waiter wait in another line too."""
        # One who has been served has yet to wake up.
        if not waiter.future.done():
            self._enlist(waiter, name)
            self._serve()

    def _make_room(self, names: tuple[str, ...]) -> None:
        """Turn away somebody where the queue is full: the last of the longest line, or the caller who comes now."""
        if self._waiting_max is None or self.waiting < self._waiting_max:
            return
        refused = self._refused(f"{self.waiting} wait already")
        own = max(len(self._lines.get(name, ())) for name in names)
        longest = max(self._lines.values(), key=len, default=None)
        if longest is None or len(longest) <= own + 1:
            raise refused
        # A waiter in several lines waits in the names of others too.
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
        """Take a waiter out of its lines."""
        self.waiting -= bool(waiter.lines)
        for name in waiter.lines:
            line = self._lines[name]
            line.remove(waiter)
            if not line:
                del self._lines[name]
        waiter.lines.clear()

    def _serve(self) -> None:
        """Lend what is free, line by line. A caller with a full share is passed over; the next who wants more than is
        free is waited for."""
        while (found := self._next()) is not None:
            name, waiter = found
            if not self._fits(name, waiter.size):
                return
            self._strike(waiter)
            if name in self._lines:
                self._lines.move_to_end(name)
            waiter.future.set_result(self._lend(name, waiter.size))

    def _next(self) -> tuple[str, _Waiter] | None:
        """The waiter who is next, and in whose line."""
        while (gone := self._gone()) is not None:
            self._strike(gone)
        for name, line in self._lines.items():
            if self._lent.get(name, 0) + line[0].size <= self._share:
                return name, line[0]
        return None

    def _gone(self) -> _Waiter | None:
        """A waiter at the head of a line who gave up, and has yet to wake up and leave."""
        return next((line[0] for line in self._lines.values() if line[0].future.done()), None)

    def _fits(self, name: str, size: int) -> bool:
        return self.lent + size <= self._size and self._lent.get(name, 0) + size <= self._share

    def _lend(self, name: str, size: int) -> Loan:
        self.lent += size
        self._lent[name] = self._lent.get(name, 0) + size
        return Loan(name, size)

    def _refused(self, internal: str) -> Overloaded:
        return Overloaded(self._refusal, internal=internal)
