"""Mappings: one SELECT over a foreign file that gives the contract's columns, run by DuckDB (extra `load`).

The file is shown to the mapping as the view `file`: its own columns, all of them text for a CSV, and `line`, the line a
record begins at. CSV and JSON are read by `lines` first and handed on as a clean copy, so that lines are told exactly
and a ragged record is rejected with its text instead of changing how the rest is read. The mapping gives `line` on, by
which a rejected row is told. One thread and little memory: the database is what takes the time.
"""

import csv
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cadran.errors import LoadRefused
from cadran.facts.lines import Bad, CsvLines, JsonLines

if TYPE_CHECKING:
    import duckdb

EVERYTHING = "SELECT * FROM file"
FETCH_ROWS = 2_000
MEMORY = "150MB"


class Table:
    """The view `file` in a DuckDB of its own."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection") -> None:
        self._connection = connection

    def query(self, sql: str) -> "Query":
        """The mapping, checked. Raises `LoadRefused` with what DuckDB says of it."""
        import duckdb

        try:
            relation = self._connection.sql(sql.strip().rstrip(";"))
            if relation is None:
                raise LoadRefused("A mapping is one SELECT over the view file.", code="mapping_refused")
            names = relation.columns
            if "line" not in names:
                raise LoadRefused("The mapping must give line on: SELECT line, … FROM file.", code="mapping_refused")
            order = ["line", *[name for name in names if name != "line"]]
            texts = relation.select(*[duckdb.ColumnExpression(name).cast("VARCHAR") for name in order])
            return Query(self._connection, texts.sql_query(), tuple(order[1:]))
        except duckdb.Error as error:
            raise LoadRefused(f"The mapping cannot be run: {error}", code="mapping_refused") from error


class Query:
    """A mapping that runs: texts, the line first."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", sql: str, header: tuple[str, ...]) -> None:
        self._connection = connection
        self._sql = sql
        self.header = header

    def rows(self) -> Iterator[tuple[str | None, ...]]:
        """The rows, as they are made."""
        import duckdb

        try:
            running = self._connection.execute(self._sql)
            while rows := running.fetchmany(FETCH_ROWS):
                yield from rows
        except duckdb.Error as error:
            raise LoadRefused(f"The mapping failed: {error}", code="mapping_failed") from error


@contextmanager
def table(path: Path, lines: CsvLines | JsonLines | None, bad: Bad) -> Iterator[Table]:
    """The file as `file`, for as long as the context lasts."""
    try:
        import duckdb
    except ImportError:
        raise LoadRefused(
            "Mappings and Parquet files are read by DuckDB, which is not installed: pip install 'cadran[load]'.",
            code="duckdb_missing",
        ) from None
    with tempfile.TemporaryDirectory(prefix="cadran-load-") as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "memory_limit": MEMORY,
            "preserve_insertion_order": True,
            "temp_directory": folder,
        }
        with duckdb.connect(config=settings) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            copy = Path(folder) / "file"
            try:
                _view(connection, path, lines, copy, bad)
            except duckdb.Error as error:
                raise LoadRefused(f"{path.name} cannot be read: {error}", code="unreadable_file") from error
            yield Table(connection)


def _view(
    connection: "duckdb.DuckDBPyConnection", path: Path, lines: CsvLines | JsonLines | None, copy: Path, bad: Bad
) -> None:
    if isinstance(lines, CsvLines):
        with copy.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([line, *values] for line, values in lines.records(bad))
        columns = {"line": "BIGINT", **dict.fromkeys(lines.header, "VARCHAR")}
        relation = connection.read_csv(
            str(copy), header=False, sep=",", quotechar='"', escapechar='"', auto_detect=False, columns=columns
        )
    elif lines:
        with copy.open("w", encoding="utf-8") as file:
            file.writelines(
                json.dumps({"line": line, **found}, ensure_ascii=False) + "\n" for line, found in lines.objects(bad)
            )
        relation = connection.read_json(str(copy), format="newline_delimited")
    else:
        parquet = connection.read_parquet(str(path), file_row_number=True)
        kept = ", ".join(f'"{name}"' for name in parquet.columns if name != "file_row_number")
        relation = parquet.project(f"file_row_number + 1 AS line, {kept}")
    relation.create_view("file")
