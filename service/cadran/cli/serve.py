"""``cadran serve``: the HTTP server."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import socket
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from cadran import port
from cadran.cli.database import read_database
from cadran.settings import Settings
from cadran.web.connection.connections import Bounds, Connections
from cadran.web.connection.protocol import RESPONSE_HEADERS, BoundedProtocol

log = logging.getLogger(__name__)
#: The most connections that the system holds until a process accepts them.
BACKLOG: Final = 2048


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    commands.add_parser("serve", help="answer over HTTP").set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until stopped."""
    with (
        port.bind_port(settings) as sockets,
        read_database(settings, wait_seconds=settings.start_wait_seconds) as ready,
    ):
        return serve(ready, sockets)


def serve(settings: Settings, sockets: list[socket.socket], *, announce: Callable[[], None] | None = None) -> int:
    """Run the server processes until they are stopped, and return the exit code.

    Each process reads the settings again, so the URL of the database is passed in the environment. ``announce`` is
    called once the processes answer.
    """
    os.environ["CADRAN_DATABASE_URL"] = settings.database_url or ""
    config = _config(settings)
    if settings.workers == 1:
        # The import of the application takes about a second, in which no connection should wait. It makes little
        # garbage: without collections until the process is settled, it takes a tenth less.
        gc.disable()
        config.load()
    port.listen(sockets, settings, backlog=BACKLOG)

    def started() -> None:
        log.info("serving on http://%s:%d", settings.host, port.find_port(sockets))
        if announce is not None:
            announce()

    try:
        if settings.workers == 1:
            _SingleServer(config, started).run(sockets)
            return 0
        processes = _WorkerProcesses(
            config, sockets, started, ready_seconds=settings.start_wait_seconds + READY_SECONDS
        )
        processes.run()
    except KeyboardInterrupt:
        return 0
    return STARTUP_FAILURE if any(each.exitcode == STARTUP_FAILURE for each in processes.processes) else 0


#: The most seconds that a process needs to answer once the database answers.
READY_SECONDS: Final = 30.0


class _SingleServer(uvicorn.Server):
    """The server of a single process."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and call the announcement. uvicorn exits with code 3 if the application does not start."""
        await super().startup(sockets=sockets)
        if self.started:
            self._on_started()


class _WorkerProcesses(Multiprocess):
    """The parent of several processes.

    If one process fails to start, all of them end, because a new process would fail for the same reason.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        sockets: list[socket.socket],
        started: Callable[[], None],
        *,
        ready_seconds: float,
    ) -> None:
        super().__init__(config, sockets)
        self._on_started = started
        self._ready_seconds = ready_seconds

    def init_processes(self) -> None:
        """Start all processes, wait until they answer, and call the announcement."""
        super().init_processes()
        if all(each.wait_until_ready(self._ready_seconds, self.should_exit) for each in self.processes):
            self._on_started()


def _config(settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        "cadran.serving:application",
        factory=True,
        # A failed start ends the process. By default, uvicorn would serve after an exception.
        lifespan="on",
        workers=settings.workers,
        backlog=BACKLOG,
        loop="uvloop",
        http=partial(  # type: ignore[arg-type]  # the server only calls it
            BoundedProtocol, connections=Connections(make_bounds(settings))
        ),
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        headers=RESPONSE_HEADERS,
        date_header=True,
        # The proxies whose reported client address is trusted. By default, uvicorn would trust the loopback.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=round(settings.shutdown_seconds),
    )


def make_bounds(settings: Settings) -> Bounds:
    """Return the limits on clients that are not authenticated yet."""
    return Bounds(
        head_seconds=settings.head_timeout_seconds,
        head_bytes_max=settings.head_bytes_max,
        connections_max=settings.connections_max,
        address_connections_max=settings.address_connections_max,
        trusted_proxies=settings.trusted_proxies,
        unsent_bytes_max=settings.unsent_bytes_max,
        unread_seconds=settings.send_timeout_seconds,
    )
