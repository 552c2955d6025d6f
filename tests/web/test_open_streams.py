"""Streams count against the limits of their key and address until they end. WebSocket connections are refused."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message

from tests.keys import AUTHORIZATION
from tests.web.live_server import exchanged, wired
from tests.web.sample_app import Small
from tests.web.test_slow_requests import GET


class StreamApplication(Small):
    """A small application whose stream ends when the event ``ended`` is set."""

    def __init__(self, concurrent: int) -> None:
        super().__init__(concurrent=concurrent)
        self.begun, self.ended = asyncio.Event(), asyncio.Event()

    async def streamed(self, _: Request) -> Response:
        self.begun.set()

        async def pieces():
            yield b"one "
            await self.ended.wait()

        return StreamingResponse(pieces(), media_type="text/event-stream")


async def test_a_stream_counts_until_its_end():
    small = StreamApplication(concurrent=1)
    async with small.client() as client:
        open_one = asyncio.create_task(client.get("/streamed"))
        await small.begun.wait()
        refused = await client.get("/figures")
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert refused.headers["retry-after"] == "1"
        small.ended.set()
        assert (await open_one).text == "one "
        assert (await client.get("/figures")).status_code == 200


@pytest.mark.parametrize("protocol", ["graphql-ws", "graphql-transport-ws"])
async def test_no_websocket_is_accepted(protocol: str):
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    headers = [(name.encode(), value.encode()) for name, value in AUTHORIZATION.items()]
    scope: dict[str, Any] = {"type": "websocket", "path": "/graphql", "headers": headers, "subprotocols": [protocol]}
    await Small().app()(scope, receive, send)
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_nor_by_the_server():
    upgrade = b"connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
    upgrade += b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-ws\r\n\r\n"
    with wired(Small().app(), head_seconds=0.3) as port:
        answer = exchanged(port, [GET.replace(b"/figures", b"/graphql") + upgrade])
    assert answer.startswith(b"HTTP/1.1 405")
    assert b"101" not in answer.splitlines()[0]
