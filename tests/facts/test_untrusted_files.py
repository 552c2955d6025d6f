"""Untrusted files and mappings: names in a file are never run as SQL, and DuckDB reads only permitted files."""

import asyncio
import json
from pathlib import Path

import duckdb
import pytest

from cadran.cli.main import main
from cadran.errors import LoadRefused
from cadran.facts.files.files import FileRows
from cadran.facts.files.mapped_file import make_unique_names
from cadran.quoting import quote_identifier, quote_text
from cadran.store.pool import Pool
from tests.facts.samples import stored
from tests.facts.test_files import GOOD, HEADER

SECRET = "AGE-SECRET-KEY-1"
CONTACT = (
    "SELECT line, {contact} AS contact, 'PAU' AS site, 'phone' AS channel, '2015-12-01T10:00:00Z' AS offered_at,"
    " 'handled' AS outcome, 3 AS wait FROM {source}"
)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Return the path of a file that no load may read."""
    path = tmp_path / "private" / "secret.csv"
    path.parent.mkdir()
    path.write_text(f"key\n{SECRET}\n")
    return path


@pytest.fixture
def folder(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a folder with a good file and a subfolder, and set the URL of the test's database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CADRAN_DATABASE_URL", database)
    (tmp_path / "good.csv").write_text(HEADER + GOOD)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "names.csv").write_text("id,name\n1,first\n")
    return tmp_path


def write_parquet(path: Path, columns: str) -> Path:
    """Write a Parquet file with one row of these columns."""
    found = duckdb.sql(f"SELECT {columns}")
    assert found
    found.write_parquet(str(path))
    return path


def reads(path: Path) -> str:
    """Return a column name that closes its quotes and reads a file into the customer column, if run as SQL."""
    return f"""contact" || '' AS "case", (SELECT content FROM read_text('{path}')) AS "customer"""


def rows(path: Path, mapping: str | None = None, *allow_read: Path) -> list[tuple[object, ...]]:
    """Return the records of a file of contacts."""
    with FileRows("contacts", path, mapping_sql=mapping, allow_read=allow_read) as found:
        return list(found.records())


async def test_sql_in_a_parquet_column_name_stays_a_name(
    folder: Path, secret: Path, pool: Pool, capsys: pytest.CaptureFixture[str]
) -> None:
    contact = "1 AS contact, 'PAU' AS site, 'phone' AS channel, 'handled' AS outcome, 3 AS wait"
    evil = f"{contact}, '2015-12-01T10:00:00Z' AS offered_at, 'x' AS {quote_identifier(reads(secret))}"
    write_parquet(folder / "evil.parquet", evil)
    # The command starts its own event loop, so it must run in another thread.
    assert await asyncio.to_thread(main, ["load", "evil.parquet", "--zone", "Europe/Paris"]) == 1
    assert "contacts have no column 'contact\" ||" in capsys.readouterr().err
    assert await stored(pool) == []


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_name_from_a_file_reaches_a_mapping_as_it_is(tmp_path: Path, secret: Path, kind: str) -> None:
    name = reads(secret)
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        path.write_text(quote_identifier(name) + ",it's\n7,8\n")
    elif kind == "jsonl":
        path.write_text(json.dumps({name: 7, "it's": 8}))
    else:
        write_parquet(path, f"""7 AS {quote_identifier(name)}, 8 AS "it's\"""")
    (found,) = rows(path, CONTACT.format(contact=f"""{quote_identifier(name)} || "it's\"""", source="file"))
    assert "78" in found
    with pytest.raises(LoadRefused, match="no column 'contact"):
        rows(path, "SELECT * FROM file")


def test_a_header_of_its_own_line_and_of_doubles_is_numbered(tmp_path: Path) -> None:
    assert make_unique_names(["Line", "line", "a", "A", "", "a_1"]) == [
        "Line_1",
        "line_2",
        "a",
        "A_1",
        "column5",
        "a_1_1",
    ]
    (tmp_path / "a.csv").write_text("Line,a,A\n7,8,9\n")
    (found,) = rows(tmp_path / "a.csv", CONTACT.format(contact='"Line_1" || a || "A_1"', source="file"))
    assert (found[0], found[2]) == (2, "789")


@pytest.mark.parametrize("name", ["a[1].parquet", "a*.parquet", "it's.parquet", "site=PAU.parquet"])
def test_a_path_is_no_pattern(tmp_path: Path, name: str) -> None:
    write_parquet(tmp_path / "a1.parquet", "'wrong' AS id")
    write_parquet(tmp_path / name, "'right' AS id")
    (found,) = rows(tmp_path / name, CONTACT.format(contact="id", source="file"))
    assert "right" in found


