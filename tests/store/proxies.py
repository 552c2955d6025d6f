"""Proxies before PostgreSQL that drop notifications, as a transaction pooler does, or change what the server sends."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

_NOTIFICATION = b"A"


Back = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


@asynccontextmanager
async def deaf(url: str) -> AsyncIterator[str]:
    """Yield the URL of a proxy to the server's socket that drops notifications."""
    async with _proxied(url, _without_notifications) as found:
        yield found


@asynccontextmanager
async def relayed(url: str, change: Callable[[bytes], bytes]) -> AsyncIterator[str]:
    """Yield the URL of a proxy to the server's socket that changes what the server sends."""

    async def changed(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            target.write(change(data))
        target.close()

    async with _proxied(url, changed) as found:
        yield found


@asynccontextmanager
async def _proxied(url: str, back_again: Back) -> AsyncIterator[str]:
    parts = urlsplit(url)
    where = parse_qs(parts.query)
    socket = f"{where['host'][0]}/.s.PGSQL.{where['port'][0]}"

    async def serve(client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        answers, server = await asyncio.open_unix_connection(socket)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_copied(client, server))
                both.create_task(back_again(answers, back))
        finally:
            server.close()
            back.close()

    proxy = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = proxy.sockets[0].getsockname()[1]
    async with proxy:
        yield f"postgresql://{quote(parts.username or '')}@127.0.0.1:{port}{parts.path}?sslmode=disable"


async def _copied(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65_536):
        target.write(data)
    target.close()


async def _without_notifications(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Copy messages, except notifications. A message is a type byte, a length that includes itself, and the content."""
    while not source.at_eof():
        try:
            head = await source.readexactly(5)
            content = await source.readexactly(struct.unpack("!xI", head)[0] - 4)
        except asyncio.IncompleteReadError:
            break
        if head[:1] != _NOTIFICATION:
            target.write(head + content)
    target.close()
