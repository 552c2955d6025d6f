"""The return on goodwill gestures: a small example counted by hand, the same over REST, GraphQL and CSV."""

from collections.abc import AsyncIterator

import pytest

from cadran.facts.refresh.refresh import refresh
from tests.contacts_service import graphql, refused
from tests.defaults import load
from tests.sample_service import Rest, opened, serving

HELPED, LOST_HELPED, LOST_OTHERS, CUSTOMERS = 10, 1, 20, 97
PATH = "/v1/goodwill-return?period=2015-11"
QUERY = (
    '{ goodwillReturn(period: {named: "2015-11"} %s) { net customersKept valueKept'
    " figures { metric value numerator denominator n } assumptions { code text } } }"
)


@pytest.fixture(scope="module")
async def returned(facts: str) -> AsyncIterator[Rest]:
    """Yield a service over goodwill gestures. Ten customers got 10 € each and brought 24.60 €. An eleventh gesture has
    no known revenue, a twelfth is a prevention. One customer with a gesture churns, and so do twenty others.
    """
    pool = await opened(facts)
    gestures = [
        {"goodwill": str(number), "customer": f"c{number}", "site": "PAU", "cost": "10", "revenue": "24.6"}
        for number in range(HELPED)
    ]
    gestures += [
        {"goodwill": "unknown", "customer": "c0", "site": "LIL", "cost": "50"},
        {"goodwill": "call", "customer": "c1", "site": "LIL", "kind": "prevention", "cost": "5", "revenue": "0"},
    ]
    rows = [{**row, "given_at": "2015-11-03T10:00:00+01:00"} for row in gestures]
    assert (await load(pool, "goodwill", rows)).rejected == 0
    left = [f"c{number}" for number in (0, *range(HELPED, HELPED + LOST_OTHERS))]
    values = ["300", *["360"] * (LOST_OTHERS - 1), ""]
    lost = [
        {"customer": code, "churned_on": "2015-11-20", "lifetime_value": value}
        for code, value in zip(left, values, strict=True)
    ]
    await load(pool, "customers", lost)
    await refresh(pool)
    await pool.close()
    async with serving(facts) as found:
        yield found


async def test_a_euro_given_brings_back_more(returned: Rest):
    told = (await returned.get(f"{PATH}&kind=goodwill")).json()
    figures = {each["metric"]: each for each in told["figures"]}
    assert figures["goodwill_count(kind=goodwill)"]["value"] == 11
    assert figures["goodwill_cost(kind=goodwill)"]["value"] == 150
    rate = figures["goodwill_return(kind=goodwill)"]
    assert (rate["value"], rate["numerator"], rate["denominator"], rate["n"]) == (2.46, 246, 100, 10)
    assert rate["display"] == "2.46 €"
    assert told["net"] == 146


async def test_what_is_not_known_to_bring_anything_is_in_no_return(returned: Rest):
    told = (await returned.get(PATH)).json()
    figures = {each["metric"]: each for each in told["figures"]}
    assert figures["goodwill_cost"]["value"] == 155
    assert figures["goodwill_return"]["value"] == pytest.approx(246 / 105)
    assert "11 of 12 gestures" in told["assumptions"][0]["text"]


async def test_who_was_kept_is_told_by_comparison(returned: Rest):
    told = (await returned.get(PATH)).json()
    figures = {each["metric"]: each["value"] for each in told["figures"]}
    assert figures["churned_customers"] == LOST_HELPED + LOST_OTHERS
    assert figures["churn_rate(goodwill=with)"] == LOST_HELPED / HELPED
    assert figures["churn_rate(goodwill=without)"] == LOST_OTHERS / (CUSTOMERS - HELPED)
    assert figures["churn_cost"] == 300 + 19 * 360
    kept = HELPED * LOST_OTHERS / (CUSTOMERS - HELPED) - LOST_HELPED
    assert told["customers_kept"] == pytest.approx(kept, abs=1e-4)
    assert told["value_kept"] == pytest.approx(kept * (300 + 19 * 360) / 20, abs=0.1)
    assert "20 of 21" in told["assumptions"][1]["text"]


async def test_rest_graphql_and_csv_tell_the_same(returned: Rest):
    told = (await returned.get(PATH)).json()
    found = (await graphql(returned, QUERY % ""))["goodwillReturn"]
    assert (found["net"], found["customersKept"], found["valueKept"]) == (
        told["net"],
        told["customers_kept"],
        told["value_kept"],
    )
    names = ("metric", "value", "numerator", "denominator", "n")
    assert found["figures"] == [{name: each[name] for name in names} for each in told["figures"]]
    assert found["assumptions"] == told["assumptions"]
    table = (await returned.get(PATH, accept="text/csv")).text.splitlines()
    assert [line.partition(",")[0] for line in table[1:]] == [each["metric"] for each in told["figures"]]


async def test_the_assumptions_are_told_in_french(returned: Rest):
    told = (await returned.get(f"{PATH}&site=PAU", accept_language="fr")).json()
    assert [each["code"] for each in told["assumptions"]][-1] == "lost_of_all_sites"
    assert told["assumptions"][-1]["text"].startswith("Un client n'appartient à aucun site")
    assert {each["metric"]: each["value"] for each in told["figures"]}["churned_customers"] == LOST_HELPED + LOST_OTHERS


async def test_nothing_given_is_undefined(returned: Rest):
    told = (await returned.get("/v1/goodwill-return?period=2014-03")).json()
    assert (told["net"], told["customers_kept"], told["value_kept"]) == (None, None, None)


async def test_an_unknown_kind_or_a_split_is_refused(returned: Rest):
    response = await returned.client.get(f"{PATH}&kind=gift")
    assert (response.status_code, response.json()["parameter"]) == (422, "kind")
    query = QUERY % ', where: {outcome: {in: ["handled"]}}'
    problem = await refused(returned, f"{PATH}&outcome=handled", query)
    assert problem["code"] == "impossible_filter"
