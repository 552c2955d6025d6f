"""The DuckDB view `file` over a file whose columns are not canonical.

`show_file` takes a connection, the file, and the path of a temporary copy, and creates the view. All values of a CSV
or JSON file are texts; arrays and objects of JSON are JSON, as text. The types are never guessed from values, so one
value cannot change how others are read. Column names are unique, ignoring case: a second column of the same name gets
the suffix `_1`. A column of the file that is called `line` gets it too. Raises DuckDB's errors, and LoadRefused.
"""

import csv
import errno
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from cadran.errors import LoadRefused
from cadran.facts.files.json_records import JsonRecords
from cadran.facts.files.json_values import format_value
from cadran.facts.files.lines import Bad, CsvLines
from cadran.facts.files.text_file import LINE_CHARACTERS_MAX
from cadran.quoting import quote_identifier, quote_text

if TYPE_CHECKING:
    import duckdb

#: The limit of a record of the copy, in bytes: up to four for each character, and a margin.
_COPY_LINE_BYTES_MAX: Final = 5 * LINE_CHARACTERS_MAX
#: The most different members of the records of a JSON file, and the longest name of one.
COLUMNS_MAX: Final = 1_000
_NAME_CHARACTERS_MAX: Final = 1_000


def show_file(
    connection: "duckdb.DuckDBPyConnection", path: Path, lines: CsvLines | JsonRecords | None, copy: Path, bad: Bad
) -> None:
    """Make the view `file` of a CSV or JSON file's records, or of a Parquet file."""
    if lines is None:
        # A link with this name, because DuckDB would read `*` and `?` in a path as patterns, and `name=value` as
        # columns.
        copy.symlink_to(path.resolve())
        connection.execute(_parquet_view(connection, path, copy))
        return
    columns = _Columns()
    with _writing(copy, path) as file:
        writer = csv.writer(file, lineterminator="\n")
        if isinstance(lines, CsvLines):
            for name in lines.header:
                columns.add(name)
            writer.writerows([line, *values] for line, values in lines.records(bad))
        else:
            writer.writerows([line, *columns.arrange(found, path)] for line, found in lines.objects(bad))
    if not columns.names:
        raise LoadRefused(f"{path.name} holds no record that can be read.", code="empty_file")
    connection.execute(_text_view(columns.names, copy))


def make_unique_names(names: Iterable[str]) -> list[str]:
    """Return the names, each made different from `line` and from the names before it. An empty name becomes `column`
    with its number."""
    columns = _Columns()
    for name in names:
        columns.add(name)
    return columns.names


class _Columns:
    """The columns of the view, in the order in which the file names them."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._taken = {"line"}
        # The positions of the members of JSON records.
        self._positions: dict[str, int] = {}

    def add(self, name: str) -> None:
        """Add a column with this name, or with this name and a number if the name is taken."""
        base = unique = name.replace("\0", "") or f"column{len(self.names) + 1}"
        copies = 0
        while unique.lower() in self._taken:
            copies += 1
            unique = f"{base}_{copies}"
        self._taken.add(unique.lower())
        self.names.append(unique)

    def arrange(self, found: Mapping[str, object], path: Path) -> list[str | None]:
        """Return the values of a JSON record in the order of the columns. Add the columns that it names first."""
        for name in found:
            if name not in self._positions:
                if len(self.names) == COLUMNS_MAX or len(name) > _NAME_CHARACTERS_MAX:
                    raise LoadRefused(
                        f"The records of {path.name} have more than {COLUMNS_MAX:,} different members, or a member"
                        f" whose name is longer than {_NAME_CHARACTERS_MAX:,} characters ('{name[:60]}'): names that"
                        " are data belong into values, so change the export.",
                        code="too_many_columns",
                    )
                self._positions[name] = len(self.names)
                self.add(name)
        values: list[str | None] = [None] * len(self.names)
        for name, value in found.items():
            values[self._positions[name]] = format_value(value)
        return values


@contextmanager
def _writing(copy: Path, path: Path) -> Iterator[TextIO]:
    try:
        with copy.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise LoadRefused(
            f"The copy of {path.name} for the mapping does not fit into {copy.parent.parent} ({error.strerror}): set"
            " the environment variable TMPDIR to a folder with more room.",
            code="no_room",
        ) from error


def _text_view(names: Iterable[str], copy: Path) -> str:
    columns = ", ".join(("'line': 'BIGINT'", *(f"{quote_text(name)}: 'VARCHAR'" for name in names)))
    # A record of JSON may end before the columns that only later records have: null padding.
    return (
        f"CREATE VIEW file AS SELECT * FROM read_csv({quote_text(str(copy))}, columns = {{{columns}}},"
        " auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', parallel = false,"
        " null_padding = true,"
        f" max_line_size = {_COPY_LINE_BYTES_MAX}, buffer_size = {2 * _COPY_LINE_BYTES_MAX})"
    )


def _parquet_view(connection: "duckdb.DuckDBPyConnection", path: Path, copy: Path) -> str:
    source = f"read_parquet({quote_text(str(copy))}, file_row_number = true, hive_partitioning = false)"
    own = [name for name in connection.sql(f"SELECT * FROM {source}").columns if name != "file_row_number"]
    if any("\0" in name or not name for name in own):
        raise LoadRefused(
            f"{path.name} has a column without a name, or with a NUL in its name: rename the column.",
            code="unreadable_header",
        )
    shown = (
        f"{quote_identifier(name)} AS {quote_identifier(to)}"
        for name, to in zip(own, make_unique_names(own), strict=True)
    )
    return f"CREATE VIEW file AS SELECT file_row_number + 1 AS line, {', '.join(shown)} FROM {source}"
