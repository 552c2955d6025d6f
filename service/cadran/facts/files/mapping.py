"""Mappings from files with other columns. A mapping is one SELECT that returns the columns of a schema (extra `load`).

DuckDB runs the mapping over the view `file`. The view has the file's own columns (all texts, unless it is a Parquet
file), and `line`, the line on which a record begins. `lines` and `json_records` read CSV and JSON files first, and a
clean copy is written. Line numbers are therefore exact, and a malformed record is rejected with its text instead of
changing how the rest is read. The mapping must return `line`, which identifies a rejected row. Macros
(`sql/facts/files/macros.sql`) read durations, times, numbers and answers, and reject the rows whose values differ.
One thread and little memory are enough, because a load spends most of its time in PostgreSQL.

Neither the file nor the mapping is trusted. DuckDB opens only the loaded file, its own temporary folder and the files
in the folders of `allow_read`. Its settings are locked. The mapping becomes a view, in which DuckDB allows no statement
that writes. Names that come from the file are quoted.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cadran import sqlfiles
from cadran.errors import LoadRefused
from cadran.facts.files.json_records import JsonRecords
from cadran.facts.files.lines import Bad, CsvLines
from cadran.facts.files.mapped_file import show_file
from cadran.quoting import quote_identifier, quote_text

if TYPE_CHECKING:
    import duckdb

FETCH_ROWS: Final = 200
FOLDER_PREFIX: Final = "cadran-load-"
#: The limit of the total size of one mapped record's values, in bytes: about twenty times the size of a canonical
#: record.
RECORD_BYTES_MAX: Final = 32_768
SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "threads": 1,
    "memory_limit": "150MB",
    # Space on disk, for mappings that sort or join.
    "max_temp_directory_size": "20GB",
    "preserve_insertion_order": True,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
}
#: The characters around a refusal in a value of a mapping: the macros reject a row by them.
REFUSAL: Final = "\ufdd0"
REFUSAL_END: Final = "\ufdd1"
_COPY: Final = re.compile(rf"(?:[Ff]ile )?['\"][^'\"]*/{FOLDER_PREFIX}[^'\"]*['\"]")
_DAMAGED: Final = re.compile(rf"Failed to read (?:[Ff]ile )?['\"][^'\"]*/{FOLDER_PREFIX}")
_MEMBER: Final = re.compile(r"Cannot extract field '(?P<name>.*?)' from expression \"(?P<column>.*?)\"")
_FILE_REFUSED: Final = re.compile(r'Cannot access (?:file|directory) "(?P<path>[^"]*)"')


class Table:
    """The view `file` in a separate DuckDB database."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection") -> None:
        self._connection = connection

    def everything(self) -> "Query":
        """Return a query of all columns, for a file that already has the columns of the schema."""
        return self.query("SELECT * FROM file")

    def query(self, sql: str) -> "Query":
        """Check a mapping and return it as a query. Raises `LoadRefused` with DuckDB's message."""
        import duckdb

        try:
            statements = self._connection.extract_statements(sql)
            if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
                raise LoadRefused("The mapping must be one SELECT over the view file.", code="mapping_refused")
            self._connection.execute(f"CREATE VIEW mapping AS {statements[0].query}")
            shown = self._connection.view("mapping")
            columns = dict(zip(shown.columns, map(str, shown.types), strict=True))
        except duckdb.Error as error:
            raise explain_refusal(error, "The mapping cannot be run", code="mapping_refused") from error
        if "line" not in columns:
            raise LoadRefused("The mapping must return line: SELECT line, … FROM file.", code="mapping_refused")
        del columns["line"]
        return Query(self._connection, columns)


class Query:
    """A checked mapping. Each of its rows is the line (None if `line` is not a number), followed by the values as
    texts. ``columns`` are the names of the columns with DuckDB's types."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", columns: Mapping[str, str]) -> None:
        self._connection = connection
        self._columns = columns
        self.header = tuple(columns)

    def prove(self) -> None:
        """Run the mapping and discard its rows. Errors are thus found before the first row is loaded. Raises
        LoadRefused if the mapping fails, or if a record is too long."""
        import duckdb

        size = " + ".join(("0", *(f"coalesce(strlen({text}), 0)" for text in self._texts()[1:])))
        try:
            found = self._connection.execute(f"SELECT max({size}), arg_max(line, {size}) FROM mapping").fetchone()
        except duckdb.Error as error:
            raise explain_refusal(error, "The mapping failed", code="mapping_failed") from error
        if found and (found[0] or 0) > RECORD_BYTES_MAX:
            raise LoadRefused(
                f"The record of line {found[1]} holds {found[0]:,} bytes, and a record may hold {RECORD_BYTES_MAX:,}:"
                " leave out values that the canonical columns do not need.",
                code="record_too_long",
            )

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows as DuckDB computes them."""
        import duckdb

        try:
            running = self._connection.execute(f"SELECT {', '.join(self._texts())} FROM mapping")
            while rows := running.fetchmany(FETCH_ROWS):
                yield from rows
        except duckdb.Error as error:
            raise explain_refusal(error, "The mapping failed", code="mapping_failed") from error

    def _texts(self) -> list[str]:
        return ["TRY_CAST(line AS BIGINT)", *(_as_text(name, kind) for name, kind in self._columns.items())]


