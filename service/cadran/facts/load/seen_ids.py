"""The ids of the rows that a load has accepted, to find rows of one file that have the same id in different batches.

The last row of an id is loaded, or the first, or none (`Duplicates`). Every row that is not loaded for this reason is
reported, with the line of the row that is. Rows that a check refuses do not count. Ids are stored in a temporary file
of SQLite, which is deleted with its connection, so the memory does not grow with the number of rows.
"""

import sqlite3
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Duplicates(StrEnum):
    """Which of several rows with the same id is loaded."""

    LAST = "last"
    FIRST = "first"
    REJECT = "reject"


class Repeated(NamedTuple):
    """A row whose id an earlier batch has: its id, its line, and the line of the row of the earlier batch."""

    id: str
    line: int
    before: int


class SeenIds:
    """The ids of the rows that a load has accepted, each with the line of the row that is loaded: the last one, or with
    ``first`` the first one."""

    def __init__(self, *, first: bool = False) -> None:
        self.first = first
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE seen (id TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")
        self._database.execute("CREATE TABLE batch (id TEXT, line INTEGER)")

    def add(self, rows: Iterable[tuple[str, int]]) -> tuple[list[Repeated], list[Repeated]]:
        """Add a batch of ids with their lines, each id once. Return the rows that replace one of an earlier batch, and
        the rows that must not be loaded, because the row of the earlier batch stays."""
        database = self._database
        database.execute("BEGIN")
        database.execute("DELETE FROM batch")
        database.executemany("INSERT INTO batch VALUES (?, ?)", rows)
        found = database.execute("SELECT id, b.line, s.line FROM batch AS b JOIN seen AS s USING (id) ORDER BY b.line")
        replacing: list[Repeated] = []
        withheld: list[Repeated] = []
        for repeated in map(Repeated._make, found):
            (replacing if self.replaces(repeated.line, repeated.before) else withheld).append(repeated)
        database.execute("INSERT OR IGNORE INTO seen SELECT id, line FROM batch")
        database.executemany("UPDATE seen SET line = ?2 WHERE id = ?1", ((each.id, each.line) for each in replacing))
        database.execute("COMMIT")
        return replacing, withheld

    def replaces(self, line: int, before: int) -> bool:
        """Return whether a row takes the place of a row that was read before it. A mapping may reorder its file."""
        return line < before if self.first else line >= before

    def close(self) -> None:
        """Delete the temporary file."""
        self._database.close()
