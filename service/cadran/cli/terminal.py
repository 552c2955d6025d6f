"""Terminal output: the only module through which commands write, with helpers that commands share.

Takes texts and tables. Writes them without the characters that control a terminal (``printable``), since titles, file
names, reasons and messages of servers come from others. Line breaks within a cell become blanks, so that no cell looks
like a line of cadran. ``tests/test_tidy.py`` refuses other ways to write.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TypeAlias

from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from cadran.domain.metric_ref import split_list
from cadran.printable import drop_controls, one_line

#: A function that moves a progress bar. It takes the amount done and the total (None: unchanged).
ProgressMoves: TypeAlias = Callable[[int, int | None], None]
#: The width of a line in characters if the output is not a terminal.
WIDTH = 160


class Parser(argparse.ArgumentParser):
    """An argument parser whose error messages quote arguments without control characters."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End the command with a message on standard error."""
        super().exit(status, None if message is None else drop_controls(message, keep="\n"))


class PlainTable(Table):
    """A table without lines. Its names and cells are one line each, without control characters."""

    def __init__(self) -> None:
        super().__init__(box=None, pad_edge=False, header_style="bold")

    def add(self, name: str, *, justify: JustifyMethod = "left", style: str = "", no_wrap: bool = False) -> None:
        """Add a column."""
        self.add_column(Text(one_line(name)), justify=justify, style=style, no_wrap=no_wrap)

    def fill(self, *cells: str) -> None:
        """Add a row."""
        self.add_row(*(Text(one_line(cell)) for cell in cells))


def name_caller() -> str:
    """Return the name of the terminal's user for the audit log."""
    return f"terminal:{getpass.getuser()}"


def add_list(parser: argparse.ArgumentParser, option: str, about: str, *, default: list[str] | None = None) -> None:
    """Declare an option that takes values separated by commas. Repeated options are merged."""
    parser.add_argument(
        option, action="extend", type=split_list, default=default, help=f"{about}; may be given several times"
    )


def add_language(parser: argparse.ArgumentParser) -> None:
    """Declare the option that chooses the language."""
    parser.add_argument("--lang", choices=("en", "fr"), default="en", help="language of labels and numbers")


def make_plain_table(*columns: str) -> PlainTable:
    """Return a table without lines. More columns may be added."""
    made = PlainTable()
    for name in columns:
        made.add(name)
    return made


def format_cell(text: str) -> str:
    """Return a text from others as one line, for use in a sentence."""
    return one_line(text)


def drop_output() -> None:
    """Send all further output to nowhere, because nobody reads it. Python would else fail once more at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write(text: str) -> None:
    """Write lines to standard output. Texts from others must have passed ``format_cell``."""
    sys.stdout.write(drop_controls(text, keep="\n\t"))
    sys.stdout.flush()


def write_error(text: str) -> None:
    """Write lines to standard error. Texts from others must have passed ``format_cell``."""
    sys.stderr.write(drop_controls(text, keep="\n\t"))
    sys.stderr.flush()


def write_table(table: PlainTable) -> None:
    """Write a table to standard output, as wide as the terminal."""
    _console().print(table)


def write_note(text: str) -> None:
    """Write a dimmed line to standard output."""
    _console().print(Text(one_line(text), style="dim"))


def render_table(table: PlainTable, *, width: int) -> str:
    """Return the table as text with lines of ``width`` characters, independent of the terminal's width."""
    console = Console(width=width, file=sys.stderr, markup=False, highlight=False, color_system=None)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


@contextmanager
def report_status(text: str) -> Iterator[Callable[[str], None]]:
    """Show a status text on a terminal at standard error. Yield a function that changes the text."""
    with Console(stderr=True).status(Text(one_line(text))) as shown:
        yield lambda words: shown.update(Text(one_line(words)))


@contextmanager
def make_progress_bars() -> Iterator[Callable[[str, int | None], ProgressMoves]]:
    """Show progress bars at standard error.

    Yield a function that adds a bar with a name and a total and returns the function that moves the bar.
    """
    columns = (TextColumn("{task.description:<12}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:

        def add(name: str, total: int | None) -> ProgressMoves:
            task = progress.add_task(one_line(name), total=total)
            return lambda done, of: progress.update(task, completed=done, total=of)

        yield add


def write_colon(language: str) -> str:
    """Return the colon of the language. French puts a blank before the colon."""
    return " :" if language == "fr" else ":"


def _console() -> Console:
    width = None if sys.stdout.isatty() else WIDTH
    return Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False)
