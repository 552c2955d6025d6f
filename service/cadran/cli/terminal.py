"""The terminal: the only way by which a command writes to it, and what commands share of it.

Takes texts and tables; writes them without the characters that steer a terminal (`printable`), as titles, file names,
reasons and servers' messages come from others. Line breaks within a cell become blanks, so that nothing looks like a
line of ours. `tests/test_tidy.py` refuses another way to write.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TypeAlias

from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from cadran.printable import drop_controls, one_line

#: Moves a progress bar: to what is done, of which total (None: as before).
Moved: TypeAlias = Callable[[int, int | None], None]
#: Characters of a line where the output is no terminal.
WIDTH = 160


class Parser(argparse.ArgumentParser):
    """A parser whose refusals quote the arguments without control characters."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End the command with a message on standard error."""
        super().exit(status, None if message is None else drop_controls(message, keep="\n"))


class PlainTable(Table):
    """A table without lines, whose names and cells are each one line without control characters."""

    def __init__(self) -> None:
        super().__init__(box=None, pad_edge=False, header_style="bold")

    def add(self, name: str, *, justify: JustifyMethod = "left", style: str = "", no_wrap: bool = False) -> None:
        """Add a column."""
        self.add_column(Text(one_line(name)), justify=justify, style=style, no_wrap=no_wrap)

    def fill(self, *cells: str) -> None:
        """Add a row."""
        self.add_row(*(Text(one_line(cell)) for cell in cells))


def who() -> str:
    """Who sits at the terminal, for the audit log."""
    return f"terminal:{getpass.getuser()}"


def add_language(parser: argparse.ArgumentParser) -> None:
    """Declare the option that chooses the language."""
    parser.add_argument("--lang", choices=("en", "fr"), default="en", help="language of labels and numbers")


def plain_table(*columns: str) -> PlainTable:
    """A table without lines; more columns may be added."""
    made = PlainTable()
    for name in columns:
        made.add(name)
    return made


def cell(text: str) -> str:
    """Return what others wrote as one line, to be put into a sentence of ours."""
    return one_line(text)


def write(text: str) -> None:
    """Write lines to standard output. What others wrote in them has passed `cell`."""
    sys.stdout.write(drop_controls(text, keep="\n\t"))
    sys.stdout.flush()


def write_error(text: str) -> None:
    """Write lines to standard error. What others wrote in them has passed `cell`."""
    sys.stderr.write(drop_controls(text, keep="\n\t"))
    sys.stderr.flush()


def write_table(table: PlainTable) -> None:
    """Write a table to standard output, as wide as the terminal."""
    _console().print(table)


def write_note(text: str) -> None:
    """Write a line of less weight to standard output."""
    _console().print(Text(one_line(text), style="dim"))


def printed(table: PlainTable, *, width: int) -> str:
    """The table as text of so many characters a line, whatever the terminal's own width."""
    console = Console(width=width, file=sys.stderr, markup=False, highlight=False, color_system=None)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


@contextmanager
def status(text: str) -> Iterator[Callable[[str], None]]:
    """Show what is under way, on a terminal at standard error; yields how to say it anew."""
    with Console(stderr=True).status(Text(one_line(text))) as shown:
        yield lambda words: shown.update(Text(one_line(words)))


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int | None], Moved]]:
    """Show progress bars at standard error; yields how to add one of a name and a total, which gives how to move it."""
    columns = (TextColumn("{task.description:<12}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:

        def add(name: str, total: int | None) -> Moved:
            task = progress.add_task(one_line(name), total=total)
            return lambda done, of: progress.update(task, completed=done, total=of)

        yield add


def colon(language: str) -> str:
    """The colon, after the blank that French has before it."""
    return " :" if language == "fr" else ":"


def _console() -> Console:
    width = None if sys.stdout.isatty() else WIDTH
    return Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False)
