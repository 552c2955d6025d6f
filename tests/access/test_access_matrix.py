"""The access matrix: every role against every endpoint and every GraphQL root field, within its scope and outside.

Each rule is stored under the name of its endpoint or field. An endpoint or field without a rule fails the test.
"""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from starlette.routing import Route

from cadran.api.registry import OPERATIONS
from cadran.api.schema import core_schema
from cadran.domain.access.role import ROLES
from cadran.insights.reports import REPORTS
from cadran.rest.operation import CSV_BELOW, make_csv_path
from cadran.web.authentication import OPEN_BELOW, OPEN_PATHS
from cadran.web.negotiate import CSV
from tests.access.rule_requests import asked, narrowed, told, unnamed
from tests.access.rules import BOUND, ENDPOINTS, FIELDS, MUTATIONS, REQUESTS, P, Rule
from tests.access.two_sites import House


async def test_every_endpoint_has_a_rule(shared: House):
    routes = [route for route in shared.service.routes if isinstance(route, Route)]
    served = {
        (method, route.path)
        for route in routes
        if not route.path.startswith(CSV_BELOW)
        for method in (route.methods or set()) - {"HEAD"}
    }
    # A CSV path is served by the operation of its JSON resource, and so has the same rule.
    csv_paths = {route.path for route in routes if route.path.startswith(CSV_BELOW)}
    assert len(csv_paths) > 10
    assert csv_paths == {make_csv_path(each.path) for each in OPERATIONS if CSV in each.success.media_types}
    assert served == set(ENDPOINTS), "declare the operation, and list its module in api/registry.py"
    assert set(REQUESTS) <= served
    is_open = {path for _, path in served if path in OPEN_PATHS or path.startswith(OPEN_BELOW)}
    assert is_open == {path for (_, path), rule in ENDPOINTS.items() if rule.right is None}


def test_every_field_has_a_rule():
    query = core_schema().query_type
    assert query is not None
    assert set(query.fields) == set(FIELDS), "add a rule to FIELDS of tests/access/rules.py"
    mutation = core_schema().mutation_type
    assert mutation is not None
    assert set(mutation.fields) == set(MUTATIONS), "add a rule to MUTATIONS of tests/access/rules.py"
    assert core_schema().subscription_type is None


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
    """Check that a site outside the role's scope is refused like one that does not exist. Other roles see it."""
    status, text = await asked(house, method, rule, role, rule.narrow)
    if role not in BOUND:
        assert (role, status) == (role, rule.status(role)), text
        return
    nowhere = await asked(house, method, rule, role, rule.narrow.replace("LIL", "XYZ"))
    assert status in (403, 422)
    assert "period" not in text
    assert unnamed(text, "LIL") == unnamed(nowhere[1], "XYZ")


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


#: Members of a response that describe the response or the request, not the data.
OF_ITSELF: Final = frozenset({"generated_at", "stale_after", "question", "href", "at", "age", "period"})
FIGURED: Final = [key for key, rule in ENDPOINTS.items() if rule.narrow == "&site=LIL"]
#: Resources that leave out the metrics that a role may not see.
PARTLY: Final = frozenset(
    {"/v1/scorecard", "/v1/reports/{name}", "/v1/goodwill-return", "scorecard", "report", "goodwillReturn"}
)


def figures(told: Any) -> Any:
    """Return a response without the members that depend on the request."""
    if isinstance(told, dict):
        return {name: figures(each) for name, each in told.items() if name not in OF_ITSELF}
    return [figures(each) for each in told] if isinstance(told, list) else told


@pytest.mark.parametrize(("method", "path"), FIGURED, ids=[f"{method} {path}" for method, path in FIGURED])
async def test_an_endpoint_tells_a_bound_role_the_figures_of_its_site_alone(shared: House, method: str, path: str):
    """Check that not only the names but also the numbers of other sites are absent."""
    rule = ENDPOINTS[method, path]
    _, whole = await asked(shared, method, rule, "administrator", "&site=PAU")
    _, everywhere = await asked(shared, method, rule, "administrator")
    assert figures(json.loads(whole)) != figures(json.loads(everywhere)), "what is not narrowed would not show"
    for role in () if path in PARTLY else ("supervisor", "partner", "board"):
        status, text = await asked(shared, method, rule, role)
        assert status == rule.status(role)
        assert status != 200 or figures(json.loads(text)) == figures(json.loads(whole)), role


