"""The live state: the same over REST, CSV and GraphQL, as of the last instant that the data cover."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cadran.facts.refresh.refresh import refresh
from tests.defaults import load
from tests.polling import until
from tests.sample_service import Rest, opened

Row = dict[str, str]


def ago(seconds: float) -> str:
    """Return the instant that many seconds ago, as ISO 8601."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


async def put(url: str, **kinds: list[Row]) -> None:
    """Load rows of each kind, and refresh the figures."""
    pool = await opened(url)
    for kind, rows in kinds.items():
        summary = await load(pool, kind, iter(rows), zone="Europe/Paris")
        assert summary.rejected == 0, kind
    await refresh(pool)
    await pool.close()


def calls() -> list[Row]:
    """Return two calls: one was answered after 40 s, the other has waited for a minute."""
    common = {"site": "PAU", "channel": "phone"}
    offered = ago(200)
    answered = (datetime.fromisoformat(offered) + timedelta(seconds=40)).isoformat()
    return [
        {
            **common,
            "contact": "n1",
            "offered_at": offered,
            "answered_at": answered,
            "outcome": "handled",
            "agent": "a1",
        },
        {**common, "contact": "n2", "offered_at": ago(60), "outcome": "in_progress"},
    ]


def state(agent: str, doing: str, since: str, end: str = "") -> Row:
    return {"agent": agent, "state": doing, "started_at": since, "ended_at": end, "site": "PAU"}


async def values(rest: Rest, path: str) -> dict[str, Any]:
    found = (await rest.get(path)).json()
    return {figure["metric"]: figure["value"] for figure in found["figures"]}


async def test_who_waits_and_what_agents_do_now(changing: Rest):
    since = ago(30)
    await put(
        changing.url, contacts=calls(), states=[state("a1", "on_contact", since), state("a2", "available", since)]
    )
    found = (await changing.get("/v1/now?site=PAU")).json()
    figures = {figure["metric"]: figure for figure in found["figures"]}
    assert figures["contacts_waiting"]["value"] == figures["agents_on_contact"]["value"] == 1
    assert (figures["agents_available"]["value"], figures["agents_paused"]["value"]) == (1, 0)
    # The contact was offered 60 s ago, but the data reach only to the change of the agents' states 30 s ago.
    assert figures["oldest_wait"]["value"] == pytest.approx(30, abs=5)
    assert figures["expected_wait"]["value"] == pytest.approx(40)
    assert figures["expected_wait"]["method"] == "recent_answers"
    assert "method" not in figures["oldest_wait"]
    assert datetime.fromisoformat(found["as_of"]) == datetime.fromisoformat(since).replace(microsecond=0)
    made, stale = (datetime.fromisoformat(found[name]) for name in ("generated_at", "stale_after"))
    assert timedelta(0) <= stale - made <= timedelta(seconds=5)
    csv = (await changing.get("/v1/now?site=PAU", accept="text/csv")).text.splitlines()
    assert [line.split(",")[0] for line in csv[1:]] == list(figures)


async def test_a_change_is_told_at_once(changing: Rest):
    since = ago(30)
    await put(changing.url, states=[state("a1", "available", since)])
    path = "/v1/now?metrics=agents_available,agents_on_contact&site=PAU"
    assert await values(changing, path) == {"agents_available": 1, "agents_on_contact": 0}
    epoch = changing.service.versions.epoch
    ended = ago(10)
    await put(changing.url, states=[state("a1", "available", since, ended), state("a1", "on_contact", ended)])
    await until(lambda: changing.service.versions.epoch > epoch)
    assert await values(changing, path) == {"agents_available": 0, "agents_on_contact": 1}


async def test_graphql_tells_the_same(changing: Rest):
    await put(changing.url, contacts=calls(), states=[state("a1", "acw", ago(30))])
    query = """{
      now(site: "PAU") {
        contactsWaiting { value } oldestWait { display } agentsInAcw { value } asOf
        expectedWait { value method } first: expectedWait(method: HEAD_OF_LINE) { value method }
      }
      indicators(period: {named: "now"}, by: [SITE]) { rows { site { code } contactsWaiting { value method } } }
    }"""
    found = (await changing.client.post("/graphql", json={"query": query})).json()
    now = found["data"]["now"]
    assert (now["contactsWaiting"]["value"], now["agentsInAcw"]["value"]) == (1, 1)
    assert now["expectedWait"] == {"value": 40, "method": "RECENT_ANSWERS"}
    assert now["first"]["method"] == "HEAD_OF_LINE"
    assert now["oldestWait"]["display"] in ("0:29", "0:30", "0:31")
    rows = found["data"]["indicators"]["rows"]
    assert rows == [{"site": {"code": "PAU"}, "contactsWaiting": {"value": 1, "method": None}}]


async def test_data_of_long_ago_tell_nothing_of_now(rest: Rest):
    assert set((await values(rest, "/v1/now")).values()) == {None}


async def test_by_default_what_the_filters_can_narrow(rest: Rest):
    assert set(await values(rest, "/v1/now?channel=phone")) == {"contacts_waiting", "oldest_wait", "expected_wait"}
    assert "agents_available" in await values(rest, "/v1/now?team=T1")


async def test_what_is_told_of_a_window_is_refused(rest: Rest):
    for path in ("/v1/now?metrics=qos", "/v1/indicators?metrics=qos&period=now"):
        problem = (await rest.client.get(path)).json()
        assert (problem["code"], problem["parameter"]) == ("bad_window", "period")
        assert "qos" in problem["detail"]
        assert "today" in problem["detail"]
