"""Mappings: one SELECT over a foreign file that gives the contract's columns, run by DuckDB (extra `load`).

The file is shown to the mapping as the view `file`: its own columns, all of them text for a CSV, and `line`, the line a
record begins at. CSV and JSON are read by `lines` first and handed on as a clean copy, so that lines are told exactly
and a ragged record is rejected with its text instead of changing how the rest is read. The mapping gives `line` on, by
which a rejected row is told. One thread and little memory: the database is what takes the time.

Neither the file nor the mapping is trusted. DuckDB opens the file that is loaded, its own temporary folder and what
lies in the folders of `allow_read`, and nothing else; its settings are locked. The mapping becomes a view, in which
DuckDB allows nothing that writes. Names that come from the file are quoted.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cadran.errors import LoadRefused
from cadran.facts.files.lines import Bad, CsvLines, JsonLines
from cadran.facts.files.mapped_file import show_file
from cadran.quoting import quote_identifier, quote_text

if TYPE_CHECKING:
    import duckdb

FETCH_ROWS: Final = 200
FOLDER_PREFIX: Final = "cadran-load-"
#: What the values of one mapped record may hold in all, in bytes: some twenty times what a contract's record takes.
RECORD_BYTES_MAX: Final = 32_768
SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "threads": 1,
    "memory_limit": "150MB",
    # On disk, for mappings that sort or join.
    "max_temp_directory_size": "20GB",
    "preserve_insertion_order": True,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
}
_COPY: Final = re.compile(rf"(?:[Ff]ile )?['\"][^'\"]*/{FOLDER_PREFIX}[^'\"]*['\"]")
_FILE_REFUSED: Final = re.compile(r'Cannot access (?:file|directory) "(?P<path>[^"]*)"')


class Table:
    """The view `file` in a DuckDB of its own."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection") -> None:
        self._connection = connection

    def everything(self) -> "Query":
        """The file's own columns, for a file that has those of the contract."""
        return self.query("SELECT * FROM file")

    def query(self, sql: str) -> "Query":
        """The mapping, checked. Raises `LoadRefused` with what DuckDB says of it."""
        import duckdb

        try:
            statements = self._connection.extract_statements(sql)
            if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
                raise LoadRefused("A mapping is one SELECT over the view file.", code="mapping_refused")
            self._connection.execute(f"CREATE VIEW mapping AS {statements[0].query}")
            names = self._connection.view("mapping").columns
        except duckdb.Error as error:
            raise refusal(error, "The mapping cannot be run", code="mapping_refused") from error
        if "line" not in names:
            raise LoadRefused("The mapping must give line on: SELECT line, … FROM file.", code="mapping_refused")
        return Query(self._connection, tuple(name for name in names if name != "line"))


class Query:
    """A mapping that runs: the line, which is 0 where it is no number, and texts."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", header: tuple[str, ...]) -> None:
        self._connection = connection
        self.header = header

    def prove(self) -> None:
        """Run the mapping without keeping its rows, so that what fails in the middle of the file, or is too long, is
        refused before the first row is loaded. Raises LoadRefused."""
        import duckdb

        size = " + ".join(("0", *(f"coalesce(strlen({text}), 0)" for text in self._texts()[1:])))
        try:
            found = self._connection.execute(f"SELECT max({size}), arg_max(line, {size}) FROM mapping").fetchone()
        except duckdb.Error as error:
            raise refusal(error, "The mapping failed", code="mapping_failed") from error
        if found and (found[0] or 0) > RECORD_BYTES_MAX:
            raise LoadRefused(
                f"The record of line {found[1]} holds {found[0]:,} bytes, and a record may hold {RECORD_BYTES_MAX:,}:"
                " leave out what the contract has no place for.",
                code="record_too_long",
            )

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows, as they are made."""
        import duckdb

        try:
            running = self._connection.execute(f"SELECT {', '.join(self._texts())} FROM mapping")
            while rows := running.fetchmany(FETCH_ROWS):
                yield from rows
        except duckdb.Error as error:
            raise refusal(error, "The mapping failed", code="mapping_failed") from error

    def _texts(self) -> list[str]:
        values = [f"CAST({quote_identifier(name)} AS VARCHAR)" for name in self.header]
        return ["TRY_CAST(line AS BIGINT)", *values]


@contextmanager
def table(
    path: Path, lines: CsvLines | JsonLines | None, bad: Bad, *, allow_read: Sequence[Path] = ()
) -> Iterator[Table]:
    """The file as `file`, for as long as the context lasts."""
    try:
        import duckdb
    except ImportError:
        raise LoadRefused(
            "Mappings and Parquet files are read by DuckDB, which is not installed: pip install 'cadran[load]'.",
            code="duckdb_missing",
        ) from None
    with tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX) as name:
        folder = Path(name).resolve()
        with duckdb.connect(config=SETTINGS | {"temp_directory": str(folder)}) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            _lock(connection, path, allow_read)
            try:
                show_file(connection, path, lines, folder / "file", bad)
            except duckdb.Error as error:
                raise refusal(error, f"{path.name} cannot be read", code="unreadable_file") from error
            yield Table(connection)


def refusal(error: "duckdb.Error", words: str, *, code: str) -> LoadRefused:
    """What DuckDB says, or which file it was not allowed to open."""
    refused = _FILE_REFUSED.search(str(error))
    if refused is None:
        # The message alone, without its place in a statement that is partly ours, and without our copy's path.
        message = _COPY.sub("the file", str(error).partition("\n\n")[0])
        return LoadRefused(f"{words}: {' '.join(message.split())}", code=code)
    wanted = refused["path"]
    if "://" in wanted:
        return LoadRefused(
            f"The mapping reads {wanted}, and a mapping may not use the network: download the file, and allow its"
            " folder by --allow-read DIR.",
            code="mapping_reads_file",
            parameter="allow_read",
        )
    return LoadRefused(
        f"The mapping reads {wanted}, and may read nothing but the file that is loaded. If it shall, allow the folder:"
        f" --allow-read {Path(wanted).resolve().parent}",
        code="mapping_reads_file",
        parameter="allow_read",
    )


def _lock(connection: "duckdb.DuckDBPyConnection", path: Path, allow_read: Sequence[Path]) -> None:
    """Close everything but these files, for good. DuckDB follows links and `..` before it compares."""
    folders = ", ".join(quote_text(str(_folder(each))) for each in allow_read)
    connection.execute(f"SET allowed_directories = [{folders}]")
    connection.execute(f"SET allowed_paths = [{quote_text(str(path.resolve()))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise LoadRefused(f"--allow-read names {path}, which is no folder.", code="no_folder", parameter="allow_read")
    return path.resolve()
