"""The rejects file: every row that was not loaded, with its line, reason and content, so that no row is lost silently.

The file is a CSV (line, code, reason, content), in the order of the lines. The content is the record's original text if
the file can be read again, else the row as JSON. The content is untrusted. People open it in a spreadsheet, so formulas
get an apostrophe in front (`spreadsheet`). People show it in a terminal, so control characters are escaped
(`printable`), except line ends and tabs. No file is made when no row was rejected. Raises LoadRefused if the file
cannot be written.
"""

import csv
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO, TypeAlias

from cadran.errors import LoadRefused
from cadran.facts.load.reasons import Reject
from cadran.printable import escape_controls
from cadran.spreadsheet import escape_formulas

Texts: TypeAlias = Callable[[Iterable[int]], Iterator[tuple[int, str]]]
HEADER = ("line", "code", "reason", "content")


class RejectsFile:
    """A rejects file: written while the load runs, and completed when the context ends."""

    def __init__(self, path: Path, *, texts: Texts | None = None, loaded: Path | None = None) -> None:
        """Check the path. ``loaded`` is the loaded file, which the rejects must not overwrite. Raises LoadRefused."""
        if loaded is not None and path.resolve() == loaded.resolve():
            raise LoadRefused(
                f"The rejects would overwrite the loaded file {loaded.name}: name another file with --rejects.",
                parameter="rejects",
            )
        if not path.parent.is_dir() or path.is_dir() or not os.access(path.parent, os.W_OK):
            raise LoadRefused(
                f"Rejected rows cannot be written to {path}: name a file in a writable folder with --rejects.",
                parameter="rejects",
            )
        self.path = path
        self._texts = texts
        self._draft = path.with_name(path.name + ".part")
        self._file: TextIO | None = None
        self.count = 0
        self._last = 0
        # A mapping may reorder its file, and a row may supersede one of an earlier batch. The rejects are then sorted
        # at the end.
        self._in_order = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is None:
            return
        self._file.close()
        self._finish()
        self._draft.unlink()

    def write(self, rejects: Sequence[Reject]) -> None:
        """Store rejected rows. `load` takes this method as its `rejects`."""
        if self._file is None:
            self._file = self._draft.open("w", encoding="utf-8", newline="")
        for reject in rejects:
            self._in_order = self._in_order and reject.line >= self._last
            self._last = reject.line
            # JSON, because a content may be longer than the longest field that the CSV reader accepts.
            row = [str(reject.line), reject.code, reject.reason, reject.content]
            self._file.write(json.dumps(row) + "\n")
        self.count += len(rejects)

    def _finish(self) -> None:
        """Write the rejects with the records' original texts. Both files are read in parallel, so the memory does not
        grow with the number of rejects."""
        if self._texts is None:
            self._prepend_header()
            return
        originals = self._texts(_distinct(line for line, *_ in self._rows()))
        line, text = next(originals, (None, ""))
        with self.path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            for row in self._rows():
                while line is not None and line < int(row[0]):
                    line, text = next(originals, (None, ""))
                writer.writerow(_escaped([*row[:3], text if line == int(row[0]) else row[3]]))

    def _prepend_header(self) -> None:
        with self.path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(map(_escaped, self._rows()))

    def _rows(self) -> Iterator[list[str]]:
        with self._draft.open(encoding="utf-8", newline="") as file:
            yield from map(json.loads, file if self._in_order else _sort_by_line(file))


def _sort_by_line(rows: Iterable[str]) -> Iterator[str]:
    """Yield the rows in the order of their lines. They are sorted in a temporary file, which SQLite deletes."""
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        database.execute("CREATE TABLE draft (line INTEGER, row TEXT)")
        database.execute("BEGIN")
        database.executemany("INSERT INTO draft VALUES (?, ?)", ((int(json.loads(row)[0]), row) for row in rows))
        for (row,) in database.execute("SELECT row FROM draft ORDER BY line, rowid"):
            yield row


def _escaped(row: list[str]) -> list[str]:
    return [escape_formulas(_without_controls(cell)) for cell in row]


def _without_controls(text: str) -> str:
    r"""Return the text with control characters escaped. A carriage return is kept only in ``\r\n``: alone, it would let
    a terminal overwrite the line."""
    return "\r\n".join(escape_controls(line, keep="\n\t") for line in text.split("\r\n"))


def _distinct(lines: Iterable[str]) -> Iterator[int]:
    """Yield each of the ascending numbers once. Rejects come batch by batch, and are in order within a batch."""
    last = 0
    for line in lines:
        if int(line) > last:
            last = int(line)
            yield last
