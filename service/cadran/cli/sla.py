"""``cadran sla CODE --period 2015-12``: how far a contract was attained, and what is due."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from cadran.cli.database import database, opened
from cadran.cli.terminal import plain_table
from cadran.domain.display import display
from cadran.domain.principal import OPERATOR
from cadran.settings import Settings
from cadran.steer.contract_statement import spoken
from cadran.steer.contracts import Report


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    parser = commands.add_parser("sla", help="what is due by a contract for a period")
    parser.add_argument("contract", help="its code")
    parser.add_argument("--period", required=True, help="2015-12, 2015-Q4, last_month")
    parser.add_argument("--lang", choices=("en", "fr"), default="en", help="language of labels and numbers")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Ask and print."""
    with database(settings) as ready:
        report = asyncio.run(_report(args, ready))
    told = spoken(report.statement, args.lang)
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160, markup=False, highlight=False)
    state = "sealed" if told["sealed"] else "not sealed"
    console.print(f"{told['contract']} {told['period']['name']}, version {told['version']}, {state}")
    console.print(_table(told, args.lang))
    for owner in (*told["terms"], {"penalty": {"lines": told["lines"]}, "term": "all terms"}):
        for line in owner["penalty"]["lines"]:
            amount = display(line["amount"], "currency", args.lang, currency=told["currency"], decimals=2)
            console.print(f"  {owner['term']}: {line['label']}: {amount}")
    total = display(told["amount"], "currency", args.lang, currency=told["currency"], decimals=2)
    console.print(f"due: {total}")
    for each in report.restatements:
        console.print(f"restated since: {each['term']} {each['sealed']['attained']} is {each['now']['attained']} now")
    return 0


async def _report(args: argparse.Namespace, settings: Settings) -> Report:
    async with opened(settings) as service:
        return await service.contracts.report(args.contract, args.period, OPERATOR)


def _table(told: dict[str, Any], language: str) -> Table:
    table = plain_table("term")
    for name in ("attained", "target", "windows met", "left", "due"):
        table.add_column(name, justify="right")
    for term in told["terms"]:
        unit = term["unit"]
        decimals = 2 if unit == "ratio" else None
        left = term["margin"]
        table.add_row(
            term["label"],
            display(term["attained"], unit, language, decimals=decimals),
            display(term["target"], unit, language, decimals=decimals),
            f"{term['windows_met']}/{term['windows']}",
            _left(left, language),
            display(term["penalty"]["amount"], "currency", language, currency=told["currency"], decimals=2),
        )
    return table


def _left(left: dict[str, Any], language: str) -> str:
    """How many contacts may still miss, or how much time is left."""
    if left["misses_left"] is not None:
        return str(left["misses_left"])
    return "" if left["seconds_left"] is None else display(left["seconds_left"], "seconds", language)
