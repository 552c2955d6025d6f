"""What an embed token shows: only what it names, on every route and every root field of GraphQL.

A new route or field fails until it is classified here.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import jwt
import pytest
from starlette.routing import Route

from cadran.access.grant import Grant, make_principal
from cadran.administration.rest.embed_tokens import find_subject
from cadran.api.schema import core_schema
from cadran.domain.catalogue import METRICS
from cadran.rest.operation import CSV_BELOW
from tests.access.rules import ENDPOINTS, FIELDS, MUTATIONS, P
from tests.access.two_sites import House, housed
from tests.answer_schema import check_answer

#: Texts placed in members that no token names: a comment, a description, a retrospective.
COMMENT: Final = "Ask anne@example.com"
DESCRIPTION: Final = "Before the Lille site closes"
RETROSPECTIVE: Final = "We hired too late"
#: People, texts and codes that a token for the metric contacts of Pau must never show.
UNNAMED: Final = (
    COMMENT, DESCRIPTION, RETROSPECTIVE, "anne@example.com", "operator", "Trained", "Reached", "C-PAU", "C-LIL",
    "strike-PAU", "strike-LIL", "LIL", "NORTH", "T-LIL", "T-PAU", "PAU-1", "PAU-c0",
)  # fmt: skip
_WORD: Final = re.compile(r"[a-z_]+")
#: The expected response of each endpoint to a token that names the metric contacts and the site Pau. OPEN answers
#: without a key; FIGURES show the named metric only; EMPTY is an empty list; ABSENT is 404; FORBIDDEN is 403.
OPEN: Final = {"/live", "/ready", "/", "/openapi.json", "/problems/{code}", "/.well-known/jwks.json"}
FIGURES: Final = {
    "/v1/catalogue": "/v1/catalogue",
    "/v1/indicators": f"/v1/indicators?metrics=contacts&by=site&annotations=true&targets=true&parts=true&{P}",
    "/v1/scorecard": f"/v1/scorecard?annotations=true&{P}",
    "/v1/usual-day": f"/v1/usual-day?metrics=contacts&by=site&annotations=true&{P}",
    "/v1/distribution": f"/v1/distribution?of=contacts&across=day&{P}",
    "/v1/reports/{name}": f"/v1/reports/received?{P}",
    "/graphql": "/graphql?query=%7B__typename%7D",
}
#: Resources without data: the token itself, and a calculation from the request.
DATALESS: Final = {"/v1/me", "/v1/staffing"}
EMPTY: Final = {"/v1/objectives": {"edges"}}
ABSENT: Final = {path for _, path in ENDPOINTS if path.startswith("/v1/objectives/")}
FORBIDDEN: Final = {
    *("/v1/now", "/v1/change", "/v1/goodwill-return", "/v1/contacts", "/v1/recovery", "/v1/survey-eligibility"),
    *("/v1/survey-lists", "/v1/agents", "/v1/keys", "/v1/keys/{key}", "/v1/keys/{key}/rotate", "/v1/audit"),
    *("/v1/documents", "/v1/documents/{document}", "/v1/embed-tokens", "/v1/contracts", "/v1/contracts/{contract}"),
    *("/v1/sla", "/v1/sla/{contract}", "/v1/sla/{contract}/statement"),
}
#: The same for the root fields of GraphQL.
FIELDS_OF_FIGURES: Final = {
    "indicators": 'indicators(period: {named: "2015-11"}, by: [SITE]) { rows { site { code } contacts { value } } }',
    "scorecard": 'scorecard(period: {named: "2015-11"}) { figures { metric value } }',
    "usualDay": 'usualDay(period: {named: "2015-11"}) { rows { contacts { value } } }',
    "distribution": 'distribution(of: "contacts", period: {named: "2015-11"}, across: DAY) { counts }',
    "report": 'report(name: RECEIVED, period: {named: "2015-11"}) { sections { columns } annotations { annotation } }',
    "catalogue": "catalogue { metrics { slug } dimensions { slug } }",
}
FIELDS_DATALESS: Final = {"me", "staffing"}
FIELDS_EMPTY: Final = {"objectives"}
FIELDS_REFUSED: Final = {
    *("now", "change", "goodwillReturn", "contacts", "recovery", "surveyEligibility", "customerEligibility"),
    *("surveyList", "agents", "sla", "contract", "contracts", "objective"),
}


@pytest.fixture(scope="module")
async def planted(shared_url: str) -> AsyncIterator[House]:
    """Yield the service with descriptions and comments in every objective that only internal readers should see."""
    async with housed(shared_url) as house:
        for number in (1, 2, 3):
            path = f"/v1/objectives/{number}"
            one = await house.get(path, "administrator")
            headers = {**house.bearer("administrator"), "if-match": one.headers["etag"]}
            changed = await house.client.patch(path, json={"description": DESCRIPTION}, headers=headers)
            assert changed.status_code == 200, changed.text
            result = f"{path}/key-results/{one.json()['key_results'][0]['key_result']}/check-ins"
            said = await house.post(result, "administrator", {"confidence": 0.5, "comment": COMMENT})
            assert said.status_code == 201, said.text
        yield house


async def minted(house: House, role: str = "administrator", **sent: Any) -> dict[str, str]:
    """Mint a token and return its authorization header. By default it names the metric contacts and the site Pau."""
    asked = {"metrics": ["contacts"], "sites": ["PAU"], **sent}
    response = await house.post("/v1/embed-tokens", role, asked)
    assert response.status_code == 201, response.text
    check_answer("EmbedToken", response.json())
    return {"authorization": f"Bearer {response.json()['token']}"}


@pytest.fixture(scope="module")
async def bearer(planted: House) -> dict[str, str]:
    return await minted(planted)


def check_unnamed(text: str, asked: str = "") -> None:
    """Check that the response has no text or code outside the token's scope, except those in the request itself."""
    assert [word for word in UNNAMED if word in text and word not in asked] == []


