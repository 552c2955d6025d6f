"""The OpenAPI document: valid, served as committed, and obeyed by the service for any request."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from cadran.api.openapi import build_document
from cadran.api.probes import PROBE_SCHEMAS
from cadran.api.registry import OPERATIONS
from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import DIMENSIONS
from cadran.rest.figure_schemas import SCHEMAS
from tests.graphql.live_server import serving
from tests.keys import KEY

#: The statuses that a valid request may get: a query may still be impossible to answer (an end before its start, an
#: unknown code); a key or a contract may not exist, or have changed since it was read. The largest lists of a query are
#: longer than a request head may be.
CONFIGURATION = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "304", "404", "409", "412", "422", "428", "431", {refused}]
"""
#: Schemas of which only some members are described.
OPEN = ("Contribution", "Key", "Statement")


def test_the_document_is_valid():
    validate(json.loads(json.dumps(build_document())))


async def test_everything_that_is_served_is_in_the_document(rest):
    served = {
        (route.path, method.lower())
        for route in rest.service.routes
        for method in route.methods - {"HEAD"}
        if route.path != "/graphql"
    }
    assert served == {(path, method) for path, operations in build_document()["paths"].items() for method in operations}


def test_every_schema_has_a_name_of_its_own():
    # If two schemas had the same name, the later one would silently replace the earlier one.
    families = {id(each.schemas): each.schemas for each in OPERATIONS} | {
        id(each): each for each in (SCHEMAS, PROBE_SCHEMAS)
    }
    named = Counter(name for family in families.values() for name in family)
    assert named.total() == len(build_document()["components"]["schemas"])
    assert [name for name, times in named.items() if times > 1] == []


async def test_the_document_served_is_the_document(rest):
    assert (await rest.get("/openapi.json")).json() == json.loads(json.dumps(build_document()))


def test_the_document_names_every_metric_and_filter():
    operation = build_document()["paths"]["/v1/indicators"]["get"]
    shared = build_document()["components"]["parameters"]
    parameters = [shared.get(each.get("$ref", "").rpartition("/")[2], each) for each in operation["parameters"]]
    names = {each["name"] for each in parameters}
    for slug in DIMENSIONS:
        assert {slug, f"{slug}.not"} <= names
    for slug in METRICS:
        assert f"`{slug}`" in operation["description"]


@pytest.mark.parametrize("name", ["indicators", "scorecard"])
def test_the_examples_are_of_their_schemas(name):
    found = build_document()
    media = found["paths"][f"/v1/{name}"]["get"]["responses"]["200"]["content"]["application/json"]
    jsonschema.Draft202012Validator({**media["schema"], "components": found["components"]}).validate(media["example"])


def _named(name: str, schemas: dict, *, found: set[str]) -> set[str]:
    """Add the schema's name, and the name of every schema that it refers to."""
    if name not in found:
        found.add(name)
        for each in re.findall(r"#/components/schemas/(\w+)", json.dumps(schemas[name])):
            _named(each, schemas, found=found)
    return found


def _schemas_of(part: str) -> set[str]:
    """Return the names of the schemas that request bodies, or responses, are made of."""
    schemas, found = build_document()["components"]["schemas"], set[str]()
    parts = [
        operation.get(part, {})
        for operations in build_document()["paths"].values()
        for operation in operations.values()
    ]
    text = json.dumps([parts, build_document()["components"]["responses"] if part == "responses" else {}])
    for name in re.findall(r"#/components/schemas/(\w+)", text):
        _named(name, schemas, found=found)
    return found


def test_no_two_names_differ_by_case_alone():
    found = build_document()
    operations = [each["operationId"] for every in found["paths"].values() for each in every.values()]
    names = [*operations, *found["components"]["schemas"]]
    assert [name for name, times in Counter(map(str.lower, names)).items() if times > 1] == []


def test_every_schema_is_titled_by_its_name_and_no_member_has_a_title():
    for name, schema in build_document()["components"]["schemas"].items():
        assert schema["title"] == name
        assert re.findall(r'"title": "', json.dumps(schema)) == ['"title": "'], name


def test_answers_are_open_and_requests_are_closed():
    schemas = build_document()["components"]["schemas"]
    sent, answered = _schemas_of("requestBody"), _schemas_of("responses")
    assert sent
    for name in answered:
        assert '"additionalProperties": false' not in json.dumps(schemas[name]), name
    for name in sent:
        assert schemas[name].get("type") != "object" or schemas[name]["additionalProperties"] is False, name


def test_every_answer_has_one_media_type():
    # A client generator has one return type for an operation. With both JSON and CSV it would choose one of them, or
    # make a union of both.
    for path, operations in build_document()["paths"].items():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                assert path == "/" or len(response.get("content", ())) <= 1, (path, status)


@pytest.mark.parametrize("path", ["indicators?metrics=contacts&period=2015-10", "scorecard?period=2015-10"])
async def test_the_address_of_csv_answers_what_accept_asks_for(rest, path):
    accepted = await rest.get(f"/v1/{path}", accept="text/csv")
    addressed = await rest.get(f"/v1/csv/{path}", accept="*/*")
    assert addressed.text == accepted.text
    assert addressed.headers["content-type"] == "text/csv; charset=utf-8"


async def test_the_headers_of_rates_are_declared_and_sent(rest):
    for path in ("/v1/indicators?metrics=contacts&period=2015-10", "/v1/catalogue", "/v1/keys", "/v1/objectives"):
        sent = (await rest.get(path)).headers
        declared = build_document()["paths"][path.partition("?")[0]]["get"]["responses"]["200"]["headers"]
        for name in ("RateLimit", "RateLimit-Policy"):
            assert name in declared
            assert name in sent
    for path, operations in build_document()["paths"].items():
        for operation in operations.values():
            success = [each for status, each in operation["responses"].items() if status.startswith("2")]
            assert all(("RateLimit" in each.get("headers", ())) == ("security" not in operation) for each in success), (
                path
            )


def _closed(schema: Any) -> Any:
    """Return the document with additional properties forbidden in every described object."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _closed(each) for name, each in schema.items()}
    is_object = found.get("type") == "object" and isinstance(found.get("properties"), dict)
    is_open = found.get("title") in OPEN or str(found.get("description")).startswith("A group (")
    return {"additionalProperties": False, **found} if is_object and not is_open else found


@pytest.fixture(scope="module")
def url(facts: str) -> Iterator[str]:
    with serving(facts) as base:
        yield base


@pytest.mark.slow
@pytest.mark.parametrize("key", [KEY, None], ids=["with a key", "without"])
def test_whatever_is_sent_the_contract_is_kept(url, key: str | None, tmp_path: Path):
    # Every member of a response must be described. The published document allows more members, for later versions, so
    # the test forbids them.
    closed = tmp_path / "closed.json"
    closed.write_text(json.dumps(_closed(build_document())))
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION.format(refused='"401"' if key is None else '"409"'))
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(tmp_path / "schemathesis.toml")),
        *(
            "run",
            str(closed),
            "--url",
            url,
            "--checks",
            "all",
            *(() if key is None else ("--header", f"Authorization: Bearer {key}")),
            "--seed",
            "7",
            "--no-shrink",
            # Schemathesis learns the ids of keys from responses, and would revoke the key that it uses. Both operations
            # are tested without a key.
            *(() if key is None else ("--exclude-operation-id", "revokeKey", "--exclude-operation-id", "rotateKey")),
        ),
        *("--phases", "examples,coverage,fuzzing", "--max-time", "15"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False, timeout=180)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
