"""Rows of a file that have the same id: which is loaded, and how the others are reported."""

import csv
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cadran.cli.main import main
from cadran.facts.files.files import FileRows
from cadran.facts.files.rejects import RejectsFile
from cadran.facts.load import seen_ids
from cadran.facts.load.seen_ids import Duplicates
from cadran.facts.load.summary import LoadSummary
from cadran.store.pool import Pool
from tests.defaults import load
from tests.facts.samples import NOW, contact, put, stored
from tests.facts.test_files import HEADER, write


async def load_rows(
    pool: Pool, path: Path, duplicates: str, *, kind: str = "contacts", batch_rows: int = 3, mapping: str | None = None
) -> tuple[LoadSummary, list[tuple[int, str, str]]]:
    """Load a file. Return the summary, and line, code and reason of the rows that were not loaded."""
    rejected = path.with_suffix(".rejects.csv")
    rejected.unlink(missing_ok=True)
    with (
        FileRows(kind, path, mapping_sql=mapping) as rows,
        RejectsFile(rejected, texts=rows.texts) as rejects,
    ):
        options: dict[str, Any] = {"zone": "Europe/Paris", "clock": lambda: NOW, "rejects": rejects.write}
        summary = await load(pool, kind, rows, batch_rows=batch_rows, duplicates=Duplicates(duplicates), **options)
    if not rejected.exists():
        return summary, []
    lines = path.read_text(encoding="utf-8").splitlines()  # noqa: ASYNC240 - a small file
    with rejected.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["content"] for row in found] == [lines[int(row["line"]) - 1] for row in found]
    return summary, [(int(row["line"]), row["code"], row["reason"]) for row in found]


def line(contact: str, wait: int | str) -> str:
    return f"{contact},PAU,phone,2015-12-01T10:00:00+01:00,handled,{wait}\n"


# The ids a, b, a, a, b, c with the lines 2 to 7.
ROWS = HEADER + "".join(line(each, number) for number, each in enumerate("abaabc", start=1))


@pytest.mark.parametrize("batch_rows", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("duplicates", "waits", "withheld", "counts"),
    [
        ("last", {"a": 4, "b": 5, "c": 6}, [2, 3, 4], (3, 0, 0, 3, 0)),
        ("first", {"a": 1, "b": 2, "c": 6}, [4, 5, 6], (3, 0, 0, 3, 0)),
        ("reject", {"c": 6}, [2, 3, 4, 5, 6], (1, 0, 0, 0, 5)),
    ],
)
async def test_one_row_of_each_id_is_loaded_and_the_others_are_named(
    pool: Pool,
    tmp_path: Path,
    batch_rows: int,
    duplicates: str,
    waits: dict[str, float],
    withheld: list[int],
    counts: tuple[int, ...],
) -> None:
    summary, rejects = await load_rows(pool, write(tmp_path / "a.csv", ROWS), duplicates, batch_rows=batch_rows)
    assert {row["contact"]: row["wait"] for row in await stored(pool)} == waits
    assert [each[0] for each in rejects] == withheld
    found = (summary.loaded, summary.replaced, summary.unchanged, summary.superseded, summary.rejected)
    assert found == counts
    code = "repeated_id" if duplicates == "reject" else "superseded"
    assert {each[1] for each in rejects} == {code}


