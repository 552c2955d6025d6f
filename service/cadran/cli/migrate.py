"""``cadran migrate``: bring the schema and the rollups of the database up to date."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from cadran.cli.database import prepare, read_database, refresh_embedded
from cadran.cli.terminal import write
from cadran.settings import Settings


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    parser = commands.add_parser("migrate", help="bring the database up to date")
    parser.add_argument(
        "--drop-unused",
        action="store_true",
        help="also drop what earlier versions left in the rollups, once none of their processes runs any more",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Apply the missing changes and print their names."""
    with read_database(settings, migrated=False) as ready:
        applied = asyncio.run(prepare(ready, drop=args.drop_unused, store_settings=True))
        if settings.database_url is None:
            asyncio.run(refresh_embedded(ready, applied))
    write("".join(f"{name}\n" for name in applied) or "already up to date\n")
    return 0
