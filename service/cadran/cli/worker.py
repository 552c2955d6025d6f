"""``cadran worker``: recompute what loads have marked, for as long as it runs. Several workers share the work."""

from __future__ import annotations

import argparse
import asyncio
import logging
from typing import Any

from cadran.cli.database import database, writing_pool
from cadran.errors import DatabaseTimeout, DatabaseUnavailable
from cadran.facts.refresh import refresh
from cadran.settings import Settings

log = logging.getLogger(__name__)


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    parser = commands.add_parser("worker", help="keep the rollups in step with the facts")
    parser.add_argument("--once", action="store_true", help="recompute what is marked now, then stop")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Work until stopped."""
    with database(settings) as ready:
        asyncio.run(_work(ready, once=args.once))
    return 0


async def _work(settings: Settings, *, once: bool) -> None:
    async with writing_pool(settings) as pool:
        while True:
            try:
                if days := await refresh(pool):
                    log.info("recomputed %d days of sites", days)
            except (DatabaseUnavailable, DatabaseTimeout) as error:
                if once:
                    raise
                log.warning("the database is away; trying again: %s", error.internal)
            if once:
                return
            await asyncio.sleep(settings.worker_poll_seconds)
