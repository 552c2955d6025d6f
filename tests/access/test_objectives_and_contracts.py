"""Objectives and contracts of other sites: they are answered as if they did not exist."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest

from cadran.domain.access.role import ROLES
from tests.access.rule_requests import holding, told, unnamed
from tests.access.rules import BOUND, RESULT
from tests.access.two_sites import House


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"title": "Ours"}),
        ("DELETE", "", None),
        ("POST", "/key-results", RESULT),
        ("GET", "/key-results/6", None),
        ("PATCH", "/key-results/6", {"title": "Ours"}),
        ("DELETE", "/key-results/6", None),
        ("GET", "/key-results/6/check-ins", None),
        ("POST", "/key-results/6/check-ins", {"confidence": 1.0}),
    ],
)
async def test_the_objectives_of_other_sites_are_none(shared: House, method: str, path: str, body: Any):
    for role in BOUND:
        headers = {**shared.bearer(role), "if-match": "*"}
        theirs, nowhere = [
            await shared.client.request(method, f"/v1/objectives/{number}{path}", json=body, headers=headers)
            for number in (3, 9_999)
        ]
        writes = method != "GET" and "steer" not in ROLES[role].rights
        assert theirs.status_code == nowhere.status_code == (403 if writes else 404), theirs.text
        assert unnumbered(theirs.text) == unnumbered(nowhere.text)


def unnumbered(text: str) -> str:
    """Return a problem's text without the number of the objective."""
    return unnamed(re.sub(r"\b(3|9999)\b", "…", text), "…")


async def test_key_results_are_told_within_ones_scope(shared: House):
    visible_counts = {"administrator": 3, "analyst": 3, "supervisor": 1, "agent": 1, "board": 1}
    for role, count in visible_counts.items():
        found = (await shared.get("/v1/objectives/1", role)).json()
        assert (role, len(found["key_results"]), found["withheld"]) == (role, count, 3 - count)
        assert all(each["where"] == {"site": ["PAU"]} for each in found["key_results"]) or count == 3
    # A partner sees only the objectives that its sites own.
    assert (await shared.get("/v1/objectives/1", "partner")).status_code == 404
    values = {role: (await shared.get("/v1/objectives/2", role)).json()["key_results"][0]["value"] for role in ROLES}
    assert len(set(values.values())) == 1


async def test_supervisors_change_what_is_their_sites(shared: House):
    headers = {**shared.bearer("supervisor"), "if-match": "*"}
    company = await shared.client.patch("/v1/objectives/1", json={"title": "Mine"}, headers=headers)
    assert (company.status_code, company.json()["code"]) == (403, "forbidden")
    taken = await shared.client.patch("/v1/objectives/2", json={"owner": {"kind": "company"}}, headers=headers)
    assert taken.status_code == 403
    elsewhere = {**RESULT, "where": {"site": ["LIL"]}}
    refused = await shared.client.post("/v1/objectives/2/key-results", json=elsewhere, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_site")


OF_CONTRACTS: Final = (
    "/v1/contracts/{}",
    "/v1/sla/{}?period=2015-11",
    "/v1/sla/{}?period=2015-10",
    "/v1/sla/{}/statement?period=2015-10",
)


async def test_a_contract_of_others_is_told_as_none(shared: House):
    selections = [f'contract(code: "C-{site}") {{ contract }}' for site in ("LIL", "XYZ")]
    hidden, none = [(await told(shared, each, "partner"))[1] for each in selections]
    assert hidden.replace("LIL", "…") == none.replace("XYZ", "…")
    assert "There is no contract" in hidden
    for path in OF_CONTRACTS:
        theirs = await shared.get(path.format("C-LIL"), "partner")
        nowhere = await shared.get(path.format("C-XYZ"), "partner")
        assert (theirs.status_code, nowhere.status_code) == (404, 404)
        assert unnamed(theirs.text, "C-LIL").replace("/C-LIL", "") == unnamed(nowhere.text, "C-XYZ").replace(
            "/C-XYZ", ""
        )
        for role in ("administrator", "analyst"):
            assert (await shared.get(path.format("C-LIL"), role)).status_code in (200, 409)
        for role in ("supervisor", "agent", "board"):
            assert (await shared.get(path.format("C-PAU"), role)).status_code == 403
    listed = {role: (await shared.get("/v1/contracts", role)).json()["contracts"] for role in ("analyst", "partner")}
    assert [each["contract"] for each in listed["analyst"]] == ["C-LIL", "C-PAU"]
    assert [each["contract"] for each in listed["partner"]] == ["C-PAU"]
    answers = []
    for code in ("C-LIL", "C-XYZ"):
        query = f'{{ sla(contract: "{code}", period: "2015-11") {{ amount }} }}'
        found = (await shared.post("/graphql", "partner", {"query": query})).json()
        assert found["data"] == {"sla": None}
        answers.append(str(found["errors"]).replace(code, "…"))
    assert answers[0] == answers[1]


async def test_a_scope_narrower_than_a_contract_hides_it(shared: House):
    """Check that a narrower scope hides the contract, since its figures would cover only a part of the contract."""
    for narrower in ({"channels": ("phone",)}, {"segments": ("gold",)}, {"metrics": ("aht",)}, {"teams": ("T-PAU",)}):
        bearer = await holding(shared, role="partner", partners=("SOUTH",), **narrower)
        for path in OF_CONTRACTS:
            assert (await shared.client.get(path.format("C-PAU"), headers=bearer)).status_code == 404, narrower
    same = await holding(shared, role="partner", sites=("PAU",), metrics=("qos",))
    told = (await shared.client.get("/v1/sla/C-PAU?period=2015-11", headers=same)).json()
    whole = (await shared.get("/v1/sla/C-PAU?period=2015-11", "administrator")).json()
    assert told["terms"] == whole["terms"]
