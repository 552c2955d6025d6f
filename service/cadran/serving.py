"""The process that serves: opens the service when the server starts it, closes it when it stops.

Takes the settings; gives the ASGI application that uvicorn runs in each of its processes. Whatever keeps the service
from opening ends the process with its reason.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.process import BaseProcess
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from cadran.app import open_service, write_log
from cadran.environment import read
from cadran.errors import CadranError
from cadran.facts.refresh.refresh import check_rollups
from cadran.settings import Settings
from cadran.store.migrate import check_schema
from cadran.store.reach import reach

log = logging.getLogger(__name__)

#: Containers made beyond those let go, before the collector looks for cycles among the youngest.
_COLLECTED_AFTER = 50_000
#: Beyond the time that open requests have: closing pools and sending traces.
_CLOSING_SECONDS: Final = 10.0


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
            await self._reach()
            async with open_service(self._settings) as service:
                self._app = service.app
                settle()
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:
            if not isinstance(error, CadranError):
                log.exception("unforeseen, while the service %s", "closed" if self._app else "opened")
            kind = "shutdown" if self._app else "startup"
            await send({"type": f"lifespan.{kind}.failed", "message": _reason(error)})
        else:
            await send({"type": "lifespan.shutdown.complete"})

    async def _reach(self) -> None:
        assert self._settings.database_url is not None
        await reach(
            self._settings.database_url,
            checks=(check_schema, check_rollups),
            wait_seconds=self._settings.start_wait_seconds,
        )


def _reason(error: Exception) -> str:
    if not isinstance(error, CadranError):
        return f"The service cannot go on ({type(error).__name__}); the line above has the traceback."
    return " ".join(part for part in (error.detail, *error.lines, error.internal) if part)


def application() -> Application:
    """The factory that a server of several processes calls in each of them; settings come from the environment."""
    settings = read(os.environ)
    write_log(settings.log_level)
    parent = multiprocessing.parent_process()
    if parent is not None:
        _end_with(parent, grace_seconds=settings.shutdown_seconds + _CLOSING_SECONDS)
    return Application(settings)


def _end_with(parent: BaseProcess, *, grace_seconds: float) -> None:
    """End this process when its parent does, killed or not: nobody else would stop it, and it would hold the port.

    The pipe through which the parent made this process closes with it; no system needs more than that. Requests under
    way have the time that any stop gives them.
    """

    def watch() -> None:
        parent.join()
        log.warning("the parent process has ended; stopping")
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(grace_seconds)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent", daemon=True).start()
