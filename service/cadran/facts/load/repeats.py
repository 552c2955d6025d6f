"""The rows of a file without those whose id the file repeats (``--duplicates reject``).

`UniqueRows` takes a source of rows and is one. It looks at the whole file before it yields its first row, and compares
ids as the file writes them. Ids are stored in a temporary file of SQLite, which is deleted with its connection, so the
memory does not grow with the number of rows.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final

from cadran.errors import LoadRefused
from cadran.facts.files.rows import Record, RowSource
from cadran.facts.load.dimensions import KEYS
from cadran.facts.load.reasons import REASONS, Reject
from cadran.facts.schema.facts import FACTS
from cadran.facts.schema.schema import list_columns, list_staged_columns

#: The names of key columns of the tables of facts in the files, where they do not only lack `_id`.
_NAMES: Final = {"leg_number": "leg", "number": "reopening"}

#: The most rows with repeated ids between two rows that are loaded: their rejections wait in memory.
REPEATED_MAX: Final = 100_000


class UniqueRows:
    """The rows of a source without those whose id is repeated. The source must yield its records more than once."""

    def __init__(self, kind: str, rows: RowSource, *, source: str) -> None:
        self._kind = kind
        self._rows = rows
        self._source = source
        self._columns = {name: list_columns(kind).index(name) + 1 for name in list_key_columns(kind)}
        self._rejects: list[Reject] = []
        self.header = rows.header
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(
            "CREATE TABLE seen (id TEXT PRIMARY KEY, first INTEGER, last INTEGER, rows INTEGER) WITHOUT ROWID"
        )
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT INTO seen VALUES (?1, ?2, ?2, 1) ON CONFLICT DO UPDATE SET last = excluded.last, rows = rows + 1",
            self._read_ids(),
        )
        self._database.execute("DELETE FROM seen WHERE rows = 1")
        self._database.execute("COMMIT")

    @property
    def characters(self) -> int:
        return self._rows.characters

    def records(self) -> Iterator[Record]:
        for record in self._rows.records():
            found = self._database.execute("SELECT first, last, rows FROM seen WHERE id = ?", (self._id(record),))
            if repeated := found.fetchone():
                self._reject(record, *repeated)
            else:
                yield record

    def close(self) -> None:
        """Delete the temporary file."""
        self._database.close()

    def refused(self) -> list[Reject]:
        rejects, self._rejects = self._rejects, []
        return sorted([*self._rows.refused(), *rejects], key=lambda reject: reject.line)

    def _reject(self, record: Record, first: int, last: int, rows: int) -> None:
        reason = REASONS["repeated_id"].format(first=f"{first:,}", last=f"{last:,}", rows=f"{rows:,}")
        values = dict(zip(list_staged_columns(self._kind), record[1:], strict=True))
        content = json.dumps({name: value for name, value in values.items() if value is not None}, ensure_ascii=False)
        self._rejects.append(Reject(int(record[0] or 0), "repeated_id", reason, content))
        if len(self._rejects) > REPEATED_MAX:
            raise LoadRefused(
                f"The file has more than {REPEATED_MAX:,} rows one after the other with ids that it repeats, such as"
                f" line {first:,}: correct it, or load it with --duplicates last or first.",
                code="repeated_ids",
                parameter="duplicates",
            )

    def _read_ids(self) -> Iterator[tuple[str, int]]:
        for record in self._rows.records():
            self._rows.refused()
            if (found := self._id(record)) is not None:
                yield found, int(record[0] or 0)
        self._rows.refused()

    def _id(self, record: Record) -> str | None:
        """Return the id of a record, or None if it has none."""
        found = {name: record[column] for name, column in self._columns.items()}
        source = found.pop("source", None) or self._source
        return repr([source, *found.values()]) if any(found.values()) else None


def list_key_columns(kind: str) -> Sequence[str]:
    """Return the columns of a file that identify a row."""
    columns = list_columns(kind)
    if kind == "deletions":
        return columns
    if kind in FACTS:
        names = (_NAMES.get(name, name.removesuffix("_id")) for name in FACTS[kind].keys)
        return [name for name in names if name in columns and not (kind == "legs" and name == "customer")]
    return KEYS.get(kind, columns[:1])
