"""``cadran check``: recompute every rollup from the facts and name each bucket that differs.

``--oddities`` lists the rows that contradict themselves instead.
"""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from cadran.cli.database import read_database, writing_pool
from cadran.cli.terminal import format_cell, report_status, write
from cadran.facts.check import check_figures
from cadran.facts.oddities import FoundOddity, find_oddities
from cadran.facts.refresh.fill import count_left
from cadran.settings import Settings

SHOWN_MAX = 1000
EXAMPLES = 5


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    parser = commands.add_parser("check", help="compare the rollups with the facts, or list contradictory rows")
    parser.add_argument(
        "--oddities", action="store_true", help="list the loaded rows that contradict themselves, and compare nothing"
    )
    parser.add_argument(
        "--examples", type=int, default=EXAMPLES, metavar="N", help=f"rows to show of each oddity (default: {EXAMPLES})"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Check the rollups, or the rows with ``--oddities``. The exit code is 1 if anything differs or is odd."""
    if args.oddities:
        with read_database(settings) as ready:
            return _write_oddities(asyncio.run(_find_oddities(ready, max(0, args.examples))))
    with read_database(settings) as ready:
        differing, waiting, left = asyncio.run(_check(ready))
    for line in differing[:SHOWN_MAX]:
        write(format_cell(line) + "\n")
    if len(differing) > SHOWN_MAX:
        write(f"… and {len(differing) - SHOWN_MAX} more\n")
    note = f" ({waiting} marks wait for a worker)" if waiting else ""
    write(f"{len(differing)} buckets differ from the facts{note}\n")
    if left is not None:
        write(f"not compared: columns that are being filled ({left} months of sites are left)\n")
    return 1 if differing else 0


async def _check(settings: Settings) -> tuple[list[str], int, int | None]:
    async with writing_pool(settings) as pool:
        with report_status("comparing the rollups with the facts") as say:
            differing, waiting = await check_figures(pool, on_progress=lambda name: say(f"comparing {name}"))
        return differing, waiting, await count_left(pool)


def _write_oddities(found: list[FoundOddity]) -> int:
    """Write each oddity with its count, its explanation and examples. Return the exit code."""
    for each in found:
        write(f"{each.oddity.kind} {each.oddity.code}: {each.count:,}\n")
        write(f"  {each.oddity.about.replace('`', '')}\n")
        for source, row_id, values in each.examples:
            shown = " ".join(f"{name}={'' if value is None else value}" for name, value in values.items())
            write(format_cell(f"  {source} {row_id}: {shown}") + "\n")
    write(f"contradictions in rows: {sum(each.count for each in found):,}\n")
    return 1 if found else 0


async def _find_oddities(settings: Settings, examples: int) -> list[FoundOddity]:
    async with writing_pool(settings) as pool:
        with report_status("looking for rows that contradict themselves") as say:
            return await find_oddities(pool, examples_max=examples, on_progress=lambda kind: say(f"reading {kind}"))
