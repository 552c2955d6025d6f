"""A load generator for machines without wrk. It runs in a separate process and sends raw bytes over many keep-alive
connections with uvloop.

``python -m tests.bench.client '[port, method, path, body, content type]'`` prints the requests per second.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from time import perf_counter
from typing import cast

import uvloop

from tests.bench.serving import CLIENTS, SECONDS
from tests.keys import AUTHORIZATION

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


class Client(asyncio.Protocol):
    """A connection that sends the request again as soon as the response is complete."""

    def __init__(self, request: bytes) -> None:
        self.done = 0
        self._request = request
        self._missing = 0
        self._head = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        # uvloop's transports have the interface of asyncio's, but not the type.
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Count complete responses, and send the request again after each."""
        if not self._missing:
            self._head += data
            head, found, rest = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            length = _LENGTH.search(head + b"\r\n")
            if not head.startswith(b"HTTP/1.1 200") or length is None:
                raise SystemExit(f"not a response of ours: {head[:200]!r}")
            self._head, self._missing, data = b"", int(length[1]), rest
        self._missing -= len(data)
        if self._missing == 0:
            self.done += 1
            assert self._transport is not None
            self._transport.write(self._request)


async def run(port: int, request: bytes) -> float:
    """Return the requests per second that all clients together complete."""
    clients = [Client(request) for _ in range(CLIENTS)]
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda client=client: client, "127.0.0.1", port) for client in clients]  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    started, before = perf_counter(), sum(client.done for client in clients)
    await asyncio.sleep(SECONDS)
    found = (sum(client.done for client in clients) - before) / (perf_counter() - started)
    for transport, _ in made:
        transport.abort()
    return found


def main() -> None:
    """Measure the request that the command-line argument describes, and print the result."""
    port, method, path, body, kind = json.loads(sys.argv[1])
    content = f"content-type: {kind}\r\ncontent-length: {len(body.encode())}\r\n" if body else ""
    key = f"authorization: {AUTHORIZATION['authorization']}\r\n"
    head = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n{key}{content}\r\n"
    print(uvloop.run(run(port, (head + body).encode())))


if __name__ == "__main__":
    main()