def split_refusals(value: str) -> list[str]:
    """Return the reasons that the macros put into a value; none if the value is right."""
    return [each.partition(REFUSAL_END)[0] for each in value.split(REFUSAL)[1:]]


def _as_text(name: str, kind: str) -> str:
    column = quote_identifier(name)
    # A text within a nested value has quotation marks as JSON, but none as a value.
    return f"json_extract_string({column}, '$')" if kind == "JSON" else f"CAST({column} AS VARCHAR)"


@contextmanager
def open_table(
    path: Path, lines: CsvLines | JsonRecords | None, bad: Bad, *, allow_read: Sequence[Path] = ()
) -> Iterator[Table]:
    """Open the file as the view `file`, for the duration of the context."""
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
            connection.execute(sqlfiles.read("facts/files/macros.sql"))
            _lock(connection, path, allow_read)
            try:
                show_file(connection, path, lines, folder / "file", bad)
            except (duckdb.OutOfMemoryException, duckdb.NotSupportedError) as error:
                raise explain_refusal(error, f"{path.name} cannot be read", code="unreadable_file") from error
            except duckdb.Error as error:
                if lines is not None:
                    raise explain_refusal(error, f"{path.name} cannot be read", code="unreadable_file") from error
                raise LoadRefused(
                    f"{path.name} cannot be read as a Parquet file: it is damaged, cut off, encrypted or another kind"
                    " of file. Copy or export it again.",
                    code="unreadable_file",
                ) from error
            yield Table(connection)


def explain_refusal(error: "duckdb.Error", words: str, *, code: str) -> LoadRefused:
    """Convert an error of DuckDB to a LoadRefused with DuckDB's message, or with the name of the file that DuckDB was
    not allowed to open."""
    if _DAMAGED.search(str(error)):
        return LoadRefused("The Parquet file is damaged: copy or export it again.", code="unreadable_file")
    if member := _MEMBER.search(str(error)):
        return LoadRefused(
            f"{words}: {member['column']} has no member {member['name']}, because all values of a file are texts. Write"
            f" {quote_identifier(member['column'])} ->> {quote_text(member['name'])}.",
            code=code,
        )
    refused = _FILE_REFUSED.search(str(error))
    if refused is None:
        # Show the message without its position, because the statement is partly generated, and without the copy's path.
        message = _COPY.sub("the file", str(error).partition("\n\n")[0])
        remedy = (
            "" if "Malformed JSON" not in message else " Read members by ->>, which is null where a text is not JSON."
        )
        return LoadRefused(f"{words}: {' '.join(message.split())}{remedy}", code=code)
    wanted = refused["path"]
    if "://" in wanted:
        return LoadRefused(
            f"The mapping reads {wanted}, but a mapping may not use the network: download the file, and allow its"
            " folder with --allow-read DIR.",
            code="mapping_reads_file",
            parameter="allow_read",
        )
    return LoadRefused(
        f"The mapping reads {wanted}, but may read only the loaded file. To permit this, allow the folder:"
        f" --allow-read {Path(wanted).resolve().parent}",
        code="mapping_reads_file",
        parameter="allow_read",
    )


def _lock(connection: "duckdb.DuckDBPyConnection", path: Path, allow_read: Sequence[Path]) -> None:
    """Restrict DuckDB to these files, and lock its settings. DuckDB resolves links and `..` before it compares
    paths."""
    folders = ", ".join(quote_text(str(_folder(each))) for each in allow_read)
    connection.execute(f"SET allowed_directories = [{folders}]")
    connection.execute(f"SET allowed_paths = [{quote_text(str(path.resolve()))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise LoadRefused(
            f"--allow-read names {path}, which is not a folder: name the folder of the files.",
            code="no_folder",
            parameter="allow_read",
        )
    return path.resolve()
