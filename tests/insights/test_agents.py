"""Comparison of agents: ranks, teams and groups are recomputed, and small teams are suppressed. An agent who cuts
contacts short is distinguished from a fast one.
"""

import csv
import io
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from statistics import mean
from typing import Any

import pytest

from cadran.app import open_service
from cadran.cli.database import prepare
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from tests.contacts_service import graphql, refused
from tests.defaults import load
from tests.sample_service import opened, serving

NOVEMBER = "period=2015-11"


async def test_ranks_and_groups_are_as_the_contacts_say(rest, rows):
    told = (await rest.get(f"/v1/agents?{NOVEMBER}&metrics=aht,handled&parts=true")).json()
    seconds = defaultdict(list)
    for contact in rows:
        if contact.handled and (contact.local.year, contact.local.month) == (2015, 11):
            seconds[contact["agent"]].append(contact.seconds)
    ordered = sorted(seconds, key=lambda agent: mean(seconds[agent]))
    counts = sorted((len(found) for found in seconds.values()), reverse=True)
    every = [second for found in seconds.values() for second in found]
    assert len(told["rows"]) == len(seconds) >= 5
    for row in told["rows"]:
        own = seconds[row["agent"]]
        assert row["team"] == "T1"
        assert row["aht"]["value"] == pytest.approx(mean(own))
        assert (row["aht.n"], row["aht.ranked"]) == (len(own), len(seconds))
        assert ordered[row["aht.rank"] - 1] == row["agent"]
        assert row["aht.team"] == row["aht.group"] == pytest.approx(mean(every))
        assert row["handled"]["value"] == len(own)
        assert row["handled.rank"] == counts.index(len(own)) + 1, "equals share a rank; more is better"
        assert row["handled.group"] == pytest.approx(len(every) / len(seconds)), "of a count, the mean per agent"
    assert told["question"]["by"] == ["team", "agent"]
    assert told["warnings"] == []


async def test_an_agent_alone_keeps_the_comparison_with_all(rest):
    every = (await rest.get(f"/v1/agents?{NOVEMBER}")).json()
    told = (await rest.get(f"/v1/agents?{NOVEMBER}&agent=a1")).json()
    [alone] = told["rows"]
    assert told["question"]["agent"] == ["a1"]
    assert alone == next(row for row in every["rows"] if row["agent"] == "a1")
    assert len((await rest.get(f"/v1/agents?{NOVEMBER}&agent!=a1")).json()["rows"]) == len(every["rows"]) - 1
    assert {"handled", "aht", "transfer_rate", "fcr", "contacts_per_case"} <= set(every["metrics"])


async def test_rows_come_in_the_order_asked_for_and_as_csv(rest):
    path = f"/v1/agents?{NOVEMBER}&metrics=aht&order=-aht"
    told = (await rest.get(path)).json()["rows"]
    assert [row["aht.rank"] for row in told] == sorted((row["aht.rank"] for row in told), reverse=True)
    sheet = list(csv.DictReader(io.StringIO((await rest.get(path, accept="text/csv")).text)))
    assert [row["agent"] for row in sheet] == [row["agent"] for row in told]
    assert list(sheet[0]) == ["team", "agent", "aht", "aht.n", "aht.rank", "aht.ranked", "aht.team", "aht.group"]


async def test_graphql_tells_the_same(rest):
    told = (await rest.get(f"/v1/agents?{NOVEMBER}&site=PAU")).json()
    figures = "figures { metric value n rank ranked team group }"
    asked = 'agents(period: {named: "2015-11"}, where: {site: {in: ["PAU"]}})'
    found = (await graphql(rest, f"{{ {asked} {{ columns rows {{ agent {{ code }} team {{ code }} {figures} }} }} }}"))[
        "agents"
    ]
    assert found["columns"] == {name: [row[name] for row in told["rows"]] for name in told["rows"][0]}
    for mine, theirs in zip(found["rows"], told["rows"], strict=True):
        assert (mine["agent"]["code"], mine["team"]["code"]) == (theirs["agent"], theirs["team"])
        for figure in mine["figures"]:
            metric = figure.pop("metric")
            assert figure.pop("value") == theirs[metric]
            assert figure == {name: theirs[f"{metric}.{name}"] for name in figure}


async def test_what_has_no_agent_is_refused(rest):
    problem = await refused(
        rest,
        f"/v1/agents?{NOVEMBER}&metrics=qos",
        '{ agents(period: {named: "2015-11"}, metrics: ["qos"]) { rows { agent { code } } } }',
    )
    assert problem["code"] == "impossible_split"


START = datetime(2015, 10, 5, 8, tzinfo=UTC)


