"""How bodies are received: within a time, as servers have no limit and a trickle would hold a request for ever; and
once more, where a ring has to read what the routes will read."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Awaitable, Generator
from typing import Any

from starlette.types import Message, Receive

from cadran.web.problem import HttpRefused


class TimedReceive:
    """A ``receive`` that raises ``request_timeout`` once the whole body has not come ``seconds`` after it was first
    asked for. What follows the body (the wait for a disconnect) has no limit."""

    __slots__ = ("_receive", "_seconds", "_until", "_whole")

    def __init__(self, receive: Receive, *, seconds: float) -> None:
        self._receive = receive
        self._seconds = seconds
        self._until: float | None = None
        self._whole = False

    async def __call__(self) -> Message:
        """The next message."""
        if self._whole:
            return await self._receive()
        waiting: Any = self._receive()
        try:
            # Most bodies came with their head: those need no clock, which would cost more than all else in this ring.
            yielded = waiting.send(None)
        except StopIteration as at_hand:
            message: Message = at_hand.value
        else:
            message = await self._in_time(_resumed(waiting, yielded))
        self._whole = not message.get("more_body", False)
        return message

    async def _in_time(self, waiting: Awaitable[Message]) -> Message:
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(self._until):
                return await waiting
        except TimeoutError:
            # What may still come is not waited for: the connection ends with the answer.
            raise HttpRefused(
                f"The body did not arrive within {self._seconds:g} s; send it again.",
                code="request_timeout",
                headers={"connection": "close"},
            ) from None


@types.coroutine
def _resumed(waiting: Any, yielded: Any) -> Generator[Any, Any, Message]:
    """What ``await`` does, for a coroutine that was begun by hand and has yielded already."""
    try:
        while True:
            try:
                given = yield yielded
            except BaseException as thrown:  # noqa: BLE001 - passed on, as `yield from` would
                yielded = waiting.throw(thrown)
            else:
                yielded = waiting.send(given)
    except StopIteration as done:
        message: Message = done.value
        return message


async def read_whole(
    headers: dict[bytes, bytes], receive: Receive, *, bytes_max: int
) -> tuple[bytes, list[Message], bool]:
    """The body, the messages it came in, and whether it is whole: long, unmeasured bodies are left alone."""
    declared = headers.get(b"content-length", b"")
    if not declared.isdigit() or int(declared) > bytes_max:
        return b"", [], False
    messages: list[Message] = []
    while True:
        try:
            message = await receive()
        except HttpRefused:
            # It is told further in, to whoever asks for the rest of the body.
            return b"", messages, False
        messages.append(message)
        if message["type"] != "http.request":
            return b"", messages, False
        if not message.get("more_body"):
            break
    return messages[0]["body"] if len(messages) == 1 else b"".join(each["body"] for each in messages), messages, True


class Again:
    """A ``receive`` that tells what was read already, then what still comes."""

    __slots__ = ("_messages", "_receive")

    def __init__(self, messages: list[Message], receive: Receive) -> None:
        self._messages = messages
        self._receive = receive

    async def __call__(self) -> Message:
        """The next message."""
        return self._messages.pop(0) if self._messages else await self._receive()
