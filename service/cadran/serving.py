"""The process that serves: opens the service when the server starts it, closes it when it stops.

Takes the settings; gives the ASGI application that uvicorn runs in each of its processes. A database that cannot be
reached ends the start with its reason.
"""

from __future__ import annotations

import gc
import os

from starlette.types import ASGIApp, Receive, Scope, Send

from cadran.app import open_service, write_log
from cadran.environment import read
from cadran.errors import DatabaseUnavailable
from cadran.settings import Settings

#: Containers made beyond those let go, before the collector looks for cycles among the youngest.
_COLLECTED_AFTER = 50_000


def settle() -> None:
    """What start-up made stays for good: the collector need not look at it again. And the rows of an answer are no
    cycles: to look for some after every 700 of them took half of the time of an answer of thousands."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECTED_AFTER, 20, 20)


class Application:
    """The ASGI application of a serving process: opens the service when the server starts it, closes it when it
    stops."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or the process's own life."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with open_service(self._settings) as service:
                self._app = service.app
                settle()
                await send({"type": "lifespan.startup.complete"})
                await receive()
            await send({"type": "lifespan.shutdown.complete"})
        except DatabaseUnavailable as error:
            await send({"type": "lifespan.startup.failed", "message": f"{error.detail} {error.internal}"})


def application() -> Application:
    """The factory that a server of several processes calls in each of them; settings come from the environment."""
    settings = read(os.environ)
    write_log(settings.log_level)
    return Application(settings)
