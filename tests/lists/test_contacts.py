"""The contacts behind a figure: counted by hand, they give the same figure."""

from datetime import datetime
from typing import Any

import pytest

from cadran.domain.access.principal import Principal
from cadran.domain.ask import Ask
from cadran.domain.question import Filter
from cadran.lists.statements.contacts import COLUMNS
from tests.answer_schema import check_answer
from tests.contacts_service import graphql, refused

CELL = "period=2015-12&site=PAU"


async def pages(rest, words: str, limit: int) -> list[dict[str, Any]]:
    """Return all contacts, reading page after page."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = (await rest.get(f"/v1/contacts?{words}&limit={limit}{after}")).json()
        check_answer("Contacts", page)
        found += page["contacts"]
        if page["next"] is None:
            return found
        assert len(page["contacts"]) == limit
        after = f"&after={page['next']}"


@pytest.mark.parametrize("limit", [7, 1000])
async def test_they_are_those_loaded_in_the_order_of_their_offer(rest, rows, limit):
    expected = [row for row in rows if row["site"] == "PAU" and (row.local.year, row.local.month) == (2015, 12)]
    found = await pages(rest, CELL, limit)
    assert [each["contact"] for each in found] == [row["contact"] for row in expected]
    for each, row in zip(found, expected, strict=True):
        assert set(each) == set(COLUMNS)
        for name in ("site", "channel", "moment", "outcome", "segment"):
            assert (each[name] or "") == row[name]
        assert datetime.fromisoformat(each["offered_at"]) == datetime.fromisoformat(row["offered_at"])
        assert each["offered_at"].endswith("+01:00")
        assert each["talk"] == (int(row["talk"]) if row.handled else None)
        assert each["wait"] == (row.wait if row.handled else each["wait"])
        assert (each["identified"], each["source"], each["direction"]) == (True, "default", "inbound")


@pytest.mark.parametrize(
    "words",
    [CELL, f"{CELL}&weekday=1..5&time_of_day=09:00..17:15", "period=2015&channel!=phone&segment=none&moment=complaint"],
)
async def test_numerator_and_denominator_can_be_counted_by_hand(rest, words):
    told = (await rest.get(f"/v1/indicators?metrics=qos,aht,inefficiency,repeat_rate&parts=true&{words}")).json()[
        "totals"
    ]
    found = await pages(rest, words, 100)
    handled = [each for each in found if each["outcome"] == "handled"]
    lost = [each for each in found if each["outcome"] in ("abandoned", "deflected", "expired") and not each["recalled"]]
    assert (told["qos"]["numerator"], told["qos"]["denominator"]) == (len(handled), len(found))
    assert told["inefficiency"]["numerator"] == len(lost)
    assert told["repeat_rate"]["numerator"] == sum(each["repeated"] for each in found)
    assert told["aht"]["numerator"] == sum(each["talk"] + each["hold"] + each["acw"] for each in handled)


async def test_agents_are_found_by_their_legs(rest, rows):
    found = await pages(rest, "period=2015-12&agent=a3&team=T1", 100)
    expected = [
        row["contact"] for row in rows if row["agent"] == "a3" and (row.local.year, row.local.month) == (2015, 12)
    ]
    assert [each["contact"] for each in found] == expected
    told = (await rest.get("/v1/indicators?metrics=aht&period=2015-12&agent=a3&parts=true")).json()["totals"]["aht"]
    assert told["n"] == len(found)


async def test_nothing_tells_whose_they_are(rest):
    text = (await rest.get(f"/v1/contacts?{CELL}&limit=1000")).text
    assert "customer" not in text
    assert not any(f'"c{number}"' in text for number in range(97))


async def test_a_principal_sees_what_its_scope_leaves(rest):
    ask = Ask(metrics=(), period="2015-12")
    scoped = Principal("lille", (Filter("site", ("LIL",)),))
    page = await rest.service.lists.contacts(ask, scoped, limit=1000, after=None)
    assert set(page.columns["site"]) == {"LIL"}


async def test_graphql_tells_the_same_pages(rest):
    theirs = (await rest.get(f"/v1/contacts?{CELL}&limit=5")).json()
    query = """{ contacts(period: {named: "2015-12"}, where: {site: {in: ["PAU"]}}, limit: 5) {
        next contacts { contact offeredAt outcome talk identified repeated transferredTo } } }"""
    mine = (await graphql(rest, query))["contacts"]
    assert mine["next"] == theirs["next"]
    for each, other in zip(mine["contacts"], theirs["contacts"], strict=True):
        assert (each["contact"], each["offeredAt"], each["talk"]) == (
            other["contact"],
            other["offered_at"],
            other["talk"],
        )
        assert (each["identified"], each["repeated"]) == (other["identified"], other["repeated"])


async def test_they_are_kept_nowhere(rest):
    response = await rest.get(f"/v1/contacts?{CELL}&limit=5")
    assert response.headers["cache-control"] == "no-store"
    body = {"query": '{ contacts(period: {named: "2015-12"}, limit: 1) { next } }'}
    assert (await rest.client.post("/graphql", json=body)).headers["cache-control"] == "no-store"
    csv = await rest.get(f"/v1/contacts?{CELL}&limit=5", accept="text/csv")
    assert csv.headers["cadran-next"] == response.json()["next"]
    assert len(csv.text.splitlines()) == 6


@pytest.mark.parametrize(
    ("words", "arguments", "parameter"),
    [
        ("limit=0", "limit: 0", "limit"),
        ("limit=1001", "limit: 1001", "limit"),
        ("after=x", 'after: "x"', "after"),
        ("after=WzEsMiwzXQ", 'after: "WzEsMiwzXQ"', "after"),
    ],
)
async def test_what_is_no_page_is_refused(rest, words, arguments, parameter):
    query = f'{{ contacts(period: {{named: "2015-12"}}, {arguments}) {{ next }} }}'
    problem = await refused(rest, f"/v1/contacts?{CELL}&{words}", query)
    assert (problem["code"], problem["parameter"]) == ("bad_parameter", parameter)
