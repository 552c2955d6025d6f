"""Files: every format that can be read, what is rejected, and the contents of the rejects file."""

import csv
import gzip
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest

from cadran.errors import LoadRefused
from cadran.facts.files.files import FileRows
from cadran.facts.files.rejects import RejectsFile
from cadran.facts.load.summary import LoadSummary
from cadran.spreadsheet import unescape_formulas
from cadran.store.pool import Pool
from tests.defaults import load
from tests.facts.samples import NOW, contact, one, stored

HEADER = "contact,site,channel,offered_at,outcome,wait\n"
GOOD = "1,PAU,phone,2015-12-01T10:00:00+01:00,handled,12\n"
MAPPING = Path(__file__).with_name("call_centre.sql").read_text(encoding="utf-8")


async def load_file(
    pool: Pool, path: Path, *, kind: str = "contacts", mapping: str | None = None, encoding: str = "utf-8"
) -> LoadSummary:
    """Load a file as the command does, with its rejects file next to it."""
    with (
        FileRows(kind, path, mapping_sql=mapping, encoding=encoding) as rows,
        RejectsFile(path.with_suffix(".rejects.csv"), texts=rows.texts) as rejects,
    ):
        return await load(pool, kind, rows, zone="Europe/Paris", clock=lambda: NOW, batch_rows=3, rejects=rejects.write)


