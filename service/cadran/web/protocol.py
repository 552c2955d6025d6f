"""What the server itself must do: refuse, before there is a request, a head that comes too slowly or grows too long;
and send a response's head and body together, a kept one without looking it over again.

uvicorn's protocol waits for the end of a head for ever, and keeps all of it. This one gives each head so many seconds
and bytes; a connection that sends nothing at all, or trickles the rest of a body whose request has been answered, has
the same time. One timer for each connection, not for each request. It also writes head and body one by one, which
uvloop makes two system calls, and looks for forbidden characters in each header. Of a kept answer's time that was a
fifth; so there are two extensions of ASGI for them: ``AT_HAND`` shows a body that came with its head, ``WHOLE`` sends a
response at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

import orjson
from starlette.types import Receive, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from cadran.web.finished import AT_HAND, WHOLE
from cadran.web.problem import KINDS, MEDIA_TYPE, title_of, type_of

HEAD_SECONDS: Final = 10.0
HEAD_BYTES_MAX: Final = 65_536


#: Where a connection stands: between requests, within a head, within a body.
_BETWEEN: Final = 0
_HEAD: Final = 1
_BODY: Final = 2
_HEAD_END: Final = b"\r\n\r\n"


class Joining:
    """A transport that holds what is written until more comes, or the loop's next turn, and sends both at once."""

    __slots__ = ("_held", "_soon", "_transport", "get_extra_info", "is_closing", "pause_reading", "resume_reading")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._soon = loop.call_soon
        self._held = b""
        self.get_extra_info = transport.get_extra_info
        self.is_closing = transport.is_closing
        self.pause_reading = transport.pause_reading
        self.resume_reading = transport.resume_reading

    def write(self, data: bytes) -> None:
        """Send, with what is held, or soon."""
        if self._held:
            held, self._held = self._held, b""
            self._transport.writelines((held, data))
        elif data:
            self._held = data
            self._soon(self._flush)

    def write_whole(self, data: bytes) -> None:
        """Send at once, as no more will come."""
        if self._held:
            self.write(data)
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Send what is held, and end."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        held, self._held = self._held, b""
        if held and not self.is_closing():
            self._transport.write(held)


class BoundedHeads(HttpToolsProtocol):
    """See the module."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        head_seconds: float = HEAD_SECONDS,
        head_bytes_max: int = HEAD_BYTES_MAX,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._seconds = head_seconds
        self._bytes_max = head_bytes_max
        self._phase = _BETWEEN
        self._began: float | None = None
        self._head_bytes = 0
        self._ended = False
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Somebody is there; the first head is due."""
        super().connection_made(Joining(transport, self.loop))  # type: ignore[arg-type]  # as much of one as is used here
        self._began = self.loop.time()
        self._timer = self.loop.call_later(self._seconds, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Part of a request, or of several."""
        room = self._bytes_max - self._head_bytes
        if self._phase != _BODY and len(data) > room and data.find(_HEAD_END, 0, room) < 0:
            if not self.transport.is_closing():
                self._refuse("head_too_large", f"The head is larger than {self._bytes_max} bytes.")
            return
        if self._began is None and not self._is_answering():
            # Blank lines between requests, or what is left of a body that nobody reads.
            self._began = self.loop.time()
        self._ended = False
        super().data_received(data)
        # Where another request ended in it, what belongs to the next head is not known, and is little.
        if self._phase == _HEAD and not self._ended:
            self._head_bytes += len(data)

    def on_message_begin(self) -> None:
        """The first byte of a head."""
        super().on_message_begin()
        self._phase, self._head_bytes = _HEAD, 0
        if self._began is None:
            self._began = self.loop.time()

    def on_headers_complete(self) -> None:
        """The end of a head."""
        self._phase, self._began, self._head_bytes = _BODY, None, 0
        self.scope["extensions"] = _EXTENSIONS
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The end of a request."""
        self._phase, self._began, self._ended = _BETWEEN, None, True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Told when what came is not HTTP."""
        self._refuse("bad_request", msg)

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _look(self) -> None:
        """Whether what is due has been due for too long; else look again when it may be."""
        now = self.loop.time()
        since = now if self._began is None else self._began
        left = since + self._seconds - now
        if left > 0:
            self._timer = self.loop.call_later(left, self._look)
        elif not self.transport.is_closing():
            self._refuse("request_timeout", f"The request's head did not arrive within {self._seconds:g} s.")

    def _refuse(self, code: str, detail: str) -> None:
        """A problem by hand, where no answer is being written; the end of the connection in any case."""
        if not self._is_answering() and self._phase != _BODY:
            status = HTTPStatus(KINDS[code].status)
            document = {
                "type": type_of(code),
                "title": title_of(code),
                "status": status,
                "detail": detail,
                "code": code,
            }
            body = orjson.dumps(document)
            head = f"HTTP/1.1 {status} {status.phrase}\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
            self.transport.write(head.encode() + b"cache-control: no-store\r\nconnection: close\r\n\r\n" + body)
        self.transport.close()


def _send_whole(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bool:
    """What uvicorn's ``send`` does, where all is well with the connection: nobody is gone or slow to read, and the next
    request may follow."""
    # Whose method it is. To hand each request a function of its own would tie a ring of references, and to collect
    # those took a third of all time.
    cycle: RequestResponseCycle = send.__self__  # type: ignore[attr-defined]  # a method of it
    if cycle.disconnected or cycle.flow.write_paused or not cycle.keep_alive:
        return False
    lines = [STATUS_LINE[status]]
    for name, value in (*cycle.default_headers, *headers):
        lines += (name, b": ", value, b"\r\n")
    lines += (b"\r\n", body)
    cycle.response_started = cycle.response_complete = True
    cycle.transport.write_whole(b"".join(lines))  # type: ignore[attr-defined]  # a Joining, since the connection was made
    cycle.message_event.set()
    cycle.on_response()
    return True


def _at_hand(receive: Receive) -> bytes | None:
    """The whole body of a request, where it came with the head; it may be received all the same."""
    cycle: RequestResponseCycle = receive.__self__  # type: ignore[attr-defined]  # the same
    return None if cycle.more_body else bytes(cycle.body)


_EXTENSIONS: Final[Any] = {WHOLE: _send_whole, AT_HAND: _at_hand}
