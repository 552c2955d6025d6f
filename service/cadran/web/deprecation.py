"""Headers ``Deprecation`` and ``Link`` on responses to requests that use a deprecated spelling.

``Deprecation`` (RFC 9745) is the date since which the spelling is deprecated. The link leads to the page with the
current spelling. ``Sunset`` (RFC 8594) will be added when the date of a removal is decided; there is none at present.
"""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: The date since which ``partner!`` is deprecated in favour of ``partner.not``.
NEGATION_SINCE: Final = datetime(2026, 12, 1, tzinfo=UTC)
_DOCUMENTATION: Final = b'</openapi.json>; rel="deprecation"; type="application/json"'
_used: ContextVar[list[datetime] | None] = ContextVar("cadran_deprecated_spellings", default=None)


def note_deprecated(since: datetime) -> None:
    """Record that the present request uses a spelling deprecated since that date. Do nothing outside a request."""
    found = _used.get()
    if found is not None:
        found.append(since)


class Deprecations:
    """Middleware that adds the headers for the spellings that were recorded during the request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        used: list[datetime] = []
        token = _used.set(used)

        async def announcing(message: Message) -> None:
            if used and message["type"] == "http.response.start":
                since = b"@%d" % min(used).timestamp()
                headers = [(b"deprecation", since), (b"link", _DOCUMENTATION)]
                message = {**message, "headers": [*message["headers"], *headers]}
            await send(message)

        try:
            await self._app(scope, receive, announcing)
        finally:
            _used.reset(token)
