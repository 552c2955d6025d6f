"""Request ids: the caller's own id if it is well-formed, else a new one. Responses and the log contain the id."""

from __future__ import annotations

import re
from itertools import count
from os import urandom
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER: Final = b"x-request-id"
_KEY: Final = "cadran.request_id"
_SANE = re.compile(rb"[A-Za-z0-9._:-]{1,64}")
_prefix, _counter = urandom(6).hex().encode(), count(1)


def choose_id(given: bytes | None) -> bytes:
    """Return the caller's id if it is short and plain, else an id that no other process makes."""
    if given is not None and _SANE.fullmatch(given):
        return given
    return b"%b-%x" % (_prefix, next(_counter))


def get_request_id(scope: Scope) -> str:
    """Return the id of this request, or an empty text outside the middleware."""
    return str(scope.get(_KEY, ""))


class RequestIds:
    """Middleware that gives every HTTP request its id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        chosen = choose_id(dict(scope["headers"]).get(HEADER))
        scope[_KEY] = chosen.decode()

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (HEADER, chosen)]
            await send(message)

        await self._app(scope, receive, telling)
