"""What stands between a connection's protocol and uvloop's transport: reads are kept small, writes are joined.

uvloop reads up to 256,000 bytes at once, and all of them are held when the first request of many must be answered
first. `Reading` takes ``READ_BYTES`` at a time; the kernel holds the rest and slows the client down. uvicorn writes a
response's head and body one by one, which uvloop makes two system calls; `Joining` makes them one.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any, Final

#: The most bytes that the kernel takes of a connection before it has sent them; by default it takes megabytes, which no
#: bound of ours would count, and a client that reads slowly would seem to read nothing.
_KERNEL_BYTES_MAX: Final = 131_072
#: A longer body is sent by reference: many clients that do not read the same cached one hold it once.
_COPIED_BYTES_MAX: Final = 16_384


def bound_kernel(transport: asyncio.Transport) -> None:
    """Keep the kernel from taking much more than it can send, where it can be told so (Linux, macOS)."""
    connected: Any = transport.get_extra_info("socket")
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)
    if option is not None and connected is not None and connected.family != getattr(socket, "AF_UNIX", None):
        connected.setsockopt(socket.IPPROTO_TCP, option, _KERNEL_BYTES_MAX)


class Reading(asyncio.BufferedProtocol):
    """A protocol that reads into ``room`` and hands what was read to another protocol."""

    __slots__ = (
        "_received",
        "_room",
        "_view",
        "connection_lost",
        "eof_received",
        "pause_writing",
        "resume_writing",
    )

    def __init__(self, protocol: asyncio.Protocol, room: bytearray) -> None:
        self._room = room
        self._view = memoryview(room)
        self._received = protocol.data_received
        self.connection_lost = protocol.connection_lost  # type: ignore[method-assign]  # handed on without a step between
        self.eof_received = protocol.eof_received  # type: ignore[method-assign]  # the same
        self.pause_writing = protocol.pause_writing  # type: ignore[method-assign]  # the same
        self.resume_writing = protocol.resume_writing  # type: ignore[method-assign]  # the same

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002 - a hint only
        """Return where to read to."""
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        """Hand on what was read."""
        self._received(bytes(self._view[:nbytes]))


class Joining:
    """A transport that holds what is written until more comes, or the loop's next turn, and sends both at once. While
    ``hold_reading`` is in force, nothing is read, whatever uvicorn's flow control says."""

    __slots__ = (
        "_held",
        "_is_holding",
        "_soon",
        "_transport",
        "abort",
        "get_extra_info",
        "get_write_buffer_size",
        "is_closing",
        "pause_reading",
    )

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._soon = loop.call_soon
        self._held = b""
        self._is_holding = False
        self.abort = transport.abort
        self.get_extra_info = transport.get_extra_info
        self.get_write_buffer_size = transport.get_write_buffer_size
        self.is_closing = transport.is_closing
        self.pause_reading = transport.pause_reading

    def resume_reading(self) -> None:
        """Read on, unless reading is held."""
        if not self._is_holding:
            self._transport.resume_reading()

    def hold_reading(self) -> None:
        """Read nothing until ``release_reading``."""
        if not self._is_holding:
            self._is_holding = True
            self._transport.pause_reading()

    def release_reading(self, *, is_paused: bool) -> None:
        """Read on after ``hold_reading``, unless flow control has paused reading for its own reasons."""
        if self._is_holding:
            self._is_holding = False
            if not is_paused:
                self._transport.resume_reading()

    def write(self, data: bytes) -> None:
        """Send, with what is held, or soon."""
        if self._held:
            held, self._held = self._held, b""
            self._transport.writelines((held, data))
        elif data:
            self._held = data
            self._soon(self._flush)

    def write_whole(self, lines: list[bytes], body: bytes) -> None:
        """Send a response at once, as no more will come: the lines of its head, and its body, which is not copied where
        it is long."""
        if self._held:
            self._flush()
        if len(body) > _COPIED_BYTES_MAX:
            self._transport.writelines((b"".join(lines), body))
        else:
            lines.append(body)
            self._transport.write(b"".join(lines))

    def write_eof(self) -> None:
        """Send what is held, and nothing more; read on."""
        self._flush()
        if not self.is_closing():
            self._transport.write_eof()

    def close(self) -> None:
        """Send what is held, and end."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        held, self._held = self._held, b""
        if held and not self.is_closing():
            self._transport.write(held)
