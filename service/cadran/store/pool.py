"""A pool of connections to PostgreSQL, with bounded waits and translated errors.

`open_pool` takes a URL and limits. The pool returns rows, and lends connections to writers. It raises
`DatabaseUnavailable` when the server cannot be reached, `Overloaded` when too many requests wait for a connection or
one has waited too long, and `DatabaseTimeout` when a statement is stopped. A read that loses its connection is retried
once, on another connection: a restarted server costs each idle connection exactly one error.

Callers get connections in turn (``store/fair_queue``). Heavy statements wait for each other before they wait for a
connection, so that the other connections stay free for light statements.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from cadran import telemetry
from cadran.errors import DatabaseTimeout, DatabaseUnavailable, Forbidden, RollupsChanged
from cadran.store.address import Address
from cadran.store.fair_queue import HEAVY_WAIT_SECONDS, WAITING_MAX, FairQueue, Loan
from cadran.store.locks import limit_waiting
from cadran.store.reach import explain_failure
from cadran.store.server_errors import translate

log = logging.getLogger(__name__)

Row: TypeAlias = asyncpg.Record
Connection: TypeAlias = "PoolConnectionProxy[Row]"

LOST = (
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    # The error that asyncpg raises when the server has closed the connection and asyncpg has not noticed yet.
    asyncpg.InternalClientError,
)
UNREACHABLE = (*LOST, OSError, TimeoutError, asyncpg.TooManyConnectionsError)
# The server's own limit stops a statement. This additional limit is for a server that has stopped answering.
SILENCE_SECONDS = 2.0
#: The function by which a statement refuses to read rollups that have changed since it was planned.
GUARD = "rollups_as_of("
_TURNED_AWAY = (
    "Too many requests wait for the database; try again after the time in Retry-After. Cached answers are still "
    "available."
)


class Session(asyncpg.Connection):
    """A connection that knows its session settings, so that consecutive reads with equal settings set them once. No
    other code may change a setting that outlives a transaction."""

    __slots__ = ("_settings",)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._settings: str | None = ""

    async def apply_settings(self, settings: str) -> None:
        """Set the session to exactly these statements ("": the initial settings), unless it is set so already."""
        if self._settings != settings:
            # The settings are unknown until the statements have succeeded.
            self._settings = None
            await self.execute(f"RESET ROLE; RESET ALL; {settings}")
            self._settings = settings


@dataclass(frozen=True, slots=True)
class Queues:
    """The bounds of a pool's queues.

    At most ``waiting_max`` statements wait for a connection, and as many heavy statements for each other. At most
    ``heavy_max`` heavy statements run at once (None: the number of connections).
    """

    waiting_max: int = WAITING_MAX
    heavy_max: int | None = None


class Pool:
    """A bounded set of connections of one process, with the queues in front of it. ``lent`` is the set of server
    process ids of the connections that were lent to writers."""

    def __init__(
        self,
        pool: "asyncpg.Pool[Row]",
        lent: set[int],
        address: Address,
        *,
        acquire_timeout_seconds: float,
        queues: Queues,
    ) -> None:
        self._pool = pool
        self._address = address
        self._lent = lent
        self._acquire_timeout_seconds = acquire_timeout_seconds
        size, most = pool.get_max_size(), queues.waiting_max
        self._connections = FairQueue(size, refusal=_TURNED_AWAY, waiting_max=most)
        self._heavy = FairQueue(min(queues.heavy_max or size, size), refusal=_TURNED_AWAY, waiting_max=most)
        self._checking: asyncio.Task[bool] | None = None

    @property
    def under_way(self) -> int:
        """Return the number of statements that have a connection or wait for one."""
        return self._connections.lent + self._connections.waiting + self._heavy.waiting

    async def fetch(
        self, sql: str, arguments: Sequence[Any] = (), *, settings: str = "", heavy: bool = False
    ) -> list[Row]:
        """Return the rows of one reading statement. The statement must not write, because it may run twice.
        ``settings``: the statements that set the session for this read. ``heavy``: the statement takes long, so only a
        few such statements may run at once."""
        if heavy:
            async with self._heavy.taken(seconds=HEAVY_WAIT_SECONDS):
                return await self.fetch(sql, arguments, settings=settings)
        try:
            return await self._fetch(sql, arguments, settings)
        except DatabaseUnavailable as unavailable:
            if not isinstance(unavailable.__cause__, LOST):
                raise
            log.info("a connection was lost; retrying the read")
        return await self._fetch(sql, arguments, settings)

    async def _fetch(
        self, sql: str, arguments: Sequence[Any], settings: str = "", *, urgent: bool = False
    ) -> list[Row]:
        async with self._taken(urgent=urgent) as connection:
            await cast("Session", connection).apply_settings(settings)
            try:
                return await connection.fetch(sql, *arguments)
            except asyncpg.InsufficientPrivilegeError as error:
                if not settings:
                    raise
                # A permitted statement has all grants that it needs. So an earlier check has failed to refuse this one.
                log.error("a statement was denied what it reads: %s", error)
                raise Forbidden("What you may see does not answer this question.", internal=str(error)) from error
            except (asyncpg.ObjectNotInPrerequisiteStateError, asyncpg.UndefinedColumnError) as error:
                if GUARD not in sql:
                    raise
                raise RollupsChanged(
                    "The rollups are being changed by an upgrade; try again shortly.", internal=str(error)
                ) from error

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """Lend a connection. A lost connection, or the server's time limit, ends the block with one of cadran's
        errors."""
        async with self._taken() as connection:
            await cast("Session", connection).apply_settings("")
            self._lent.add(connection.get_server_pid())
            yield connection

    @asynccontextmanager
    async def _taken(self, *, urgent: bool = False) -> AsyncIterator[Connection]:
        try:
            with telemetry.stage("acquire"):
                connection, loan = await self._next(urgent=urgent)
        except UNREACHABLE as error:
            raise self._unavailable(error) from error
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            # A changed password or a dropped database: the database is as unreachable as one that does not answer.
            raise self._unavailable(error) from error
        try:
            yield connection
        except asyncpg.QueryCanceledError as error:
            raise DatabaseTimeout("The database took too long; ask for less at a time.") from error
        except TimeoutError as error:
            connection.terminate()
            raise self._unavailable(error) from error
        except LOST as error:
            raise self._unavailable(error) from error
        except asyncpg.PostgresError as error:
            named = translate(error, self._address)
            if named is None:
                raise
            raise named from error
        except asyncpg.InterfaceError as error:
            if not _is_gone(connection):
                raise
            raise self._unavailable(error) from error
        finally:
            # The place in the queue is released first, so that the next caller already waits at the pool when the
            # connection returns.
            self._connections.give_back(loan)
            await self._give_back(connection)

    def _unavailable(self, error: BaseException) -> DatabaseUnavailable:
        """Return the error for a lost connection, or for the cause that its message names."""
        return translate(error, self._address) or DatabaseUnavailable(
            "The database cannot be reached at the moment; try again shortly.",
            internal=str(error) or type(error).__name__,
        )

    async def _next(self, *, urgent: bool) -> tuple[Connection, Loan]:
        """Wait for the caller's turn. Return a connection and its loan."""
        loan = await self._connections.take(seconds=self._acquire_timeout_seconds, urgent=urgent)
        try:
            return await self._pool.acquire(timeout=self._acquire_timeout_seconds), loan
        except BaseException:  # a cancellation included: the place must be given back
            self._connections.give_back(loan)
            raise

    async def _give_back(self, connection: Connection) -> None:
        """Release a connection. If it cannot be reset, the pool has discarded it already; its committed work is
        unaffected."""
        try:
            await self._pool.release(connection)
        except (*UNREACHABLE, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            log.info("a connection was lost on its way back: %r", error)

    async def healthy(self) -> bool:
        """Return whether the server answers a trivial query in time. Never raise. Concurrent calls share one query. The
        query may always join the queue, because overload alone does not make a process unhealthy."""
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._answers(), name="health")
        return await asyncio.shield(self._checking)

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(self._acquire_timeout_seconds):
                try:
                    await self._fetch("SELECT 1", (), urgent=True)
                except DatabaseUnavailable as unavailable:
                    if not isinstance(unavailable.__cause__, LOST):
                        raise
                    # A restart costs each idle connection one error.
                    await self._fetch("SELECT 1", (), urgent=True)
        except (DatabaseUnavailable, DatabaseTimeout, TimeoutError):
            return False
        return True

    async def close(self) -> None:
        """Wait briefly for lent connections, then cut them."""
        try:
            async with asyncio.timeout(self._acquire_timeout_seconds):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()


