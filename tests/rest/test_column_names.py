"""An answer names each metric as the request writes it, or as the argument `as` says, over every interface."""

from __future__ import annotations

import asyncio

import pytest

from cadran.cli.main import main
from tests.sample_service import Rest

SPELLED = "service_level(within=20,formula=offered)"
NAMED = "service_level(within=20,as=sl20)"
WINDOW = "period=2015-12&by=channel"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("service_level(within=20)", "service_level(within=20)"),
        (SPELLED, SPELLED),
        ("Service_Level( within = 20 )", "Service_Level( within = 20 )"),
        (NAMED, "sl20"),
    ],
)
async def test_the_figures_are_those_of_the_plain_metric(rest: Rest, written: str, name: str):
    plain = (await rest.get(f"/v1/indicators?metrics=qos,service_level(within=20)&{WINDOW}&parts=true")).json()
    found = (await rest.get(f"/v1/indicators?metrics=qos,{written}&{WINDOW}&parts=true")).json()
    assert list(found["rows"][0]) == ["channel", "qos", name]
    assert [row[name] for row in found["rows"]] == [row["service_level(within=20)"] for row in plain["rows"]]
    assert found["totals"][name] == plain["totals"]["service_level(within=20)"]
    assert found["metrics"][name] == plain["metrics"]["service_level(within=20)"]
    assert found["question"] == plain["question"]
    lines = (await rest.get(f"/v1/csv/indicators?metrics={NAMED},qos&{WINDOW}")).text.splitlines()
    assert lines[0] == "channel,sl20,qos"


async def test_a_name_orders_groups_and_names_headlines(rest: Rest):
    answer = (await rest.get(f"/v1/indicators?metrics={NAMED}&{WINDOW}&order=-sl20&top=2&compare=previous_year")).json()
    values = [row["sl20"] for row in answer["rows"]]
    assert values == sorted(values, reverse=True)
    assert list(answer["rows"][0]) == ["channel", "sl20", "sl20.previous", "sl20.change"]
    headlines = (await rest.get(f"/v1/scorecard?period=2015-12&metrics={NAMED},aht")).json()["figures"]
    assert [each["metric"] for each in headlines] == ["sl20", "aht"]
    agents = (await rest.get("/v1/agents?period=2015-12&site=PAU&metrics=aht(as=mean)&order=mean")).json()["rows"]
    assert {"mean", "mean.rank"} <= set(agents[0])
    usual = (await rest.get(f"/v1/usual-day?metrics={NAMED}&period=2015-12&step=hour")).json()["rows"]
    assert "sl20" in usual[0]


async def test_graphql_and_the_terminal_take_the_same_names(
    rest: Rest, facts: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    query = f'{{ indicators(period: {{named: "2015-12"}}) {{ columns(metrics: ["{NAMED}", "qos"]) }} }}'
    refused = (await rest.client.post("/graphql", json={"query": query})).json()
    assert refused.get("errors") is None, refused
    assert list(refused["data"]["indicators"]["columns"]) == ["sl20", "qos"]
    monkeypatch.setenv("CADRAN_DATABASE_URL", facts)
    assert await asyncio.to_thread(main, ["ask", NAMED, "qos", "--period", "2015-12", "--order=-sl20"]) == 0
    assert "sl20" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        ("qos(as=)", "begins with a letter"),
        ("qos(as=a b)", "begins with a letter"),
        (f"qos(as={'a' * 61})", "at most 60"),
        ("qos(as=1a)", "begins with a letter"),
        ("qos(as=channel)", "another column is named channel"),
        ("qos(as=start)", "another column is named start"),
        ("qos(as=aht),aht", "another column is named aht"),
        ("aht,qos(as=aht)", "another column is named aht"),
        ("qos(as=a),qos(as=b)", "qos has two names, a and b"),
        ("qos,qos(as=b)", "qos has two names, qos and b"),
        (f"{NAMED},{SPELLED}", "service_level(within=20) has two names, sl20 and"),
    ],
)
async def test_names_that_cannot_be_given_are_refused(rest: Rest, metrics: str, reason: str):
    response = await rest.client.get(f"/v1/indicators?metrics={metrics}&{WINDOW}")
    problem = response.json()
    assert (response.status_code, problem["code"], problem["parameter"]) == (422, "bad_parameter", "metrics")
    assert reason in problem["detail"]


async def test_only_questions_name_columns(rest: Rest):
    change = await rest.client.get("/v1/change?metric=aht(as=mean)&period=2015-12&against=2015-11")
    ordered = await rest.client.get(f"/v1/indicators?metrics={NAMED}&{WINDOW}&order={NAMED}")
    for response in (change, ordered):
        assert response.json()["code"] == "unknown_parameter"
        assert "as names a column of figures" in response.json()["detail"]
    misspelt = (await rest.client.get(f"/v1/indicators?metrics={NAMED}&{WINDOW}&order=-sl2")).json()
    assert (misspelt["code"], misspelt["parameter"]) == ("unknown_metric", "order")
    assert "Did you mean 'sl20'?" in misspelt["detail"]
