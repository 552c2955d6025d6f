"""Reading of request bodies: within a time limit, or ahead of the routes for middleware that needs the body.

ASGI servers have no such limit, so a client that sends slowly would hold a request for ever.
"""

from __future__ import annotations

import asyncio

from starlette.types import Message, Receive

from cadran.web.problem import HttpRefused


class TimedReceive:
    """A ``receive`` that raises HttpRefused (``request_timeout``) if the body takes longer than ``seconds``.

    The time starts with the first call. Messages after the body (the wait for a disconnect) have no limit. Messages
    that were read ahead are delivered again.
    """

    __slots__ = ("_ahead", "_receive", "_seconds", "_until", "_whole")

    def __init__(self, receive: Receive, *, seconds: float) -> None:
        self._receive = receive
        self._seconds = seconds
        self._until: float | None = None
        self._whole = False
        self._ahead: list[Message] = []

    async def __call__(self) -> Message:
        """Return the next message."""
        if self._ahead:
            return self._ahead.pop(0)
        if self._whole:
            return await self._receive()
        return await self._next()

    async def ahead(self, headers: dict[bytes, bytes], *, bytes_max: int) -> bytes | None:
        """Return the body, read ahead of the application. The messages are delivered again by later calls.

        Return None if the body is longer than ``bytes_max``, has no declared length, is cut off or is late. The
        application
        then gets the error when it reads the body.
        """
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
        messages = self._ahead
        return messages[0]["body"] if len(messages) == 1 else b"".join(each["body"] for each in messages)

    async def _next(self) -> Message:
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            # The rest of the body is not awaited: the connection ends with the answer.
            raise HttpRefused(
                f"The body did not arrive within {self._seconds:g} s. Send it again.",
                code="request_timeout",
                headers={"connection": "close"},
            ) from None
        self._whole = not message.get("more_body", False)
        return message
