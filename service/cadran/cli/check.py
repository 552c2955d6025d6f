"""``cadran check``: recompute every rollup from the facts and name each bucket that differs."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from cadran.cli.database import read_database, writing_pool
from cadran.cli.terminal import format_cell, report_status, write
from cadran.facts.check import check_figures
from cadran.facts.refresh.fill import count_left
from cadran.settings import Settings

SHOWN_MAX = 1000


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    commands.add_parser("check", help="compare the rollups with the facts").set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Check the rollups. The exit code is 1 if anything differs."""
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
