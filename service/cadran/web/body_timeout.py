"""How bodies are received: within a time, as servers have no limit and a trickle would hold a request for ever; and
ahead, where a ring has to read what the routes will read."""

from __future__ import annotations

import asyncio

from starlette.types import Message, Receive

from cadran.web.problem import HttpRefused


class TimedReceive:
    """A ``receive`` that raises ``request_timeout`` once the whole body has not come ``seconds`` after it was first
    asked for. What follows the body (the wait for a disconnect) has no limit. What was read ahead is told again."""

    __slots__ = ("_ahead", "_receive", "_seconds", "_until", "_whole")

    def __init__(self, receive: Receive, *, seconds: float) -> None:
        self._receive = receive
        self._seconds = seconds
        self._until: float | None = None
        self._whole = False
        self._ahead: list[Message] = []

    async def __call__(self) -> Message:
        """The next message."""
        if self._ahead:
            return self._ahead.pop(0)
        if self._whole:
            return await self._receive()
        return await self._next()

    async def ahead(self, headers: dict[bytes, bytes], *, bytes_max: int) -> bytes | None:
        """The body, read ahead. None where it is long, unmeasured, broken off or late: whoever asks for the rest of it
        learns of that."""
        declared = headers.get(b"content-length", b"")
        if not declared.isdigit() or int(declared) > bytes_max:
            return None
        while not self._whole:
            try:
                message = await self._next()
            except HttpRefused:
                return None
            self._ahead.append(message)
            if message["type"] != "http.request":
                return None
        told = self._ahead
        return told[0]["body"] if len(told) == 1 else b"".join(each["body"] for each in told)

    async def _next(self) -> Message:
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            # What may still come is not waited for: the connection ends with the answer.
            raise HttpRefused(
                f"The body did not arrive within {self._seconds:g} s; send it again.",
                code="request_timeout",
                headers={"connection": "close"},
            ) from None
        self._whole = not message.get("more_body", False)
        return message
