"""Files in: CSV and JSON lines (both also gzipped) and Parquet, canonical or through a mapping, as the `RowSource` of a
load.

A canonical CSV or JSON file needs nothing but the standard library. Parquet and mappings need DuckDB (extra `load`).
Refuses unknown columns, missing required ones and unknown kinds of file; what is wrong with single records is left to
`refused`.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from cadran.errors import LoadRefused
from cadran.facts import mapping
from cadran.facts.contract import columns
from cadran.facts.lines import CsvLines, JsonLines, as_text
from cadran.facts.reasons import REASONS, Reject
from cadran.facts.rows import Record, arrangement, checked_header

FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".parquet": "parquet",
}


class FileRows:
    """The rows of one file; to be used as a context, as a mapping works on a temporary copy."""

    def __init__(self, kind: str, path: Path, *, mapping_sql: str | None = None, encoding: str = "utf-8") -> None:
        self._kind = kind
        self._path = path
        self._mapping_sql = mapping_sql
        self._bad: list[Reject] = []
        # A mapping's file is read as a whole before its first row comes; what was wrong with it is told in step with
        # the rows.
        self._line: float = 0
        self._stack = ExitStack()
        if not path.is_file():
            raise LoadRefused(f"There is no file {path}.", code="no_file")
        self._lines: CsvLines | JsonLines | None = None
        if _format(path) == "csv":
            self._lines = CsvLines(path, encoding=encoding)
        elif _format(path) == "json":
            self._lines = JsonLines(path, encoding=encoding)
        try:
            self.header = self._header()
        except LoadRefused:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def records(self) -> Iterator[Record]:
        """The records, arranged as the contract has them."""
        for record in self._records():
            self._line = int(record[0] or 0)
            yield record
        self._line = float("inf")

    def _records(self) -> Iterator[Record]:
        if self._mapping_sql is not None or self._lines is None:
            return self._mapped()
        if isinstance(self._lines, CsvLines):
            return self._of_csv(self._lines)
        return self._of_json(self._lines)

    def refused(self) -> list[Reject]:
        """What could not be read since the last call."""
        refused = [reject for reject in self._bad if reject.line <= self._line]
        # In place: the readers hold on to the list.
        self._bad[:] = [reject for reject in self._bad if reject.line > self._line]
        return refused

    def texts(self, lines: Iterable[int]) -> Iterator[tuple[int, str]]:
        """The original text of the records at these lines (ascending); nothing for Parquet."""
        return self._lines.texts(lines) if self._lines else iter(())

    def _header(self) -> tuple[str, ...]:
        if self._mapping_sql is not None or self._lines is None:
            self._table = self._stack.enter_context(mapping.table(self._path, self._lines, self._bad.append))
            if self._mapping_sql is None:
                self._mapping_sql = mapping.EVERYTHING
            self._query = self._table.query(self._mapping_sql)
            return checked_header(self._kind, self._query.header)
        if isinstance(self._lines, CsvLines):
            return checked_header(self._kind, self._lines.header)
        first = next(self._lines.objects(lambda _: None), None)
        return checked_header(self._kind, tuple(first[1])) if first else columns(self._kind)

    def _of_csv(self, lines: CsvLines) -> Iterator[Record]:
        arrange = arrangement(self._kind, self.header)
        for line, values in lines.records(self._bad.append):
            yield (line, *arrange(values))

    def _of_json(self, lines: JsonLines) -> Iterator[Record]:
        names = columns(self._kind)
        known = frozenset(names)
        for line, found in lines.objects(self._bad.append):
            try:
                if not found.keys() <= known:
                    raise ValueError(f"there is no column '{min(found.keys() - known)}'")
                yield (line, *[as_text(found.get(name)) for name in names])
            except ValueError as error:
                words = REASONS["unreadable_line"].format(value=error)
                self._bad.append(Reject(line, "unreadable_line", words, str(found)))

    def _mapped(self) -> Iterator[Record]:
        arrange = arrangement(self._kind, self.header)
        for line, *values in self._query.rows():
            yield (int(line or 0), *arrange([value.strip() or None if value else None for value in values]))


def _format(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    found = FORMATS.get(suffixes[-1]) if suffixes else None
    if found is None or (found == "parquet" and path.suffix == ".gz"):
        raise LoadRefused(
            f"{path.name} is not a known kind of file. Known: {', '.join(FORMATS)}, and .gz of all but Parquet.",
            code="unknown_format",
        )
    return found
