"""Layers between the protocol of a connection and uvloop's transport: small reads and joined writes.

uvloop reads up to 256,000 bytes at once, and all of them are held while the first of many requests is answered.
``ReadingLimit`` takes ``READ_BYTES`` at a time; the kernel holds the rest and slows the client down. uvicorn writes the
head and the body of a response one by one, which costs two system calls in uvloop. ``JoiningTransport`` joins them into
one.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any, Final

#: The most unsent bytes that the kernel accepts for a connection. By default it accepts megabytes, which no limit of
#: this service would count, and a slow reader would seem to read nothing.
_KERNEL_BYTES_MAX: Final = 131_072
#: The longest body that is copied. A longer body is sent by reference, so that many slow readers of a cached body share
#: one copy.
_COPIED_BYTES_MAX: Final = 16_384


def bound_kernel(transport: asyncio.Transport) -> None:
    """Limit the unsent bytes that the kernel accepts, where the system has the option (Linux, macOS)."""
    connected: Any = transport.get_extra_info("socket")
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)
    if option is not None and connected is not None and connected.family != getattr(socket, "AF_UNIX", None):
        connected.setsockopt(socket.IPPROTO_TCP, option, _KERNEL_BYTES_MAX)


class ReadingLimit(asyncio.BufferedProtocol):
    """A protocol that reads into ``room`` and passes the bytes to another protocol."""

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
        self.connection_lost = protocol.connection_lost  # type: ignore[method-assign]  # passed on without an extra call
        self.eof_received = protocol.eof_received  # type: ignore[method-assign]  # the same
        self.pause_writing = protocol.pause_writing  # type: ignore[method-assign]  # the same
        self.resume_writing = protocol.resume_writing  # type: ignore[method-assign]  # the same

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002 - a hint only
        """Return the buffer to read into."""
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        """Pass on the bytes that were read."""
        self._received(bytes(self._view[:nbytes]))


class JoiningTransport:
    """A transport that joins consecutive writes into one.

    A write waits until another write follows or the next iteration of the event loop begins. Between ``hold_reading``
    and ``release_reading`` nothing is read, even if uvicorn's flow control resumes reading.
    """

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
        """Resume reading, unless reading is held."""
        if not self._is_holding:
            self._transport.resume_reading()

    def hold_reading(self) -> None:
        """Stop reading until ``release_reading``."""
        if not self._is_holding:
            self._is_holding = True
            self._transport.pause_reading()

    def release_reading(self, *, is_paused: bool) -> None:
        """End ``hold_reading``. Reading resumes unless flow control has paused it."""
        if self._is_holding:
            self._is_holding = False
            if not is_paused:
                self._transport.resume_reading()

    def write(self, data: bytes) -> None:
        """Send data together with held data, or hold them until the next iteration of the event loop."""
        if self._held:
            held, self._held = self._held, b""
            self._transport.writelines((held, data))
        elif data:
            self._held = data
            self._soon(self._flush)

    def write_whole(self, lines: list[bytes], body: bytes) -> None:
        """Send a whole response at once: the lines of its head, and its body. A long body is not copied."""
        if self._held:
            self._flush()
        if len(body) > _COPIED_BYTES_MAX:
            self._transport.writelines((b"".join(lines), body))
        else:
            lines.append(body)
            self._transport.write(b"".join(lines))

    def write_eof(self) -> None:
        """Send the held data and close the sending side. Reading goes on."""
        self._flush()
        if not self.is_closing():
            self._transport.write_eof()

    def close(self) -> None:
        """Send the held data and close the connection."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        held, self._held = self._held, b""
        if held and not self.is_closing():
            self._transport.write(held)
