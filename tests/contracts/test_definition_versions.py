"""A release of cadran that defines a metric anew restates no sealed period."""

from typing import Any

from cadran.contracts.model.contract import find_period
from cadran.domain.metric import Ratio, terms
from tests.contracts.contact_centre import Contact, contract
from tests.contracts.test_sealed_statements import PATH, correct, kept, serving
from tests.definitions import CHANGE, later_release

#: A service level that counts answered contacts only.
ANSWERED = Ratio(terms("handled:within"), terms("handled"))


async def _seal_october(url: str) -> dict[str, Any]:
    """Seal October in this release, and return the statement."""
    async with serving(url) as (service, client):
        stored = await kept(service)
        october = find_period(stored.latest.contract, "2015-10", now=service.desk.clock())
        await service.contracts.seal(stored, october, who="tests")
        found: dict[str, Any] = (await client.get(f"{PATH}?period=2015-10")).json()
    assert (found["sealed"], found["restatements"]) == (True, [])
    assert {term["term"]: term["metric_version"] for term in found["terms"]} == {"answer": "v2", "lost": "v1"}
    return found


async def _read(url: str, period: str = "2015-10") -> dict[str, Any]:
    async with serving(url) as (_, client):
        response = await client.get(f"{PATH}?period={period}")
        assert response.status_code == 200, response.text
        query = f"""{{ sla(contract: "ARC-2015", period: "{period}") {{
            terms {{ metricVersion }} restatements {{ term now }} warnings {{ code detail }} }} }}"""
        shown = (await client.post("/graphql", json={"query": query})).json()["data"]["sla"]
    found: dict[str, Any] = response.json()
    assert [each["metricVersion"] for each in shown["terms"]] == [each["metric_version"] for each in found["terms"]]
    assert [each["now"] for each in shown["restatements"]] == [
        each["now"]["attained"] for each in found["restatements"]
    ]
    assert shown["warnings"] == found["warnings"]
    return found


async def test_a_new_definition_restates_nothing_and_corrections_are_counted_as_sealed(
    own_url: str, all_contacts: list[Contact]
):
    sealed = await _seal_october(own_url)
    with later_release("service_level", ANSWERED, keeps=True):
        after = await _read(own_url)
        assert (after["terms"], after["restatements"], after["warnings"]) == (sealed["terms"], [], [])
        await correct(own_url, all_contacts)
        [restated] = (await _read(own_url))["restatements"]
    change = restated["change"]
    assert (restated["term"], change["numerator"], change["denominator"]) == ("answer", -10, 0)
    [term] = [each for each in sealed["terms"] if each["term"] == "answer"]
    assert restated["now"]["denominator"] == term["denominator"]


async def test_a_definition_that_is_gone_leaves_its_term_as_it_was_sealed(own_url: str, all_contacts: list[Contact]):
    sealed = await _seal_october(own_url)
    with later_release("service_level", ANSWERED, keeps=False):
        await correct(own_url, all_contacts)
        after = await _read(own_url)
    assert (after["terms"], after["amount"], after["restatements"]) == (sealed["terms"], sealed["amount"], [])
    [warning] = after["warnings"]
    assert warning["code"] == "not_restated"
    assert "answer (service_level v2)" in warning["detail"]


async def test_a_statement_whose_definitions_are_all_gone_is_shown_as_it_was_sealed(own_url: str):
    async with serving(own_url) as (service, _):
        stored = await kept(service, terms=contract()["terms"][:1])
        october = find_period(stored.latest.contract, "2015-10", now=service.desk.clock())
        await service.contracts.seal(stored, october, who="tests")
    with later_release("service_level", ANSWERED, keeps=False):
        after = await _read(own_url)
    assert (after["sealed"], after["restatements"]) == (True, [])
    assert [each["code"] for each in after["warnings"]] == ["not_restated"]


async def test_a_period_that_is_open_is_settled_by_the_present_definition_and_says_so(own_url: str):
    async with serving(own_url) as (service, _):
        await kept(service)
    before = await _read(own_url)
    assert before["warnings"] == []
    with later_release("service_level", ANSWERED, keeps=True):
        after = await _read(own_url)
        answer = {each["term"]: each for each in after["terms"]}["answer"]
        assert answer["metric_version"] == "v3"
        assert answer["denominator"] < {each["term"]: each for each in before["terms"]}["answer"]["denominator"]
        [warning] = after["warnings"]
        assert warning["code"] == "definition_changed"
        assert CHANGE.en.rstrip(".") in warning["detail"]
        assert "answer (service_level v3), 2026-11-30" in warning["detail"]


async def test_a_term_may_name_the_version_of_its_definition(own_url: str):
    with later_release("service_level", ANSWERED, keeps=True):
        async with serving(own_url) as (service, client):
            [first, *others] = contract()["terms"]
            named = {**first, "metric": "service_level(within=20,version=v1)"}
            stored = await kept(service, terms=[named, *others])
            assert stored.latest.contract.terms[0].call.version == "v1"
            found = (await client.get(f"{PATH}?period=2015-10")).json()
    assert found["terms"][0]["metric_version"] == "v1"
    assert found["terms"][0]["metric"] == "service_level(version=v1,within=20)"
    assert found["warnings"] == []