def check_figures(text: str) -> None:
    """Check that the response has no text or code outside the token's scope, and no metric but contacts."""
    check_unnamed(text)
    assert {word for word in _WORD.findall(text) if word in METRICS} <= {"contacts"}


async def test_every_route_is_judged(planted: House):
    # A CSV path has the handler of its JSON resource (test_access_matrix.py).
    routes = [route for route in planted.service.routes if isinstance(route, Route)]
    served = {route.path for route in routes if not route.path.startswith(CSV_BELOW)}
    judged = [OPEN, set(FIGURES), DATALESS, set(EMPTY), ABSENT, FORBIDDEN]
    assert served == set().union(*judged)
    assert sum(map(len, judged)) == len(served), "a route is judged twice"


def test_every_field_is_judged():
    query = core_schema().query_type
    assert query is not None
    assert set(query.fields) == {*FIELDS_OF_FIGURES, *FIELDS_DATALESS, *FIELDS_EMPTY, *FIELDS_REFUSED}


async def ask(house: House, method: str, path: str, bearer: dict[str, str], body: Any = None) -> httpx.Response:
    return await house.client.request(method, path, headers=bearer, json=body)


@pytest.mark.parametrize(("method", "path"), ENDPOINTS, ids=[f"{method} {path}" for method, path in ENDPOINTS])
async def test_an_endpoint_shows_what_is_named(planted: House, bearer: dict[str, str], method: str, path: str):
    rule = ENDPOINTS[method, path]
    asked = FIGURES.get(path, rule.ask) if method == "GET" else rule.ask
    response = await ask(planted, method, asked, bearer, rule.body)
    if path in OPEN:
        assert response.status_code == 200
        return
    if path in FIGURES:
        assert response.status_code == 200, response.text
        if path == "/v1/catalogue":
            # Some outcomes of contacts have the names of metrics, so only the listed metrics are checked here.
            check_unnamed(response.text)
            assert [each["metric"] for each in response.json()["metrics"]] == ["contacts"]
        else:
            check_figures(response.text)
    elif path in DATALESS:
        assert response.status_code == 200
        check_unnamed(response.text)
    elif method == "GET" and path in EMPTY:
        assert response.json()["edges"] == []
    elif method == "GET" and path in ABSENT:
        assert response.status_code == 404
        check_unnamed(response.text, asked)
    else:
        assert response.status_code == 403, response.text
        check_unnamed(response.text, asked)


