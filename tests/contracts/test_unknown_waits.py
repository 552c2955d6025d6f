"""Contacts of unknown wait count against the partner, unless the contract says otherwise; the statement shows them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cadran.contracts.model.contract import find_period
from cadran.contracts.model.term import Unit, parse_settled_metric
from cadran.contracts.statement.canonical_json import encode_canonical
from cadran.domain.access.principal import OPERATOR
from cadran.errors import QuestionRefused
from cadran.facts.refresh.refresh import refresh
from tests.answer_schema import check_answer
from tests.contracts.contact_centre import Contact
from tests.contracts.test_sealed_statements import PATH, kept, on, serving
from tests.defaults import load
from tests.sample_service import opened

#: The answered and the abandoned contacts of October whose waits become unknown.
ANSWERED, ABANDONED = 12, 5


async def _forget_waits(url: str, contacts: list[Contact]) -> None:
    """Load corrections of some contacts of October, so that their waits are not known."""
    october = [each for each in contacts if each.offered.month == 10 and each.outcome in ("handled", "abandoned")]
    # Days on the contract's clock begin up to two hours before those of UTC.
    october = [each for each in october if 2 <= each.offered.day <= 30]
    chosen = [each for each in october if each.outcome == "handled"][:ANSWERED]
    chosen += [each for each in october if each.outcome == "abandoned"][:ABANDONED]
    pool = await opened(url)
    rows: list[Any] = [{**each.row(), "wait": None} for each in chosen]
    await load(pool, "contacts", rows, zone="Europe/Paris")
    await refresh(pool)
    await pool.close()


def _terms(**more: Any) -> list[dict[str, Any]]:
    metrics = {
        "answer": ("service_level(within=20)", 0.6),
        "net": ("abandonment_rate_net", 0.2),
        "served": ("qos_net", 0.5),
        "speed": ("asa", 60),
        "lost": ("abandonment_rate", 0.3),
    }
    return [
        {"term": code, "metric": metric, "target": target, "window": "month", **more}
        for code, (metric, target) in metrics.items()
    ]


async def _settle(url: str, **more: Any) -> dict[str, dict[str, Any]]:
    async with serving(url) as (service, client):
        await kept(service, terms=_terms(**more))
        response = await client.get(f"{PATH}?period=2015-10")
        check_answer("Sla", response.json())
        found: dict[str, Any] = response.json()
        query = """{ sla(contract: "ARC-2015", period: "2015-10") {
            terms { term metric numerator denominator unknownWaits unknownWaitsShare } warnings { code detail } } }"""
        shown = (await client.post("/graphql", json={"query": query})).json()["data"]["sla"]
    names = {"unknown_waits": "unknownWaits", "unknown_waits_share": "unknownWaitsShare"}
    for term, same in zip(found["terms"], shown["terms"], strict=True):
        for name in ("term", "metric", "numerator", "denominator", *names):
            assert term[name] == same[names.get(name, name)]
    assert shown["warnings"] == found["warnings"]
    return {**{term["term"]: term for term in found["terms"]}, "warnings": {"": found["warnings"]}}


async def test_unknown_waits_count_as_missed_and_their_share_is_shown(own_url: str, all_contacts: list[Contact]):
    before = await _settle(own_url)
    async with serving(own_url) as (_, client):
        whole = (await client.get("/v1/indicators?metrics=handled,abandoned&period=2015-10")).json()
    await _forget_waits(own_url, all_contacts)
    async with serving(own_url) as (_, client):
        after = {term["term"]: term for term in (await client.get(f"{PATH}?period=2015-10")).json()["terms"]}
        warnings = (await client.get(f"{PATH}?period=2015-10")).json()["warnings"]
    assert after["answer"]["metric"] == "service_level(unknown_waits=missed,within=20)"
    # They stay in the denominator and leave the numerator: against the partner.
    assert after["answer"]["denominator"] == before["answer"]["denominator"]
    assert after["answer"]["numerator"] < before["answer"]["numerator"]
    for code in ("net", "served"):
        assert after[code]["attained"] is not None
        assert after[code]["denominator"] >= before[code]["denominator"]
    assert after["net"]["attained"] >= before["net"]["attained"]
    assert after["served"]["attained"] <= before["served"]["attained"]
    # A mean has no value for them.
    assert after["speed"]["denominator"] == before["speed"]["denominator"] - ANSWERED
    assert (after["lost"]["numerator"], after["lost"]["unknown_waits"]) == (before["lost"]["numerator"], None)
    counts = {code: term["unknown_waits"] for code, term in after.items()}
    assert counts == {"answer": 17, "net": ABANDONED, "served": ABANDONED, "speed": ANSWERED, "lost": None}
    handled, abandoned = (whole["rows"][0][name] for name in ("handled", "abandoned"))
    assert after["answer"]["unknown_waits_share"] == pytest.approx(17 / (handled + abandoned))
    assert after["speed"]["unknown_waits_share"] == pytest.approx(ANSWERED / handled)
    assert {each["term"]: each for each in before.values() if "term" in each}["answer"]["unknown_waits"] == 0
    [warning] = [each for each in warnings if each["code"] == "unknown_waits"]
    assert (
        f"answer counts as missed contacts whose wait is not known: 17 of {handled + abandoned:,}" in warning["detail"]
    )
    assert f"speed leaves out contacts whose wait is not known: {ANSWERED} of {handled:,}" in warning["detail"]


async def test_a_contract_may_leave_them_out(own_url: str, all_contacts: list[Contact]):
    before = await _settle(own_url, unknown_waits="left_out")
    assert {each["code"] for each in before["warnings"][""]} == {"definition_changed"}
    await _forget_waits(own_url, all_contacts)
    async with serving(own_url) as (_, client):
        found = (await client.get(f"{PATH}?period=2015-10")).json()
    after = {term["term"]: term for term in found["terms"]}
    assert after["answer"]["metric"] == "service_level(within=20)"
    assert after["answer"]["denominator"] == before["answer"]["denominator"] - ANSWERED - ABANDONED
    assert after["answer"]["unknown_waits"] == ANSWERED + ABANDONED
    [warning] = [each for each in found["warnings"] if each["code"] == "unknown_waits"]
    assert "answer leaves out contacts" in warning["detail"]


async def test_a_statement_of_an_earlier_release_is_not_restated(own_url: str, all_contacts: list[Contact]):
    """Check that a period that was sealed by version v1, before unknown waits were counted, stays as it is."""
    await _forget_waits(own_url, all_contacts)
    async with serving(own_url) as (service, client):
        stored = await kept(service, terms=_terms())
        october = find_period(stored.latest.contract, "2015-10", now=service.desk.clock())
        shown = await service.contracts.report("ARC-2015", "2015-10", OPERATOR)
        sealed = json.loads(json.dumps(shown.statement)) | {"sealed": True, "sealed_at": "2015-11-11T00:00:00Z"}
        for term in sealed["terms"]:
            del term["unknown_waits"], term["unknown_waits_share"]
            term["metric_version"] = "v1"
            term["metric"] = term["metric"].replace("(unknown_waits=missed)", "").replace("unknown_waits=missed,", "")
        speed = next(term for term in sealed["terms"] if term["term"] == "speed")
        # Version v1 divided by all answered contacts.
        speed["denominator"] += ANSWERED
        speed["n"] += ANSWERED
        speed["attained"] = speed["numerator"] / speed["denominator"]
        text = encode_canonical(sealed).decode()
        reader = on(service, service.desk.clock())
        await reader.register.seal(stored, october, 1, text, at=service.desk.clock(), who="tests")
        response = await client.get(f"{PATH}?period=2015-10")
        check_answer("Sla", response.json())
    found = response.json()
    assert (found["sealed"], found["restatements"]) == (True, [])
    assert {term["unknown_waits"] for term in found["terms"]} == {None}
    assert {term["metric_version"] for term in found["terms"]} == {"v1"}


def test_the_treatment_is_a_member_of_the_term():
    with pytest.raises(QuestionRefused, match="give unknown_waits as a member of the term") as refused:
        parse_settled_metric("service_level(within=20, unknown_waits = left_out)", Unit.DAY)
    assert refused.value.code == "bad_term"
    assert parse_settled_metric("service_level(version=v1)", Unit.DAY).name == "service_level(version=v1)"
    assert parse_settled_metric("asa", Unit.DAY).name == "asa"
