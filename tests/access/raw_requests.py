"""Run the service on a real port, in a thread or as a process, and send it raw bytes."""

from __future__ import annotations

import asyncio
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil
import uvicorn
from starlette.types import Receive, Scope, Send

from cadran.serving import Application
from cadran.settings import Settings
from tests.keys import KEY
from tests.web.live_server import PATIENCE_SECONDS, received


@dataclass
class HeartbeatApplication:
    """An application that measures how long its event loop is blocked.

    ``held_seconds`` is the longest CPU time of the event loop's thread between two turns of a background task. CPU time
    of the thread, not wall-clock time, so that other programs and other threads do not count.
    """

    app: Any
    held_seconds: float = 0.0
    _task: Any = field(default=None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self._task = asyncio.create_task(self._beat())
        await self.app(scope, receive, send)

    async def _beat(self) -> None:
        # Wait until the service has started.
        await asyncio.sleep(1.0)
        while True:
            began = time.thread_time()
            await asyncio.sleep(0)
            self.held_seconds = max(self.held_seconds, time.thread_time() - began)
            await asyncio.sleep(0.001)


@contextmanager
def threaded(url: str) -> Iterator[tuple[int, HeartbeatApplication]]:
    """Serve the service on a free port in a thread. Yield the port and the application that measures its event loop."""
    settings = Settings(database_url=url, pool_min=1, pool_max=4, address_requests_per_minute=1_000_000)
    beating = HeartbeatApplication(Application(settings))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            beating, log_level="critical", lifespan="on", loop="uvloop", http="httptools", ws="none"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        time.sleep(1.2)
        try:
            yield listening.getsockname()[1], beating
        finally:
            server.should_exit = True
            thread.join(PATIENCE_SECONDS)


@contextmanager
def process(url: str, **settings: str) -> Iterator[tuple[int, psutil.Process]]:
    """Run ``cadran serve`` on a free port. Yield the port and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CADRAN_")}
    bounds = {"CADRAN_HEAD_TIMEOUT_SECONDS": "2", "CADRAN_BODY_TIMEOUT_SECONDS": "2", "CADRAN_LOG_LEVEL": "error"}
    given = {**inherited, **bounds, "CADRAN_DATABASE_URL": url, "CADRAN_PORT": str(port), **settings}
    serving = subprocess.Popen([sys.executable, "-m", "cadran", "serve"], env=given, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not is_listening(port):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield port, psutil.Process(serving.pid)
    finally:
        serving.terminate()
        serving.wait(PATIENCE_SECONDS)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def head(path: str, length: str, *, method: str = "POST", host: str = "cadran") -> bytes:
    lines = f"{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {KEY}\r\n"
    return f"{lines}content-type: application/json\r\nconnection: close\r\n{length}\r\n\r\n".encode()


def sent(port: int, pieces: Iterable[bytes]) -> bytes:
    """Send the pieces and return the response. Stop sending when the server begins to respond, as HTTP clients do."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as wire:
        try:
            for piece in pieces:
                wire.sendall(piece)
                if select.select([wire], [], [], 0)[0]:
                    break
        except (BrokenPipeError, ConnectionResetError):
            pass
        return received(wire)


def status(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:100]
    return int(answer[9:12])
