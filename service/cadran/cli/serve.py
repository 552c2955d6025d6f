"""``cadran serve``: answer over HTTP."""

from __future__ import annotations

import argparse
import os
from functools import partial
from typing import Any

import uvicorn

from cadran.cli.database import database
from cadran.settings import Settings
from cadran.web.protocol import BoundedHeads


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    commands.add_parser("serve", help="answer over HTTP").set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until stopped."""
    with database(settings) as ready:
        serve(ready)
    return 0


def serve(settings: Settings) -> None:
    """Run the server's processes; each reads the settings anew, so the database's URL goes by the environment."""
    os.environ["CADRAN_DATABASE_URL"] = settings.database_url or ""
    uvicorn.run(
        "cadran.app:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="uvloop",
        http=partial(  # type: ignore[arg-type]  # made like the class, which is all that the server does with it
            BoundedHeads, head_seconds=settings.head_timeout_seconds, head_bytes_max=settings.head_bytes_max
        ),
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        # Whose word about the caller's address is taken; by default the server would take that of the loopback.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=round(settings.shutdown_seconds),
    )