FORBIDDEN = [
    "(SELECT content FROM read_text('{secret}'))",
    "(SELECT key FROM '{secret}')",
    "(SELECT key FROM read_csv('more/../private/secret.csv'))",
    "(SELECT key FROM read_csv('more/link.csv'))",
    "(SELECT key FROM read_csv('more/folder/secret.csv'))",
    "(SELECT key FROM read_csv('file:{secret}'))",
    "(SELECT content FROM read_text('/proc/self/environ'))",
    "(SELECT file FROM glob('{folder}/*'))",
    "(SELECT * FROM sniff_csv('{secret}'))",
    "(SELECT * FROM query('SELECT content FROM read_text(''{secret}'')'))",
    "(SELECT 1 FROM read_csv('http://127.0.0.1:9/a.csv'))",
    "getenv('HOME')",
    "(SELECT 1 FROM enable_logging(storage = 'file', storage_config = {{'path': '{folder}'}}))",
    "(SELECT here FROM here)",
]


@pytest.mark.parametrize("allowed", [False, True])
@pytest.mark.parametrize("contact", FORBIDDEN)
def test_a_mapping_reads_nothing_else(folder: Path, secret: Path, contact: str, allowed: bool) -> None:
    here = [SECRET]
    (folder / "more" / "link.csv").symlink_to(secret)
    (folder / "more" / "folder").symlink_to(secret.parent)
    text = CONTACT.format(contact=contact.format(secret=secret, folder=folder), source="file")
    with pytest.raises(LoadRefused) as refusal:
        rows(folder / "good.csv", text, *([folder / "more"] if allowed else []))
    assert SECRET not in refusal.value.detail
    assert here


def test_a_refused_file_is_named_with_the_option_that_allows_it(
    folder: Path, secret: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = CONTACT.format(contact="n.name", source="file JOIN 'more/names.csv' AS n ON file.contact = n.id")
    (folder / "map.sql").write_text(text)
    assert main(["load", "good.csv", "--mapping", "map.sql"]) == 1
    assert capsys.readouterr().err == (
        "cadran: The mapping reads more/names.csv, but may read only the loaded file. To permit this, allow the folder:"
        f" --allow-read {folder / 'more'}\n"
    )
    command = ["load", "good.csv", "--mapping", "map.sql", "--zone", "Europe/Paris", "--allow-read"]
    assert main([*command, "more", "--allow-read", "private"]) == 0
    assert capsys.readouterr().out == "good.csv: 1 loaded\n"
    assert main([*command, "nowhere"]) == 1
    assert "--allow-read names nowhere" in capsys.readouterr().err
    assert main(["load", "good.csv", "--allow-read", "more"]) == 1
    assert "--mapping" in capsys.readouterr().err


WRITING = [
    "COPY (SELECT 1) TO '{path}'",
    "WITH x AS (COPY (SELECT 1) TO '{path}' (USE_TMP_FILE false)) SELECT 1 AS line FROM x",
    "SELECT 1 AS line; COPY (SELECT 1) TO '{path}'",
    "COPY (SELECT 1) TO '{path}'; SELECT 1 AS line",
    "EXPORT DATABASE '{path}'",
    "ATTACH '{path}' AS x",
    "SELECT * FROM query('WITH x AS (COPY (SELECT 1) TO ''{path}'') SELECT 1 AS line')",
    "INSTALL httpfs",
    "SET enable_external_access = true",
    "SET VARIABLE x = 1",
]


@pytest.mark.parametrize("text", WRITING)
def test_a_mapping_writes_nothing_where_it_may_read(folder: Path, text: str) -> None:
    before = sorted(folder.rglob("*"))
    good = (folder / "good.csv").read_bytes()
    for path in ("more/new", "good.csv"):
        with pytest.raises(LoadRefused) as refusal:
            rows(folder / "good.csv", text.format(path=folder / path), folder)
        assert refusal.value.code == "mapping_refused"
    assert sorted(folder.rglob("*")) == before
    assert (folder / "good.csv").read_bytes() == good


def test_a_mapping_does_not_write_over_the_parquet_file_that_it_reads(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", "1 AS id")
    before = path.read_bytes()
    copy = f"COPY (SELECT 2 AS id) TO {quote_text(str(path))} (FORMAT parquet, USE_TMP_FILE false)"
    with pytest.raises(LoadRefused):
        rows(path, f"WITH x AS ({copy}) {CONTACT.format(contact='1', source='file')}")
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_what_no_identifier_can_be_is_not_quoted(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be an identifier"):
        quote_identifier(name)