@pytest.mark.parametrize("name", [name for name, rule in FIELDS.items() if "@" in rule.ask and name not in PARTLY])
async def test_a_field_tells_a_bound_role_the_figures_of_its_site_alone(shared: House, name: str):
    rule = FIELDS[name]
    _, whole = await told(shared, narrowed(rule, "PAU"), "administrator")
    _, everywhere = await told(shared, rule.ask.replace("@", ""), "administrator")
    assert json.loads(whole) != json.loads(everywhere), "what is not narrowed would not show"
    for role in ("supervisor", "partner", "board"):
        status, text = await told(shared, rule.ask.replace("@", ""), role)
        assert status == rule.status(role)
        assert status != 200 or json.loads(text) == json.loads(whole), role


async def test_headline_figures_are_those_of_the_site_alone(shared: House):
    whole = (await shared.get(f"/v1/scorecard?site=PAU&{P}", "administrator")).json()["figures"]
    assert 0.9 in [each["target"] for each in whole]
    for role in ("supervisor", "partner", "board"):
        found = (await shared.get(f"/v1/scorecard?{P}", role)).json()["figures"]
        names = {each["metric"] for each in found}
        assert names
        assert found == [each for each in whole if each["metric"] in names], role


async def test_sections_of_reports_are_those_of_the_site_alone(shared: House):
    for name in ("received", "handling-time"):
        path = f"/v1/reports/{name}?{P}"
        whole = (await shared.get(f"{path}&site=PAU", "administrator")).json()
        assert figures((await shared.get(path, "supervisor")).json()) == figures(whole)
        partner_sections = (await shared.get(path, "partner")).json()["sections"]
        assert partner_sections
        assert all(figures(each) in figures(whole)["sections"] for each in partner_sections)


@pytest.mark.parametrize("name", REPORTS)
async def test_reports_tell_an_agent_what_teams_have(shared: House, name: str):
    """Check that the sections an agent sees have the totals of its team."""
    answer = await shared.get(f"/v1/reports/{name}?{P}", "agent")
    if name == "received":
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden_metric"), "what came in came to no team"
        return
    sections = {each["section"]: each for each in answer.json()["sections"]}
    whole = (await shared.get(f"/v1/reports/{name}?{P}&team=T-PAU", "administrator")).json()["sections"]
    assert sections.keys() == {each["section"] for each in whole}
    for each in whole:
        section = sections[each["section"]]
        assert section["totals"] == each["totals"] or each["section"] == "by_agent", each["section"]


async def test_a_report_leaves_out_what_its_filters_cannot_narrow(shared: House):
    """Check that a section keeps only metrics that can be filtered. If none is left, the refusal names the filter."""
    found = await shared.get(f"/v1/reports/handled?{P}&agent=PAU-1", "supervisor")
    assert {each["section"]: set(each["totals"]) & {"contacts", "handled"} for each in found.json()["sections"]} == {
        name: {"handled"} for name in ("overall", "by_day", "by_channel", "by_team", "by_agent")
    }
    for path in ("received?", "received?section=by_day&"):
        refused = (await shared.get(f"/v1/reports/{path}{P}&agent=PAU-1", "supervisor")).json()
        assert (refused["code"], refused["parameter"]) == ("impossible_filter", "agent")


