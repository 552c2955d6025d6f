"""A real server in a thread, and functions that exchange raw bytes with it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import uvicorn

from cadran.cli.serve import make_bounds
from cadran.settings import Settings
from cadran.web.connection.connections import Connections
from cadran.web.connection.protocol import RESPONSE_HEADERS, BoundedProtocol

#: No test waits longer for the server, in seconds.
PATIENCE_SECONDS = 20.0


@contextmanager
def wired(app: Any, *, idle_seconds: float = 5.0, **bounds: Any) -> Iterator[int]:
    """Run a server with our HTTP protocol over an application without lifespan events, and yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        protocol: Any = partial(BoundedProtocol, connections=Connections(replace(make_bounds(Settings()), **bounds)))
        config = uvicorn.Config(
            app,
            log_level="error",
            lifespan="off",
            loop="uvloop",
            http=protocol,
            ws="none",
            headers=RESPONSE_HEADERS,
            timeout_keep_alive=idle_seconds,  # type: ignore[arg-type]  # as good as a whole number
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(PATIENCE_SECONDS)


def exchanged(port: int, pieces: Iterable[bytes], *, pause_seconds: float = 0.0) -> bytes:
    """Send these pieces one by one, and return all bytes until the server closes the connection. When the server closes
    early, the remaining pieces are not sent.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as wire:
        try:
            for piece in pieces:
                wire.sendall(piece)
                time.sleep(pause_seconds)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return received(wire)


def received(wire: socket.socket) -> bytes:
    """Return all bytes that arrive until the server closes the connection."""
    found = b""
    try:
        while piece := wire.recv(65_536):
            found += piece
    except ConnectionResetError:
        pass
    return found
