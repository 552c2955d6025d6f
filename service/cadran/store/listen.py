"""Listening for changes: one direct connection of its own that notices its own death.

Takes the server's URL and three callbacks; gives each payload of `cadran_changed` in order, after the state from which
they lead on. A silent server is found out by a trivial question every few seconds; a lost one is looked for again after
a jittered pause, for ever. LISTEN works neither through a transaction pooler nor on a standby: the URL must be direct,
and is tried, for such a pooler takes the LISTEN and says nothing.
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
# Whatever the server says (a wrong password, a database being restored) is worth another try: a served process goes on.
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
    """What the database held when listening began: (site, day, version), how far the data reach, the last instant that
    anything is known of, the directory."""

    days: tuple[tuple[int, date, int], ...]
    horizon: datetime
    seen: datetime
    directory_version: int


class Listener:
    """`run` it as a task; cancelling the task ends it. Callbacks are called on the loop, never two at a time.

    `on_connect` gets the state and may take its time: payloads wait until it is done. `on_lost` follows every
    `on_connect` that ended well. `trouble` says why it does not listen, after a first failure.
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
            # Many processes that lost the same server must not come back in step.
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, not a secret

    async def _session(self) -> None:
        """One connection, from its making to its loss."""
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
            # A polite goodbye could wait for a server that no longer speaks.
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
        """Whether what is said on another connection is heard on this. Raises DatabaseUnavailable."""
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
                "What the database notifies of does not arrive: connect to it directly, or through a pooler that lends"
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
    """What arrives on one connection: kept back until `deliver`, handed on at once afterwards."""

    def __init__(self, on_payload: Callable[[str], None]) -> None:
        self.over = asyncio.Event()
        self._on_payload = on_payload
        self._waiting: list[str] | None = []

    def heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        """asyncpg's callback for a notification."""
        if self._waiting is None:
            self._on_payload(str(payload))
        else:
            self._waiting.append(str(payload))

    def ended(self, _connection: object) -> None:
        """asyncpg's callback for a closed connection."""
        self.over.set()

    def deliver(self) -> None:
        """Hand on what has waited, and from now on everything at once."""
        waiting, self._waiting = self._waiting or [], None
        for payload in waiting:
            self._on_payload(payload)


async def read_state(connection: Direct) -> State:
    """The state as committed now. Read after LISTEN, so that nothing falls between it and the first payload."""
    days = await connection.fetch(sqlfiles.read("queries/day_versions.sql"))
    state = await connection.fetchrow(sqlfiles.read("queries/data_state.sql"))
    if state is None:
        raise DatabaseUnavailable("The database holds no state: run cadran migrate.", internal="data_state is empty")
    rows = tuple((record["site_id"], record["day"], record["version"]) for record in days)
    return State(rows, state["horizon"], state["seen"], state["directory_version"])
