"""Rows in: the one way by which facts and dimensions come into the database.

Takes rows (a file's or a program's) and a kind of the contract; stages, checks and stores them in batches of one
transaction each, so that memory is bounded and what was committed stays when a later batch fails. Gives a
`LoadSummary`; hands refused rows, with reasons, to `rejects`. Raises `LoadRefused` when the whole cannot be loaded.
Loading the same rows again changes nothing.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from itertools import chain, islice
from typing import Protocol

from cadran.errors import LoadRefused, did_you_mean
from cadran.facts.contacts import Contacts
from cadran.facts.contract import KINDS, is_zone
from cadran.facts.dimensions import Dimensions
from cadran.facts.legs import Legs
from cadran.facts.reasons import Reject, sentence
from cadran.facts.rows import PlainRow, PlainRows, Record, RowSource
from cadran.facts.session import Connection, Refused
from cadran.facts.summary import LoadSummary

BATCH_ROWS = 200_000
# The first batch is short: it makes most of the dimensions, after which a batch is read a second time.
FIRST_BATCH_ROWS = 5_000


class Lender(Protocol):
    """A pool, as far as a load needs one."""

    def acquire(self) -> AbstractAsyncContextManager[Connection]:
        """Lend a connection."""
        ...


class Loader(Protocol):
    """One kind's way from a batch of records into the tables."""

    async def open(self) -> None:
        """Prepare the session."""
        ...

    async def batch(self, records: Iterable[Record]) -> tuple[LoadSummary, list[Refused]]:
        """Store a batch within the open transaction."""
        ...


async def load(
    pool: Lender,
    kind: str,
    rows: Iterable[PlainRow] | RowSource,
    *,
    zone: str | None = None,
    source: str = "default",
    batch_rows: int = BATCH_ROWS,
    clock: Callable[[], datetime] | None = None,
    on_progress: Callable[[int], None] | None = None,
    rejects: Callable[[Sequence[Reject]], None] | None = None,
) -> LoadSummary:
    """Load rows of one kind (`contacts`, `legs`, `sites` …).

    `rows` are tuples in the contract's order, dicts by column, or a file's `RowSource`; all values are texts, `None` or
    "" where not given. `zone` is that of times without an offset and of sites seen for the first time; `source` that of
    rows that name none. `on_progress` is told the number of rows read so far after each batch, `rejects` each batch's
    refused rows. `clock` defaults to the database's.
    """
    _require(kind, zone)
    found = rows if isinstance(rows, RowSource) else PlainRows(kind, rows)
    total = LoadSummary()
    async with pool.acquire() as connection:
        loader = _loader(kind, connection, zone=zone, source=source, header=found.header, clock=clock)
        await loader.open()
        records = found.records()
        rows_max = min(batch_rows, FIRST_BATCH_ROWS)
        while (first := next(records, None)) is not None:
            batch = chain((first,), islice(records, rows_max - 1))
            rows_max = batch_rows
            async with connection.transaction():
                await connection.execute(
                    "SET LOCAL work_mem = '64MB'; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'"
                )
                summary, refused = await loader.batch(batch)
            total += summary
            total.rejected += _tell(found.refused(), refused, rejects)
            if on_progress:
                on_progress(total.read)
        total.rejected += _tell(found.refused(), [], rejects)
    return total


def _require(kind: str, zone: str | None) -> None:
    if kind not in KINDS:
        near = did_you_mean(kind, list(KINDS))
        hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(KINDS)}."
        raise LoadRefused(f"There is nothing called '{kind}' to load. {hint}", code="unknown_kind", suggestions=near)
    if zone is not None and not is_zone(zone):
        raise LoadRefused(
            f"'{zone}' is not an IANA time zone such as Europe/Paris.", code="unknown_zone", parameter="zone"
        )


def _loader(
    kind: str,
    connection: Connection,
    *,
    zone: str | None,
    source: str,
    header: Sequence[str],
    clock: Callable[[], datetime] | None,
) -> Loader:
    if kind == "contacts":
        return Contacts(connection, zone=zone, source=source, clock=clock)
    if kind == "legs":
        return Legs(connection, zone=zone, source=source)
    return Dimensions(connection, kind, zone=zone, header=header)


def _tell(
    unread: Sequence[Reject], refused: Sequence[Refused], rejects: Callable[[Sequence[Reject]], None] | None
) -> int:
    """Hand on what was refused, in words; gives the number of rows that could not even be read."""
    if rejects and (unread or refused):
        told = [*unread, *(_in_words(row) for row in refused)]
        rejects(sorted(told, key=lambda reject: reject.line))
    return len(unread)


def _in_words(refused: Refused) -> Reject:
    content = {name: value for name, value in json.loads(refused.content).items() if value is not None}
    return Reject(
        refused.line,
        refused.reason.partition(":")[0],
        sentence(refused.reason, content),
        json.dumps(content, ensure_ascii=False),
    )
