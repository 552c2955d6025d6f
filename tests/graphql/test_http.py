"""GraphQL over HTTP: statuses, media types, and invalid bodies."""

import orjson
import pytest

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
SOUND = {"query": "{ __typename }"}


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, {JSON}", RESPONSE),
        (f"{RESPONSE};q=0.5, {JSON}", JSON),
        # The Accept header of urql.
        (f"{RESPONSE}, application/graphql+json, {JSON}, text/event-stream, multipart/mixed", RESPONSE),
        ("text/html,application/xhtml+xml,*/*;q=0.8", JSON),
    ],
)
async def test_the_media_type_is_negotiated(edge, accept, answered):
    del edge.client.headers["accept"]
    response = await edge.client.post("/graphql", json=SOUND, headers={"accept": accept} if accept else {})
    assert response.status_code == 200
    assert response.headers["content-type"].split(";")[0] == answered
    assert "accept" in response.headers["vary"]
    assert response.json() == {"data": {"__typename": "Query"}}


async def test_what_nobody_offers_is_not_acceptable(edge):
    response = await edge.client.post("/graphql", json=SOUND, headers={"accept": "text/event-stream"})
    assert response.status_code == 406


async def test_get_asks(edge):
    query = "query Q($p: PeriodInput!) { indicators(period: $p) { totals { qos { value } } } }"
    parameters = {"query": query, "variables": '{"p": {"named": "2015"}}', "operationName": "Q"}
    response = await edge.client.get("/graphql", params=parameters)
    assert response.status_code == 200
    assert response.json()["data"]["indicators"]["totals"]["qos"]["value"] is not None


@pytest.mark.parametrize(
    "body",
    [
        *(b"null", b"3", b"[]", b'"{ __typename }"', b"", b"{", b'{"query": "\xff"}'),
        *(b"[" * 100_000, b'{"a":' * 16_000, b'{"query": null}', b'{"query": 3}', b'{"query": " "}'),
        b'{"query": "{__typename}", "variables": []}',
        b'{"query": "{__typename}", "operationName": {}}',
        b'{"query": "{__typename}", "extensions": 1}',
    ],
)
async def test_bodies_that_are_no_operation_are_refused(edge, body):
    response = await edge.client.post("/graphql", content=body, headers={"content-type": JSON})
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "bad_request"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", ""]
)
async def test_other_content_types_are_refused(edge, kind):
    response = await edge.client.post("/graphql", content=orjson.dumps(SOUND), headers={"content-type": kind})
    assert response.status_code == 415


async def test_other_methods_are_refused(edge):
    response = await edge.client.put("/graphql", json=SOUND)
    assert response.status_code == 405


async def test_a_link_changes_nothing(edge):
    response = await edge.client.get("/graphql", params={"query": "mutation { __typename }"})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", {}, "graphql_parse_failed"),
        ("{ qso }", {}, "graphql_validation_failed"),
        ("mutation { qso }", {}, "graphql_validation_failed"),
        ("subscription { __typename }", {}, "graphql_validation_failed"),
        ("query A { __typename } query B { __typename }", {}, "bad_variables"),
        ("query Q($id: String!) { __type(name: $id) { name } }", {"id": None}, "bad_variables"),
    ],
)
async def test_what_cannot_be_executed_is_400_for_those_who_know(edge, query, variables, code):
    body = {"query": query, "variables": variables}
    for accept, status in ((RESPONSE, 400), (JSON, 200)):
        response = await edge.client.post("/graphql", json=body, headers={"accept": accept})
        assert response.status_code == status
        found = response.json()
        assert "data" not in found
        assert found["errors"][0]["extensions"]["code"] == code
        assert response.headers["cache-control"] == "no-store"


async def test_the_same_body_is_answered_by_the_same_bytes_until_something_changes(edge):
    body = {"query": '{ indicators(period: {named: "2015-12"}) { totals { qos { value } } } }'}
    first = await edge.client.post("/graphql", json=body)
    again = await edge.client.post("/graphql", json=body)
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]
    assert len(edge.answers.asked) == 1
    edge.versions.apply('{"version": 8, "site": 1, "days": ["2015-12-24"]}')
    await edge.client.post("/graphql", json=body)
    assert len(edge.answers.asked) == 2
    edge.versions.apply('{"version": 9, "site": 1, "days": ["2014-02-01"]}')
    await edge.client.post("/graphql", json=body)
    assert len(edge.answers.asked) == 2


async def test_several_questions_are_kept_until_any_of_them_changes(edge):
    fields = ", ".join(
        f"""m{month}: indicators(period: {{named: "2015-{month}"}}, where: {{site: {{in: ["{site}"]}}}}) {{
            totals {{ qos {{ value }} }} }}"""
        for month, site in ((12, "PAU"), (10, "LIL"))
    )
    body = {"query": f"{{ {fields} }}"}
    await edge.client.post("/graphql", json=body)
    await edge.client.post("/graphql", json=body)
    assert len(edge.answers.asked) == 2
    edge.versions.apply('{"version": 8, "site": 2, "days": ["2015-10-24"]}')
    await edge.client.post("/graphql", json=body)
    assert len(edge.answers.asked) == 4


async def test_responses_with_errors_are_not_kept(edge):
    body = {"query": '{ indicators(period: {named: "never"}) { totals { qos { value } } } }'}
    response = await edge.client.post("/graphql", json=body)
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


async def test_what_a_get_brought_is_asked_for_conditionally(edge):
    parameters = {"query": '{ indicators(period: {named: "2015"}) { totals { qos { value } } } }'}
    first = await edge.client.get("/graphql", params=parameters)
    again = await edge.client.get("/graphql", params=parameters, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert "max-age" in first.headers["cache-control"]
    head = await edge.client.head("/graphql", params=parameters)
    assert (head.status_code, head.content) == (200, b"")


async def test_languages_and_media_types_are_kept_apart(edge):
    body = {"query": '{ scorecard(period: {named: "2015"}) { figures { label } } }'}
    seen = set()
    for language in ("en", "fr"):
        for accept in (JSON, RESPONSE):
            headers = {"accept": accept, "accept-language": language}
            response = await edge.client.post("/graphql", json=body, headers=headers)
            seen.add(
                (
                    response.headers["content-type"].split(";")[0],
                    response.json()["data"]["scorecard"]["figures"][4]["label"],
                )
            )
    assert len(seen) == 4
