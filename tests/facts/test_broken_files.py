"""Files that cannot be read to their end: a one-sentence error, an exit code, nothing loaded, little memory used."""

import asyncio
import bz2
import csv
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import duckdb
import pytest

from cadran.cli.main import main
from cadran.errors import LoadRefused
from cadran.facts.files.files import FileRows
from cadran.facts.files.json_values import NESTING_MAX
from cadran.facts.files.mapping import RECORD_BYTES_MAX
from cadran.facts.files.rejects import RejectsFile
from cadran.facts.files.text_file import LINE_CHARACTERS_MAX
from cadran.facts.load import pipeline
from cadran.facts.load.reasons import Reject
from cadran.store.pool import Pool
from tests.defaults import load
from tests.facts.samples import NOW, contact, stored
from tests.facts.test_files import GOOD, HEADER, load_file, write

MANY = HEADER + "".join(GOOD.replace("1", f"{Random(number).getrandbits(64):x}", 1) for number in range(3_000))
PACKED = gzip.compress(MANY.encode())
HALF = len(PACKED) // 2
MEMORY_MAX = 200_000_000


def parquet(change: Callable[[bytes], bytes]) -> bytes:
    """Return the bytes of a Parquet file of 20,000 rows, damaged by ``change``."""
    path = Path("whole.parquet")
    found = duckdb.sql("SELECT md5(n::VARCHAR) AS contact, 'PAU' AS site FROM range(20000) AS r (n)")
    assert found
    found.write_parquet(str(path))
    data = path.read_bytes()
    path.unlink()
    return change(data)


