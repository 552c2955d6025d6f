"""The DuckDB view `file` over a file whose columns are not canonical.

`show_file` takes a connection, the file, and the path of a temporary copy, and creates the view. Its column names are
unique, ignoring case: a second column of the same name gets the suffix `_1`. A column of the file that is called `line`
gets it too. Raises DuckDB's errors, and LoadRefused.
"""

import csv
import errno
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from cadran.errors import LoadRefused
from cadran.facts.files.lines import Bad, CsvLines, JsonLines, explain_unreadable
from cadran.facts.files.text_file import LINE_CHARACTERS_MAX
from cadran.quoting import quote_identifier, quote_text

if TYPE_CHECKING:
    import duckdb

#: The limit of a record of the copy, in bytes: up to four for each character, and a margin.
_COPY_LINE_BYTES_MAX: Final = 5 * LINE_CHARACTERS_MAX
#: The depth to which the values of a JSON record become columns. Deeper values have DuckDB's type JSON.
_COLUMNS_DEPTH_MAX: Final = 32
#: The depth to which a JSON record may be nested: DuckDB refuses a whole file for one record with 129 levels.
NESTING_MAX: Final = 100


def show_file(
    connection: "duckdb.DuckDBPyConnection", path: Path, lines: CsvLines | JsonLines | None, copy: Path, bad: Bad
) -> None:
    """Make the view `file` of a CSV or JSON file's records, or of a Parquet file."""
    if isinstance(lines, CsvLines):
        with _writing(copy, path) as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([line, *values] for line, values in lines.records(bad))
        connection.execute(_csv_view(lines.header, copy))
    elif lines:
        with _writing(copy, path) as file:
            file.writelines(_json_records(lines, bad))
        connection.execute(_json_view(path, copy))
    else:
        # A link with this name, because DuckDB would read `*` and `?` in a path as patterns, and `name=value` as
        # columns.
        copy.symlink_to(path.resolve())
        connection.execute(_parquet_view(connection, path, copy))


def make_unique_names(names: Iterable[str]) -> list[str]:
    """Return the names, each made different from `line` and from the names before it. An empty name becomes `column`
    with its number."""
    taken, found = {"line"}, []
    for number, name in enumerate(names, start=1):
        base = unique = name.replace("\0", "") or f"column{number}"
        copies = 0
        while unique.lower() in taken:
            copies += 1
            unique = f"{base}_{copies}"
        taken.add(unique.lower())
        found.append(unique)
    return found


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


def _csv_view(header: Iterable[str], copy: Path) -> str:
    names = make_unique_names(header)
    columns = ", ".join(("'line': 'BIGINT'", *(f"{quote_text(name)}: 'VARCHAR'" for name in names)))
    return (
        f"CREATE VIEW file AS SELECT * FROM read_csv({quote_text(str(copy))}, columns = {{{columns}}},"
        " auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', parallel = false,"
        f" max_line_size = {_COPY_LINE_BYTES_MAX}, buffer_size = {2 * _COPY_LINE_BYTES_MAX})"
    )


def _json_records(lines: JsonLines, bad: Bad) -> Iterator[str]:
    # Records rejected here get their text when the rejects are written.
    for line, found in lines.objects(bad):
        named = dict(zip(make_unique_names(found), found.values(), strict=True))
        if _is_deep(found):
            bad(explain_unreadable(line, f"nested more than {NESTING_MAX} deep", ""))
            continue
        try:
            yield json.dumps({"line": line, **named}, ensure_ascii=False, allow_nan=False) + "\n"
        except ValueError:
            bad(explain_unreadable(line, "a number that JSON does not have", ""))


def _is_deep(found: dict[str, object]) -> bool:
    """Return whether a record is nested more than ``NESTING_MAX`` deep."""
    level: list[dict[str, object] | list[object]] = [found]
    for _ in range(NESTING_MAX):
        values = chain.from_iterable(each.values() if isinstance(each, dict) else each for each in level)
        level = [each for each in values if isinstance(each, dict | list)]
        if not level:
            return False
    return True


def _json_view(path: Path, copy: Path) -> str:
    if not copy.stat().st_size:
        raise LoadRefused(f"{path.name} holds no record that can be read.", code="empty_file")
    return (
        f"CREATE VIEW file AS SELECT * FROM read_json({quote_text(str(copy))}, format = 'newline_delimited',"
        f" maximum_object_size = {_COPY_LINE_BYTES_MAX}, maximum_depth = {_COLUMNS_DEPTH_MAX})"
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