@pytest.mark.parametrize("path", [each for each in FIGURES.values() if "indicators" in each or "scorecard" in each])
async def test_csv_shows_no_more(planted: House, bearer: dict[str, str], path: str):
    response = await planted.client.get(path, headers={**bearer, "accept": "text/csv"})
    assert response.status_code == 200
    check_figures(response.text)


@pytest.mark.parametrize("name", [*FIELDS, *MUTATIONS])
async def test_a_field_shows_what_is_named(planted: House, bearer: dict[str, str], name: str):
    if name in MUTATIONS:
        query = f"mutation {{ {MUTATIONS[name].ask} }}"
    else:
        query = f"{{ {FIELDS_OF_FIGURES.get(name, FIELDS[name].ask.replace('@', ''))} }}"
    response = await ask(planted, "POST", "/graphql", bearer, {"query": query})
    found = response.json()
    check_figures(json.dumps(found.get("data")))
    check_unnamed(json.dumps(found.get("errors")), query)
    if name in FIELDS_OF_FIGURES or name in FIELDS_DATALESS:
        assert "errors" not in found, found
    elif name in FIELDS_EMPTY:
        assert found["data"]["objectives"]["edges"] == []
    else:
        assert found["data"] == {name: None} or found["data"] is None


@pytest.mark.parametrize("path", FIGURES.values())
async def test_a_token_is_not_shown_the_sql(planted: House, bearer: dict[str, str], path: str):
    if not path.startswith(("/v1/indicators", "/v1/scorecard", "/v1/usual-day", "/v1/distribution")):
        return
    response = await planted.client.get(f"{path}&explain=true", headers=bearer)
    assert response.status_code == 403
    assert (await planted.get(f"{path}&explain=true", "administrator")).status_code == 200


async def test_the_catalogue_names_no_members_that_no_figure_is_about(planted: House, bearer: dict[str, str]):
    """Check that a token for contacts, a metric without teams, lists no teams. No error reveals which teams exist."""
    theirs = (await planted.client.get("/v1/catalogue", headers=bearer)).json()
    listed = {each["dimension"]: [one["code"] for one in each.get("members", ())] for each in theirs["dimensions"]}
    assert listed["site"] == ["PAU"]
    assert "team" not in listed
    asked = [f"/v1/indicators?metrics=contacts&team={code}&{P}" for code in ("T-PAU", "T-XYZ")]
    one, other = [(await planted.client.get(path, headers=bearer)).json()["detail"] for path in asked]
    assert one.replace("T-PAU", "…") == other.replace("T-XYZ", "…")
    of_teams = await minted(planted, metrics=["aht"])
    theirs = (await planted.client.get("/v1/catalogue", headers=of_teams)).json()
    assert "T-PAU" in json.dumps(theirs)


async def test_named_objectives_are_shown_without_who_said_what(planted: House):
    """Check objective 2, which is Pau's: the key result measured in qos is shown, without comments or authors."""
    bearer = await minted(planted, metrics=["qos"], objectives=[2])
    found = (await planted.client.get("/v1/objectives/2", headers=bearer)).json()
    assert (found["title"], found["description"]) == ("Answer", DESCRIPTION)
    assert [each["title"] for each in found["key_results"]] == ["Reached", "Trained"]
    assert (found["created_by"], found["retrospective"]) == ("", None)
    [said] = found["key_results"][0]["check_ins"]
    assert (said["confidence"], said["comment"], said["author"]) == (0.5, "", "")
    listed = (await planted.client.get("/v1/objectives", headers=bearer)).json()["edges"]
    assert [each["node"]["objective"] for each in listed] == [2]
    for other in (1, 3):
        assert (await planted.client.get(f"/v1/objectives/{other}", headers=bearer)).status_code == 404
    query = "{ objectives { edges { node { createdBy retrospective keyResults { checkIns { comment author } } } } } }"
    told = (await ask(planted, "POST", "/graphql", bearer, {"query": query})).text
    assert COMMENT not in told
    assert "operator" not in told
    # The minter's key still reads everything.
    assert COMMENT in (await planted.get("/v1/objectives/2", "administrator")).text


