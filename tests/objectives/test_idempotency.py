"""Repeated requests: a mutation with an Idempotency-Key happens once. The response names the new object's location,
also when it is repeated.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import httpx

from tests.objectives.conftest import PERIOD, ObjectiveRequests, measured, objective

CREATE: Final = "mutation($input: ObjectiveInput!) { createObjective(input: $input) { id title version } }"


def input_of(title: str = "Once") -> dict[str, Any]:
    return {"title": title, "owner": {"kind": "COMPANY"}, **PERIOD}


async def mutate(
    steering: ObjectiveRequests, key: str | None, query: str = CREATE, role: str = "administrator", **variables: Any
) -> httpx.Response:
    headers = {} if key is None else {"idempotency-key": key}
    return await steering.house.post("/graphql", role, {"query": query, "variables": variables}, **headers)


async def count(steering: ObjectiveRequests) -> int:
    rows = await steering.house.service.pool.fetch("SELECT count(*) AS n FROM objective")
    return int(rows[0]["n"])


def code_of(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


async def test_the_first_answer_is_given_again(steering: ObjectiveRequests):
    before = await count(steering)
    first = await mutate(steering, "k", input=input_of())
    again = await mutate(steering, "k", input=input_of())
    assert "errors" not in first.json()
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert {each.headers["cache-control"] for each in (first, again)} == {"no-store"}
    assert await count(steering) == before + 1
    other = await mutate(steering, "k", input=input_of("Twice"))
    assert (other.status_code, code_of(other)) == (422, "idempotency_mismatch")
    long = await mutate(steering, "x" * 201, input=input_of())
    assert (long.status_code, code_of(long)) == (400, "bad_request")
    # A caller's Idempotency-Keys are shared by REST and GraphQL; other callers' keys are independent.
    own = {**input_of(), "owner": {"kind": "SITE", "code": "PAU"}}
    assert "errors" not in (await mutate(steering, "k", role="supervisor", input=own)).json()
    rest = await steering.ask("POST", body=objective(), idempotency_key="k")
    assert (rest.status_code, rest.json()["code"]) == (422, "idempotency_mismatch")
    # Without an Idempotency-Key, a mutation happens each time it is sent.
    for _ in range(2):
        assert (await mutate(steering, None, input=input_of())).status_code == 200
    assert await count(steering) == before + 4


async def test_of_many_at_once_one_happens(steering: ObjectiveRequests):
    before = await count(steering)
    responses = await asyncio.gather(*(mutate(steering, "k", input=input_of()) for _ in range(12)))
    told = {each.content for each in responses if each.status_code == 200}
    assert len(told) == 1
    late = [each for each in responses if each.status_code != 200]
    assert {(each.status_code, code_of(each)) for each in late} <= {(409, "idempotency_pending")}
    assert await count(steering) == before + 1
    assert (await mutate(steering, "k", input=input_of())).content in told


async def test_what_changed_nothing_may_be_tried_again(steering: ObjectiveRequests):
    change = (
        """mutation($id: ID!, $v: String) { changeObjective(id: $id, version: $v, input: {title: "New"}) { title } }"""
    )
    number = (await steering.make())["objective"]
    refused = await mutate(steering, "k", change, id=str(number))
    assert (refused.status_code, code_of(refused)) == (200, "precondition_required")
    forbidden = await mutate(steering, "k", change, role="agent", id=str(number), v="*")
    assert code_of(forbidden).startswith("forbidden")
    unread = await mutate(steering, "k", input={**input_of(), "title": 3})
    assert code_of(unread) == "bad_variables"
    # The Idempotency-Key is still free, so that another request may use it.
    made = await mutate(steering, "k", change, id=str(number), v="*")
    assert made.json()["data"]["changeObjective"]["title"] == "New"
    assert (await mutate(steering, "k", change, id=str(number), v="*")).content == made.content


async def test_a_mutation_that_changed_something_is_over(steering: ObjectiveRequests):
    before = await count(steering)
    both = """mutation($input: ObjectiveInput!) { made: createObjective(input: $input) { id }
      not: changeObjective(id: 99999, version: "*", input: {}) { id } }"""
    first = await mutate(steering, "k", both, input=input_of())
    assert (code_of(first), first.json()["data"]["not"]) == ("not_found", None)
    assert (await mutate(steering, "k", both, input=input_of())).content == first.content
    assert await count(steering) == before + 1


async def test_what_only_asks_needs_no_key(steering: ObjectiveRequests):
    asked = "{ objectives { edges { node { title } } } }"
    responses = [await mutate(steering, "k", asked)]
    await steering.make(title="Another")
    responses.append(await mutate(steering, "k", asked))
    assert responses[0].content != responses[1].content
    assert not await steering.house.service.pool.fetch("SELECT FROM idempotency")
    link = await steering.house.get(
        "/graphql?query=mutation%7B__typename%7D", "administrator", **{"idempotency-key": "k"}
    )
    assert link.status_code == 405


async def test_what_is_made_says_where_it_is(steering: ObjectiveRequests):
    made = [await steering.ask("POST", body=objective(), idempotency_key="o") for _ in range(2)]
    number = made[0].json()["objective"]
    for each in made:
        assert (each.status_code, each.headers["location"]) == (201, f"/v1/objectives/{number}")
        assert each.headers["etag"] == made[0].json()["version"]
    path = f"/{number}/key-results"
    added = [await steering.ask("POST", path, measured(), idempotency_key="r") for _ in range(2)]
    place = f"{path}/{added[0].json()['key_result']}"
    for each in added:
        assert (each.status_code, each.headers["location"]) == (201, f"/v1/objectives{place}")
        assert each.headers["etag"] == added[0].headers["etag"] != made[0].headers["etag"]
    read = await steering.ask("GET", place)
    assert (read.json(), read.headers["etag"]) == (added[0].json(), added[0].headers["etag"])
    changed = await steering.ask("PATCH", place, {"target": 0.9}, if_match=read.headers["etag"])
    assert changed.status_code == 200