BROKEN: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "cut": ("a.csv.gz", lambda: PACKED[:HALF], "breaks off after line 1,4"),
    "cut at its head": ("a.csv.gz", lambda: PACKED[:5], "breaks off"),
    "flipped": ("a.csv.gz", lambda: PACKED[:HALF] + b"\0\0\0\0" + PACKED[HALF + 4 :], "is damaged after line"),
    "wrong sum": ("a.csv.gz", lambda: PACKED[:-8] + bytes(8), "is damaged after line 3,001"),
    "not packed": ("a.csv.gz", MANY.encode, "not compressed by gzip"),
    "cut JSON": ("a.jsonl.gz", lambda: gzip.compress(f"{json.dumps(contact())}\n".encode() * 99)[:-9], "breaks off"),
    "packed": ("a.csv", lambda: PACKED, "is compressed by gzip: give it a name that ends in .gz"),
    "bzip2": ("a.csv", lambda: bz2.compress(MANY.encode()), "is compressed by bzip2"),
    "zstd": ("a.csv", lambda: b"\x28\xb5\x2f\xfd" + bytes(9), "is compressed by Zstandard"),
    "workbook": ("a.xlsx", lambda: b"PK\x03\x04" + bytes(9), "a.xlsx is a workbook: save the sheet as CSV"),
    "old workbook": ("A.XLS", lambda: b"\xd0\xcf\x11\xe0" + bytes(9), "A.XLS is a workbook: save the sheet as CSV"),
    "zst": ("a.csv.zst", lambda: b"\x28\xb5\x2f\xfd" + bytes(9), "has an unknown file extension"),
    "xlsx": ("a.csv", lambda: b"PK\x03\x04" + bytes(9), "is an Excel workbook"),
    "Parquet as CSV": ("a.csv", lambda: b"PAR1\x15\x04", "is a Parquet file"),
    "UTF-16": ("a.csv", lambda: MANY.encode("utf-16"), "load it with --encoding utf-16"),
    "UTF-16 without mark": ("a.csv", lambda: MANY.encode("utf-16-le"), "name the file's encoding with --encoding"),
    "Latin-1 header": ("a.csv", lambda: HEADER.replace("wait", "durée").encode("latin-1"), "with --encoding"),
    "NUL in the header": ("a.csv", lambda: b"\0" + MANY.encode(), "with --encoding"),
    "quote in the header": ("a.csv", lambda: b'"contact"x,site\n', "does not name the columns"),
    "long field in the header": ("a.csv", lambda: b"x" * 200_000 + b",y\n", "does not name the columns"),
    "junk": ("a.parquet", lambda: b"junk", "a.parquet cannot be read"),
    "empty": ("a.parquet", bytes, "a.parquet cannot be read"),
    "Parquet cut": ("a.parquet", lambda: parquet(lambda data: data[: len(data) // 2]), "a.parquet cannot be read"),
    "long line": ("a.csv", lambda: MANY.encode() + b"x" * (LINE_CHARACTERS_MAX + 1), "has a line 3,002 of more than"),
    "long JSON": (
        "a.json",
        lambda: json.dumps({"contacts": ["1"] * 999_999}).encode(),
        "has a record on line 1 of more",
    ),
    "open array": (
        "a.json",
        lambda: json.dumps([contact()] * 99)[:-1].encode(),
        "the array that begins on line 1 is not",
    ),
}


@pytest.fixture
def folder(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a temporary folder and set the URL of the test's database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CADRAN_DATABASE_URL", database)
    return tmp_path


def sentence(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what the command wrote to standard error. Check that it is one line."""
    written = capsys.readouterr()
    assert (written.out, written.err.count("\n")) == ("", 1)
    assert "Traceback" not in written.err
    return written.err


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_one_sentence_before_its_first_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    monkeypatch.chdir(tmp_path)
    name, made, words = BROKEN[case]
    Path(name).write_bytes(made())
    with pytest.raises(LoadRefused) as refusal:
        FileRows("contacts", Path(name))
    assert words in refusal.value.detail
    assert "Error" not in refusal.value.detail
    assert "\n" not in refusal.value.detail
    assert "/tmp" not in refusal.value.detail


@pytest.mark.parametrize("encoding", ["nope", "hex", "rot13", "idna", "undefined", "", "x" * 5_000, "utf-16", "utf-32"])
def test_an_encoding_that_does_not_fit_is_one_sentence(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "a.csv", HEADER + GOOD)
    with pytest.raises(LoadRefused, match="--encoding") as refusal:
        FileRows("contacts", path, encoding=encoding)
    assert len(refusal.value.detail) < 250


async def test_nothing_is_loaded_of_a_file_that_breaks_off(
    folder: Path, pool: Pool, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.csv.gz").write_bytes(PACKED[:HALF])
    (folder / "b.csv").write_text(HEADER + GOOD)
    for arguments, words in [
        (["a.csv.gz"], "a.csv.gz breaks off after line"),
        (["b.csv", "--encoding", "nope"], "an unknown encoding 'nope'"),
    ]:
        # The command starts its own event loop, so it must run in another thread.
        assert await asyncio.to_thread(main, ["load", *arguments, "--zone", "Europe/Paris", "--no-refresh"]) == 1
        assert words in sentence(capsys)
    assert sorted(os.listdir()) == ["a.csv.gz", "b.csv"]  # noqa: PTH208 - iterdir is refused in async functions
    assert await stored(pool) == []


def test_what_is_no_file_is_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("folder.csv").mkdir()
    os.mkfifo("pipe.csv")
    Path("loop.csv").symlink_to("loop.csv")
    Path("memory.csv").symlink_to("/proc/self/mem")
    for name, words in [
        ("folder.csv", "is a folder"),
        ("pipe.csv", "is not a regular file"),
        ("loop.csv", "cannot be read: Too many levels of symbolic links"),
        ("memory.csv", "cannot be read: Input/output error"),
        ("none/a.csv", "There is no file"),
    ]:
        assert main(["load", name]) == 1
        assert words in sentence(capsys)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_bytes_of_another_encoding_are_rejected_with_the_remedy(tmp_path: Path, name: str) -> None:
    row = GOOD.replace("PAU", "Orléans") if name == "a.csv" else json.dumps(contact(site="é"), ensure_ascii=False)
    (tmp_path / name).write_bytes(((HEADER if name == "a.csv" else "") + row).encode("cp1252"))
    with FileRows("contacts", tmp_path / name) as rows:
        assert list(rows.records()) == []
        (reject,) = rows.refused()
    assert "its bytes are not text in utf-8: name the file's encoding with --encoding" in reject.reason
    assert "quote" not in reject.reason


def test_a_mapping_that_cannot_be_read_is_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "a.csv", HEADER + GOOD)
    (folder / "latin.sql").write_bytes("SELECT 'é'".encode("latin-1"))
    for name, words in [
        ("none.sql", "There is no mapping none.sql. Correct its name."),
        ("latin.sql", "The mapping latin.sql is not text in UTF-8: save it as UTF-8."),
        (".", "The mapping . cannot be read: Is a directory."),
    ]:
        assert main(["load", "a.csv", "--mapping", name]) == 1
        assert sentence(capsys) == f"cadran: {words}\n"


@pytest.mark.parametrize("texts", [True, False])
def test_rejects_hold_no_characters_that_control_a_terminal(tmp_path: Path, texts: bool) -> None:
    content = "\x1b]0;x\x07,\u202eesrever\x9b2J,a\r\nb\tc\rd,é"
    path = tmp_path / "r.csv"
    with RejectsFile(path, texts=(lambda _: iter([(2, content)])) if texts else None) as rejects:
        rejects.write([Reject(2, "unreadable_number", "wait '\x1b[2J' is not a number", content)])
    with path.open(encoding="utf-8", newline="") as file:
        (_, row) = csv.reader(file)
    assert row[2] == r"wait '\x1b[2J' is not a number"
    assert row[3] == r"\x1b]0;x\x07,\u202eesrever\x9b2J,a" + "\r\nb\tc" + r"\rd,é"


def test_rejects_that_cannot_be_written_stop_a_load_before_it_begins(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = Path("bad.rejects.csv")
    bad.write_text(HEADER + "1\n")
    assert main(["load", "bad.rejects.csv"]) == 1
    assert "would overwrite the loaded file" in sentence(capsys)
    assert bad.read_text() == HEADER + "1\n"
    assert main(["load", "bad.rejects.csv", "--rejects", "none/r.csv"]) == 1
    assert "Rejected rows cannot be written to none/r.csv" in sentence(capsys)


BOMBS = {
    "line.csv.gz": (HEADER + GOOD, "a" * 1_000_000, 1_000, "has a line 3 of more than 1,048,576 characters"),
    "line.jsonl.gz": ('{"contact": "', "a" * 1_000_000, 1_000, "has a record on line 1 of more than 1,048,576"),
    "array.json.gz": ("[", f"{json.dumps(contact('a' * 800))}," * 1_000, 100, "that begins on line 1 is not closed"),
    "records.csv.gz": (HEADER, "x\n" * 100_000, 30, "of its records cannot be read. The first is on line 2"),
    "long.csv.gz": (HEADER, "x" * 1_000_000 + "\n", 60, "of its records cannot be read. The first is on line 2"),
    "quotes.csv.gz": (
        HEADER,
        f'"{"a" * 996}\nb",' * 1_000,
        40,
        "of its records cannot be read. The first is on line 2",
    ),
}
READING = """
import sys
from pathlib import Path
from cadran.errors import LoadRefused
from cadran.facts.files.files import FileRows
try:
    with FileRows("contacts", Path(sys.argv[1]), mapping_sql=sys.argv[2] or None) as rows:
        for record in rows.records():
            pass
except LoadRefused as refusal:
    # The resource module would count what the process that started this one held.
    status = Path("/proc/self/status").read_text()
    print(int(status.partition("VmHWM:")[2].split()[0]) * 1024, refusal.detail)
"""


@pytest.mark.parametrize("mapping", ["", "SELECT * FROM file"])
@pytest.mark.parametrize("name", BOMBS)
def test_a_gigabyte_in_a_megabyte_is_refused_in_little_memory(tmp_path: Path, name: str, mapping: str) -> None:
    head, repeated, times, words = BOMBS[name]
    # A gzip archive may have several members. They are unpacked as one file.
    (tmp_path / name).write_bytes(gzip.compress(head.encode()) + gzip.compress(repeated.encode()) * times)
    assert (tmp_path / name).stat().st_size < 1_200_000
    command = [sys.executable, "-c", READING, str(tmp_path / name), mapping]
    found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    resident, _, detail = found.stdout.partition(" ")
    assert words in detail
    assert int(resident) < MEMORY_MAX, f"{int(resident):,} bytes"


async def test_a_record_of_many_lines_is_rejected_however_long_it_is(pool: Pool, tmp_path: Path) -> None:
    field = '"' + "a\n" * 50_000 + '",'
    path = write(tmp_path / "a.csv", HEADER + GOOD + field * 12 + "\n")
    summary = await load_file(pool, path)
    assert (summary.loaded, summary.rejected > 0) == (1, True)
    with path.with_suffix(".rejects.csv").open(encoding="utf-8") as file:
        assert file.readlines()[1].startswith("3,unreadable_line,")


def test_a_long_mapped_record_is_refused_with_its_line(tmp_path: Path) -> None:
    found = duckdb.sql("SELECT CASE n WHEN 7 THEN repeat('a', 1000000) ELSE 'b' END AS id FROM range(20) AS r (n)")
    assert found
    found.write_parquet(str(tmp_path / "a.parquet"))
    text = (
        "SELECT line, id AS contact, id AS site, 'x' AS channel, '2015' AS offered_at, 'handled' AS outcome FROM file"
    )
    with pytest.raises(LoadRefused, match=rf"record of line 8 holds 2,.* may hold {RECORD_BYTES_MAX:,}"):
        FileRows("contacts", tmp_path / "a.parquet", mapping_sql=text)


def test_a_parquet_file_that_is_damaged_in_its_middle_is_one_sentence(tmp_path: Path) -> None:
    data = parquet(lambda data: data[: len(data) // 2] + bytes(len(data) // 4) + data[len(data) * 3 // 4 :])
    (tmp_path / "a.parquet").write_bytes(data)
    text = "SELECT line, contact, site, 'x' AS channel, '2015' AS offered_at, 'handled' AS outcome FROM file"
    with pytest.raises(LoadRefused) as refusal:
        FileRows("contacts", tmp_path / "a.parquet", mapping_sql=text)
    assert refusal.value.detail == "The Parquet file is damaged: copy or export it again."


def test_a_mapping_that_fails_in_the_middle_fails_before_the_first_row(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", HEADER + GOOD * 5_000 + GOOD.replace("12", "soon"))
    columns = "line, contact, site, channel, offered_at, outcome"
    with pytest.raises(LoadRefused, match=r"The mapping failed: .*'soon|\"soon") as refusal:
        FileRows("contacts", path, mapping_sql=f"SELECT {columns}, CAST(wait AS INT) AS wait FROM file")
    assert "\n" not in refusal.value.detail


def test_json_that_duckdb_would_refuse_costs_its_record_only(tmp_path: Path) -> None:
    deep = '{"id":' * (NESTING_MAX + 1) + "1" + "}" * (NESTING_MAX + 1)
    path = write(tmp_path / "a.jsonl", f'{deep}\n{{"id": NaN}}\n{{"id": 7}}\n')
    text = (
        "SELECT line, id AS contact, 'x' AS site, 'x' AS channel, '2015' AS offered_at, 'handled' AS outcome FROM file"
    )
    with FileRows("contacts", path, mapping_sql=text) as rows:
        assert [record[0] for record in rows.records()] == [3]
        assert [reject.line for reject in rows.refused()] == [1, 2]


async def test_a_batch_of_long_rows_ends_sooner(pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "BATCH_CHARACTERS_MAX", 3 * len(GOOD))
    path = write(tmp_path / "a.csv", HEADER + "".join(GOOD.replace("1", str(number), 1) for number in range(10, 20)))
    read: list[int] = []
    with FileRows("contacts", path) as rows:
        await load(pool, "contacts", rows, zone="Europe/Paris", clock=lambda: NOW, on_progress=read.append)
    assert len(read) >= 3
    assert read[-1] == 10