def rejects_of(path: Path) -> list[tuple[int, str, str]]:
    """Return the line, code and content of each rejected row."""
    with path.with_suffix(".rejects.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["line", "code", "reason", "content"]
    return [(int(line), code, content) for line, code, _, content in rows]


def write(path: Path, text: str, *, encoding: str = "utf-8") -> Path:
    data = text.encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.tsv", "a.CSV"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
async def test_csv(pool: Pool, tmp_path: Path, name: str, delimiter: str) -> None:
    path = write(tmp_path / name, (HEADER + GOOD).replace(",", delimiter))
    assert (await load_file(pool, path)).line() == "1 loaded"
    assert (await one(pool))["wait"] == 12


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson.gz"])
async def test_json_lines(pool: Pool, tmp_path: Path, name: str) -> None:
    rows: list[dict[str, object]] = [
        contact("1") | {"escalated": True, "wait": 12.5, "talk": None},
        contact("2") | {"customer": 77},
    ]
    path = write(tmp_path / name, "\n".join(json.dumps(row) for row in rows) + "\n\n")
    assert (await load_file(pool, path)).line() == "2 loaded"
    found = await stored(pool)
    assert [(row["escalated"], row["wait"], row["talk"], row["customer"]) for row in found] == [
        (True, 12.5, None, None),
        (False, 12, 200, "77"),
    ]


async def test_parquet(pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    found = duckdb.sql(
        "SELECT n::VARCHAR AS contact, 'PAU' AS site, 'phone' AS channel, 'handled' AS outcome, 12.5 AS wait,"
        " TIMESTAMPTZ '2015-12-01 10:00:00+01' + to_hours(n) AS offered_at FROM range(5) AS r (n)"
    )
    assert found
    found.write_parquet(str(path))
    assert (await load_file(pool, path)).line() == "5 loaded"
    assert [row["quarter"] for row in await stored(pool)] == [40, 44, 48, 52, 56]


async def test_a_byte_order_mark_spaces_and_quotes(pool: Pool, tmp_path: Path) -> None:
    text = "\ufeff" + HEADER + '"1, ""a""", PAU ,phone,2015-12-01T10:00:00+01:00,handled,\t12\r\n\r\n'
    assert (await load_file(pool, write(tmp_path / "a.csv", text))).line() == "1 loaded"
    assert ((await one(pool))["contact"], (await one(pool))["site"]) == ('1, "a"', "PAU")


async def test_another_encoding(pool: Pool, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", HEADER + GOOD.replace("PAU", "Orléans"), encoding="latin-1")
    assert (await load_file(pool, path)).rejected == 1
    assert rejects_of(path) == [(2, "unreadable_line", GOOD.strip().replace("PAU", "Orl\\udce9ans"))]
    assert (await load_file(pool, path, encoding="latin-1")).line() == "1 loaded"
    assert (await one(pool))["site"] == "Orléans"


async def test_rejects_tell_line_reason_and_content(pool: Pool, tmp_path: Path) -> None:
    bad = [
        '"2\nb",PAU,phone,2015-12-01T10:00:00+01:00,handled,-12\n',
        "3,PAU,phone\n",
        "4,PAU,phone,2015-12-01T10:00:00+01:00,handled,12,13\n",
        "5,PAU,phone,2015-03-29T02:30:00,handled,x\n",
        "6,PAU,pho\0ne,2015-12-01T10:00:00+01:00,handled,12\n",
        "7,PAU,phone,2015-12-01T10:00:00+01:00,lost,12\n",
    ]
    path = write(tmp_path / "a.csv", HEADER + GOOD + "".join(bad) + GOOD.replace("1", "8", 1))
    assert (await load_file(pool, path)).line("r") == "2 loaded · 6 rejected → r"
    assert rejects_of(path) == [
        (3, "negative_duration", bad[0].strip()),
        (5, "unreadable_line", bad[1].strip()),
        (6, "unreadable_line", bad[2].strip()),
        (7, "unreadable_number", bad[3].strip()),
        (8, "unreadable_line", bad[4].strip().replace("\0", "\\x00")),
        (9, "unknown_outcome", bad[5].strip()),
    ]


async def test_rejects_hold_no_formulas(pool: Pool, tmp_path: Path) -> None:
    bad = [
        "=HYPERLINK(1),PAU,phone,2015-12-01T10:00:00+01:00,lost,1",
        "2,PAU;=cmd|' /C calc'!A0,phone,2015-12-01T10:00:00+01:00,lost,-5",
        "'=3,PAU,phone,2015-12-01T10:00:00+01:00,=4,1",
    ]
    path = write(tmp_path / "a.csv", HEADER + "\n".join(bad))
    assert (await load_file(pool, path)).rejected == 3
    contents = [content for _, _, content in rejects_of(path)]
    assert contents == [f"'{bad[0]}", bad[1].replace(";=", ";'="), f"'{bad[2]}"]
    assert [unescape_formulas(content) for content in contents] == bad
    # Rows of a Parquet file have no source text, so the rejects file shows them as JSON.
    found = duckdb.sql("SELECT '@x' AS contact, '=PAU' AS site, 'p' AS channel, '=1' AS outcome, '=2' AS offered_at")
    assert found
    found.write_parquet(str(tmp_path / "b.parquet"))
    assert (await load_file(pool, tmp_path / "b.parquet")).rejected == 1
    ((_, code, content),) = rejects_of(tmp_path / "b.parquet")
    assert (code, json.loads(content)["contact"]) == ("unknown_outcome", "@x")


async def test_a_quote_that_is_never_closed_costs_its_record_only(pool: Pool, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", HEADER + GOOD + '2,"PAU"x,phone,2015-12-01T10:00:00Z,handled,1\n' + GOOD)
    assert (await load_file(pool, path)).line("r") == "1 loaded · 1 superseded · 1 rejected → r"
    assert [each[:2] for each in rejects_of(path)] == [(2, "superseded"), (3, "unreadable_line")]


async def test_bad_json_lines(pool: Pool, tmp_path: Path) -> None:
    lines = [
        json.dumps(contact("1")),
        "{broken",
        "[1]",
        json.dumps(contact("2") | {"pet": "cat"}),
        json.dumps(contact("3", wait="-1")),
        json.dumps(contact("4") | {"segment": {"a": 1}}),
        json.dumps(contact("5", reason="a\0b")),
        json.dumps(contact("6", reason="a\ud800b")),
        "[" * 100_000,
    ]
    path = write(tmp_path / "a.jsonl", "\n".join(lines))
    assert (await load_file(pool, path)).line("r") == "1 loaded · 8 rejected → r"
    codes = ["unreadable_line" if number != 3 else "negative_duration" for number in range(8)]
    # The backslash of an escape that the file has is doubled, so that it differs from one of an escaped character.
    told = [re.sub(r"\\(?=u0000|ud800)", r"\\\\", line) for line in lines[1:]]
    assert rejects_of(path) == list(zip(range(2, 10), codes, told, strict=True))


async def test_no_rejects_no_file(pool: Pool, tmp_path: Path) -> None:
    await load_file(pool, write(tmp_path / "a.csv", HEADER + GOOD))
    assert os.listdir(tmp_path) == ["a.csv"]  # noqa: PTH208 - iterdir is refused in async functions


async def test_dimension_files(pool: Pool, tmp_path: Path) -> None:
    path = write(tmp_path / "sites.csv", "site;zone\nPAU;Europe/Paris\nX;Mars/Base\n")
    assert (await load_file(pool, path, kind="sites")).line("r") == "1 loaded · 1 rejected → r"
    assert rejects_of(path) == [(3, "invalid", "X;Mars/Base")]


CALLS = """Call Id,Agent,Date,Time,Topic,Answered (Y/N),Resolved,Speed of answer in seconds,AvgTalkDuration,Rating
ID1,Diane,2021-01-01,09:12:58,Contract related,Y,Y,109.0,00:02:23,3.0
ID2,Becky,2021-01-01,09:12:58,Technical Support,N,N,,,
ID3,Greg,2021-03-28,02:12:58,Payment related,Y,Y,10.0,00:02:11,3.0
ID4,Greg,2021-01-01,09:47:31,"Admin, other",Y,N,12.0,soon,3.0
ID5,Greg,2021-01-02
ID6,Diane,2021-02-01,23:59:59,Contract related,Y,Y,20.0,01:00:00,
"""


async def test_a_mapping_makes_contacts_of_a_foreign_file(pool: Pool, tmp_path: Path) -> None:
    path = write(tmp_path / "calls.csv", CALLS)
    summary = await load(pool, "contacts", [], zone=None)
    assert summary.line() == "0 loaded"
    with (
        FileRows("contacts", path, mapping_sql=MAPPING) as rows,
        RejectsFile(path.with_suffix(".rejects.csv"), texts=rows.texts) as rejects,
    ):
        summary = await load(pool, "contacts", rows, zone="Europe/Paris", rejects=rejects.write, batch_rows=2)
    assert summary.line("r") == "3 loaded · 3 rejected → r"
    lines = CALLS.splitlines()
    assert rejects_of(path) == [
        (4, "time_in_gap", lines[3]),
        (5, "unreadable_value", lines[4]),
        (6, "unreadable_line", lines[5]),
    ]
    found = await stored(pool)
    assert [(row["contact"], row["outcome"], row["wait"], row["talk"], row["resolved"]) for row in found] == [
        ("ID1", "handled", 109, 143, True),
        ("ID2", "abandoned", None, None, False),
        ("ID6", "handled", 20, 3600, True),
    ]
    assert found[2]["day"] == "2021-02-01"


async def test_a_mapping_of_nested_json(pool: Pool, tmp_path: Path) -> None:
    rows = [{"Id": str(n), "Queue": {"Name": "PAU"}, "At": f"2015-12-0{n}T10:00:00Z"} for n in (1, 2)]
    path = write(tmp_path / "a.jsonl.gz", "\n".join([json.dumps(rows[0]), "oops", json.dumps(rows[1])]))
    mapping = (
        'SELECT line, "Id" AS contact, "Queue" ->> \'Name\' AS site, \'phone\' AS channel, "At" AS offered_at,'
        " 'handled' AS outcome, 3 AS wait FROM file;"
    )
    assert (await load_file(pool, path, mapping=mapping)).line("r") == "2 loaded · 1 rejected → r"
    assert [(row["site"], row["wait"], row["quarter"]) for row in await stored(pool)] == [("PAU", 3, 44)] * 2


def named(names: Iterable[str]) -> str:
    return "SELECT line, " + ", ".join(f"'x' AS {name}" for name in names) + " FROM file"


@pytest.mark.parametrize(
    ("mapping", "code", "words"),
    [
        ("SELECT contact FROM file", "mapping_refused", "must return line"),
        ("SELECT line, nothing FROM file", "mapping_refused", "nothing"),
        ("SELEKT 1", "mapping_refused", "cannot be run"),
        (named(["contact", "sites"]), "unknown_column", "Did you mean 'site'?"),
        (named(["contact", "site", "channel"]), "missing_column", "offered_at, outcome"),
        ("CREATE TABLE x (line INT)", "mapping_refused", "SELECT"),
    ],
)
def test_a_wrong_mapping_is_refused(tmp_path: Path, mapping: str, code: str, words: str) -> None:
    path = write(tmp_path / "a.csv", HEADER + GOOD)
    with pytest.raises(LoadRefused, match=words) as refusal:
        FileRows("contacts", path, mapping_sql=mapping)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("a.csv", "", "empty_file"),
        ("a.csv", "contact,sites\n", "unknown_column"),
        ("a.csv", "contact,contact,site,channel,offered_at,outcome\n", "repeated_column"),
        ("a.xlsx", "x", "unknown_format"),
        ("a.parquet", "not one", "unreadable_file"),
        ("a.jsonl", '{"pet": 1}', "unknown_column"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, name: str, text: str, code: str) -> None:
    with pytest.raises(LoadRefused) as refusal:
        FileRows("contacts", write(tmp_path / name, text))
    assert refusal.value.code == code


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadRefused, match="There is no file"):
        FileRows("contacts", tmp_path / "none.csv")
