"""The staffing calculator over REST, CSV, GraphQL and at the terminal."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from cadran.cli.main import main
from tests.answer_schema import check_answer
from tests.sample_service import Rest

#: A published example: 350 calls of 320 s in a half-hour.
PUBLISHED = "/v1/staffing?calls=350&interval=1800&handle_time=320&within=20"
SELECTION = """{ load requiredAgents requiredPositions patience concurrency rows {
    agents positions overloaded serviceLevel asa occupancy abandonment } }"""


async def ask(rest: Rest, query: str) -> Any:
    """Return the answer to a GraphQL query, or its first error."""
    found = (await rest.client.post("/graphql", json={"query": query})).json()
    return found["errors"][0] if "errors" in found else found["data"]


async def test_the_published_waits_over_every_interface(
    rest: Rest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    path = f"{PUBLISHED}&agents=69,68,67,66,65"
    found = (await rest.get(path)).json()
    check_answer("Staffing", found)
    assert [round(row["asa"], 1) for row in found["rows"]] == [14.3, 20.4, 29.8, 45.3, 73.3]
    assert (found["load"], found["required_agents"]) == (pytest.approx(62.2222, abs=1e-4), 69)
    assert found["rows"][0]["service_level"] == pytest.approx(0.8021, abs=5e-5)
    assert found["rows"][3]["occupancy"] == pytest.approx(0.9428, abs=5e-5)
    assert {row["abandonment"] for row in found["rows"]} == {None}

    [names, *lines] = csv.reader(io.StringIO((await rest.get(path, accept="text/csv")).text))
    assert names == list(found["rows"][0])
    assert [float(line[4]) for line in lines] == [row["asa"] for row in found["rows"]]

    document = f"{{ staffing(calls: 350, handleTime: 320, agents: [69, 68, 67, 66, 65]) {SELECTION} }}"
    answered = (await ask(rest, document))["staffing"]
    assert [tuple(row.values()) for row in answered["rows"]] == [tuple(row.values()) for row in found["rows"]]
    assert answered["requiredAgents"] == 69

    monkeypatch.setenv("COLUMNS", "200")
    words = ["staffing", "--calls", "350", "--handle-time", "320", "--agents", "69,68,67", "--agents", "66,65"]
    assert main(words) == 0
    shown = [re.split(r" {2,}", line.strip()) for line in capsys.readouterr().out.splitlines()]
    assert shown[0] == ["load: 62.22 Erlang"]
    assert shown[1] == ["Required agents: 69 (positions: 69)"]
    assert [line[3] for line in shown[3:]] == ["0:14", "0:20", "0:30", "0:45", "1:13"]


async def test_the_answer_without_agents_is_about_the_required_ones(rest: Rest):
    found = (await rest.get(f"{PUBLISHED}&max_occupancy=0.85&shrinkage=0.3")).json()
    assert (found["required_agents"], found["required_positions"]) == (74, 106)
    [row] = found["rows"]
    assert (row["agents"], row["positions"]) == (74, 106)
    assert row["occupancy"] <= 0.85


async def test_customers_with_patience_abandon(rest: Rest):
    found = (await rest.get(f"{PUBLISHED}&patience=60&agents=62")).json()
    [row] = found["rows"]
    assert found["patience"] == 60
    assert found["required_agents"] < 69
    assert 0.05 < row["abandonment"] < 0.1
    assert row["occupancy"] == pytest.approx(found["load"] * (1 - row["abandonment"]) / 62)


async def test_an_overload_without_patience_says_so(rest: Rest, capsys: pytest.CaptureFixture[str]):
    [row] = (await rest.get(f"{PUBLISHED}&agents=62")).json()["rows"]
    assert row["overloaded"] is True
    assert {row[name] for name in ("service_level", "asa", "occupancy", "abandonment")} == {None}
    assert main(["staffing", "--calls", "350", "--handle-time", "320", "--agents", "62", "--lang", "fr"]) == 0
    assert "la file croîtrait sans fin" in capsys.readouterr().out


async def test_an_agent_with_three_chats_counts_as_three(rest: Rest):
    chats = (await rest.get("/v1/staffing?calls=200&interval=3600&handle_time=900&concurrency=3&agents=20")).json()
    alone = (await rest.get("/v1/staffing?calls=200&interval=3600&handle_time=900&agents=60")).json()
    assert chats["concurrency"] == 3
    assert [*chats["rows"][0].values()][2:] == [*alone["rows"][0].values()][2:]


async def test_thousands_of_agents(rest: Rest):
    found = (await rest.get("/v1/staffing?calls=1000000&interval=3600&handle_time=300&patience=2678400")).json()
    assert 83_000 < found["required_agents"] < 84_000
    assert found["rows"][0]["service_level"] >= 0.8


@pytest.mark.parametrize(
    ("words", "parameter"),
    [
        ("handle_time=320", "calls"),
        ("calls=350", "handle_time"),
        ("calls=0&handle_time=320", "calls"),
        ("calls=1000001&handle_time=320", "calls"),
        ("calls=-5&handle_time=320", "calls"),
        ("calls=nan&handle_time=320", "calls"),
        ("calls=1e3&handle_time=320", "calls"),
        ("calls=1000000&handle_time=86400&interval=60", "calls"),
        ("calls=350&handle_time=0.5", "handle_time"),
        ("calls=350&handle_time=320&interval=59", "interval"),
        ("calls=350&handle_time=320&level=1", "level"),
        ("calls=350&handle_time=320&patience=0.5", "patience"),
        ("calls=350&handle_time=320&max_occupancy=1.01", "max_occupancy"),
        ("calls=350&handle_time=320&concurrency=21", "concurrency"),
        ("calls=350&handle_time=320&concurrency=1.5", "concurrency"),
        ("calls=350&handle_time=320&shrinkage=0.96", "shrinkage"),
        ("calls=350&handle_time=320&agents=0", "agents"),
        ("calls=350&handle_time=320&agents=1.5", "agents"),
        ("calls=350&handle_time=320&agents=100001", "agents"),
        (f"calls=350&handle_time=320&agents={','.join(map(str, range(1, 102)))}", "agents"),
    ],
)
async def test_values_beyond_their_bounds_are_refused_by_name(rest: Rest, words: str, parameter: str):
    refused = await rest.client.get(f"/v1/staffing?{words}")
    assert refused.status_code == 422, refused.text
    assert (refused.json()["code"], refused.json()["parameter"]) == ("bad_parameter", parameter)
    assert parameter in refused.json()["detail"]


async def test_graphql_refuses_the_same(rest: Rest):
    refused = await ask(rest, "{ staffing(calls: 350, handleTime: 320, agents: [0]) { load } }")
    assert (refused["extensions"]["code"], refused["extensions"]["parameter"]) == ("bad_parameter", "agents")


@pytest.mark.parametrize("words", [["--agents", "many"], ["--agents", "inf"], ["--level", "nan"]])
def test_the_terminal_refuses_the_same(words: list[str], capsys: pytest.CaptureFixture[str]):
    assert main(["staffing", "--calls", "350", "--handle-time", "320", *words]) == 1
    assert words[0].removeprefix("--") in capsys.readouterr().err