async def open_pool(
    url: str,
    *,
    size_min: int,
    size_max: int,
    acquire_timeout_seconds: float,
    statement_timeout_seconds: float | None,
    lock_timeout_seconds: float | None = None,
    queues: Queues = Queues(),
    application_name: str = "cadran",
) -> Pool:
    """Open a pool and its first connections. Loads and refreshes pass `None` as the limit of their statements, which
    take as long as they need. Their waits for locks are bounded."""
    server_settings = {"application_name": application_name, "timezone": "UTC", "jit": "off"}
    command_timeout = None
    if statement_timeout_seconds is not None:
        server_settings["statement_timeout"] = str(max(1, round(statement_timeout_seconds * 1000)))
        command_timeout = statement_timeout_seconds + SILENCE_SECONDS
    if lock_timeout_seconds is not None:
        server_settings |= limit_waiting(lock_timeout_seconds)
    lent: set[int] = set()

    async def reset(connection: "asyncpg.Connection[Row]") -> None:
        # A read leaves nothing to reset. By default, asyncpg would send four statements after each read.
        if connection.get_server_pid() in lent:
            await connection.execute(connection.get_reset_query())
            lent.discard(connection.get_server_pid())

    address = Address.of(url)
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=size_min,
            max_size=size_max,
            timeout=acquire_timeout_seconds,
            command_timeout=command_timeout,
            server_settings=server_settings,
            reset=reset,
            connection_class=Session,
        )
    except (*UNREACHABLE, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise await explain_failure(error, address) from (None if isinstance(error, ValueError) else error)
    return Pool(pool, lent, address, acquire_timeout_seconds=acquire_timeout_seconds, queues=queues)


def _is_gone(connection: Connection) -> bool:
    """Return whether a connection is lost: closed, or taken back by the pool, after which its proxy raises an error."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True
