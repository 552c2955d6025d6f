"""Files as the `RowSource` of a load: CSV and JSON (both also gzipped) and Parquet. The files are canonical, or
are read through a mapping.

A canonical CSV or JSON file needs only the standard library. Parquet files and mappings need DuckDB (extra `load`).
Raises LoadRefused, before the first row is loaded, for unknown columns, missing required columns, unknown kinds of
file, and files that cannot be read to their end. `refused` returns the records that cannot be read.
"""

import json
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Self

from cadran.errors import LoadRefused
from cadran.facts.files import mapping
from cadran.facts.files.json_records import JsonRecords
from cadran.facts.files.json_values import format_value
from cadran.facts.files.lines import CsvLines, explain_unreadable
from cadran.facts.files.rows import NO_ATTRIBUTES, Record, check_header, make_arrangement, name_columns
from cadran.facts.load.reasons import Reject
from cadran.facts.schema.schema import list_columns

FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".parquet": "parquet",
}
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
#: The most unreadable records, and the most characters in them, between two batches. A file above these limits is
#: refused, because the records wait in memory. A mapping reads its whole file before the first batch.
UNREADABLE_MAX: Final = 100_000
UNREADABLE_CHARACTERS_MAX: Final = 33_554_432


class FileRows:
    """The rows of one file. It is a context manager, because a mapping works on a temporary copy. A mapping may also
    read the files in the folders of ``allow_read``. ``attributes`` are the columns of the database's attributes, by
    name."""

    def __init__(
        self,
        kind: str,
        path: Path,
        *,
        mapping_sql: str | None = None,
        encoding: str = "utf-8",
        allow_read: Sequence[Path] = (),
        attributes: Mapping[str, str] = NO_ATTRIBUTES,
    ) -> None:
        self._kind = kind
        self._attributes = attributes
        self._path = path
        self._mapping_sql = mapping_sql
        self._allow_read = allow_read
        self._bad: list[Reject] = []
        self._bad_characters = 0
        self._mapped_characters = 0
        # The line of the last row that was yielded. A mapping finds all unreadable records before it yields a row, and
        # `refused` returns only those up to this line.
        self._line: float = 0
        self._stack = ExitStack()
        _require_file(path)
        self._lines: CsvLines | JsonRecords | None = None
        if _format(path) == "csv":
            self._lines = CsvLines(path, encoding=encoding)
        elif _format(path) == "json":
            self._lines = JsonRecords(path, encoding=encoding)
        try:
            self.header = self._header()
        except BaseException:  # an interrupt included: the file must be closed
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def records(self) -> Iterator[Record]:
        """Yield the records with the columns in the order of the schema."""
        for record in self._records():
            self._line = int(record[0] or 0)
            yield record
        self._line = float("inf")

    @property
    def characters(self) -> int:
        """Return the number of characters of the records read so far. This number bounds the size of a batch."""
        return self._mapped_characters or (self._lines.characters if self._lines else 0)

    def _records(self) -> Iterator[Record]:
        if self._mapping_sql is not None or self._lines is None:
            return self._mapped()
        if isinstance(self._lines, CsvLines):
            return self._of_csv(self._lines)
        return self._of_json(self._lines)

    def refused(self) -> list[Reject]:
        """Return the records that could not be read since the last call."""
        refused = [reject for reject in self._bad if reject.line <= self._line]
        # Changed in place, because the readers hold the list.
        self._bad[:] = [reject for reject in self._bad if reject.line > self._line]
        self._bad_characters = sum(len(reject.content) for reject in self._bad)
        return refused

    def _reject(self, reject: Reject) -> None:
        """Store a record that cannot be read. Raises LoadRefused when there are too many."""
        self._bad.append(reject)
        self._bad_characters += len(reject.content)
        if len(self._bad) > UNREADABLE_MAX or self._bad_characters > UNREADABLE_CHARACTERS_MAX:
            first = self._bad[0]
            raise LoadRefused(
                f"{self._path.name} is refused: {len(self._bad):,} of its records cannot be read. The first is on line"
                f" {first.line:,}: {first.reason}. Check that it is the right file, and its --encoding.",
                code="unreadable_file",
            )

    def texts(self, lines: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Yield the original text of the records at these lines (ascending). Yield nothing for Parquet."""
        return self._lines.texts(lines) if self._lines else iter(())

    def _header(self) -> tuple[str, ...]:
        if self._mapping_sql is not None or self._lines is None:
            shown = mapping.open_table(self._path, self._lines, self._reject, allow_read=self._allow_read)
            table = self._stack.enter_context(shown)
            self._query = table.everything() if self._mapping_sql is None else table.query(self._mapping_sql)
            header = check_header(self._kind, self._query.header, self._attributes)
            self._query.prove()
            return header
        header = self._text_header(self._lines)
        self._lines.prove()
        return header

    def _text_header(self, lines: CsvLines | JsonRecords) -> tuple[str, ...]:
        if isinstance(lines, CsvLines):
            return check_header(self._kind, lines.header, self._attributes)
        first = next(lines.objects(lambda _: None), None)
        return check_header(self._kind, tuple(first[1]), self._attributes) if first else list_columns(self._kind)

    def _of_csv(self, lines: CsvLines) -> Iterator[Record]:
        arrange = make_arrangement(self._kind, self.header)
        for line, values in lines.records(self._reject):
            yield (line, *arrange(values))

    def _of_json(self, lines: JsonRecords) -> Iterator[Record]:
        names = name_columns(self._kind, self._attributes)
        known = frozenset(filter(None, names))
        for line, found in lines.objects(self._reject):
            try:
                if not found.keys() <= known:
                    raise ValueError(f"there is no column '{min(found.keys() - known)}'")
                if nested := [name for name, value in found.items() if isinstance(value, dict | list)]:
                    raise ValueError(
                        f"'{nested[0]}' is an array or an object, which only a mapping can read (--mapping)"
                    )
                yield (line, *[format_value(found.get(name)) for name in names])
            except ValueError as error:
                self._reject(explain_unreadable(line, str(error), str(found)))

    def _mapped(self) -> Iterator[Record]:
        arrange = make_arrangement(self._kind, self.header)
        for line, *values in self._query.rows():
            text = "".join(filter(None, values))
            self._mapped_characters += len(text)
            if mapping.REFUSAL in text:
                self._reject(_explain_refusals(int(line or 0), dict(zip(self.header, values, strict=True))))
            else:
                yield (int(line or 0), *arrange([value.strip() or None if value else None for value in values]))


def _explain_refusals(line: int, row: dict[str, str | None]) -> Reject:
    """Return the rejection of a mapped row with all reasons that its values give."""
    refusals = {name: mapping.split_refusals(value) for name, value in row.items() if value}
    reasons = [f"{name} {reason}" for name, found in refusals.items() for reason in found]
    content = {name: value for name, value in row.items() if value and not refusals[name]}
    return Reject(line, "unreadable_value", "; ".join(reasons), json.dumps(content, ensure_ascii=False))


def _require_file(path: Path) -> None:
    """Check that a path is a regular file. Raises LoadRefused if it is not, or cannot be reached."""
    try:
        kind = path.stat().st_mode
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            raise LoadRefused(f"There is no file {path}. Correct its name.", code="no_file") from error
        raise LoadRefused(f"{path} cannot be read: {error.strerror}.", code="unreadable_file") from error
    if stat.S_ISDIR(kind):
        raise LoadRefused(f"{path} is a folder: name the files in it.", code="no_file")
    if not stat.S_ISREG(kind):
        raise LoadRefused(f"{path} is not a regular file: save its content to a file first.", code="no_file")


def _format(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    if suffixes and suffixes[-1] in WORKBOOKS:
        raise LoadRefused(f"{path.name} is a workbook: save the sheet as CSV.", code="unknown_format")
    found = FORMATS.get(suffixes[-1]) if suffixes else None
    if found is None or (found == "parquet" and path.suffix == ".gz"):
        raise LoadRefused(
            f"{path.name} has an unknown file extension. Known: {', '.join(FORMATS)}, each but .parquet also with .gz.",
            code="unknown_format",
        )
    return found
