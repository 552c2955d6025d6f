"""The time that a request's body may take to arrive: servers have none, so a trickle would hold a request for ever."""

from __future__ import annotations

import asyncio

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
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            # What may still come is not waited for: the connection ends with the answer.
            raise HttpRefused(
                f"The body did not arrive within {self._seconds:g} s.",
                code="request_timeout",
                headers={"connection": "close"},
            ) from None
        self._whole = not message.get("more_body", False)
        return message