async def test_the_reason_names_the_line_that_is_loaded(pool: Pool, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", ROWS)
    words = "of the file has the same id and takes the place of this row (--duplicates)"
    _, rejects = await load_rows(pool, path, "last", batch_rows=100)
    assert [each[2] for each in rejects] == [f"line {winner} {words}" for winner in (5, 6, 5)]
    _, rejects = await load_rows(pool, path, "first", batch_rows=1)
    assert [each[2] for each in rejects] == [f"line {winner} {words}" for winner in (2, 2, 3)]
    _, rejects = await load_rows(pool, path, "reject")
    assert rejects[1][2].startswith("2 rows of the file have this id, from line 3 to line 6: correct the file, or")


@pytest.mark.parametrize("batch_rows", [1, 100])
@pytest.mark.parametrize("duplicates", ["last", "first"])
async def test_a_refused_row_takes_no_place(pool: Pool, tmp_path: Path, duplicates: str, batch_rows: int) -> None:
    path = write(tmp_path / "a.csv", HEADER + line("a", -1) + line("a", 2) + line("a", "x"))
    summary, rejects = await load_rows(pool, path, duplicates, batch_rows=batch_rows)
    assert (summary.loaded, summary.superseded, summary.rejected) == (1, 0, 2)
    assert [each[:2] for each in rejects] == [(2, "negative_duration"), (4, "unreadable_number")]


async def test_stored_rows_are_replaced_as_before(pool: Pool, tmp_path: Path) -> None:
    await put(pool, contact("a", wait="9"), contact("b", wait="5", talk=None))
    summary, rejects = await load_rows(pool, write(tmp_path / "a.csv", ROWS), "last")
    assert summary.line() == "1 loaded · 1 replaced · 1 unchanged · 3 superseded" or summary.replaced == 2
    assert summary.read == 6
    assert len(rejects) == 3
    again, _ = await load_rows(pool, write(tmp_path / "a.csv", ROWS), "last", batch_rows=100)
    assert again.line() == "0 loaded · 3 unchanged · 3 superseded"


KINDS = {
    "sites": ("site,zone,label_en\n", ["PAU,Europe/Paris,{}\n", "LIL,Europe/Paris,{}\n"]),
    "agents": ("agent,label_en\n", ["ana,{}\n", "bo,{}\n"]),
    "legs": ("contact,leg,talk\n", ["a,1,{}\n", "a,01,{}\n"]),
    "openings": ("site,weekday,opens,closes\n", ["PAU,1,09:00,1{}:00\n", "PAU,2,09:00,1{}:00\n"]),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("duplicates", ["last", "first", "reject"])
async def test_every_kind_of_file(pool: Pool, tmp_path: Path, kind: str, duplicates: str) -> None:
    await put(pool, contact("a"))
    header, (one, two) = KINDS[kind]
    path = write(tmp_path / "a.csv", header + one.format(1) + one.format(2) + two.format(3) + one.format(4))
    summary, rejects = await load_rows(pool, path, duplicates, kind=kind, batch_rows=2)
    withheld = {"last": [2, 3], "first": [3, 5], "reject": [2, 3, 5]}[duplicates]
    if kind == "legs":
        # 1 and 01 are the same leg, which only the database knows.
        withheld = {"last": [2, 3, 4], "first": [3, 4, 5], "reject": [2, 3, 5]}[duplicates]
    assert [each[0] for each in rejects] == withheld
    assert summary.read == 4
    assert summary.superseded + summary.rejected == len(withheld)


async def test_a_mapping_may_give_several_rows_of_a_line(pool: Pool, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,copies\na,2\nb,1\na,1\n")
    mapping = (
        "SELECT line, id || part AS contact, 'PAU' AS site, 'phone' AS channel, '2015-12-01T10:00:00Z' AS offered_at,"
        " 'handled' AS outcome, line AS wait FROM file, unnest(range(CAST(copies AS BIGINT))) AS t (part)"
    )
    for duplicates, waits in [("first", [2, 2, 3]), ("last", [4, 2, 3])]:
        summary, rejects = await load_rows(pool, path, duplicates, batch_rows=1, mapping=mapping)
        assert summary.superseded == 1
        assert [row["wait"] for row in await stored(pool)] == waits
        assert [each[0] for each in rejects] == [4 if duplicates == "first" else 2]


@pytest.mark.parametrize("recent", [1, 40, 200_000])
@pytest.mark.parametrize("duplicates", ["last", "first", "reject"])
async def test_random_files_are_loaded_as_plain_python_says(
    pool: Pool, tmp_path: Path, duplicates: str, recent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen_ids, "RECENT_MAX", recent)
    random = Random(duplicates)
    ids = [str(random.randrange(120)) for _ in range(200)]
    path = write(tmp_path / "a.csv", HEADER + "".join(line(each, number) for number, each in enumerate(ids)))
    summary, rejects = await load_rows(pool, path, duplicates, batch_rows=17)
    places = {each: [number for number, other in enumerate(ids) if other == each] for each in ids}
    chosen = {
        each: found[0 if duplicates == "first" else -1]
        for each, found in places.items()
        if duplicates != "reject" or len(found) == 1
    }
    assert {row["contact"]: row["wait"] for row in await stored(pool)} == chosen
    assert [each[0] for each in rejects] == [n + 2 for n in range(200) if n not in chosen.values()]
    assert summary.loaded == len(chosen)
    assert summary.read == 200


def test_the_summary_says_what_to_do(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CADRAN_DATABASE_URL", database)
    write(tmp_path / "a.csv", ROWS)
    write(tmp_path / "a.json", json.dumps([contact("x"), contact("x")]))
    assert main(["load", "a.csv", "--zone", "Europe/Paris", "--no-refresh"]) == 0
    assert capsys.readouterr().out == (
        "a.csv: 3 loaded · 3 superseded → a.rejects.csv\n"
        "  The file repeats ids: of each, the last row was loaded. a.rejects.csv names the 3 other rows, each with the"
        " line of the row that was loaded. To load the first row, use --duplicates first; to load none of them,"
        " --duplicates reject.\n"
    )
    assert main(["load", "a.json", "--no-refresh", "--duplicates", "reject"]) == 2
    assert capsys.readouterr().out == "a.json: 0 loaded · 2 rejected → a.rejects.csv\n"
