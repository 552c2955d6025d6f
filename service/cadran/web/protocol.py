"""The HTTP/1 protocol of the server: what uvicorn's does, with bounds on what a client may take before it is known.

uvicorn's protocol waits for the end of a head for ever, parses whatever has come, keeps every request that was sent
ahead as objects, merges trailers into the headers, and writes to a client that reads nothing. Here

- a head has so many seconds, bytes and headers (408, 431), one ``Host`` (400), and HTTP/1.0 or 1.1 (400);
- one request of a connection is served at a time. The parser cannot be stopped, so it is fed up to the end of a head,
  then the body as long as ``Content-Length`` says. What has come beyond that (``READ_BYTES`` at most) is held as it
  is, and nothing more is read, until the response has been sent and read. Only the parser finds the end of a chunked
  body: where another request follows one at once, the connection ends after the response;
- trailers are dropped; what frames a chunked body is bounded, and so is what is read of a body after the response;
- the number of connections and the bytes that wait to be read are bounded (``web/connections``), and so is the time
  in which a client reads nothing.

``web/watched`` ends connections that last for too long.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import httptools
from uvicorn.config import Config
from uvicorn.server import ServerState

from cadran.web import head
from cadran.web.authentication import HEADERS
from cadran.web.connections import Connections
from cadran.web.extensions import EXTENSIONS
from cadran.web.transport import Joining, Reading, bound_kernel
from cadran.web.watched import BETWEEN, BODY, ENDING, HEAD, WatchedProtocol

#: What every response carries: a browser must not take JSON or CSV for a page.
RESPONSE_HEADERS: Final = [("x-content-type-options", "nosniff")]
_BLANK: Final = re.compile(rb"[\r\n]*")


class BoundedProtocol(WatchedProtocol):
    """One connection. See the module."""

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
        # Of the head: its bytes and lines so far, and its last three bytes.
        self._head_bytes = self._head_lines = 0
        self._tail = b""
        # The Host of the request before; at first none that there can be.
        self._host: bytes | None = b"\n"
        self._body = head.Body()
        self._is_waiting = False
        self._refusal: Exception | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin: the first head is due."""
        super().connection_made(Joining(transport, self.loop))  # type: ignore[arg-type]  # as much of one as is used here
        bound_kernel(transport)
        transport.set_protocol(Reading(self, self._all.room))
        self._watch()
        self._is_surplus = not self._all.enter(self, self.client[0] if self.client else "")

    def connection_lost(self, exc: Exception | None) -> None:
        """End, and keep nothing."""
        if self._timer is not None:
            self._timer.cancel()
        self._all.leave(self)
        self._held = b""
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take part of a request, or of several."""
        if self._phase == ENDING:
            self._drop(len(data))
        elif self._held:
            self._held += data
        else:
            self._take(data, 0)

    def on_message_begin(self) -> None:
        """Begin a head."""
        if self._is_answering():
            self._refusal = head.Ahead()
            raise self._refusal
        super().on_message_begin()
        self._phase = HEAD

    def on_headers_complete(self) -> None:
        """End a head, and let the application answer."""
        given = self.headers
        headers = dict(given)
        version, host = self.parser.get_http_version(), headers.get(b"host")
        # The connection's next request is mostly like the one before.
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
        self.scope[HEADERS] = headers  # type: ignore[typeddict-unknown-key]  # an extension of ours
        super().on_headers_complete()
        if self._is_surplus or is_upgrade:
            # Where somebody in front saw an upgrade, what follows need not be a request.
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Add part of a body."""
        self._body.read(len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._phase, self._began = BETWEEN, None
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with what was held, or wait for the next request."""
        self.server_state.total_requests += 1
        if self._phase == BODY and self._body.left_bytes > head.LEFTOVER_BYTES_MAX:
            self._end_slowly()
        elif self._held:
            self._wait_for_turn()
        elif not self.transport.is_closing():
            self.flow.resume_reading()
            self._idle_since = self.loop.time()

    def pause_writing(self) -> None:
        """Count what a client has not read."""
        super().pause_writing()
        self._all.unsent(self, self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Go on, as the client has read."""
        super().resume_writing()
        self._all.drained(self)
        if self._held and not self._is_answering():
            self._wait_for_turn()

    def refuse_surplus(self) -> None:
        """Answer 503 and end."""
        self._refusal = head.too_many_connections()
        self._refuse_parsed()

    def take_turn(self) -> None:
        """Serve what was held, if it may be served now."""
        self._is_waiting = False
        if not self._held or self.transport.is_closing() or self._is_answering() or self.flow.write_paused:
            return
        held, at, self._held = self._held, self._at, b""
        self._take(held, at)
        if not self._held:
            self.transport.release_reading(is_paused=self.flow.read_paused)

    def _take(self, data: bytes, at: int) -> None:
        """Parse what has come from a place on, up to the end of one request; hold what follows it."""
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
                    self._refuse("bad_request", "Blank lines came where a request should begin; send a request line.")
                    return
                at = end
                self._begin_wait()
                continue
            else:
                end = head.end_of_head(data, at, tail=self._tail, bytes_max=self._bounds.head_bytes_max)
            self._parse(data if end - at == length else data[at:end])
            if self._phase == BODY and not self._is_answering():
                self._idle_bytes += end - at
                if self._idle_bytes > head.LEFTOVER_BYTES_MAX:
                    self._end_slowly()
                    return
            at = end

    def _parse(self, data: bytes) -> None:
        """Feed the parser. Refuse what is wrong with what it was fed."""
        bytes_max = self._bounds.head_bytes_max
        if self._phase != BODY and self._head_bytes + len(data) > bytes_max:
            self._refuse("head_too_large", f"The head is larger than {bytes_max} bytes; send less.")
            return
        if self._phase != BODY:
            # Counted before they are parsed: each header becomes two objects.
            self._head_lines += data.count(b"\n")
            if self._head_lines > head.HEADERS_MAX + 2:
                self._refuse("head_too_large", head.TOO_MANY)
                return
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Nothing is upgraded here: the request is answered as if it had not asked for it.
            pass
        except httptools.HttpParserError:
            self._refuse_parsed()
            return
        if self._phase == BETWEEN:
            return
        self._begin_wait()
        if self._phase == HEAD:
            self._head_bytes += len(data)
            self._tail = (self._tail + data[-3:])[-3:]
            if self._tail.endswith(b"\n") and self.parser.get_http_version() in ("0.0", "0.9"):
                # A request line without a version: such a client sends no more, and would wait.
                self._refuse("bad_request", head.VERSIONS)
        elif self._body.is_mostly_framing():
            self._refuse("bad_request", "Chunk sizes, extensions and trailers are longer than the body; send fewer.")

    def _check(self, version: str, headers: dict[bytes, bytes]) -> None:
        """Stop the parser at a head that is not served. Raise head.HeadRefused, which the parser does not hand on."""
        try:
            head.check_head(version, self.headers, headers, self.parser.get_method())
            if self._is_surplus:
                head.check_surplus(self.url)
        except head.HeadRefused as refusal:
            self._refusal = refusal
            raise

    def _refuse_parsed(self) -> None:
        """Refuse what the parser stopped at."""
        refusal, self._refusal = self._refusal, None
        if isinstance(refusal, head.HeadRefused):
            self._refuse(refusal.code, refusal.detail)
        elif isinstance(refusal, head.Ahead):
            # Nobody knows where the request began that follows: the connection ends after the response.
            self.cycle.keep_alive = False
            self.transport.hold_reading()
        else:
            self._refuse("bad_request", "This is not HTTP/1.1 (RFC 9112); send a request line, headers and a body.")

    def _hold(self, data: bytes, at: int) -> None:
        """Keep what has come too early, and read no more until its turn."""
        self._held, self._at, self._began = data, at, None
        self.transport.hold_reading()

    def _wait_for_turn(self) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            self._all.wait_for_turn(self, self.loop)