def handled(number: int, *, agent: str, team: str, customer: str, after: timedelta, talk: int) -> dict[str, str]:
    offered = START + timedelta(minutes=11 * number) + after
    answered = offered + timedelta(seconds=10)
    return {
        "contact": f"{agent}:{customer}:{after.days}", "customer": customer, "site": "PAU", "channel": "phone",
        "moment": "billing", "outcome": "handled", "agent": agent, "team": team, "talk": str(talk), "hold": "0",
        "acw": "0", "offered_at": offered.isoformat(), "answered_at": answered.isoformat(),
        "ended_at": (answered + timedelta(seconds=talk)).isoformat(),
    }  # fmt: skip


#: Agents with their team and handle time. Two in three customers of the agent `short` must call again.
STAFF = [
    ("fast", "A", 150), ("short", "A", 140), ("steady", "A", 300), ("calm", "A", 310), ("slow", "A", 420),
    ("lone", "B", 280), ("pair", "B", 290),
]  # fmt: skip


async def fill(url: str) -> None:
    """Load thirty customers for each of seven agents. Customers whose contact was cut short come back to the agent
    `calm` two days later.
    """
    await prepare(Settings(database_url=url))
    pool = await opened(url)
    rows = []
    for place, (agent, team, talk) in enumerate(STAFF):
        for each in range(30):
            number, customer = each * len(STAFF) + place, f"{agent}-{each}"
            one: dict[str, Any] = {"customer": customer, "talk": talk, "agent": agent, "team": team}
            rows.append(handled(number, after=timedelta(0), **one))
            if (agent == "short" and each % 3) or (agent != "fast" and each % 10 == 0):
                again = one | {"agent": "calm", "team": "A", "talk": 310}
                rows.append(handled(number, after=timedelta(days=2), **again))
    # A contact a month later moves the horizon, so that all earlier cases have matured.
    last: dict[str, Any] = {"customer": "last", "agent": "slow", "team": "A", "talk": 420}
    rows.append(handled(0, after=timedelta(days=30), **last))
    assert (await load(pool, "contacts", rows, zone="Europe/Paris")).rejected == 0
    await refresh(pool)
    await pool.close()


@pytest.fixture
def staffed(server):
    """Yield the URL of a database with these agents."""
    with server.clone(server.template("staff", fill)) as url:
        yield url


async def test_who_cuts_contacts_short_is_told_apart_from_who_is_fast(staffed):
    async with serving(staffed) as rest:
        told = (await rest.get("/v1/agents?start=2015-10-05&end=2015-10-20&team=A")).json()
    agents = {row["agent"]: row for row in told["rows"]}
    fast, short, steady = agents["fast"], agents["short"], agents["steady"]
    # By handle time alone, the agent who cuts contacts short is the best.
    assert (short["aht.rank"], fast["aht.rank"]) == (1, 2)
    assert short["aht"] < fast["aht"] < steady["aht"]
    # The metrics of the customers' cases distinguish the two agents.
    assert (fast["fcr"], fast["fcr.rank"], fast["contacts_per_case"]) == (1.0, 1, 1.0)
    assert (short["fcr"], short["fcr.rank"]) == (pytest.approx(9 / 30), 5)
    assert short["contacts_per_case.rank"] == 5
    assert short["contacts_per_case"] == pytest.approx(51 / 30)
    assert steady["fcr"] == pytest.approx(27 / 30)
    assert short["fcr"] < short["fcr.group"] < fast["fcr"]
    assert [short[f"{metric}.n"] for metric in ("aht", "fcr")] == [30, 30]


async def test_small_teams_and_groups_give_nobody_away(staffed):
    window = "start=2015-10-05&end=2015-10-20"
    async with serving(staffed) as rest:
        both = (await rest.get(f"/v1/agents?{window}&metrics=aht")).json()
        small = (await rest.get(f"/v1/agents?{window}&metrics=aht,handled&team=B")).json()
    # The figures of team B's two agents could be computed from the group and the other team, so both teams are
    # suppressed.
    assert {row["aht.team"] for row in both["rows"]} == {None}
    assert {row["aht.ranked"] for row in both["rows"]} == {7}
    assert [notice["code"] for notice in both["warnings"]].count("suppressed") == 1
    assert [row["aht"] for row in small["rows"]] == [280, 290]
    for row in small["rows"]:
        assert {row[f"aht.{name}"] for name in ("rank", "ranked", "team", "group")} == {None}
        assert {row[f"handled.{name}"] for name in ("rank", "ranked", "team", "group")} == {None}
    assert small["totals"] == {"aht": None, "handled": None}
    async with open_service(Settings(database_url=staffed, group_agents_min=2)) as service:
        assert service.desk.group_agents_min == 2
