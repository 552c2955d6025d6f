"""The pipeline of contacts: while one connection stores a batch, another stages and checks the next.

Both steps take about the same time, so two cores almost halve the duration of a load. The order of the batches is
preserved: a batch is stored after the batch before it. A short load, or a pool without a second connection, does both
steps on one connection.
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
from cadran.facts.load.reasons import Reject
from cadran.facts.load.seen_ids import SeenIds
from cadran.facts.load.session import Connection, Lender, RefusedRow, batch_transaction, lock_sites
from cadran.facts.load.staged import StagedLoader
from cadran.facts.load.summary import LoadSummary
from cadran.facts.schema.contact import CONTACTS

# The first batch is short, because it adds most of the dimension members, and a batch that adds members is read twice.
FIRST_BATCH_ROWS = 5_000
# A batch of unusually large rows ends sooner, because its refused rows are returned together.
BATCH_CHARACTERS_MAX = 33_554_432
# Smaller batches do not justify a second connection.
PARALLEL_ROWS_MIN = 20_000


class Report(Protocol):
    """A callback for the result of a batch: counts, refused rows, and rows that could not be read."""

    def __call__(self, summary: LoadSummary, refused: list[RefusedRow], unread: list[Reject]) -> None:
        """Receive the result of a batch."""
        ...


@dataclass(slots=True)
class LoaderConnection:
    """A connection with its loader."""

    connection: Connection
    loader: StagedLoader


async def load_contacts(
    pool: Lender,
    rows: RowSource,
    *,
    zone: str | None,
    source: str,
    batch_rows: int,
    clock: Callable[[], datetime] | None,
    seen: SeenIds,
    report: Report,
) -> None:
    """Load all batches. Call `report` for each batch after its commit."""
    async with AsyncExitStack() as stack:

        async def hand() -> LoaderConnection:
            connection = await stack.enter_async_context(pool.acquire())
            loader = StagedLoader(connection, CONTACTS, zone=zone, source=source, clock=clock, seen=seen)
            await loader.open()
            return LoaderConnection(connection, loader)

        async with _storing() as storing:
            hands = [await hand()]
            await lock_sites(hands[0].connection)
            for number, batch in enumerate(split_batches(rows, batch_rows)):
                if number == 1 and batch_rows >= PARALLEL_ROWS_MIN:
                    hands += await _second(hand)
                free = hands[number % len(hands)]
                if len(hands) == 1:
                    await storing.done()
                async with batch_transaction(free.connection):
                    summary, refused = await free.loader.prepare(batch)
                unread = rows.refused()
                await storing.done()
                storing.begin(_store(free, summary, refused, unread, report))
            await storing.done()


def split_batches(rows: RowSource, size: int) -> Iterator[Iterable[Record]]:
    """Split the records into batches. Each batch must be used up before the next is requested."""
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


async def _second(hand: Callable[[], Awaitable[LoaderConnection]]) -> list[LoaderConnection]:
    """Return a second connection with its loader, if the pool has one."""
    try:
        return [await hand()]
    except DatabaseUnavailable:
        return []


async def _store(
    hand: LoaderConnection, summary: LoadSummary, refused: list[RefusedRow], unread: list[Reject], report: Report
) -> None:
    async with batch_transaction(hand.connection):
        await hand.loader.store(summary)
    report(summary, refused, unread)


class _StoreTask:
    """The task that stores a batch, if one is running."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = asyncio.create_task(work)

    async def done(self) -> None:
        """Wait until the batch is stored. Raises the error of its task."""
        task, self._task = self._task, None
        if task:
            await task

    async def abandon(self) -> None:
        """Cancel the storing when the load fails elsewhere. The transaction is rolled back."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


@asynccontextmanager
async def _storing() -> AsyncIterator[_StoreTask]:
    storing = _StoreTask()
    try:
        yield storing
    finally:
        await storing.abandon()
