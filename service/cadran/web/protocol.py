"""The HTTP/1 protocol of the server: uvicorn's protocol with limits on clients that are not authenticated yet.

uvicorn's protocol waits for the end of a head for ever, parses everything that has arrived, holds every request that
was sent ahead as objects, merges trailers into the headers, and writes to a client that reads nothing. This protocol
is different:

- A head has a limit of seconds, bytes and headers (408, 431). It needs one ``Host`` (400) and HTTP/1.0 or 1.1 (400).
- A connection serves one request at a time. The parser cannot be stopped, so it gets the bytes up to the end of a
  head, then the body as long as ``Content-Length`` says. Later bytes (at most ``READ_BYTES``) are held unparsed, and
  nothing more is read until the response has been sent and read. Only the parser finds the end of a chunked body: if
  another request follows it at once, the connection ends after the response.
- Trailers are dropped, and the framing of a chunked body is bounded.
- The number of connections and the unread bytes are bounded (``web/connections``), and so is the time in which a
  client reads nothing.

Each connection has one timer, which also ends idle connections. Requests have no timers.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from cadran.web import head
from cadran.web.authentication import HEADERS
from cadran.web.connections import Connections
from cadran.web.extensions import EXTENSIONS
from cadran.web.transport import Joining, Reading, bound_kernel

#: Headers of every response. A browser must not treat JSON or CSV as a page.
RESPONSE_HEADERS: Final = [("x-content-type-options", "nosniff")]
#: The phases of a connection: between requests, within a head, within a body.
_BETWEEN: Final = 0
_HEAD: Final = 1
_BODY: Final = 2
_BLANK: Final = re.compile(rb"[\r\n]*")


class BoundedProtocol(HttpToolsProtocol):
    """One connection. The module describes its limits."""

    transport: Joining  # type: ignore[assignment]  # as much of a transport as is used

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        connections: Connections,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._all = connections
        self._bounds = connections.bounds
        self._is_surplus = False
        self._phase = _BETWEEN
        # The time since which a head, or the rest of an unread body, is due. None while nothing is due.
        self._began: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        # The bytes of the head so far, and the last three of them.
        self._head_bytes = 0
        self._tail = b""
        # The Host of the previous request. The first value is one that no request can have.
        self._host: bytes | None = b"\n"
        self._body = head.Body()
        # The bytes that follow the present request, and the position in them.
        self._held, self._at = b"", 0
        self._is_waiting = False
        self._idle_since = self.loop.time()
        # The number of unread bytes, and the time since which the client has read none of them.
        self._unread_bytes, self._unread_since = 0, 0.0
        self._refusal: Exception | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin a connection. The first head is due."""
        super().connection_made(Joining(transport, self.loop))  # type: ignore[arg-type]  # as much of one as is used here
        bound_kernel(transport)
        transport.set_protocol(Reading(self, self._all.room))
        self._began = self.loop.time()
        self._timer = self.loop.call_later(self._bounds.head_seconds, self._look)
        self._is_surplus = not self._all.enter(self, self.client[0] if self.client else "")

    def connection_lost(self, exc: Exception | None) -> None:
        """End the connection and drop the held bytes."""
        if self._timer is not None:
            self._timer.cancel()
        self._all.leave(self)
        self._held = b""
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes of one request or of several."""
        if self._held:
            self._held += data
        else:
            self._take(data, 0)

    def on_message_begin(self) -> None:
        """Begin a head."""
        if self._is_answering():
            self._refusal = head.Ahead()
            raise self._refusal
        super().on_message_begin()
        self._phase = _HEAD

    def on_headers_complete(self) -> None:
        """End a head, and let the application answer."""
        given = self.headers
        headers = dict(given)
        version, host = self.parser.get_http_version(), headers.get(b"host")
        # Requests of one connection are mostly alike, so the full check is rare.
        is_usual = version == "1.1" and host == self._host and len(headers) == len(given) <= head.HEADERS_MAX
        if not is_usual or self._is_surplus:
            self._check(version, headers)
            self._host = host
        self._phase, self._began = _BODY, None
        self._head_bytes, self._tail = 0, b""
        if b"content-length" in headers or b"transfer-encoding" in headers:
            self._body.begin(headers)
            self.headers = head.TRAILERS
        self.scope["extensions"] = EXTENSIONS
        self.scope[HEADERS] = headers  # type: ignore[typeddict-unknown-key]  # our extension of the scope
        super().on_headers_complete()
        if self._is_surplus or self.parser.should_upgrade():
            # A proxy may have accepted the upgrade, so the bytes that follow may not be a request.
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Add part of a body."""
        self._body.read(len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._phase, self._began = _BETWEEN, None
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Serve the held bytes, or wait for the next request."""
        self.server_state.total_requests += 1
        if self._held:
            self._wait_for_turn()
        elif not self.transport.is_closing():
            self.flow.resume_reading()
            self._idle_since = self.loop.time()

    def pause_writing(self) -> None:
        """Count the bytes that the client has not read."""
        super().pause_writing()
        self._all.unsent(self, self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Resume the connection once the client has read."""
        super().resume_writing()
        self._all.drained(self)
        if self._held and not self._is_answering():
            self._wait_for_turn()

    def abort(self) -> None:
        """End the connection at once."""
        self.transport.abort()

    def refuse_surplus(self) -> None:
        """Answer 503 and end the connection."""
        self._refusal = head.too_many_connections()
        self._refuse_parsed()

    def take_turn(self) -> None:
        """Serve the held bytes, if the connection is ready for them."""
        self._is_waiting = False
        if not self._held or self.transport.is_closing() or self._is_answering() or self.flow.write_paused:
            return
        held, at, self._held = self._held, self._at, b""
        self._take(held, at)
        if not self._held:
            self.transport.release_reading(is_paused=self.flow.read_paused)

    def _take(self, data: bytes, at: int) -> None:
        """Parse bytes from a position on, up to the end of one request. Hold the bytes that follow."""
        length = len(data)
        while at < length and not self.transport.is_closing():
            if self._phase == _BODY:
                end = self._body.take(at, length)
            elif self._phase == _BETWEEN and (self._is_answering() or self.flow.write_paused):
                self._hold(data, at)
                return
            elif self._phase == _BETWEEN and data[at] in head.HEAD_END:
                at = _BLANK.match(data, at).end()  # type: ignore[union-attr]  # it matches anything
                self._begin_wait()
                continue
            else:
                end = head.end_of_head(data, at, tail=self._tail, bytes_max=self._bounds.head_bytes_max)
            self._parse(data if end - at == length else data[at:end])
            at = end

    def _begin_wait(self) -> None:
        """Record since when the rest of a head, or of an unread body, is due."""
        if self._began is None and not self._is_answering():
            self._began = self.loop.time()

    def _parse(self, data: bytes) -> None:
        """Feed the parser, and refuse bytes that the parser rejects."""
        bytes_max = self._bounds.head_bytes_max
        if self._phase != _BODY and self._head_bytes + len(data) > bytes_max:
            self._refuse("head_too_large", f"The head is larger than {bytes_max} bytes. Send less.")
            return
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Upgrades are not supported: the request is answered as if it had not asked for one.
            pass
        except httptools.HttpParserError:
            self._refuse_parsed()
            return
        if self._phase == _BETWEEN:
            return
        self._begin_wait()
        if self._phase == _HEAD:
            self._head_bytes += len(data)
            if len(self.headers) > head.HEADERS_MAX:
                self._refuse("head_too_large", head.TOO_MANY)
            self._tail = (self._tail + data[-3:])[-3:]
            if self._tail.endswith(b"\n") and self.parser.get_http_version() in ("0.0", "0.9"):
                # A request line without a version: such a client sends nothing more and would wait for ever.
                self._refuse("bad_request", head.VERSIONS)
        elif self._body.is_mostly_framing(bytes_max):
            self._refuse("bad_request", "Chunk sizes, extensions and trailers are longer than the body. Send fewer.")

    def _check(self, version: str, headers: dict[bytes, bytes]) -> None:
        """Stop the parser at a head that is not served. Raise head.HeadRefused, which the parser swallows."""
        try:
            head.check_head(version, self.headers, headers)
            if self._is_surplus:
                head.check_surplus(self.url)
        except head.HeadRefused as refusal:
            self._refusal = refusal
            raise

    def _refuse_parsed(self) -> None:
        """Refuse the bytes at which the parser stopped."""
        refusal, self._refusal = self._refusal, None
        if isinstance(refusal, head.HeadRefused):
            self._refuse(refusal.code, refusal.detail)
        elif isinstance(refusal, head.Ahead):
            # The start of the following request is unknown, so the connection ends after the response.
            self.cycle.keep_alive = False
            self.transport.hold_reading()
        else:
            self._refuse("bad_request", "This is not HTTP/1.1 (RFC 9112). Send a request line, headers and a body.")

    def _hold(self, data: bytes, at: int) -> None:
        """Hold bytes that have come too early, and stop reading until their turn."""
        self._held, self._at, self._began = data, at, None
        self.transport.hold_reading()

    def _wait_for_turn(self) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            self._all.wait_for_turn(self, self.loop)

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _look(self) -> None:
        """End a late head or body, an idle connection, or a client that reads nothing. Otherwise schedule the next
        check."""
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

    def _refuse(self, code: str, detail: str) -> None:
        """Write a problem if no answer is being written, and end the connection in any case."""
        if self.transport.is_closing():
            return
        if not self._is_answering() and self._phase != _BODY:
            self.transport.write(head.refusal_bytes(code, detail, self.server_state.default_headers))
        self.transport.close()
