"""``cadran worker``: run the jobs of ``cadran.worker`` until stopped, or once, or list them.

Several workers share the work. ``--list`` shows the last runs of every worker.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from cadran.cli.database import read_database, writing_pool
from cadran.cli.service import open_for_command
from cadran.cli.terminal import PlainTable, make_plain_table, write_table
from cadran.contracts.reader import ContractReader
from cadran.process import clock
from cadran.settings import Settings
from cadran.worker.job import Resources
from cadran.worker.jobs import JOBS
from cadran.worker.states import JobState, read_states
from cadran.worker.worker import Worker

#: The name of a worker's connections, by which the states of jobs know that a worker is there.
APPLICATION_NAME: Final = "cadran worker"


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    parser = commands.add_parser("worker", help="run the jobs: update the rollups, seal contracts' periods …")
    once = parser.add_mutually_exclusive_group()
    once.add_argument("--once", action="store_true", help="run each job once, then stop; exit code 1 if one fails")
    once.add_argument("--list", action="store_true", help="list the jobs and their last runs by any worker")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """List the jobs, run them once, or work until stopped: SIGTERM ends a worker with exit code 0."""
    if args.list or args.once:
        with read_database(settings, wait_seconds=0.0 if args.list else settings.start_wait_seconds) as ready:
            if args.list:
                write_table(_table(asyncio.run(_states(ready)), clock()))
            else:
                asyncio.run(work(ready, once=True))
        return 0
    # The first process of a container ignores SIGTERM unless it has a handler.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with read_database(settings, wait_seconds=settings.start_wait_seconds) as ready:
        asyncio.run(_work_until_sigterm(ready))
    return 0


async def _work_until_sigterm(settings: Settings) -> None:
    """Run the jobs until SIGTERM cancels them. A second SIGTERM ends the process at once."""
    working, loop = asyncio.create_task(work(settings, once=False)), asyncio.get_running_loop()

    def stop() -> None:
        loop.remove_signal_handler(signal.SIGTERM)
        working.cancel()

    loop.add_signal_handler(signal.SIGTERM, stop)
    await asyncio.wait({working})
    if not working.cancelled():
        working.result()


async def work(settings: Settings, *, once: bool) -> None:
    """Run the jobs once, or until stopped."""
    # Each job that runs has a connection with its lock, and at least one for its work.
    connections = settings.refresh_workers + 2 * len(JOBS)
    async with writing_pool(settings, connections=connections, application_name=APPLICATION_NAME) as pool:
        resources = Resources(pool, clock, partial(_open_contracts, settings), settings.refresh_workers)
        name = f"{socket.gethostname()}:{os.getpid()}"
        worker = Worker(JOBS, resources, poll_seconds=settings.worker_poll_seconds, name=name)
        await (worker.run_once() if once else worker.work())


@asynccontextmanager
async def _open_contracts(settings: Settings) -> AsyncIterator[ContractReader]:
    async with open_for_command(settings) as service:
        yield service.contracts


async def _states(settings: Settings) -> list[JobState]:
    async with writing_pool(settings) as pool:
        return await read_states(pool, poll_seconds=settings.worker_poll_seconds)


def _table(states: list[JobState], now: datetime) -> PlainTable:
    table = make_plain_table("job", "every", "last start (UTC)", "took", "state", "result", "worker", "next due (UTC)")
    for each in states:
        is_due = each.due_at is None or each.due_at <= now
        table.fill(
            each.job.name,
            f"{each.interval_seconds:g} s",
            _time(each.started_at),
            "" if each.seconds is None else f"{each.seconds:.3f} s",
            each.state,
            _result(each),
            each.worker,
            "" if each.state == "running" else "now" if is_due else _time(each.due_at),
        )
    return table


def _result(state: JobState) -> str:
    if state.error is None:
        return state.result
    return state.error if state.failures == 1 else f"{state.failures} failures, the last: {state.error}"


def _time(instant: datetime | None) -> str:
    return "" if instant is None else f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
