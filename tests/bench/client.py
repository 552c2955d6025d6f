"""A load generator for machines without wrk. It runs in a separate process and sends raw bytes over many keep-alive
connections with uvloop.

``python -m tests.bench.client <file>`` reads a port and requests from a JSON file that ``tests.bench.serving`` has
written. It prints the requests per second and the 99th percentile of the latency in milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import cast

import uvloop

from tests.bench.serving import CLIENTS, SECONDS, Load
from tests.keys import AUTHORIZATION

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


class Client(asyncio.Protocol):
    """A connection that sends the next request as soon as the response is complete."""

    def __init__(self, following: Callable[[], bytes]) -> None:
        self.latencies: list[float] = []
        self._following = following
        self._sent = 0.0
        self._missing = 0
        self._head = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        # uvloop's transports have the interface of asyncio's, but not the type.
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        """Measure complete responses, and send the next request after each."""
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
            self.latencies.append(perf_counter() - self._sent)
            self._send()

    def _send(self) -> None:
        assert self._transport is not None
        self._sent = perf_counter()
        self._transport.write(self._following())


async def run(port: int, requests: Sequence[bytes]) -> Load:
    """Return what all clients together complete. Each request of the sequence is sent once before any is repeated."""
    following = cycle(requests).__next__
    clients = [Client(following) for _ in range(CLIENTS)]
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda client=client: client, "127.0.0.1", port) for client in clients]  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    started, before = perf_counter(), [len(client.latencies) for client in clients]
    await asyncio.sleep(SECONDS)
    seconds = perf_counter() - started
    found = sorted(each for client, first in zip(clients, before, strict=True) for each in client.latencies[first:])
    for transport, _ in made:
        transport.abort()
    return Load(len(found) / seconds, 1000 * found[len(found) * 99 // 100] if found else 0.0)


def main() -> None:
    """Measure the requests of the file that the command-line argument names, and print the result."""
    port, requests = json.loads(Path(sys.argv[1]).read_text())
    key = f"authorization: {AUTHORIZATION['authorization']}\r\n"
    texts = []
    for method, path, body, kind in requests:
        content = f"content-type: {kind}\r\ncontent-length: {len(body.encode())}\r\n" if body else ""
        texts.append(f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n{key}{content}\r\n{body}".encode())
    print(json.dumps(uvloop.run(run(port, texts))))


if __name__ == "__main__":
    main()
