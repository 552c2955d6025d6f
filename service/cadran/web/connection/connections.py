"""The connections of one process: limits on their number and on the bytes that wait for clients to read.

Takes the limits from the settings. A connection above a limit is *surplus*: its first request gets 503 and the
connection ends, unless the request is a health probe. When too many surplus connections wait, the oldest is refused at
once. When too many bytes wait to be read, the connection that has waited longest is aborted.

Pipelined requests wait for their *turn*: a few of them are served in each iteration of the event loop, in the order of
their connections. libuv accepts one connection in each iteration. If all pipelined requests were served at once, 250
such clients would delay the next connection, such as a health probe, by many seconds.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Final, Protocol

from uvicorn.middleware.proxy_headers import _TrustedHosts

#: The most surplus connections that wait for their first request. A health probe needs one for a few milliseconds.
_SURPLUS_MAX: Final = 64
#: The most pipelined requests that are served in one iteration of the event loop. They take about two milliseconds.
_TURNS_MAX: Final = 4
#: The most bytes that one read takes from a socket, and so the most that a connection holds unparsed.
READ_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits on clients that are not authenticated yet.

    ``connections_max`` counts all clients, ``address_connections_max`` the clients of one address. ``trusted_proxies``
    (as ``CADRAN_TRUSTED_PROXIES``) are exempt from the second limit. ``unsent_bytes_max`` limits the unread bytes of
    all connections together. ``unread_seconds`` is how long a client may read nothing of a response.
    """

    head_seconds: float
    head_bytes_max: int
    connections_max: int
    address_connections_max: int
    trusted_proxies: str
    unsent_bytes_max: int
    unread_seconds: float


class Connection(Protocol):
    """The interface of a connection that ``Connections`` uses."""

    def refuse_surplus(self) -> None:
        """Answer 503 and end the connection."""

    def abort(self) -> None:
        """End the connection at once, even if bytes are left to send."""

    def take_turn(self) -> None:
        """Serve the next pipelined request."""


class Connections:
    """The connections of one process. A spawned process counts its own connections."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        #: The buffer that all connections read into, one after the other. The bytes read are copied at once.
        self.room = bytearray(READ_BYTES)
        self._trusted = _TrustedHosts(bounds.trusted_proxies) if bounds.trusted_proxies else frozenset[str]()
        self._counted: dict[Connection, str] = {}
        self._of_addresses: dict[str, int] = {}
        # Both are ordered by age, the oldest first.
        self._surplus: dict[Connection, None] = {}
        self._unsent: dict[Connection, int] = {}
        self._unsent_bytes = 0
        self._turns: deque[Connection] = deque()
        self._context: Context | None = None

    def __reduce__(self) -> tuple[type[Connections], tuple[Bounds]]:
        return Connections, (self.bounds,)

    def enter(self, connection: Connection, address: str) -> bool:
        """Count a new connection. Return whether it is within the limits. A surplus connection is remembered."""
        if self._context is None:
            self._context = copy_context()
        number = self._of_addresses.get(address, 0)
        is_exempt = not address or address in self._trusted
        is_full = len(self._counted) >= self.bounds.connections_max
        if is_full or (number >= self.bounds.address_connections_max and not is_exempt):
            self._surplus[connection] = None
            if len(self._surplus) > _SURPLUS_MAX:
                oldest = next(iter(self._surplus))
                del self._surplus[oldest]
                oldest.refuse_surplus()
            return False
        self._counted[connection] = address
        self._of_addresses[address] = number + 1
        return True

    def wait_for_turn(self, connection: Connection, loop: asyncio.AbstractEventLoop) -> None:
        """Schedule a turn for a connection with a pipelined request, after the connections that already wait."""
        if not self._turns:
            self._run_soon(loop)
        self._turns.append(connection)

    def _run_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        # This must not run in the task of the previous response: the next request would inherit its context.
        loop.call_soon(self._run_turns, loop, context=self._context)

    def _run_turns(self, loop: asyncio.AbstractEventLoop) -> None:
        for _ in range(min(_TURNS_MAX, len(self._turns))):
            self._turns.popleft().take_turn()
        if self._turns:
            self._run_soon(loop)

    def leave(self, connection: Connection) -> None:
        """Forget a connection that has ended."""
        self._surplus.pop(connection, None)
        self.drained(connection)
        address = self._counted.pop(connection, None)
        if address is None:
            return
        number = self._of_addresses[address] - 1
        if number:
            self._of_addresses[address] = number
        else:
            del self._of_addresses[address]

    def unsent(self, connection: Connection, size: int) -> None:
        """Count ``size`` bytes that a client has not read yet.

        Above the limit, abort the connections that wait longest.
        """
        self.drained(connection)
        self._unsent[connection] = size
        self._unsent_bytes += size
        while self._unsent_bytes > self.bounds.unsent_bytes_max:
            oldest = next(iter(self._unsent))
            self.drained(oldest)
            oldest.abort()

    def drained(self, connection: Connection) -> None:
        """Forget the unread bytes of a connection, since the client has read them."""
        self._unsent_bytes -= self._unsent.pop(connection, 0)
