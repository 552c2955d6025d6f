"""Contacts by the million: while one connection stores a batch, another stages and judges the next.

Both halves take about as long, so two cores do what one would do in almost twice the time. The order of the batches is
kept: a batch is stored when the one before it is. A short load, or a pool that lends no second connection, goes the
same way on one.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any, Protocol

from cadran.errors import DatabaseUnavailable
from cadran.facts.files.rows import Record, RowSource
from cadran.facts.load.contacts import Contacts
from cadran.facts.load.reasons import Reject
from cadran.facts.load.session import Connection, Lender, Refused, batch_transaction, keep_sites
from cadran.facts.load.summary import LoadSummary

# The first batch is short: it makes most of the dimensions, after which a batch is read a second time.
FIRST_BATCH_ROWS = 5_000
# A batch of rows larger than usual ends sooner: what is refused of it comes back as a whole.
BATCH_CHARACTERS_MAX = 33_554_432
# Smaller batches are not worth a second connection.
PARALLEL_ROWS_MIN = 20_000


class Tell(Protocol):
    """Takes what became of a batch: counts, refused rows, rows that could not be read."""

    def __call__(self, summary: LoadSummary, refused: list[Refused], unread: list[Reject]) -> None:
        """Note it."""
        ...


@dataclass(slots=True)
class Hand:
    """A connection and the loader on it."""

    connection: Connection
    loader: Contacts


async def contacts_in_turns(
    pool: Lender,
    rows: RowSource,
    *,
    zone: str | None,
    source: str,
    batch_rows: int,
    clock: Callable[[], datetime] | None,
    tell: Tell,
) -> None:
    """Load all batches; `tell` hears of each after it was committed."""
    async with AsyncExitStack() as stack:

        async def hand() -> Hand:
            connection = await stack.enter_async_context(pool.acquire())
            loader = Contacts(connection, zone=zone, source=source, clock=clock)
            await loader.open()
            return Hand(connection, loader)

        async with _storing() as storing:
            hands = [await hand()]
            await keep_sites(hands[0].connection)
            for number, batch in enumerate(batches(rows, batch_rows)):
                if number == 1 and batch_rows >= PARALLEL_ROWS_MIN:
                    hands += await _second(hand)
                free = hands[number % len(hands)]
                if len(hands) == 1:
                    await storing.done()
                async with batch_transaction(free.connection):
                    summary, refused = await free.loader.prepare(batch)
                unread = rows.refused()
                await storing.done()
                storing.begin(_store(free, summary, refused, unread, tell))
            await storing.done()


def batches(rows: RowSource, size: int) -> Iterator[Iterable[Record]]:
    """The records in parts, each to be used up before the next is asked for."""
    records = rows.records()
    rows_max = min(size, FIRST_BATCH_ROWS)
    while (first := next(records, None)) is not None:
        yield chain((first,), _rest(rows, records, rows_max - 1))
        rows_max = size


def _rest(rows: RowSource, records: Iterator[Record], rows_max: int) -> Iterator[Record]:
    end = rows.characters + BATCH_CHARACTERS_MAX
    for record in islice(records, rows_max):
        yield record
        if rows.characters > end:
            return


async def _second(hand: Callable[[], Awaitable[Hand]]) -> list[Hand]:
    """Another hand, if there is one to be had."""
    try:
        return [await hand()]
    except DatabaseUnavailable:
        return []


async def _store(hand: Hand, summary: LoadSummary, refused: list[Refused], unread: list[Reject], tell: Tell) -> None:
    async with batch_transaction(hand.connection):
        await hand.loader.store(summary)
    tell(summary, refused, unread)


class _Storing:
    """The batch that is being stored, if any."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = asyncio.create_task(work)

    async def done(self) -> None:
        """Wait for it; raises what it raised."""
        task, self._task = self._task, None
        if task:
            await task

    async def abandon(self) -> None:
        """Stop it, when the load fails elsewhere; its transaction is rolled back."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


@asynccontextmanager
async def _storing() -> AsyncIterator[_Storing]:
    storing = _Storing()
    try:
        yield storing
    finally:
        await storing.abandon()
