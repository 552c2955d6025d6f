"""``cadran worker``: recompute the rollups that loads have marked, fill the columns that an upgrade added, and seal the
contract periods that are due.

The worker runs until it is stopped. Several workers share the work.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
from time import monotonic
from typing import Any, Final

from cadran.access.idempotency import forget_answers
from cadran.cli.contract import seal_due_periods
from cadran.cli.database import read_database, writing_pool
from cadran.cli.service import open_for_command
from cadran.contracts.store import ContractRegister, find_due_periods
from cadran.errors import DatabaseTimeout, DatabaseUnavailable
from cadran.facts.refresh.fill import fill_columns
from cadran.facts.refresh.refresh import refresh
from cadran.process import clock
from cadran.settings import Settings
from cadran.store.locks import translate_lock_timeout

log = logging.getLogger(__name__)

#: How often the worker seals periods that are due, and deletes stored answers older than a day.
SEAL_SECONDS: Final = 600.0


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    parser = commands.add_parser("worker", help="update the rollups whenever the facts change")
    parser.add_argument("--once", action="store_true", help="recompute what is marked now, then stop")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Work until stopped."""
    with read_database(settings, wait_seconds=settings.start_wait_seconds) as ready:
        asyncio.run(work(ready, once=args.once))
    return 0


async def work(settings: Settings, *, once: bool) -> None:
    """Refresh, fill and seal, once or until stopped."""
    async with writing_pool(settings) as pool:
        look = 0.0
        while True:
            filled = 0
            try:
                async with translate_lock_timeout(pool.fetch):
                    days = await refresh(pool, workers=settings.refresh_workers)
                    filled = await fill_columns(pool, workers=settings.refresh_workers)
                if days:
                    log.info("recomputed %d days of sites", days)
                if monotonic() >= look:
                    await _seal(settings, ContractRegister(pool, clock))
                    await forget_answers(pool)
                    look = monotonic() + SEAL_SECONDS
            except (DatabaseUnavailable, DatabaseTimeout) as error:
                if once:
                    raise
                log.warning("trying again: %s (%s)", error.detail, error.internal)
            if filled:
                # More may be left to fill.
                continue
            if once:
                return
            await asyncio.sleep(settings.worker_poll_seconds)


async def _seal(settings: Settings, register: ContractRegister) -> None:
    """Seal the periods that are due. The service is opened only if a period is due."""
    if not await find_due_periods(register, clock()):
        return
    async with open_for_command(settings) as service:
        done, refused = await seal_due_periods(service.contracts, who="worker")
    for each in done:
        log.info("sealed %s", each)
    for error in refused:
        log.warning("not sealed: %s", error.detail)
