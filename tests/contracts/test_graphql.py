"""Contracts over GraphQL: made, amended and refused as over REST, with the same value of every member."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import pytest

from cadran.app import open_service
from cadran.settings import Settings
from tests.contracts.contact_centre import contract
from tests.keys import client_of

FIELDS: Final = """contract partner labelEn labelFr sites channels zone validFrom validTo settledBy sealAfterDays hours
  shifts { weekdays opens closes } forceMajeure { start end reasonEn reasonFr }
  volumes { window abovePercent expected { start contacts } }
  terms { term metric target window labelEn labelFr channels queues unknownWaits cap
    rules { rule amount worseThan atLeast counted } }
  cap version effectiveFrom versions { version effectiveFrom createdAt } sealed { period version sealedAt }"""
CREATE: Final = f"mutation($input: ContractInput!) {{ createContract(input: $input) {{ {FIELDS} }} }}"
AMEND: Final = f"""mutation($code: String!, $from: Date!, $input: ContractChangeInput!, $version: Int) {{
  amendContract(code: $code, effectiveFrom: $from, input: $input, version: $version) {{ {FIELDS} }} }}"""
#: A contract with every kind of member.
WHOLE: Final = contract(
    label_en="Calls",
    channels=["phone", "chat"],
    valid_to="2017-01-01",
    settled_by="quarter",
    seal_after_days=20,
    hours=[{"weekdays": [1, 2], "opens": "08:15", "closes": "00:00"}],
    force_majeure=[{"start": "2015-10-05T09:15", "end": "2015-10-05T11:00", "reason_en": "flood"}],
    volumes={"window": "day", "above_percent": 12.5, "expected": {"2015-10-01": 40, "2015-10-02": 50}},
    cap=1234.56,
)


@pytest.fixture
async def client(own_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Yield an HTTP client with the administrator's key, on a service over a separate database."""
    async with (
        open_service(Settings(database_url=own_url, pool_min=1, pool_max=4)) as service,
        client_of(service.app) as c,
    ):
        yield c


async def sent(client: httpx.AsyncClient, query: str, **variables: Any) -> dict[str, Any]:
    response = await client.post("/graphql", json={"query": query, "variables": variables})
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store"), response.text
    return dict(response.json())


def camel(name: str) -> str:
    return re.sub("_(.)", lambda found: found[1].upper(), name)


#: Members whose values are enums in GraphQL.
ENUMS: Final = frozenset({"rule", "counted", "window", "settled_by", "hours", "unknown_waits"})


