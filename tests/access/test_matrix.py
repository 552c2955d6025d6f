"""Who may ask what: every role against every endpoint and every field of GraphQL's root, within its scope and outside.

Rules stand beside the names of what they are about; an endpoint or field that has none fails.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import pytest
from starlette.routing import Route

from cadran.domain.role import ROLES, Right
from cadran.graphql.schema import core_schema
from cadran.web.authentication import OPEN_BELOW, OPEN_PATHS
from tests.access.conftest import House

#: Bound to Pau; the others see every site.
BOUND: Final = frozenset({"supervisor", "agent", "partner", "board"})
#: Rules beside those of rights: of a metric that only some can be told, and of one counted over the whole company.
Status = int


@dataclass(frozen=True, slots=True)
class Rule:
    """``ask`` is a request within Pau's scope that names no site; ``narrow`` is what makes it ask for Lille. Roles in
    ``other`` have this status; those without the right are refused with 403, and all others are answered."""

    ask: str
    right: Right | None = "figures"
    narrow: str = "&site=LIL"
    other: tuple[tuple[str, Status], ...] = ()
    body: Any = None
    success: Status = 200

    def status(self, role: str) -> Status:
        """What a role is to get within its scope."""
        if self.right is not None and self.right not in ROLES[role].rights:
            return 403
        return dict(self.other).get(role, self.success)


P: Final = "period=2015-11"
#: aht and handled are told of agents and teams; a board lists what it may ask for.
ENDPOINTS: Final[dict[tuple[str, str], Rule]] = {
    ("GET", "/live"): Rule("/live", None, ""),
    ("GET", "/ready"): Rule("/ready", None, ""),
    ("GET", "/"): Rule("/", None, ""),
    ("GET", "/openapi.json"): Rule("/openapi.json", None, ""),
    ("GET", "/problems/{code}"): Rule("/problems/forbidden", None, ""),
    ("GET", "/v1/catalogue"): Rule("/v1/catalogue", narrow=""),
    ("GET", "/v1/indicators"): Rule(f"/v1/indicators?metrics=fcr&by=site&annotations=true&targets=true&{P}"),
    ("GET", "/v1/scorecard"): Rule(f"/v1/scorecard?{P}"),
    ("GET", "/v1/now"): Rule("/v1/now?", other=(("board", 403),)),
    ("GET", "/v1/usual-day"): Rule(f"/v1/usual-day?metrics=fcr&by=site&{P}"),
    ("GET", "/v1/change"): Rule(f"/v1/change?metric=fcr&by=site&against=2015-10&{P}"),
    ("GET", "/v1/distribution"): Rule(f"/v1/distribution?of=fcr&across=day&{P}"),
    # It sets gestures against churn, which is counted over every site; churn has no team either.
    ("GET", "/v1/return"): Rule(f"/v1/return?{P}", other=(*((role, 403) for role in BOUND), ("agent", 422))),
    ("GET", "/v1/contacts"): Rule(f"/v1/contacts?{P}", "contacts"),
    ("GET", "/v1/recovery"): Rule(f"/v1/recovery?{P}", "people"),
    ("GET", "/v1/survey-eligibility"): Rule(f"/v1/survey-eligibility?{P}", "people"),
    ("GET", "/v1/survey-lists"): Rule(f"/v1/survey-lists?list=non_respondents&{P}", "people"),
    ("GET", "/v1/agents"): Rule(f"/v1/agents?{P}", "people"),
    ("GET", "/v1/reports/{name}"): Rule(f"/v1/reports/handling-time?{P}", other=(("board", 403),)),
    ("GET", "/v1/keys"): Rule("/v1/keys", "administer", ""),
    ("POST", "/v1/keys"): Rule("/v1/keys", "administer", "", body={"name": "x", "role": "analyst"}, success=201),
    ("DELETE", "/v1/keys/{key}"): Rule("/v1/keys/nonesuch", "administer", "", success=404),
    ("POST", "/v1/keys/{key}/rotate"): Rule("/v1/keys/nonesuch/rotate", "administer", "", body={}, success=404),
    ("GET", "/v1/audit"): Rule("/v1/audit", "administer", ""),
    ("GET", "/v1/documents"): Rule("/v1/documents", "administer", ""),
    ("POST", "/v1/documents"): Rule(
        "/v1/documents", "administer", "", body={"document": "{ __typename }"}, success=201
    ),
    ("DELETE", "/v1/documents/{document}"): Rule("/v1/documents/sha256:0", "administer", "", success=404),
    ("POST", "/v1/embed-tokens"): Rule("/v1/embed-tokens", "mint", "", body={"metrics": ["contacts"]}, success=201),
    # A contract of Pau's; that of Lille is none for those bound to Pau (see below).
    ("GET", "/v1/contracts"): Rule("/v1/contracts", "contracts", ""),
    ("POST", "/v1/contracts"): Rule("/v1/contracts", "administer", "", body={"contract": "X"}, success=422),
    ("GET", "/v1/contracts/{contract}"): Rule("/v1/contracts/C-PAU", "contracts", ""),
    ("PATCH", "/v1/contracts/{contract}"): Rule(
        "/v1/contracts/C-PAU", "administer", "", body={"effective_from": "2015-11-01"}, success=428
    ),
    ("GET", "/v1/sla/{contract}"): Rule(f"/v1/sla/C-PAU?{P}", "contracts", ""),
    ("GET", "/v1/sla/{contract}/statement"): Rule(f"/v1/sla/C-PAU/statement?{P}", "contracts", "", success=409),
    ("GET", "/.well-known/jwks.json"): Rule("/.well-known/jwks.json", None, ""),
    ("GET", "/graphql"): Rule("/graphql?query=%7B__typename%7D", narrow=""),
    ("POST", "/graphql"): Rule("/graphql", narrow="", body={"query": "{ __typename }"}),
}

W: Final = 'period: {named: "2015-11"}'
#: Each field with its selection; ``@`` stands where a filter comes.
FIELDS: Final[dict[str, Rule]] = {
    "indicators": Rule(f"indicators({W}, by: [SITE] @) {{ rows {{ site {{ code }} fcr {{ value }} }} }}"),
    "scorecard": Rule(f"scorecard({W} @) {{ figures {{ value target }} }}"),
    "now": Rule('now(zone: "Europe/Paris" @) { agentsAvailable { value } asOf }', other=(("board", 403),)),
    "usualDay": Rule(f"usualDay({W} @) {{ rows {{ fcr {{ value }} }} }}"),
    "change": Rule(f'change(metric: "fcr", {W}, against: {{named: "2015-10"}}, by: [SITE] @) {{ asOf }}'),
    "distribution": Rule(f'distribution(of: "fcr", {W}, across: "day" @) {{ asOf }}'),
    "gestureReturn": Rule(f"gestureReturn({W} @) {{ asOf }}", other=(*((role, 403) for role in BOUND), ("agent", 422))),
    "contacts": Rule(f"contacts({W} @) {{ contacts {{ contact site }} }}", "contacts"),
    "recovery": Rule(f"recovery({W} @) {{ customers {{ customer site }} }}", "people"),
    "surveyEligibility": Rule(f"surveyEligibility({W} @) {{ customers {{ customer site }} }}", "people"),
    "customerEligibility": Rule('customerEligibility(customer: "PAU-c0") { known }', "people", ""),
    "surveyList": Rule(f"surveyList(list: NON_RESPONDENTS, {W} @) {{ surveys {{ customer }} }}", "people"),
    "agents": Rule(f"agents({W} @) {{ rows {{ agent {{ code }} }} }}", "people"),
    "report": Rule(
        f"report(name: HANDLING_TIME, {W} @) {{ sections {{ columns }} annotations {{ annotation }} }}",
        other=(("board", 403),),
    ),
    "sla": Rule('sla(contract: "C-PAU", period: "2015-11") { terms { attained } }', "contracts", ""),
    "catalogue": Rule("catalogue { metrics { slug } }", narrow=""),
}


async def test_every_endpoint_has_a_rule(shared: House):
    served = {
        (method, route.path)
        for route in shared.service.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert len(served) == len(ENDPOINTS)
    assert served == set(ENDPOINTS)
    is_open = {path for _, path in served if path in OPEN_PATHS or path.startswith(OPEN_BELOW)}
    assert is_open == {path for (_, path), rule in ENDPOINTS.items() if rule.right is None}


def test_every_field_has_a_rule():
    query = core_schema().query_type
    assert query is not None
    assert set(query.fields) == set(FIELDS)
    assert core_schema().mutation_type is None
    assert core_schema().subscription_type is None


async def asked(house: House, method: str, rule: Rule, role: str | None, narrow: str = "") -> tuple[Status, str]:
    headers = {} if role is None else house.bearer(role)
    if rule.body is not None:
        headers["content-type"] = "application/json"
    response = await house.client.request(method, rule.ask + narrow, headers=headers, json=rule.body)
    return response.status_code, response.text


@pytest.mark.parametrize(("method", "path"), ENDPOINTS, ids=[f"{method} {path}" for method, path in ENDPOINTS])
async def test_endpoint(shared: House, method: str, path: str):
    rule = ENDPOINTS[method, path]
    status, _ = await asked(shared, method, rule, None)
    assert status == (rule.success if rule.right is None else 401)
    for role in ROLES:
        status, text = await asked(shared, method, rule, role)
        assert (role, status) == (role, rule.status(role)), text
        assert role not in BOUND or "LIL" not in text
        if rule.narrow:
            await outside(shared, method, rule, role)


async def outside(house: House, method: str, rule: Rule, role: str) -> None:
    """A site outside the scope is no site; for those who see all, it is one."""
    status, text = await asked(house, method, rule, role, rule.narrow)
    if role not in BOUND:
        assert (role, status) == (role, rule.status(role)), text
        return
    nowhere = await asked(house, method, rule, role, rule.narrow.replace("LIL", "XYZ"))
    assert status in (403, 422)
    assert "period" not in text
    assert unnamed(text, "LIL") == unnamed(nowhere[1], "XYZ")


def unnamed(text: str, site: str) -> str:
    """A problem without the site that was named, and without the request's number."""
    return text.replace(site, "…").partition('"request_id"')[0]


