"""The surroundings of README's page: `cadran serve` as a process, and another origin that serves the page and its embed
tokens.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

import httpx

from cadran.facts.refresh.refresh import refresh
from tests.defaults import load
from tests.keys import AUTHORIZATION, give_key
from tests.sample_service import opened
from tests.test_readme import HOST, PAGES

#: Seconds. A process takes less to start or to end, even on a busy machine.
PATIENCE_SECONDS: Final = 120.0
PAGE: Final = re.findall(r"```html\n(.*?)```", PAGES["README.md"], re.DOTALL)[0]
#: A page renews its token one minute before it expires, which is here ten seconds after it was minted.
TOKEN_SECONDS: Final = 70


async def fill(url: str, *, offered_at: str, zone: str) -> None:
    """Load one contact that was handled at the site of README's page."""
    pool = await opened(url)
    contact = {"contact": "1", "site": "LIL", "channel": "phone", "offered_at": offered_at, "answered_at": offered_at}
    summary = await load(pool, "contacts", [{**contact, "outcome": "handled"}], zone=zone)
    assert summary.rejected == 0
    await refresh(pool)
    await pool.close()
    await give_key(url)


class Service:
    """`cadran serve` on a separate port, as a process that can be stopped and started again."""

    def __init__(self, database: str, **settings: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        given = {"database_url": database, "port": str(port), "pool_min": "1", "log_level": "warning", **settings}
        self._environment = {**os.environ, **{f"CADRAN_{name.upper()}": value for name, value in given.items()}}
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the process, and wait until it answers."""
        command = [sys.executable, "-m", "cadran", "serve"]
        self._process = await asyncio.create_subprocess_exec(*command, env=self._environment)
        async with asyncio.timeout(PATIENCE_SECONDS), httpx.AsyncClient() as client:
            while not await self._is_ready(client):
                assert self._process.returncode is None, "cadran serve has ended"
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """End the process, if it runs."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._process.wait()

    async def _is_ready(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get(f"{self.url}/ready")).status_code == 200
        except httpx.TransportError:
            return False


class PageServer(ThreadingHTTPServer):
    """The server of README's page: `/` is the page, with another address and period; `/embed-token` mints a token."""

    daemon_threads = True

    def __init__(self, service: str, period: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.service = service
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"
        text = PAGE.replace(HOST, service)
        self.page, replaced = re.subn(r"period=[\w-]+", f"period={period}", text)
        assert (replaced, service in self.page) == (1, True)
        self.tokens: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: PageServer

    def do_GET(self) -> None:
        found = self.path == "/"
        self._send(200 if found else 404, "text/html; charset=utf-8", self.server.page.encode() if found else b"")

    def do_POST(self) -> None:
        wanted = {
            "metrics": ["qos", "aht"], "sites": ["LIL"], "origins": [self.server.origin], "expires_in": TOKEN_SECONDS,
        }  # fmt: skip
        try:
            minted = httpx.post(f"{self.server.service}/v1/embed-tokens", json=wanted, headers=AUTHORIZATION)
            minted.raise_for_status()
        except httpx.HTTPError:
            self._send(502, "text/plain", b"")
            return
        self.server.tokens.append(json.loads(minted.content)["token"])
        self._send(200, "application/json", minted.content)

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        for name, value in (("content-type", kind), ("content-length", str(len(body))), ("cache-control", "no-store")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it overrides
        """Log no request."""


@contextmanager
def page_server(service: str, *, period: str) -> Iterator[PageServer]:
    """Serve README's page from another origin than the service, for the duration of the block."""
    with PageServer(service, period) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(PATIENCE_SECONDS)
