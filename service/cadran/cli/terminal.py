"""What the commands share of a terminal: who sits at it, in which language, and plain tables."""

from __future__ import annotations

import argparse
import getpass
import sys

from rich.console import Console
from rich.table import Table


def who() -> str:
    """Who sits at the terminal, for the audit log."""
    return f"terminal:{getpass.getuser()}"


def add_language(parser: argparse.ArgumentParser) -> None:
    """Declare the option that chooses the language."""
    parser.add_argument("--lang", choices=("en", "fr"), default="en", help="language of labels and numbers")


def plain_table(*columns: str) -> Table:
    """A table without lines; more columns may be added."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        made.add_column(name)
    return made


def printed(table: Table, *, width: int) -> str:
    """The table as text of so many characters a line, whatever the terminal's own width."""
    console = Console(width=width, record=True, file=sys.stderr, quiet=True, markup=False, highlight=False)
    with console.capture() as captured:
        console.quiet = False
        console.print(table)
    return captured.get()


def colon(language: str) -> str:
    """The colon, after the blank that French has before it."""
    return " :" if language == "fr" else ":"
