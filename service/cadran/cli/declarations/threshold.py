"""``cadran threshold list|add|remove``: the wait thresholds at which contacts are counted exactly."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from cadran import sqlfiles
from cadran.cli.database import read_database, writing_pool
from cadran.cli.terminal import make_plain_table, render_table, write
from cadran.domain.parts.part import WAIT_EDGES
from cadran.errors import QuestionRefused
from cadran.settings import Settings
from cadran.store.pool import Pool

#: The most thresholds that are exact in addition to the edges of the bins: the rollups hold rows for each of them.
THRESHOLDS_MAX: Final = 50
#: The highest threshold that a question may have.
_SECONDS_MAX: Final = 31 * 86_400
_WIDTH: Final = 100
Work = Callable[[argparse.Namespace, Pool], Awaitable[str]]


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    verbs = commands.add_parser("threshold", help="list, add and remove exact wait thresholds").add_subparsers(
        metavar="VERB", required=True
    )
    listed = verbs.add_parser("list", help="list the thresholds that are exact in addition to the usual ones")
    listed.set_defaults(run=run, work=_list)
    add = verbs.add_parser("add", help="count exactly at a threshold, at once; a worker makes it fast")
    remove = verbs.add_parser("remove", help="count at a threshold by bins again, unless something else names it")
    for verb, work in ((add, _add), (remove, _remove)):
        verb.add_argument("seconds", type=float, help="the threshold in seconds, such as 125")
        verb.set_defaults(run=run, work=work)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Run the subcommand and print its result."""
    with read_database(settings) as ready:
        write(asyncio.run(_do(args, ready)))
    return 0


async def _do(args: argparse.Namespace, settings: Settings) -> str:
    async with writing_pool(settings) as pool:
        work: Work = args.work
        return await work(args, pool)


async def _list(args: argparse.Namespace, pool: Pool) -> str:
    table = make_plain_table("seconds", "named by", "rollups")
    for row in await pool.fetch(sqlfiles.read("facts/thresholds.sql:listed")):
        by = "cadran threshold" if row["added"] else "a contract, target, answer norm or key result"
        table.fill(f"{row['seconds']:.15g}", by, "filled" if row["filled"] else "being filled")
    return f"exact in any case: {', '.join(map(str, WAIT_EDGES))} s\n{render_table(table, width=_WIDTH)}"


async def _add(args: argparse.Namespace, pool: Pool) -> str:
    seconds = args.seconds
    if not 0 <= seconds <= _SECONDS_MAX:
        raise QuestionRefused(f"A threshold is a number of seconds from 0 to {_SECONDS_MAX}.", code="bad_parameter")
    if seconds in WAIT_EDGES:
        return f"{seconds:.15g} s is exact in any case\n"
    async with pool.acquire() as connection, connection.transaction():
        known = await connection.fetch(sqlfiles.read("facts/thresholds.sql:listed"))
        if len(known) >= THRESHOLDS_MAX and seconds not in {row["seconds"] for row in known}:
            raise QuestionRefused(
                f"{len(known)} thresholds are exact already, and {THRESHOLDS_MAX} are the most. Remove one first:"
                " cadran threshold list.",
                code="too_costly",
            )
        if not await connection.fetch(sqlfiles.read("facts/thresholds.sql:add"), seconds):
            return f"{seconds:.15g} s was added before\n"
        await connection.execute(sqlfiles.read("store/directory.sql:directory_changed"), None)
    return f"{seconds:.15g} s is exact from now on; a worker (cadran worker) fills the rollups with it\n"


async def _remove(args: argparse.Namespace, pool: Pool) -> str:
    seconds = args.seconds
    async with pool.acquire() as connection, connection.transaction():
        if not await connection.fetch(sqlfiles.read("facts/thresholds.sql:remove"), seconds):
            raise QuestionRefused(
                f"Nobody added {seconds:.15g} s with cadran threshold add. See cadran threshold list.",
                code="unknown_threshold",
            )
        known = await connection.fetch(sqlfiles.read("facts/thresholds.sql:listed"))
        if seconds in {row["seconds"] for row in known}:
            return f"{seconds:.15g} s stays exact: a contract, target, answer norm or key result names it\n"
    return f"{seconds:.15g} s is counted by bins as soon as a worker has removed it\n"