async def test_a_hidden_parent_selects_no_objectives(house: House):
    """Check that the token and the partner, who do not see objective 1, cannot find objective 2 by this parent."""
    headers = {**house.bearer("administrator"), "if-match": "*"}
    aligned = await house.client.patch("/v1/objectives/2", json={"parent": 1}, headers=headers)
    assert aligned.status_code == 200, aligned.text
    readers = {
        "token": await minted(house, metrics=["qos"], objectives=[2]),
        "partner": house.bearer("partner"),
        "administrator": house.bearer("administrator"),
    }
    for reader, bearer in readers.items():
        found = {}
        for parent in (1, 987654):
            listed = (await house.client.get(f"/v1/objectives?parent={parent}", headers=bearer)).json()["edges"]
            query = f'{{ objectives(parent: "{parent}") {{ edges {{ node {{ parent title }} }} }} }}'
            told = (await house.client.post("/graphql", json={"query": query}, headers=bearer)).json()
            assert len(told["data"]["objectives"]["edges"]) == len(listed), reader
            found[parent] = [each["node"]["objective"] for each in listed]
        assert found == {1: [2] if reader == "administrator" else [], 987654: []}, reader
        own = (await house.client.get("/v1/objectives/2", headers=bearer)).json()
        assert own["parent"] == (1 if reader == "administrator" else None), reader


async def test_a_key_result_of_a_metric_that_is_not_named_is_withheld(planted: House):
    bearer = await minted(planted, objectives=[2])
    found = (await planted.client.get("/v1/objectives/2", headers=bearer)).json()
    assert [each["title"] for each in found["key_results"]] == ["Trained"]
    assert found["withheld"] == 1


async def test_named_contracts_are_shown_and_no_others(planted: House):
    bearer = await minted(planted, metrics=["qos"], contracts=["C-PAU"])
    listed = (await planted.client.get("/v1/contracts", headers=bearer)).json()["contracts"]
    assert [each["contract"] for each in listed] == ["C-PAU"]
    assert (await planted.client.get(f"/v1/sla/C-PAU?{P}", headers=bearer)).status_code == 200
    for path in ("/v1/contracts/C-LIL", f"/v1/sla/C-LIL?{P}"):
        assert (await planted.client.get(path, headers=bearer)).status_code == 404
    assert (await planted.client.get("/v1/objectives/2", headers=bearer)).status_code == 404


async def test_a_token_without_contracts_is_answered_that_it_names_none(planted: House, bearer: dict[str, str]):
    refused = [
        (await planted.client.get(path, headers=bearer)).json()["detail"]
        for path in ("/v1/contracts", "/v1/contracts/C-PAU", f"/v1/sla/C-PAU?{P}")
    ]
    query = {"query": "{ contracts { contract } }"}
    found = (await planted.client.post("/graphql", json=query, headers=bearer)).json()
    refused.append(found["errors"][0]["message"])
    assert len(set(refused)) == 1
    assert refused[0].startswith("This embed token names no contracts. Name them in `contracts` when the token is")
    keys = (await planted.get("/v1/contracts", "board")).json()["detail"]
    assert keys.startswith("The role board does not see contracts;")


async def test_annotations_are_shown_where_the_token_says_so(planted: House):
    path = f"/v1/indicators?metrics=contacts&annotations=true&{P}"
    for wanted, codes in ((False, []), (True, ["strike-PAU"])):
        bearer = await minted(planted, annotations=wanted)
        found = (await planted.client.get(path, headers=bearer)).json()["annotations"]
        assert [each["annotation"] for each in found] == codes


