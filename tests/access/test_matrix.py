"""Who may ask what: every role against every endpoint and every field of GraphQL's root, within its scope and outside.

Rules stand beside the names of what they are about; an endpoint or field that has none fails.
"""

from __future__ import annotations

import re
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
ONE: Final = "/v1/objectives/{objective}"
RESULTS: Final = f"{ONE}/key-results"
PAU_RESULT: Final = "/v1/objectives/2/key-results/4"
RESULT: Final = {"title": "Quick", "metric": "qos", "baseline": 0.5, "target": 0.9}
OBJECTIVE: Final = {
    "title": "Answer",
    "owner": {"kind": "site", "code": "PAU"},
    "start": "2015-11-01",
    "end": "2015-12-01",
    "key_results": [RESULT],
}
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
    ("POST", "/v1/embed-tokens"): Rule("/v1/embed-tokens", "mint", "", body={"metrics": ["contacts"]}, success=201),
    ("GET", "/v1/objectives"): Rule("/v1/objectives", narrow="?owner=site:LIL"),
    ("POST", "/v1/objectives"): Rule("/v1/objectives", "steer", "", body=OBJECTIVE, success=201),
    ("GET", ONE): Rule("/v1/objectives/2", narrow=""),
    # Whoever may change it has to say which version.
    ("PATCH", ONE): Rule("/v1/objectives/2", "steer", "", body={}, success=428),
    ("DELETE", ONE): Rule("/v1/objectives/2", "steer", "", success=428),
    ("POST", RESULTS): Rule("/v1/objectives/2/key-results", "steer", "", body=RESULT, success=201),
    ("GET", f"{RESULTS}/{{key_result}}"): Rule("/v1/objectives/2/key-results/4", narrow=""),
    ("PATCH", f"{RESULTS}/{{key_result}}"): Rule(PAU_RESULT, "steer", "", body={}, success=428),
    ("DELETE", f"{RESULTS}/{{key_result}}"): Rule(PAU_RESULT, "steer", "", success=428),
    ("GET", f"{RESULTS}/{{key_result}}/check-ins"): Rule(f"{PAU_RESULT}/check-ins", narrow=""),
    ("POST", f"{RESULTS}/{{key_result}}/check-ins"): Rule(
        f"{PAU_RESULT}/check-ins", "steer", "", body={"confidence": 0.5}, success=201
    ),
    ("GET", "/graphql"): Rule("/graphql?query=%7B__typename%7D", narrow=""),
    ("POST", "/graphql"): Rule("/graphql", narrow="", body={"query": "{ __typename }"}),
}

W: Final = 'period: {named: "2015-11"}'
#: Each field with its selection; ``@`` stands where a filter comes.
FIELDS: Final[dict[str, Rule]] = {
    "indicators": Rule(f"indicators({W}, by: [SITE] @) {{ rows {{ site {{ code }} fcr {{ value }} }} }}"),
    "scorecard": Rule(f"scorecard({W} @) {{ figures {{ value target }} }}"),
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
    "objective": Rule("objective(id: 2) { title keyResults { value checkIns { comment } } }", narrow=""),
    "objectives": Rule("objectives { edges { node { title keyResults { value where { values } } } } }", narrow=""),
    "catalogue": Rule("catalogue { metrics { slug } }", narrow=""),
}


_NEW: Final = 'title: "Quick", metric: "qos", baseline: 0.5, target: 0.9'
_OBJECTIVE: Final = 'title: "Answer", owner: {kind: "site", code: "PAU"}, start: "2015-11-01", end: "2015-12-01"'
#: Whoever may change an objective has to say which version, which these do not.
MUTATIONS: Final[dict[str, Rule]] = {
    "createObjective": Rule(f"createObjective(input: {{{_OBJECTIVE}}}) {{ id }}", "steer"),
    "changeObjective": Rule("changeObjective(id: 2, input: {}) { id }", "steer", success=422),
    "closeObjective": Rule('closeObjective(id: 2, retrospective: "x") { id }', "steer", success=422),
    "deleteObjective": Rule("deleteObjective(id: 2)", "steer", success=422),
    "addKeyResult": Rule(f"addKeyResult(objective: 2, input: {{{_NEW}}}) {{ id }}", "steer"),
    "changeKeyResult": Rule("changeKeyResult(objective: 2, keyResult: 4, input: {}) { id }", "steer", success=422),
    "deleteKeyResult": Rule("deleteKeyResult(objective: 2, keyResult: 4) { id }", "steer", success=422),
    "checkIn": Rule("checkIn(objective: 2, keyResult: 4, input: {confidence: 0.5}) { id }", "steer"),
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
    mutation = core_schema().mutation_type
    assert mutation is not None
    assert set(mutation.fields) == set(MUTATIONS)
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


async def told(house: House, selection: str, role: str, kind: str = "query") -> tuple[Status, str]:
    """The status that the field's code stands for, and the whole response."""
    response = await house.post("/graphql", role, {"query": f"{kind} {{ {selection} }}"})
    found = response.json()
    if "errors" not in found:
        return 200, response.text
    error = found["errors"][0]
    assert "code" in error["extensions"], error
    return (403 if error["extensions"]["code"].startswith("forbidden") else 422), response.text


@pytest.mark.parametrize("name", MUTATIONS)
async def test_mutation(shared: House, name: str):
    rule = MUTATIONS[name]
    for role in ROLES:
        status, text = await told(shared, rule.ask, role, "mutation")
        assert (role, status) == (role, rule.status(role)), text
        assert role not in BOUND or "LIL" not in text


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
    """A problem without the objective that was named."""
    return unnamed(re.sub(r"\b(3|9999)\b", "…", text), "…")


async def test_key_results_are_told_within_ones_scope(shared: House):
    told_of = {"administrator": 3, "analyst": 3, "supervisor": 1, "agent": 1, "board": 1}
    for role, count in told_of.items():
        found = (await shared.get("/v1/objectives/1", role)).json()
        assert (role, len(found["key_results"]), found["withheld"]) == (role, count, 3 - count)
        assert all(each["where"] == {"site": ["PAU"]} for each in found["key_results"]) or count == 3
    # An outsider is told of its own sites' objectives only.
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
