"""Connections to PostgreSQL: every wait for one has an end, and every failure one name.

Takes a URL and limits; gives rows, and connections to those that write; raises `DatabaseUnavailable` when the server
cannot be reached, `Overloaded` when too many wait for a connection or one has waited too long, `DatabaseTimeout` when a
statement is stopped. A read that loses its connection is tried once more, on another: a restarted server costs each
idle connection exactly one error.

Callers get connections in turn (``store/fair_queue``). Heavy statements wait for each other before they wait for a
connection, so that the other connections stay free for light ones.
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
from cadran.errors import DatabaseTimeout, DatabaseUnavailable, Forbidden
from cadran.store.address import Address
from cadran.store.fair_queue import HEAVY_WAIT_SECONDS, FairQueue, Loan
from cadran.store.locks import waiting
from cadran.store.reach import unusable
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
    # What asyncpg says where the server's farewell has arrived and was not read yet.
    asyncpg.InternalClientError,
)
UNREACHABLE = (*LOST, OSError, TimeoutError, asyncpg.TooManyConnectionsError)
# The server's own limit stops a statement; ours is for a server that has stopped answering at all.
SILENCE_SECONDS = 2.0
_TURNED_AWAY = (
    "Too many questions wait for the database; ask again after the time in Retry-After. Answers that are kept are "
    "given all the same."
)


class Session(asyncpg.Connection):
    """A connection that knows what its session was set to: reads that want the same of it set it once. Nobody else may
    set anything that outlives a transaction."""

    __slots__ = ("_settings",)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._settings: str | None = ""

    async def set_to(self, settings: str) -> None:
        """Set the session to these statements alone ("": to how it began), if it is not."""
        if self._settings != settings:
            # Whatever becomes of it: until it is done, nothing is known of the session.
            self._settings = None
            await self.execute(f"RESET ROLE; RESET ALL; {settings}")
            self._settings = settings


@dataclass(frozen=True, slots=True)
class Queues:
    """Bounds of the queues before a pool. ``waiting_max`` statements may wait for a connection, and as many heavy ones
    for each other (None: any number). ``heavy_max`` heavy statements run at once (None: as many as there are
    connections)."""

    waiting_max: int | None = None
    heavy_max: int | None = None


class Pool:
    """A bounded set of connections of one process, and the queues before it. ``lent``: the server's ids of those that
    were in others' hands."""

    def __init__(
        self, pool: "asyncpg.Pool[Row]", lent: set[int], *, acquire_timeout_seconds: float, queues: Queues
    ) -> None:
        self._pool = pool
        self._lent = lent
        self._acquire_timeout_seconds = acquire_timeout_seconds
        size, most = pool.get_max_size(), queues.waiting_max
        self._connections = FairQueue(size, refusal=_TURNED_AWAY, waiting_max=most)
        self._heavy = FairQueue(min(queues.heavy_max or size, size), refusal=_TURNED_AWAY, waiting_max=most)
        self._checking: asyncio.Task[bool] | None = None

    @property
    def under_way(self) -> int:
        """How many statements have a connection or wait for one."""
        return self._connections.lent + self._connections.waiting + self._heavy.waiting

    async def fetch(
        self, sql: str, arguments: Sequence[Any] = (), *, settings: str = "", heavy: bool = False
    ) -> list[Row]:
        """The rows of one reading statement. It must not write: it may run twice. ``settings``: the statements that set
        the session which it is read in. ``heavy``: it takes long, so that few of its kind may run at once."""
        if heavy:
            async with self._heavy.taken(seconds=HEAVY_WAIT_SECONDS):
                return await self.fetch(sql, arguments, settings=settings)
        try:
            return await self._fetch(sql, arguments, settings)
        except DatabaseUnavailable as unavailable:
            if not isinstance(unavailable.__cause__, LOST):
                raise
            log.info("a connection was lost; the read is tried once more")
        return await self._fetch(sql, arguments, settings)

    async def _fetch(
        self, sql: str, arguments: Sequence[Any], settings: str = "", *, urgent: bool = False
    ) -> list[Row]:
        async with self._taken(urgent=urgent) as connection:
            await cast("Session", connection).set_to(settings)
            try:
                return await connection.fetch(sql, *arguments)
            except asyncpg.InsufficientPrivilegeError as error:
                if not settings:
                    raise
                # Every statement that may be asked for is granted what it reads: something let this one through.
                log.error("a statement was denied what it reads: %s", error)
                raise Forbidden("What you may see does not answer this question.", internal=str(error)) from error

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """Lend a connection. Losing it, or the server's time limit, ends the block under the names of our errors."""
        async with self._taken() as connection:
            await cast("Session", connection).set_to("")
            self._lent.add(connection.get_server_pid())
            yield connection

    @asynccontextmanager
    async def _taken(self, *, urgent: bool = False) -> AsyncIterator[Connection]:
        try:
            with telemetry.stage("acquire"):
                connection, loan = await self._next(urgent=urgent)
        except UNREACHABLE as error:
            raise _unavailable(error) from error
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            # A password that was changed, a database that was dropped: as far away as one that does not answer.
            raise translate(error) or _unavailable(error) from error
        try:
            yield connection
        except asyncpg.QueryCanceledError as error:
            raise DatabaseTimeout("The database took too long; ask for less at a time.") from error
        except TimeoutError as error:
            connection.terminate()
            raise _unavailable(error) from error
        except LOST as error:
            raise _unavailable(error) from error
        except asyncpg.PostgresError as error:
            named = translate(error)
            if named is None:
                raise
            raise named from error
        except asyncpg.InterfaceError as error:
            if not _is_gone(connection):
                raise
            raise _unavailable(error) from error
        finally:
            # First the place: the next caller already waits at the pool when the connection comes back.
            self._connections.give_back(loan)
            await self._give_back(connection)

    async def _next(self, *, urgent: bool) -> tuple[Connection, Loan]:
        """A connection, when it is the caller's turn."""
        loan = await self._connections.take(seconds=self._acquire_timeout_seconds, urgent=urgent)
        try:
            return await self._pool.acquire(timeout=self._acquire_timeout_seconds), loan
        except BaseException:
            self._connections.give_back(loan)
            raise

    async def _give_back(self, connection: Connection) -> None:
        """A connection that cannot be reset has been thrown away by the pool already; what was done with it stands."""
        try:
            await self._pool.release(connection)
        except (*UNREACHABLE, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            log.info("a connection was lost on its way back: %r", error)

    async def healthy(self) -> bool:
        """Whether the server answers a trivial question in time; never raises. However many ask, one question is under
        way, and it may always join the queue: overload alone makes nobody unwell."""
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
        """Wait shortly for lent connections, then cut them."""
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
    """A pool that is connected already. Loads and refreshes take as long as they need: `None` for their statements,
    but they wait for locks no longer than they are told."""
    server_settings = {"application_name": application_name, "timezone": "UTC", "jit": "off"}
    command_timeout = None
    if statement_timeout_seconds is not None:
        server_settings["statement_timeout"] = str(max(1, round(statement_timeout_seconds * 1000)))
        command_timeout = statement_timeout_seconds + SILENCE_SECONDS
    if lock_timeout_seconds is not None:
        server_settings |= waiting(lock_timeout_seconds)
    lent: set[int] = set()

    async def reset(connection: "asyncpg.Connection[Row]") -> None:
        # One read leaves nothing behind; asyncpg would follow each with a round trip of four statements.
        if connection.get_server_pid() in lent:
            await connection.execute(connection.get_reset_query())
            lent.discard(connection.get_server_pid())

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
        raise await unusable(error, Address.of(url)) from (None if isinstance(error, ValueError) else error)
    return Pool(pool, lent, acquire_timeout_seconds=acquire_timeout_seconds, queues=queues)


def _is_gone(connection: Connection) -> bool:
    """A lost connection is closed, or taken back by the pool already: its stand-in then answers nothing any more."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True


def _unavailable(error: BaseException) -> DatabaseUnavailable:
    return DatabaseUnavailable("The database cannot be reached at the moment; try again shortly.", internal=repr(error))
