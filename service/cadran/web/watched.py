"""A connection that ends by itself: after a head that is due too long, without requests, or with a client that reads
nothing.

There is one timer for each connection, not for each request. ``web/protocol`` says where the connection is, and this
module when that has lasted for too long. Refusals are written by hand, as there is no request that the application
could answer.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from cadran.web import head
from cadran.web.connections import Bounds
from cadran.web.transport import Joining

#: Where a connection is: between requests, within a head, within a body.
BETWEEN: Final = 0
HEAD: Final = 1
BODY: Final = 2
#: The response has been sent, and what still comes is dropped until the connection ends.
ENDING: Final = 3


class WatchedProtocol(HttpToolsProtocol):
    """A connection with a timer. See the module."""

    transport: Joining  # type: ignore[assignment]  # as much of a transport as is used

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
        # What has come beyond the present request, and the place in it.
        self._held, self._at = b"", 0
        # Since when a head, or what nobody reads of a body, is due; None while nothing is.
        self._began: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._idle_since = self.loop.time()
        # Bytes that came without being part of a request that is answered.
        self._idle_bytes = 0
        # What a client has to read, and since when it has read nothing of it.
        self._unread_bytes, self._unread_since = 0, 0.0

    def abort(self) -> None:
        """End at once."""
        self.transport.abort()

    def _watch(self) -> None:
        """Start the timer: the first head is due."""
        self._began = self.loop.time()
        self._timer = self.loop.call_later(self._bounds.head_seconds, self._look)

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _begin_wait(self) -> None:
        """Note since when the rest of a head is due, or of a body that nobody reads."""
        if self._began is None and not self._is_answering():
            self._began = self.loop.time()

    def _end_slowly(self) -> None:
        """End a connection whose client goes on sending a body that nobody reads. At first only our side is closed, and
        what comes is dropped: with bytes left to read, the kernel would reset the connection, and the client might
        lose the response."""
        self._phase, self._began, self._idle_bytes, self._held = ENDING, self.loop.time(), 0, b""
        self.flow.resume_reading()
        self.transport.write_eof()

    def _drop(self, count: int) -> None:
        """Count bytes that nobody reads. End the connection after many."""
        self._idle_bytes += count
        if self._idle_bytes > head.DROPPED_BYTES_MAX:
            self.transport.close()

    def _refuse(self, code: str, detail: str) -> None:
        """Write a problem by hand, where no answer is being written; end the connection in any case."""
        if self.transport.is_closing():
            return
        if not self._is_answering() and self._phase < BODY:
            self.transport.write(head.refusal_bytes(code, detail, self.server_state.default_headers))
        self.transport.close()

    def _look(self) -> None:
        """End what has lasted for too long: a head or the rest of a body that is due, an idle connection, a client that
        reads nothing. Else look again when something may have."""
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