async def test_what_goodwill_return_is_told_without_what_is_counted_over_all(shared: House):
    """Check that bound callers see the cost and revenue of goodwill at their site, but not churn, which has no site."""
    whole = (await shared.get(f"/v1/goodwill-return?{P}&site=PAU", "administrator")).json()
    of_goodwill = [each for each in whole["figures"] if each["metric"].startswith("goodwill")]
    assert 0 < len(of_goodwill) < len(whole["figures"])
    for role in ("supervisor", "partner"):
        found = (await shared.get(f"/v1/goodwill-return?{P}", role)).json()
        assert (found["figures"], found["net"]) == (of_goodwill, whole["net"])
        assert (found["customers_kept"], found["value_kept"]) == (None, None)
        assert [each["code"] for each in found["assumptions"]] == ["revenue_attributed"]


@pytest.mark.parametrize("name", MUTATIONS)
async def test_mutation(shared: House, name: str):
    rule = MUTATIONS[name]
    for role in ROLES:
        status, text = await told(shared, rule.ask, role, "mutation")
        assert (role, status) == (role, rule.status(role)), text
        assert role not in BOUND or "LIL" not in text


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


QUEUE: Final = "metrics=contacts_waiting,oldest_wait,expected_wait&start=2015-11-01&end=2015-11-01T13:00:05"


async def test_an_agent_is_told_who_waits_at_its_site(shared: House):
    """Check that an agent sees its site's queue, but no other site's, and not together with metrics about people."""
    whole = (await shared.get(f"/v1/indicators?{QUEUE}&site=PAU", "administrator")).json()["totals"]
    elsewhere = (await shared.get(f"/v1/indicators?{QUEUE}&site=LIL", "administrator")).json()["totals"]
    assert (whole["contacts_waiting"], elsewhere["contacts_waiting"]) == (1, 0)
    assert (await shared.get(f"/v1/indicators?{QUEUE}&by=site", "agent")).json()["rows"] == [{"site": "PAU", **whole}]
    for site in ("", "&site=PAU"):
        assert (await shared.get(f"/v1/indicators?{QUEUE}{site}", "agent")).json()["totals"] == whole
    theirs, nowhere = [(await shared.get(f"/v1/indicators?{QUEUE}&site={site}", "agent")) for site in ("LIL", "XYZ")]
    assert theirs.status_code == 422
    assert theirs.json()["detail"].replace("LIL", "…") == nowhere.json()["detail"].replace("XYZ", "…")
    for more in ("&team=T-PAU", "&agent=PAU-1", "&by=agent"):
        assert (await shared.get(f"/v1/indicators?{QUEUE}{more}", "agent")).status_code == 422
    mixed = await shared.get(f"/v1/indicators?{QUEUE.replace('=', '=agents_available,', 1)}", "agent")
    assert mixed.status_code == 422


async def test_an_agents_desktop_is_told_in_one_document(shared: House):
    """Check that one document returns the agent's own figures, its team's, and the queue of its site."""
    document = """{
      mine: indicators(period: {named: "2015-11"}, where: {agent: {in: ["PAU-1"]}}) { totals { handled { value } } }
      team: indicators(period: {named: "2015-11"}, by: [TEAM]) { rows { team { code } aht { value } } }
      now(site: "PAU") { contactsWaiting { value } oldestWait { display } expectedWait { value method } }
    }"""
    status, text = await told(shared, document[1:-1], "agent")
    assert status == 200, text
    found = json.loads(text)["data"]
    assert found["mine"]["totals"]["handled"]["value"] > 0
    assert [row["team"]["code"] for row in found["team"]["rows"]] == ["T-PAU"]
    assert found["now"]["expectedWait"]["method"] == "RECENT_ANSWERS"


async def test_targets_and_annotations_of_others_are_untold(shared: House):
    path = f"/v1/indicators?metrics=qos&by=site&targets=true&annotations=true&{P}"
    everything = (await shared.get(path, "analyst")).json()
    assert len(everything["annotations"]) == len(everything["rows"]) == 2
    for role in ("supervisor", "partner", "board"):
        found = (await shared.get(path, role)).json()
        assert [each["annotation"] for each in found["annotations"]] == ["strike-PAU"]
        assert found["rows"] == [row for row in everything["rows"] if row["site"] == "PAU"]