@pytest.mark.parametrize("name", FIELDS)
async def test_field(shared: House, name: str):
    rule = FIELDS[name]
    for role in ROLES:
        status, text = await told(shared, rule.ask.replace("@", ""), role)
        assert (role, status) == (role, rule.status(role)), text
        assert role not in BOUND or "LIL" not in text
        if not rule.narrow:
            continue
        status, text = await told(shared, narrowed(rule, "LIL"), role)
        if role not in BOUND:
            assert (role, status) == (role, rule.status(role)), text
        else:
            nowhere = await told(shared, narrowed(rule, "XYZ"), role)
            assert status in (403, 422)
            assert (status, text.replace("LIL", "…")) == (nowhere[0], nowhere[1].replace("XYZ", "…"))


def narrowed(rule: Rule, site: str) -> str:
    return rule.ask.replace("@", f', where: {{site: {{in: ["{site}"]}}}}')


async def told(house: House, selection: str, role: str) -> tuple[Status, str]:
    """The status that the field's code stands for, and the whole response."""
    response = await house.post("/graphql", role, {"query": f"{{ {selection} }}"})
    found = response.json()
    if "errors" not in found:
        return 200, response.text
    error = found["errors"][0]
    assert "code" in error["extensions"], error
    return (403 if error["extensions"]["code"].startswith("forbidden") else 422), response.text


