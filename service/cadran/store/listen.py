"""The listener for changes: a separate, direct connection that detects its own loss.

The listener takes the server's URL and three callbacks. On each connection it first delivers the state of the database,
then the payloads of `cadran_changed` in order. It detects a silent server by a trivial query every few seconds. It
retries a lost connection after a jittered pause, without limit. LISTEN works neither through a transaction pooler nor
on a standby. The URL must therefore be direct. The listener tests this, because a transaction pooler accepts LISTEN and
then delivers nothing.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_hex
from typing import TypeAlias

import asyncpg

from cadran import sqlfiles
from cadran.errors import DatabaseTimeout, DatabaseUnavailable
from cadran.store.pool import UNREACHABLE

log = logging.getLogger(__name__)

CHANNEL = "cadran_changed"
PAUSE_SECONDS = 0.1
PAUSE_SECONDS_MAX = 5.0

Direct: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
# After any of these errors (such as a wrong password, or a database being restored) the listener tries again, so that a
# running process recovers.
FAILURES = (
    *UNREACHABLE,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    DatabaseUnavailable,
    DatabaseTimeout,
)


@dataclass(frozen=True, slots=True)
class State:
    """The database's state when listening began: (site, day, version) of each day, the horizon, the last instant of
    which anything is known, and the directory's version."""

    days: tuple[tuple[int, date, int], ...]
    horizon: datetime
    seen: datetime
    directory_version: int


class Listener:
    """A listener for changes. Run `run` as a task, and cancel the task to end it. Callbacks run on the event loop, one
    at a time.

    `on_connect` gets the state and may take its time: payloads wait until it is done. `on_lost` is called when a
    connection ends after a successful `on_connect`. `trouble` says why the listener is not listening, after a first
    failure.
    """

    def __init__(
        self,
        url: str,
        *,
        on_connect: Callable[[State], Awaitable[None]],
        on_payload: Callable[[str], None],
        on_lost: Callable[[], None],
        beat_seconds: float = 3.0,
        patience_seconds: float = 2.0,
    ) -> None:
        self._url = url
        self._on_connect = on_connect
        self._on_payload = on_payload
        self._on_lost = on_lost
        self._beat_seconds = beat_seconds
        self._patience_seconds = patience_seconds
        self._failures = 0
        self.trouble = ""

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._session()
            except FAILURES as error:
                self.trouble = error.detail if isinstance(error, DatabaseUnavailable) else ""
                log.warning("not listening for changes: %s", self.trouble or repr(error))
            self._failures += 1
            pause = min(PAUSE_SECONDS * 2**self._failures, PAUSE_SECONDS_MAX)
            # Processes that lost the same server must not all reconnect at the same moment.
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, not a secret

    async def _session(self) -> None:
        """Listen on one connection, from its opening to its loss."""
        connection = await self._connect()
        session = _Session(self._on_payload)
        connection.add_termination_listener(session.ended)
        listening = False
        try:
            async with asyncio.timeout(2 * self._patience_seconds):
                await connection.add_listener(CHANNEL, session.heard)
                await self._try_out(connection)
                state = await read_state(connection)
            await self._on_connect(state)
            listening = True
            self._failures = 0
            session.deliver()
            await self._watch(connection, session)
        finally:
            # A regular close could wait for a server that no longer answers.
            connection.terminate()
            if listening:
                self._on_lost()

    async def _connect(self) -> Direct:
        return await asyncpg.connect(
            self._url,
            timeout=self._patience_seconds,
            command_timeout=self._patience_seconds,
            server_settings={"application_name": "cadran listener", "timezone": "UTC"},
        )

    async def _try_out(self, connection: Direct) -> None:
        """Check that a notification from another connection arrives on this one. Raises DatabaseUnavailable."""
        channel, heard = f"cadran_hello_{token_hex(8)}", asyncio.Event()

        def hello(*_: object) -> None:
            heard.set()

        await connection.add_listener(channel, hello)
        other = await self._connect()
        try:
            await other.execute(f"NOTIFY {channel}")
            async with asyncio.timeout(self._patience_seconds / 2):
                await heard.wait()
        except TimeoutError:
            raise DatabaseUnavailable(
                "Notifications of the database do not arrive: connect to it directly, or through a pooler that lends"
                " connections for a whole session (CADRAN_DATABASE_URL)."
            ) from None
        finally:
            other.terminate()
        await connection.remove_listener(channel, hello)

    async def _watch(self, connection: Direct, session: "_Session") -> None:
        while True:
            try:
                async with asyncio.timeout(self._beat_seconds):
                    await session.over.wait()
            except TimeoutError:
                async with asyncio.timeout(self._patience_seconds):
                    await connection.execute("SELECT 1")
            else:
                raise ConnectionResetError("the listener's connection was closed")


class _Session:
    """The payloads that arrive on one connection: held until `deliver` is called, then passed on at once."""

    def __init__(self, on_payload: Callable[[str], None]) -> None:
        self.over = asyncio.Event()
        self._on_payload = on_payload
        self._waiting: list[str] | None = []

    def heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        """Receive a notification (asyncpg's callback)."""
        if self._waiting is None:
            self._on_payload(str(payload))
        else:
            self._waiting.append(str(payload))

    def ended(self, _connection: object) -> None:
        """Note that the connection is closed (asyncpg's callback)."""
        self.over.set()

    def deliver(self) -> None:
        """Pass on the held payloads, and from now on every payload at once."""
        waiting, self._waiting = self._waiting or [], None
        for payload in waiting:
            self._on_payload(payload)


async def read_state(connection: Direct) -> State:
    """Return the committed state. Read it after LISTEN, so that no change falls between the state and the first
    payload."""
    days = await connection.fetch(sqlfiles.read("store/state.sql:day_versions"))
    state = await connection.fetchrow(sqlfiles.read("store/state.sql:data_state"))
    if state is None:
        raise DatabaseUnavailable("The database holds no state: run cadran migrate.", internal="data_state is empty")
    rows = tuple((record["site_id"], record["day"], record["version"]) for record in days)
    return State(rows, state["horizon"], state["seen"], state["directory_version"])
