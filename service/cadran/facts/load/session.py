"""What all loads share inside their transaction: the months' partitions, the horizon, the version of the directory."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, datetime
from typing import NamedTuple, Protocol, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from cadran.facts import sql

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"


class Refused(NamedTuple):
    """A row that a check took out: its line, `code` or `code:column`, and its content as JSON."""

    line: int
    reason: str
    content: str


class Lender(Protocol):
    """A pool, as far as a load needs one."""

    def acquire(self) -> AbstractAsyncContextManager[Connection]:
        """Lend a connection."""
        ...


@asynccontextmanager
async def batch_transaction(connection: Connection) -> AsyncIterator[None]:
    """A transaction with the memory and the spelling of times that the statements of a load count on."""
    async with connection.transaction():
        await connection.execute("SET LOCAL work_mem = '64MB'; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'")
        yield


async def keep_sites(connection: Connection) -> None:
    """Hold off whoever would change sites' zones or tariffs, until the connection is given back."""
    await sql.fetch(connection, "keep_sites")


async def make_months(connection: Connection, months: Sequence[date]) -> None:
    """Make the partitions of these months where they are missing."""
    await sql.fetch(connection, "make_months", list(months))


async def move_horizon(connection: Connection, horizon: datetime | None) -> int:
    """Note how far the data reach now; gives the marks left on cases that this may have matured."""
    if horizon is None:
        return 0
    if not await connection.fetchval("SELECT horizon < $1 FROM data_state FOR UPDATE", horizon):
        return 0
    await sql.fetch(connection, "lock_horizon")
    marks = await sql.run(connection, "mark_matured", horizon)
    await connection.execute("UPDATE data_state SET horizon = $1", horizon)
    return marks


async def note_seen(connection: Connection, seen: datetime | None) -> None:
    """Note the last instant that anything is known of; it never moves back. Run after `move_horizon`, which holds the
    row."""
    await connection.execute("UPDATE data_state SET seen = $1 WHERE seen < $1", seen)


async def directory_changed(connection: Connection) -> None:
    """Give the dimensions (budgets, tariffs and answer norms too) a new version, and tell the readers when this
    commits."""
    await sql.fetch(connection, "directory_changed")
