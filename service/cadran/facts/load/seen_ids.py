"""The ids of the rows that a load has accepted, to find rows of one file that have the same id in different batches.

The last row of an id is loaded, or the first, or none (`Duplicates`). Every row that is not loaded for this reason is
reported, with the line of the row that is. Rows that a check refuses do not count. Many ids are moved
to a temporary file of SQLite, which is deleted with its connection, so the memory does not grow with the rows.
"""

import sqlite3
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple


class Duplicates(StrEnum):
    """Which of several rows with the same id is loaded."""

    LAST = "last"
    FIRST = "first"
    REJECT = "reject"


#: The most ids in memory, at up to about 300 bytes each. More are moved to the file.
RECENT_MAX: Final = 200_000


class RepeatedRow(NamedTuple):
    """A row whose id an earlier batch has: its id, its line, and the line of the row of the earlier batch."""

    id: str
    line: int
    before: int


class SeenIds:
    """The ids of the rows that a load has accepted, each with the line of the row that is loaded: the last one, or with
    ``first`` the first one."""

    def __init__(self, *, first: bool = False) -> None:
        self.first = first
        self._recent: dict[str, int] = {}
        self._has_file = False
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA cache_size = -16384")
        self._database.execute("CREATE TABLE seen (id TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")
        self._database.execute("CREATE TEMP TABLE batch (id TEXT)")

    def add(self, rows: Iterable[tuple[str, int]]) -> tuple[list[RepeatedRow], list[RepeatedRow]]:
        """Add a batch of ids with their lines, each id once. Return the rows that replace one of an earlier batch, and
        the rows that must not be loaded, because the row of the earlier batch stays."""
        batch = dict(rows)
        before = self._find_in_file(batch) if self._has_file else {}
        before |= {each: self._recent[each] for each in batch.keys() & self._recent.keys()}
        replacing: list[RepeatedRow] = []
        withheld: list[RepeatedRow] = []
        for each in sorted(before, key=batch.__getitem__):
            repeated = RepeatedRow(each, batch[each], before[each])
            (replacing if self.replaces(repeated.line, repeated.before) else withheld).append(repeated)
        self._recent |= batch
        # The row of the earlier batch stays.
        self._recent |= {each.id: each.before for each in withheld}
        if len(self._recent) > RECENT_MAX:
            self._move_to_file()
        return replacing, withheld

    def _find_in_file(self, batch: Iterable[str]) -> dict[str, int]:
        """Return the lines of those ids that are in the file. They are looked up in the order of its index, so that a
        page of it is read once: ids may be random."""
        self._database.execute("BEGIN")
        self._database.execute("DELETE FROM batch")
        self._database.executemany("INSERT INTO batch VALUES (?)", ((each,) for each in sorted(batch)))
        found = self._database.execute("SELECT s.id, s.line FROM batch AS b CROSS JOIN seen AS s ON s.id = b.id")
        lines: dict[str, int] = dict(found)
        self._database.execute("COMMIT")
        return lines

    def _move_to_file(self) -> None:
        self._database.execute("BEGIN")
        self._database.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?)", sorted(self._recent.items()))
        self._database.execute("COMMIT")
        self._recent.clear()
        self._has_file = True

    def replaces(self, line: int, before: int) -> bool:
        """Return whether a row takes the place of a row that was read before it. A mapping may reorder its file."""
        return line < before if self.first else line >= before

    def close(self) -> None:
        """Delete the temporary file."""
        self._database.close()
