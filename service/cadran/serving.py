"""The serving process: the ASGI application that uvicorn runs in each of its processes.

Takes the settings. The application opens the service when the server starts, and closes it when the server stops. If
the service cannot be opened, the process ends and reports the reason.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from functools import partial
from multiprocessing.process import BaseProcess
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from cadran.app import open_service
from cadran.environment import read
from cadran.errors import CadranError
from cadran.facts.refresh.declarations import check_rollups
from cadran.process import write_log
from cadran.settings import Settings
from cadran.store.address import Address
from cadran.store.migrate import check_schema
from cadran.store.reach import reach

log = logging.getLogger(__name__)

#: Threshold of the garbage collector's youngest generation: containers allocated minus containers freed.
_COLLECTED_AFTER = 50_000
#: Seconds to close pools and export traces, after the grace period of open requests.
_CLOSING_SECONDS: Final = 10.0


def settle() -> None:
    """Set up the garbage collector for serving.

    Freeze the objects made at start-up, because they live as long as the process. Raise the threshold, because rows of
    an answer form no cycles: collecting after every 700 allocations took half of the time of a large answer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECTED_AFTER, 20, 20)
    gc.enable()


class Application:
    """The ASGI application of a serving process. The service is open during the application's lifespan."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or the lifespan of the process."""
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
        except Exception as error:  # any failure must reach the server, which then ends
            if not isinstance(error, CadranError):
                log.exception("unexpected error while %s the service", "closing" if self._app else "opening")
            kind = "shutdown" if self._app else "startup"
            await send({"type": f"lifespan.{kind}.failed", "message": _reason(error)})
        else:
            await send({"type": "lifespan.shutdown.complete"})

    async def _reach(self) -> None:
        assert self._settings.database_url is not None
        await reach(
            self._settings.database_url,
            checks=(partial(check_schema, address=Address.of(self._settings.database_url)), check_rollups),
            wait_seconds=self._settings.start_wait_seconds,
        )


def _reason(error: Exception) -> str:
    if not isinstance(error, CadranError):
        return f"The service cannot go on ({type(error).__name__}); the line above has the traceback."
    return " ".join(part for part in (error.detail, *error.lines, error.internal) if part)


def application() -> Application:
    """Return the application, with settings of the environment. Each process of a server calls this factory."""
    settings = read(os.environ)
    write_log(settings.log_level)
    parent = multiprocessing.parent_process()
    if parent is not None:
        _end_with(parent, grace_seconds=settings.shutdown_seconds + _CLOSING_SECONDS)
    return Application(settings)


def _end_with(parent: BaseProcess, *, grace_seconds: float) -> None:
    """End this process when its parent process ends, even by a kill. Otherwise it would live on and occupy the port.

    The pipe between both processes closes when the parent ends; this works on every system. Open requests have
    ``grace_seconds`` to finish, as at any stop.
    """

    def watch() -> None:
        parent.join()
        log.warning("the parent process has ended; stopping")
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(grace_seconds)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent", daemon=True).start()
