"""The HTTP/1 protocol of the server: uvicorn's protocol with limits on clients that are not authenticated yet.

uvicorn's protocol waits for ever for the end of a head, parses everything that has arrived, holds every pipelined
request as objects, merges trailers into the headers, and writes to a client that reads nothing. This protocol is
different:

- A head has a limit of seconds, bytes and headers (408, 431). It needs one ``Host`` (400) and HTTP/1.0 or 1.1 (400).
- A connection serves one request at a time. The parser cannot be stopped, so it gets the bytes up to the end of a
  head, then the body as long as ``Content-Length`` says. Later bytes (at most ``READ_BYTES``) are held unparsed, and
  nothing more is read until the response has been sent and read. Only the parser finds the end of a chunked body: if
  another request follows it at once, the connection ends after the response.
- Trailers are dropped. The framing of a chunked body is bounded, and so is the rest of a body after the response.
- The number of connections and the unread bytes are bounded (``connections``), and so is the time in which a
  client reads nothing.

``watched`` ends connections that last too long.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import httptools
from uvicorn.config import Config
from uvicorn.server import ServerState

from cadran.web.authentication import HEADERS
from cadran.web.connection import head
from cadran.web.connection.connections import Connections
from cadran.web.connection.extensions import EXTENSIONS
from cadran.web.connection.transport import JoiningTransport, ReadingLimit, bound_kernel
from cadran.web.connection.watched import BETWEEN, BODY, ENDING, HEAD, WatchedProtocol

#: Headers of every response. A browser must not treat JSON or CSV as a page.
RESPONSE_HEADERS: Final = [("x-content-type-options", "nosniff")]
_BLANK: Final = re.compile(rb"[\r\n]*")


class BoundedProtocol(WatchedProtocol):
    """One connection. The module describes its limits."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        connections: Connections,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop, bounds=connections.bounds)
        self._all = connections
        self._is_surplus = False
        # The bytes and lines of the head so far, and its last three bytes.
        self._head_bytes = self._head_lines = 0
        self._tail = b""
        # The Host of the previous request. The first value is one that no request can have.
        self._host: bytes | None = b"\n"
        self._body = head.Body()
        self._is_waiting = False
        self._refusal: Exception | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Set up the layers of a new connection, start its timer and count the connection."""
        super().connection_made(JoiningTransport(transport, self.loop))  # type: ignore[arg-type]  # as much of one as is used here
        bound_kernel(transport)
        transport.set_protocol(ReadingLimit(self, self._all.room))
        self._watch()
        self._is_surplus = not self._all.enter(self, self.client[0] if self.client else "")

    def connection_lost(self, exc: Exception | None) -> None:
        """End the connection and drop the held bytes."""
        if self._timer is not None:
            self._timer.cancel()
        self._all.leave(self)
        self._held = b""
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse, hold or drop received bytes. They may belong to several requests."""
        if self._phase == ENDING:
            self._drop(len(data))
        elif self._held:
            self._held += data
        else:
            self._take(data, 0)

    def on_message_begin(self) -> None:
        """Begin a request's head. Raises HeadAhead while the previous request is being answered."""
        if self._is_answering():
            self._refusal = head.HeadAhead()
            raise self._refusal
        super().on_message_begin()
        self._phase = HEAD

    def on_headers_complete(self) -> None:
        """Check a complete head and start the application."""
        given = self.headers
        headers = dict(given)
        version, host = self.parser.get_http_version(), headers.get(b"host")
        # Requests of one connection are mostly alike, so the full check is rare.
        is_usual = version == "1.1" and host == self._host and len(headers) == len(given) <= head.HEADERS_MAX
        is_upgrade = self.parser.should_upgrade()
        if not is_usual or self._is_surplus or is_upgrade or b"transfer-encoding" in headers:
            self._check(version, headers)
            self._host = host
        self._phase, self._began = BODY, None
        self._head_bytes, self._head_lines, self._idle_bytes, self._tail = 0, 0, 0, b""
        if b"content-length" in headers or b"transfer-encoding" in headers:
            self._body.begin(headers)
            self.headers = head.TRAILERS
        self.scope["extensions"] = EXTENSIONS
        self.scope[HEADERS] = headers  # type: ignore[typeddict-unknown-key]  # our extension of the scope
        super().on_headers_complete()
        if self._is_surplus or is_upgrade:
            # A proxy may have accepted the upgrade, so the bytes that follow may not be a request.
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Add part of a body."""
        self._body.read(len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Record the end of a request."""
        self._phase, self._began = BETWEEN, None
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Serve the held bytes, or wait for the next request."""
        self.server_state.total_requests += 1
        if self._phase == BODY and self._body.left_bytes > head.LEFTOVER_BYTES_MAX:
            self._end_slowly()
        elif self._held:
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
        """Parse ``data`` from the position ``at`` to the end of one request. Hold the bytes that follow."""
        length = len(data)
        while at < length and not self.transport.is_closing():
            if self._phase == BODY:
                end = self._body.take(at, length)
            elif self._phase == BETWEEN and (self._is_answering() or self.flow.write_paused):
                self._hold(data, at)
                return
            elif self._phase == BETWEEN and data[at] in head.HEAD_END:
                end = _BLANK.match(data, at).end()  # type: ignore[union-attr]  # it matches anything
                self._idle_bytes += end - at
                if self._idle_bytes > head.BLANK_BYTES_MAX:
                    self._refuse("bad_request", "Blank lines came where a request should begin. Send a request line.")
                    return
                at = end
                self._begin_wait()
                continue
            else:
                end = head.find_end_of_head(data, at, tail=self._tail, bytes_max=self._bounds.head_bytes_max)
            self._parse(data if end - at == length else data[at:end])
            if self._phase == BODY and not self._is_answering():
                self._idle_bytes += end - at
                if self._idle_bytes > head.LEFTOVER_BYTES_MAX:
                    self._end_slowly()
                    return
            at = end

    def _parse(self, data: bytes) -> None:
        """Feed the parser, and refuse bytes that the parser rejects."""
        if self._phase != BODY and not self._fits(data):
            return
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Upgrades are not supported: the request is answered as if it had not asked for one.
            pass
        except httptools.HttpParserError as error:
            start = b"" if self._head_bytes else data
            if isinstance(error, httptools.HttpParserInvalidURLError) and self._refusal is None:
                self._refusal = head.refuse_target(start)
            self._refuse_parsed(start if isinstance(error, httptools.HttpParserInvalidMethodError) else b"")
            return
        if self._phase == BETWEEN:
            return
        self._begin_wait()
        if self._phase == HEAD:
            self._head_bytes += len(data)
            self._tail = (self._tail + data[-3:])[-3:]
            if self._tail.endswith(b"\n") and self.parser.get_http_version() in ("0.0", "0.9"):
                # A request line without a version: such a client sends nothing more and would wait for ever.
                self._refuse("bad_request", head.VERSIONS)
        elif self._body.is_mostly_framing():
            self._refuse("bad_request", "Chunk sizes, extensions and trailers are longer than the body. Send fewer.")

    def _fits(self, data: bytes) -> bool:
        """Return whether a head stays within its limits with these bytes. Refuse the request otherwise.

        The bytes are counted before they are parsed, because each header becomes two objects.
        """
        bytes_max = self._bounds.head_bytes_max
        if self._head_bytes + len(data) > bytes_max:
            self._refuse("head_too_large", f"The head is larger than {bytes_max} bytes. Send less.")
            return False
        self._head_lines += data.count(b"\n")
        if self._head_lines > head.HEADERS_MAX + 2:
            self._refuse("head_too_large", head.TOO_MANY)
            return False
        return True

    def _check(self, version: str, headers: dict[bytes, bytes]) -> None:
        """Check a head that may not be served. Raises HeadRefused, which stops the parser.

        The parser replaces the exception by its own, so the refusal is also stored in ``_refusal``.
        """
        try:
            head.check_head(version, self.headers, headers, self.parser.get_method())
            if self._is_surplus:
                head.check_surplus(self.url)
        except head.HeadRefused as refusal:
            self._refusal = refusal
            raise

    def _refuse_parsed(self, start: bytes = b"") -> None:
        """Refuse the request at which the parser stopped, with the stored refusal if there is one. ``start`` is the
        start of a request whose method the parser does not know."""
        refusal, self._refusal = self._refusal, None
        if isinstance(refusal, head.HeadAhead):
            # The start of the following request is unknown, so the connection ends after the response.
            self.cycle.keep_alive = False
            self.transport.hold_reading()
            return
        found = refusal if isinstance(refusal, head.HeadRefused) else head.refuse_unparsed(start)
        self._refuse(found.code, found.detail)

    def _hold(self, data: bytes, at: int) -> None:
        """Hold bytes that have come too early, and stop reading until their turn."""
        self._held, self._at, self._began = data, at, None
        self.transport.hold_reading()

    def _wait_for_turn(self) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            self._all.wait_for_turn(self, self.loop)
