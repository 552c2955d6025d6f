"""The size limit of request bodies, checked against the declared length first, then against the bytes received."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cadran.web.problem import HttpRefused


class BodyLimit:
    """Middleware that refuses bodies above ``bytes_max`` with code ``body_too_large``."""

    def __init__(self, app: ASGIApp, *, bytes_max: int) -> None:
        self._app = app
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"")
        if declared.isdigit() and int(declared) > self._bytes_max:
            raise self._refusal()
        received = 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._bytes_max:
                raise self._refusal()
            return message

        await self._app(scope, counting, send)

    def _refusal(self) -> HttpRefused:
        # The rest of the body is not read: the connection ends with the answer.
        return HttpRefused(
            f"The body is larger than {self._bytes_max:,} bytes. Send less at a time.",
            code="body_too_large",
            headers={"connection": "close"},
        )