def typed(value: Any) -> Any:
    """Convert a JSON body of REST to an input of GraphQL."""
    if isinstance(value, list):
        return [typed(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {
        camel(name): each.upper() if name in ENUMS and isinstance(each, str) else typed(each)
        for name, each in value.items()
    }
    if "expected" in value:
        found["expected"] = [{"start": start, "contacts": number} for start, number in value["expected"].items()]
    if isinstance(value.get("hours"), list):
        found["shifts"] = found.pop("hours")
    return found


def plain(value: Any) -> Any:
    """Convert an answer of GraphQL to the form of REST."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name): plain(each) for name, each in value.items()}
    found |= {name: found[name].lower() for name in ENUMS & set(found) if isinstance(found[name], str)}
    shifts = found.pop("shifts", None)
    if "expected" in found:
        found["expected"] = {each["start"]: each["contacts"] for each in found["expected"]}
    return {name: each for name, each in {**found, **({"hours": shifts} if shifts else {})}.items() if each is not None}


@pytest.mark.parametrize("document", [contract(), WHOLE], ids=["least", "whole"])
async def test_a_contract_is_made_and_told_as_over_rest(client: httpx.AsyncClient, document: dict[str, Any]):
    made = (await sent(client, CREATE, input=typed(document)))["data"]["createContract"]
    rest = await client.get("/v1/contracts/ARC-2015")
    assert plain(made) == rest.json()
    assert {name: rest.json()[name] for name in document if name != "terms"} == {
        name: each for name, each in document.items() if name != "terms"
    }
    one = f'{{ contract(code: "ARC-2015") {{ {FIELDS} }} contracts {{ {FIELDS} }} }}'
    told = (await sent(client, one))["data"]
    assert told == {"contract": made, "contracts": [made]}
    other = await client.post("/v1/contracts", json={**document, "contract": "REST"})
    beside = f'{{ contract(code: "REST") {{ {FIELDS} }} }}'
    assert plain((await sent(client, beside))["data"]["contract"]) == other.json()
    # Both ways of making a contract store the same document.
    audit = [each["detail"]["document"] for each in (await client.get("/v1/audit")).json()["entries"]]
    assert audit[0] == {**audit[1], "contract": "REST"}


async def test_an_amendment_names_its_version(client: httpx.AsyncClient):
    await sent(client, CREATE, input=typed(WHOLE))
    change = {"cap": None, "shifts": None, "hours": "ALWAYS", "labelFr": "Appels"}
    asked = {"code": "ARC-2015", "from": "2016-01-01", "input": change}
    for version, code in ((None, "precondition_required"), (2, "precondition_failed")):
        found = await sent(client, AMEND, **asked, version=version)
        assert (found["data"], found["errors"][0]["extensions"]["code"]) == ({"amendContract": None}, code)
    told = plain((await sent(client, AMEND, **asked, version=1))["data"]["amendContract"])
    rest = await client.get("/v1/contracts/ARC-2015")
    assert (told, rest.headers["etag"]) == (rest.json(), '"2"')
    assert ("cap" in told, told["hours"], told["label_fr"], told["effective_from"]) == (
        False,
        "always",
        "Appels",
        "2016-01-01",
    )
    actions = [each["action"] for each in (await client.get("/v1/audit")).json()["entries"]]
    assert sorted(actions) == ["contract.amend", "contract.create"]


TERM: Final = {"term": "a", "metric": "qos", "target": 0.5, "window": "day"}


@pytest.mark.parametrize(
    "changes",
    [
        {"partner": "ACME"},
        {"sites": ["CAEN"]},
        {"zone": "Europe/Nowhere"},
        {"label_en": "a\x00b"},
        {"terms": []},
        {"terms": [TERM, TERM]},
        {"terms": [{**TERM, "metric": "qso"}]},
        {"terms": [{**TERM, "metric": "contacts"}]},
        {"terms": [{**TERM, "target": 80}]},
        {"terms": [{**TERM, "rules": [{"rule": "step", "amount": 5}]}]},
        {"terms": [{**TERM, "rules": [{"rule": "point", "amount": 0.001}]}]},
        {"hours": [{"weekdays": [9], "opens": "08:00", "closes": "09:00"}]},
        {"volumes": {"window": "week", "above_percent": 1, "expected": {"2015-10-01": 4}}},
        {"contract": "KNOWN"},
    ],
)
async def test_what_cannot_be_is_refused_alike(client: httpx.AsyncClient, changes: dict[str, Any]):
    await client.post("/v1/contracts", json=contract(contract="KNOWN"))
    problem = (await client.post("/v1/contracts", json=contract(**changes))).json()
    found = await sent(client, CREATE, input=typed(contract(**changes)))
    error = found["errors"][0]
    assert found["data"] == {"createContract": None}
    assert (error["extensions"]["code"], error["message"]) == (problem["code"], problem["detail"])
    assert error["extensions"].get("parameter") == problem.get("parameter")


@pytest.mark.parametrize(
    "changes",
    [
        {"validFrom": "2015-13-01"},
        {"validFrom": "2015-1-1"},
        {"validFrom": "20150901"},
        {"validFrom": 20150901},
        {"settledBy": "YEAR"},
        {"settledBy": "month"},
        {"terms": [{**TERM, "window": "YEAR"}]},
    ],
)
async def test_what_is_no_day_or_no_word_of_the_list_is_no_input(client: httpx.AsyncClient, changes: dict[str, Any]):
    found = await sent(client, CREATE, input={**typed(contract()), **changes})
    assert "data" not in found
    assert found["errors"][0]["extensions"]["code"] == "bad_variables"
    assert (await client.get("/v1/contracts")).json() == {"contracts": []}


async def test_a_contract_has_an_id_unique_across_types(client: httpx.AsyncClient):
    await sent(client, CREATE, input=typed(contract()))
    assert (await sent(client, "{ contracts { id contract } }"))["data"] == {
        "contracts": [{"id": "contract_ARC-2015", "contract": "ARC-2015"}]
    }


async def test_what_only_graphql_could_say_is_refused_too(client: httpx.AsyncClient):
    shift = {"weekdays": [1], "opens": "08:00", "closes": "09:00"}
    twice = [{"start": "2015-10-01", "contacts": 1}, {"start": "2015-10-01", "contacts": 2}]
    for changes, said in (
        ({"hours": "ALWAYS", "shifts": [shift]}, "not both"),
        ({"volumes": {"window": "DAY", "abovePercent": 1, "expected": twice}}, "twice"),
        ({"shifts": []}, "hours"),
    ):
        found = await sent(client, CREATE, input={**typed(contract()), **changes})
        assert (found["errors"][0]["extensions"]["code"], said in found["errors"][0]["message"]) == (
            "bad_parameter",
            True,
        )
    # A number that JSON cannot represent is refused; it does not become null.
    inputs = (
        'contract: "X", partner: "ARC", sites: ["AIX"], zone: "Europe/Paris", validFrom: "2015-09-01", cap: 1e999,'
        ' terms: [{term: "a", metric: "qos", target: 0.5, window: DAY}]'
    )
    found = await sent(client, f"mutation {{ createContract(input: {{{inputs}}}) {{ cap }} }}")
    assert found["errors"]
    assert (await client.get("/v1/contracts")).json() == {"contracts": []}
    for code in ("NONE", "\x00", "é"):
        found = await sent(client, "query($c: String!) { contract(code: $c) { cap } }", c=code)
        assert found["errors"][0]["extensions"]["code"] == "not_found"


async def test_a_repeated_mutation_makes_one_contract(client: httpx.AsyncClient):
    body = {"query": CREATE, "variables": {"input": typed(WHOLE)}}
    answers = [await client.post("/graphql", json=body, headers={"idempotency-key": "once"}) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert "errors" not in answers[0].json()
    assert len((await client.get("/v1/audit")).json()["entries"]) == 1


async def test_what_is_made_says_where_it_is(client: httpx.AsyncClient):
    first = {"idempotency-key": "k"}
    made = [await client.post("/v1/contracts", json=contract(), headers=first) for _ in range(2)]
    path = "/v1/contracts/ARC-2015"
    for each in made:
        assert (each.status_code, each.headers["location"], each.headers["etag"]) == (201, path, '"1"')
    assert (await client.get(path)).json() == made[0].json() == made[1].json()
    change, second = {"effective_from": "2015-11-01", "cap": 5}, {"if-match": '"1"', "idempotency-key": "l"}
    for each in [await client.patch(path, json=change, headers=second) for _ in range(2)]:
        assert (each.status_code, each.headers["etag"], "location" in each.headers) == (200, '"2"', False)
