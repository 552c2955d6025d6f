"""Functions that all loads share inside their transaction: partitions of months, the horizon, the directory's
version."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, datetime
from typing import NamedTuple, Protocol, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from cadran.facts import sql

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"


class RefusedRow(NamedTuple):
    """A row that a check refused: its line, `code` or `code:column`, and its content as JSON."""

    line: int
    reason: str
    content: str


class Lender(Protocol):
    """A pool, reduced to what a load needs."""

    def acquire(self) -> AbstractAsyncContextManager[Connection]:
        """Lend a connection."""
        ...


@asynccontextmanager
async def batch_transaction(connection: Connection) -> AsyncIterator[None]:
    """Open a transaction with the memory, time zone and date style that the statements of a load require."""
    async with connection.transaction():
        await connection.execute("SET LOCAL work_mem = '64MB'; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'")
        yield


async def lock_sites(connection: Connection) -> None:
    """Lock the sites' zones and tariffs against changes until the connection is released."""
    await sql.fetch_rows(connection, "facts/session.sql:share_sites")


async def make_months(connection: Connection, tables: Sequence[str], months: Sequence[date]) -> None:
    """Make the missing partitions of these tables for these months."""
    await sql.fetch_rows(connection, "facts/session.sql:make_months", list(tables), list(months))


async def move_horizon(connection: Connection, horizon: datetime | None) -> int:
    """Move the horizon of the data. Return the number of marks on cases that may have matured by the move."""
    if horizon is None:
        return 0
    if not await connection.fetchval("SELECT horizon < $1 FROM data_state FOR UPDATE", horizon):
        return 0
    await sql.fetch_rows(connection, "facts/session.sql:lock_horizon")
    marks = await sql.run_statement(connection, "facts/mark_matured.sql", horizon)
    await connection.execute("UPDATE data_state SET horizon = $1", horizon)
    return marks


async def note_seen(connection: Connection, seen: datetime | None) -> None:
    """Store the latest instant that the data mention and that is not in the future. The stored instant never moves
    back. Run after `move_horizon`, which locks the row."""
    await connection.execute("UPDATE data_state SET seen = $1 WHERE seen < $1", seen)


async def notify_directory(connection: Connection, parts: Sequence[str] | None = None) -> None:
    """Give the directory (budgets, tariffs and answer norms included) a new version, and notify its readers at the
    commit. ``parts`` names what changed if no figure depends on it, such as targets."""
    await sql.fetch_rows(connection, "store/directory.sql:directory_changed", parts)
