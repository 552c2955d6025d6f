"""The examples of the OpenAPI document, sent unchanged to a service over the demonstration data."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cadran.api.openapi import build_document
from cadran.app import open_service
from cadran.settings import Settings
from tests.databases import Server
from tests.keys import client_of

#: Operations whose example cannot succeed, with their status: a key's id is random, and only a draft can be deleted.
ABSENT = {"revokeKey": 404, "rotateKey": 404, "deleteObjective": 409, "deleteKeyResult": 409}
#: Parameters that are valid only together with another one.
WITH = {"top": "by"}
#: The order in which operations are sent: objects are made before they are changed and deleted.
ORDER = ("get", "post", "patch", "delete")


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and operation, in the order in which they can be sent."""
    paths = build_document()["paths"]
    for method in ORDER:
        yield from ((method, path, each[method]) for path, each in paths.items() if method in each)


def parameters(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parameters of an operation, with references resolved."""
    shared = build_document()["components"]["parameters"]
    return [shared.get(each.get("$ref", "").rpartition("/")[2], each) for each in operation.get("parameters", ())]


def written(value: Any) -> str:
    """Format a value for a URL or a header."""
    if isinstance(value, list):
        return ",".join(map(written, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def request(path: str, operation: dict[str, Any], *, chosen: set[str] | None = None) -> tuple[str, dict[str, str], Any]:
    """Build the request that the examples describe: its address, headers and body. It has all parameters, or only the
    required and the chosen ones.
    """
    query, headers = [], {}
    for each in parameters(operation):
        if each.get("required"):
            assert "example" in each, f"{path}: {each['name']} is required and has no example"
        if "example" not in each or not (chosen is None or each.get("required") or each["name"] in chosen):
            continue
        value = written(each["example"])
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", quote(value, safe=":"))
        elif each["in"] == "header":
            headers[each["name"]] = value
        else:
            query.append(f"{each['name']}={quote(value, safe=',():.')}")
    content = operation.get("requestBody", {}).get("content", {})
    body = content["application/json"]["example"] if content else None
    return f"{path}?{'&'.join(query)}" if query else path, headers, body


@pytest.fixture(scope="module")
def demonstration_url(server: Server, demo_template: str) -> Iterator[str]:
    """Yield the URL of a database with the demonstration data that these tests may change."""
    with server.clone(demo_template) as url:
        yield url


@pytest.fixture(scope="module")
async def demonstrated(demonstration_url: str, tmp_path_factory) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of a service over the demonstration data. The service signs statements."""
    pem = tmp_path_factory.mktemp("keys") / "statements.pem"
    private = ec.generate_private_key(ec.SECP256R1())
    pem.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    settings = Settings(database_url=demonstration_url, pool_min=1, pool_max=4, statement_keys=str(pem))
    async with open_service(settings) as service, client_of(service.app) as client:
        yield client


@pytest.mark.slow
async def test_all_examples_of_an_operation_can_be_sent_together(demonstrated):
    faults = []
    for method, path, operation in operations():
        address, headers, body = request(path, operation)
        response = await demonstrated.request(method, address, headers=headers, json=body)
        if not response.is_success and response.status_code != ABSENT.get(operation["operationId"]):
            faults.append(f"{method} {address}: {response.status_code} {response.json().get('detail')}")
    assert not faults, "\n".join(faults)


@pytest.mark.slow
async def test_each_example_can_be_sent_alone(demonstrated):
    faults = []
    for method, path, operation in operations():
        if method != "get":
            continue
        windowed = {"period"} & {each["name"] for each in parameters(operation)}
        for each in parameters(operation):
            if "example" in each and not each.get("required"):
                address, headers, _ = request(
                    path, operation, chosen={each["name"], WITH.get(each["name"], ""), *windowed}
                )
                response = await demonstrated.get(address, headers=headers)
                if not response.is_success:
                    faults.append(f"{address}: {response.status_code} {response.json().get('detail')}")
    assert not faults, "\n".join(faults)
