"""Customers who are still to be called, over REST and GraphQL."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from cadran.lists.statements.customers_to_call import COLUMNS
from tests.answer_schema import check_answer
from tests.contacts_service import graphql, refused
from tests.enums import as_rest

DECEMBER = "period=2015-12"
FIELDS = """customer reason firstAttempt lastAttempt attempts dueAt lifetimeValue age site segment channel moment"""


async def pages(rest, words: str, limit: int) -> list[dict[str, Any]]:
    """Return all customers, reading page after page."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = (await rest.get(f"/v1/recovery?{words}&limit={limit}{after}")).json()
        check_answer("Recovery", page)
        found += page["customers"]
        if page["next"] is None:
            return found
        assert len(page["customers"]) == limit
        after = f"&after={page['next']}"


def places() -> list[str]:
    """Return forged cursors. Python reads their rank as a number, but PostgreSQL does not, or cannot store the
    number.
    """
    ranks = ("1e999999", "1e140000", "9" * 200, "٢", "1_0", " 1", "NaN", "sNaN", 1, [0, [1], 2], None)
    texts = [json.dumps(["value", rank, "2015-01-01T00:00:00+00:00", 1]) for rank in ranks]
    return [urlsafe_b64encode(text.encode()).decode().rstrip("=") for text in texts]


@pytest.mark.parametrize("words", [DECEMBER, f"{DECEMBER}&site=PAU&order=age", f"{DECEMBER}&channel!=phone"])
async def test_as_many_as_the_figure_says_with_the_figures_beside(rest, words):
    found = await pages(rest, words, 7)
    page = (await rest.get(f"/v1/recovery?{words}")).json()
    asked = words.replace("&order=age", "")
    totals = (await rest.get(f"/v1/indicators?metrics=customers_to_call,recovered_losses&{asked}&parts=true")).json()[
        "totals"
    ]
    assert found == await pages(rest, words, 1000)
    assert page["customers_to_call"]["value"] == totals["customers_to_call"]["value"] == len(found) > 0
    for name in ("value", "numerator", "denominator", "n"):
        assert page["recovered_losses"][name] == totals["recovered_losses"][name]
    assert len({each["customer"] for each in found}) == len(found)
    for each in found:
        assert tuple(each) == COLUMNS
        assert each["first_attempt"] <= each["last_attempt"]
        assert each["attempts"] >= 1
        assert (each["reason"] == "callback_promised") == (each["due_at"] is not None)


async def test_graphql_tells_the_same_pages(rest):
    theirs = (await rest.get(f"/v1/recovery?{DECEMBER}&site=PAU&order=age&limit=4")).json()
    query = f"""{{ recovery(period: {{named: "2015-12"}}, where: {{site: {{in: ["PAU"]}}}}, order: AGE, limit: 4) {{
        next customersToCall {{ value }} recoveredLosses {{ value numerator denominator display }} asOf
        customers {{ {FIELDS} }} }} }}"""
    mine = (await graphql(rest, query))["recovery"]
    assert mine["next"] == theirs["next"]
    assert mine["asOf"] == theirs["as_of"]
    assert mine["customersToCall"]["value"] == theirs["customers_to_call"]["value"]
    for name in ("value", "numerator", "denominator", "display"):
        assert mine["recoveredLosses"][name] == theirs["recovered_losses"][name]
    words = {"".join([each[0], *(word.title() for word in each[1:])]): "_".join(each) for each in map(_split, COLUMNS)}
    customers = as_rest(mine["customers"], "reason")
    assert [{words[name]: value for name, value in each.items()} for each in customers] == theirs["customers"]


def _split(name: str) -> list[str]:
    return name.split("_")


async def test_without_a_window_it_is_the_present(rest):
    page = (await rest.get("/v1/recovery")).json()
    data = (await graphql(rest, "{ recovery { window { start end } customersToCall { value } } }"))["recovery"]
    assert (data["window"]["start"], data["window"]["end"]) == (page["period"]["start"], page["period"]["end"])
    assert data["customersToCall"]["value"] == page["customers_to_call"]["value"]


async def test_they_are_kept_nowhere(rest):
    response = await rest.get(f"/v1/recovery?{DECEMBER}&limit=3")
    assert response.headers["cache-control"] == "no-store"
    body = {"query": '{ recovery(period: {named: "2015-12"}, limit: 1) { next } }'}
    assert (await rest.client.post("/graphql", json=body)).headers["cache-control"] == "no-store"
    csv = await rest.get(f"/v1/recovery?{DECEMBER}&limit=3", accept="text/csv")
    assert csv.headers["cadran-next"] == response.json()["next"]
    assert csv.text.splitlines()[0] == ",".join(COLUMNS)
    assert len(csv.text.splitlines()) == 4


@pytest.mark.parametrize(
    ("words", "arguments", "parameter"),
    [
        ("limit=0", "limit: 0", "limit"),
        ("limit=1001", "limit: 1001", "limit"),
        ("after=x", 'after: "x"', "after"),
        ("after=WzEsMiwzXQ", 'after: "WzEsMiwzXQ"', "after"),
        *((f"after={each}", f'after: "{each}"', "after") for each in places()),
    ],
)
async def test_what_is_no_page_is_refused(rest, words, arguments, parameter):
    query = f'{{ recovery(period: {{named: "2015-12"}}, {arguments}) {{ next }} }}'
    problem = await refused(rest, f"/v1/recovery?{DECEMBER}&{words}", query)
    assert (problem["code"], problem["parameter"]) == ("bad_parameter", parameter)


async def test_a_place_belongs_to_its_order(rest):
    page = (await rest.get(f"/v1/recovery?{DECEMBER}&limit=2&order=age")).json()
    response = await rest.client.get(f"/v1/recovery?{DECEMBER}&limit=2&order=value&after={page['next']}")
    assert (response.status_code, response.json()["parameter"]) == (422, "after")
    response = await rest.client.get(f"/v1/recovery?{DECEMBER}&order=size")
    assert (response.status_code, response.json()["parameter"]) == (422, "order")


async def test_what_nobody_lost_knows_is_refused(rest):
    response = await rest.client.get(f"/v1/recovery?{DECEMBER}&agent=a1")
    assert response.json()["code"] == "unknown_parameter"
    query = '{ recovery(period: {named: "2015-12"}, where: {agent: {in: ["a1"]}}) { next } }'
    [error] = (await rest.client.post("/graphql", json={"query": query})).json()["errors"]
    assert error["extensions"]["code"] == "impossible_filter"
