"""The timer of a connection: it ends connections with a late head, an idle client, or a client that reads nothing.

Each connection has one timer. Requests have none. ``protocol`` records the phase of the connection, and this module
ends a phase that lasts too long. Refusals are written by hand, because there is no request that the application could
answer.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from cadran.web.connection import head
from cadran.web.connection.connections import Bounds
from cadran.web.connection.transport import JoiningTransport

#: The phases of a connection: between requests, within a head, within a body.
BETWEEN: Final = 0
HEAD: Final = 1
BODY: Final = 2
#: The phase after a response whose request body was not read: later bytes are dropped until the connection ends.
ENDING: Final = 3


class WatchedProtocol(HttpToolsProtocol):
    """A connection with a timer. The module describes its limits."""

    transport: JoiningTransport  # type: ignore[assignment]  # as much of a transport as is used

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        loop: asyncio.AbstractEventLoop | None = None,
        *,
        bounds: Bounds,
    ) -> None:
        super().__init__(config, server_state, app_state, loop)
        self._bounds = bounds
        self._phase = BETWEEN
        # The bytes that follow the present request, and the position in them.
        self._held, self._at = b"", 0
        # The time since which a head, or the rest of an unread body, is due. None while nothing is due.
        self._began: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._idle_since = self.loop.time()
        # The number of bytes outside of answered requests: blank lines, and bodies that nobody reads any more.
        self._idle_bytes = 0
        # The number of unread bytes, and the time at which this number last changed.
        self._unread_bytes, self._unread_since = 0, 0.0

    def abort(self) -> None:
        """End the connection at once."""
        self.transport.abort()

    def _watch(self) -> None:
        """Start the timer. The first head is due."""
        self._began = self.loop.time()
        self._timer = self.loop.call_later(self._bounds.head_seconds, self._look)

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _begin_wait(self) -> None:
        """Record the time since which the rest of a head, or of an unread body, is due."""
        if self._began is None and not self._is_answering():
            self._began = self.loop.time()

    def _end_slowly(self) -> None:
        """Close the sending side, and drop further bytes of a body that the service does not read.

        The connection ends later. If it were closed with bytes left to read, the kernel would reset it, and the client
        might lose the response.
        """
        self._phase, self._began, self._idle_bytes, self._held = ENDING, self.loop.time(), 0, b""
        self.flow.resume_reading()
        self.transport.write_eof()

    def _drop(self, count: int) -> None:
        """Count dropped bytes. End the connection after ``DROPPED_BYTES_MAX``."""
        self._idle_bytes += count
        if self._idle_bytes > head.DROPPED_BYTES_MAX:
            self.transport.close()

    def _refuse(self, code: str, detail: str) -> None:
        """Write a problem if no answer is being written, and end the connection in any case."""
        if self.transport.is_closing():
            return
        if not self._is_answering() and self._phase < BODY:
            self.transport.write(head.encode_refusal(code, detail, self.server_state.default_headers))
        self.transport.close()

    def _look(self) -> None:
        """End a late head or body, an idle connection, or a client that reads nothing.

        Otherwise schedule the next check.
        """
        now, bounds, is_closing = self.loop.time(), self._bounds, self.transport.is_closing()
        unread = self.transport.get_write_buffer_size() if is_closing or self.flow.write_paused else 0
        if unread != self._unread_bytes:
            self._unread_bytes, self._unread_since = unread, now
        elif unread and now - self._unread_since >= bounds.unread_seconds:
            self.abort()
            return
        due = bounds.head_seconds
        if self._began is not None:
            due += self._began - now
            if due <= 0:
                self._refuse(
                    "request_timeout", f"The head of the request did not arrive within {bounds.head_seconds:g} s."
                )
        elif not (unread or self._held or self._is_answering() or now - self._idle_since < self.timeout_keep_alive):
            self.transport.close()
        soonest = min(bounds.head_seconds, bounds.unread_seconds, self.timeout_keep_alive)
        self._timer = self.loop.call_later(min(due, soonest) if due > 0 else soonest, self._look)