@pytest.mark.parametrize(
    ("role", "sent", "status", "code", "detail"),
    [
        ("administrator", {"objectives": [99]}, 422, "unknown_objective", "no objective 99"),
        ("supervisor", {"objectives": [3]}, 422, "unknown_objective", "no objective 3"),
        ("partner", {"objectives": [1]}, 422, "unknown_objective", "no objective 1"),
        ("administrator", {"objectives": [3]}, 422, "bad_parameter", "would not show objective 3"),
        ("administrator", {"contracts": ["X"]}, 422, "unknown_contract", "no contract 'X'"),
        ("partner", {"contracts": ["C-LIL"]}, 422, "unknown_contract", "no contract 'C-LIL'"),
        ("supervisor", {"contracts": ["C-PAU"]}, 403, "forbidden", "does not see contracts"),
        ("administrator", {"contracts": ["C-PAU"]}, 422, "bad_parameter", "would not show contract C-PAU"),
        ("administrator", {"objectives": list(range(1, 23))}, 422, "bad_parameter", "at most 20"),
        ("administrator", {"contracts": ["X"] * 21}, 422, "bad_parameter", "at most 20"),
        ("administrator", {"objectives": [0]}, 422, "bad_parameter", "objectives"),
        ("administrator", {"metrics": []}, 422, "bad_parameter", "at least 1"),
    ],
)
async def test_what_the_minter_or_the_token_does_not_see_is_refused(
    planted: House, role: str, sent: dict[str, Any], status: int, code: str, detail: str
):
    response = await planted.post("/v1/embed-tokens", role, {"metrics": ["contacts"], "sites": ["PAU"], **sent})
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert detail in response.json()["detail"]


async def test_a_token_without_metrics_is_not_minted(planted: House):
    """Check that `metrics` is required. Without it the token would show either nothing or everything."""
    response = await planted.post("/v1/embed-tokens", "administrator", {"sites": ["PAU"]})
    assert (response.status_code, response.json()["parameter"]) == (422, "metrics")


async def test_the_log_tells_what_a_token_names(planted: House):
    await minted(planted, metrics=["qos"], objectives=[2], contracts=["C-PAU"])
    [entry] = (await planted.get("/v1/audit?limit=1&action=token.create", "administrator")).json()["entries"]
    assert (entry["detail"]["objectives"], entry["detail"]["contracts"]) == ([2], ["C-PAU"])
    assert entry["detail"]["token"] == f"embed:{entry['subject']}"


async def test_a_token_does_not_tell_who_minted_it(planted: House):
    """Check that a token contains a hash of the minter's subject, which may be an e-mail address."""
    secret = b"s" * 32
    subject = find_subject("oidc:anne@example.com", secret)
    assert subject.startswith("oidc:")
    assert "anne" not in subject
    assert subject != find_subject("oidc:anne@example.com", b"t" * 32)
    assert subject != find_subject("oidc:bert@example.com", secret)
    assert find_subject("abcd2345", secret) == "abcd2345"


async def test_a_token_of_before_shows_no_objectives(planted: House, bearer: dict[str, str]):
    """Check that a token minted by an earlier version, without these claims, shows no objectives and no contracts."""
    claims = jwt.decode(bearer["authorization"].removeprefix("Bearer "), options={"verify_signature": False})
    secret = await planted.register.signing_secret()
    before = {name: value for name, value in claims.items() if name not in ("objectives", "contracts", "annotations")}
    old = {"authorization": f"Bearer {jwt.encode(before, secret, algorithm='HS256')}"}
    assert (await planted.client.get("/v1/objectives", headers=old)).json()["edges"] == []
    assert (await planted.client.get("/v1/contracts", headers=old)).status_code == 403


async def test_callers_who_name_differently_share_no_answer(planted: House):
    grant = Grant(name="x", role="board", metrics=("qos",), minter="administrator", objectives=(), contracts=())
    directory = planted.service.desk.directory()
    made = [
        make_principal(each, directory).fingerprint
        for each in (
            grant,
            Grant(name="x", role="board", metrics=("qos",), minter="administrator", objectives=(2,), contracts=()),
            Grant(name="x", role="board", metrics=("qos",), minter="administrator", objectives=(), contracts=("C",)),
            Grant(
                name="x", role="board", metrics=("qos",), minter="administrator", objectives=(), contracts=(),
                annotations=False,
            ),
        )
    ]  # fmt: skip
    assert len(set(made)) == 4
