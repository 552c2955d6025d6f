"""Buckets of which the window has only a part are marked at every edge, and a warning names them."""

import csv
from io import StringIO
from typing import Any

import pytest

from cadran.cli.main import main
from tests.sample_service import Rest

CASES = [
    # The window, the grain, and the starts of the cut buckets.
    ("period=2015-12", "week", {"2015-11-30", "2015-12-28"}),
    ("period=2015-12", "day", set[str]()),
    ("period=2015-12", "month", set[str]()),
    ("period=2015-11", "week", {"2015-10-26", "2015-11-30"}),
    ("start=2015-12-01T15:00&end=2015-12-04T09:00", "day", {"2015-12-01", "2015-12-04"}),
    ("start=2015-12-01T15:30&end=2015-12-01T18:00", "hour", {"2015-12-01T15"}),
    ("start=2015-12-01T15:30&end=2015-12-01T18:00", "quarter_hour", set[str]()),
    ("start=2015-12-08&end=2015-12-10", "week", {"2015-12-07"}),
    ("start=2015-12-01T00:00:00Z&end=2015-12-03T00:00:00Z", "day", {"2015-12-01", "2015-12-03"}),
    ("period=2015-W50&zone=America/New_York", "day", set[str]()),
    ("period=2015-12&zone=America/New_York", "week", {"2015-11-30", "2015-12-28"}),
]


@pytest.mark.parametrize(("window", "grain", "cut"), CASES)
async def test_cut_buckets_are_marked_and_named(rest: Rest, window: str, grain: str, cut: set[str]):
    path = f"indicators?metrics=contacts&{window}&grain={grain}&fill=true"
    found = (await rest.get(f"/v1/{path}")).json()
    assert {row["start"][: len(next(iter(cut), ""))] for row in found["rows"] if row.get("partial")} == cut
    assert all(("partial" in row) == bool(cut) for row in found["rows"])
    notices = [each["detail"] for each in found["warnings"] if each["code"] == "partial_buckets"]
    assert len(notices) == bool(cut)
    assert all(start in notice for start in cut for notice in notices)
    lines = list(csv.DictReader(StringIO((await rest.get(f"/v1/csv/{path}")).text)))
    assert [line.get("partial") for line in lines] == [
        None if "partial" not in row else str(row["partial"]).lower() for row in found["rows"]
    ]
    columns = (await rest.get(f"/v1/{path}&shape=columns")).json()["columns"]
    assert columns.get("partial", [False] * len(lines)) == [row.get("partial", False) for row in found["rows"]]


async def test_graphql_marks_them_too(rest: Rest):
    query = """{ indicators(period: { named: "2015-12" }, grain: WEEK) {
        rows { window { start partial } contacts { value } } columns(metrics: ["contacts"]) warnings { code } } }"""
    told: dict[str, Any] = (await rest.client.post("/graphql", json={"query": query})).json()["data"]["indicators"]
    marks = [row["window"]["partial"] for row in told["rows"]]
    assert marks == [True, False, False, False, True] == told["columns"]["partial"]
    assert {"code": "partial_buckets"} in told["warnings"]


async def test_rows_of_a_top_and_of_sites_keep_their_marks(rest: Rest):
    path = "/v1/indicators?metrics=contacts&period=2015-12&grain=week&by=site&top=1"
    found = (await rest.get(path)).json()["rows"]
    assert [row["partial"] for row in found] == [row["start"][:10] in ("2015-11-30", "2015-12-28") for row in found]


def test_the_terminal_marks_them(facts: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CADRAN_DATABASE_URL", facts)
    assert main(["ask", "contacts", "--period", "2015-12", "--grain", "week"]) == 0
    shown = capsys.readouterr()
    assert shown.out.count("(partial)") == 2
    assert "Compare whole buckets only" in shown.out + shown.err