@pytest.mark.parametrize("path", ["/v1/none", "/docs", "/graphql/", "/v1", "/.env"])
async def test_what_does_not_exist_needs_a_key_too(shared: House, path: str):
    assert (await shared.client.get(path)).status_code == 401
    assert (await shared.get(path, "administrator")).status_code == 404


async def test_agents_are_told_to_who_sees_people(shared: House):
    expected = {"administrator": 12, "supervisor": 6, "agent": 1}
    for role in ROLES:
        response = await shared.get(f"/v1/indicators?metrics=handled&by=agent&{P}", role)
        if role in expected:
            assert len({row["agent"] for row in response.json()["rows"] if row["agent"]}) == expected[role]
        else:
            assert response.status_code == 403
    theirs = await shared.get(f"/v1/indicators?metrics=handled&agent=PAU-2&{P}", "agent")
    nobody = await shared.get(f"/v1/indicators?metrics=handled&agent=PAU-9&{P}", "agent")
    assert theirs.status_code == nobody.status_code == 422
    assert unnamed(theirs.text, "PAU-2") == unnamed(nobody.text, "PAU-9")
    team = await shared.get(f"/v1/indicators?metrics=handled&{P}", "agent")
    whole = await shared.get(f"/v1/indicators?metrics=handled&team=T-PAU&{P}", "administrator")
    assert team.json()["totals"] == whole.json()["totals"]


async def test_targets_and_annotations_of_others_are_untold(shared: House):
    path = f"/v1/indicators?metrics=qos&by=site&targets=true&annotations=true&{P}"
    everything = (await shared.get(path, "analyst")).json()
    assert len(everything["annotations"]) == len(everything["rows"]) == 2
    for role in ("supervisor", "partner", "board"):
        found = (await shared.get(path, role)).json()
        assert [each["annotation"] for each in found["annotations"]] == ["strike-PAU"]
        assert found["rows"] == [row for row in everything["rows"] if row["site"] == "PAU"]


OF_CONTRACTS: Final = (
    "/v1/contracts/{}",
    "/v1/sla/{}?period=2015-11",
    "/v1/sla/{}?period=2015-10",
    "/v1/sla/{}/statement?period=2015-10",
)


async def test_a_contract_of_others_is_told_as_none(shared: House):
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
    """Figures of a part of it would be other figures under the contract's name."""
    for narrower in ({"channels": ("phone",)}, {"segments": ("gold",)}, {"metrics": ("aht",)}, {"teams": ("T-PAU",)}):
        bearer = await holding(shared, role="partner", partners=("SOUTH",), **narrower)
        for path in OF_CONTRACTS:
            assert (await shared.client.get(path.format("C-PAU"), headers=bearer)).status_code == 404, narrower
    same = await holding(shared, role="partner", sites=("PAU",), metrics=("qos",))
    told = (await shared.client.get("/v1/sla/C-PAU?period=2015-11", headers=same)).json()
    whole = (await shared.get("/v1/sla/C-PAU?period=2015-11", "administrator")).json()
    assert told["terms"] == whole["terms"]


async def holding(house: House, **grant: Any) -> dict[str, str]:
    """The header of a new key, once it holds in the process that serves."""
    bearer = {"authorization": f"Bearer {await house.key(**grant)}"}
    for _ in range(200):
        if (await house.client.get("/v1/catalogue", headers=bearer)).status_code == 200:
            return bearer
        await asyncio.sleep(0.02)
    raise AssertionError("the key does not hold")
