"""Clients generated from the OpenAPI document: each compiles, has every operation, and calls a real service.

Some generators silently drop what they cannot name, so each client is searched for every operation.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from cadran.api.openapi import build_document
from tests.databases import Server
from tests.generators.tools import PYTHON, TYPESCRIPT, Tools, Workspace, finish, prepared, tools_of
from tests.graphql.live_server import serving
from tests.keys import AUTHORIZATION
from tests.sample_service import fill

OPERATIONS = sorted(
    operation["operationId"] for operations in build_document()["paths"].values() for operation in operations.values()
)
TSC = "typescript/bin/tsc"
SHARED = [TYPESCRIPT / name for name in ("package.json", "package-lock.json", "tsconfig.json", "objective.ts")]


@pytest.fixture(scope="module")
def url(server: Server) -> Iterator[str]:
    """Yield the URL of a service over a database that these tests may change."""
    with server.clone(server.template("rest", fill)) as database, serving(database) as base:
        yield base


@pytest.fixture(scope="module")
def expected(url: str) -> dict[str, Any]:
    """Return what every client must find, as read by plain HTTP requests."""
    with httpx.Client(base_url=url, headers=AUTHORIZATION) as client:

        def contacts(filters: str) -> float:
            return client.get(f"/v1/indicators?metrics=contacts&period=2015-12&{filters}").json()["totals"]["contacts"]

        csv = client.get("/v1/scorecard?metrics=contacts&period=2015-12", headers={"accept": "text/csv"}).text
        figures = client.get("/v1/scorecard?period=2015-12").json()["figures"]
        phone, others = contacts("channel=phone"), contacts("channel.not=phone")
        assert 0 < phone < phone + others == contacts("")
        return {
            "phone": phone,
            "others": others,
            "scorecard": [figure["metric"] for figure in figures],
            "metrics": len(client.get("/v1/catalogue").json()["metrics"]),
            "objective": {"channel.not": ["chat"]},
            "csv": csv.split("\r\n")[0],
            "problem": "unknown_metric",
        }


@pytest.fixture(scope="module")
def tools(request: pytest.FixtureRequest) -> Tools:
    """Return the tools that install and run the generators."""
    return tools_of(request.config)


def typescript(tools: Tools, name: str, inputs: list[str], generate: Callable[[Workspace], None]) -> Workspace:
    """Return a client in TypeScript, generated and compiled."""
    with tools.alone():
        tools.install_npm()
        files = [*SHARED, *(TYPESCRIPT / each for each in inputs)]
        workspace, is_new = prepared(tools, name, files, build_document())
        if is_new:
            (workspace.folder / "node_modules").symlink_to(tools.modules)
            generate(workspace)
            workspace.node(TSC, "--project", ".")
            finish(workspace)
    return workspace


def python(tools: Tools, name: str, inputs: list[str], generate: Callable[[Workspace], None]) -> Workspace:
    """Return a client in Python, generated."""
    with tools.alone():
        tools.install_python()
        files = [PYTHON / each for each in ("requirements.txt", *inputs)]
        workspace, is_new = prepared(tools, name, files, build_document())
        if is_new:
            generate(workspace)
            finish(workspace)
    return workspace


def missing(text: str, pattern: str) -> list[str]:
    """Return the operations that a generated client does not have."""
    found = set(re.findall(pattern, text, re.MULTILINE))
    return [operation for operation in OPERATIONS if operation not in found]


@pytest.mark.slow
def test_openapi_typescript_and_openapi_fetch(tools, url, expected):
    def generate(workspace: Workspace) -> None:
        workspace.node("openapi-typescript/bin/cli.js", "openapi.json", "--output", "client.ts")

    workspace = typescript(tools, "openapi-typescript", ["call_openapi_fetch.ts"], generate)
    assert missing((workspace.folder / "client.ts").read_text(), r"^    (\w+): \{$") == []
    assert json.loads(workspace.node("call_openapi_fetch.ts", url, AUTHORIZATION["authorization"])) == expected


@pytest.mark.slow
def test_orval(tools, url, expected):
    def generate(workspace: Workspace) -> None:
        workspace.node("orval/dist/bin/orval.mjs", "--config", "orval.config.mjs")

    workspace = typescript(tools, "orval", ["orval.config.mjs", "call_orval.ts"], generate)
    assert missing((workspace.folder / "client.ts").read_text(), r"^export const (\w+) = async") == []
    assert json.loads(workspace.node("call_orval.ts", url, AUTHORIZATION["authorization"])) == expected


@pytest.mark.slow
def test_kubb(tools, url, expected):
    def generate(workspace: Workspace) -> None:
        workspace.node("@kubb/cli/bin/kubb.cjs", "generate", "--config", "kubb.config.mjs")

    workspace = typescript(tools, "kubb", ["kubb.config.mjs", "call_kubb.ts"], generate)
    client = (workspace.folder / "generated" / "client.ts").read_text()
    assert missing(client, r"^export async function (\w+)\(") == []
    assert json.loads(workspace.node("call_kubb.ts", url, AUTHORIZATION["authorization"])) == expected


@pytest.mark.slow
def test_openapi_python_client(tools, url, expected):
    config = "openapi-python-client.yaml"

    def generate(workspace: Workspace) -> None:
        options = ("--meta", "none", "--output-path", "cadran_client", "--fail-on-warning")
        workspace.python("openapi-python-client", "generate", "--path", "openapi.json", "--config", config, *options)

    call = "call_openapi_python_client.py"
    workspace = python(tools, "openapi-python-client", [call, config], generate)
    modules = {path.stem.replace("_", "") for path in (workspace.folder / "cadran_client" / "api").glob("*/*.py")}
    assert [operation for operation in OPERATIONS if operation.lower() not in modules] == []
    assert json.loads(workspace.python("python", call, url, AUTHORIZATION["authorization"])) == expected


@pytest.mark.slow
def test_datamodel_code_generator(tools, url, expected):
    def generate(workspace: Workspace) -> None:
        kinds = ("--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel")
        options = ("--output", "models.py", "--target-python-version", "3.11", "--disable-timestamp")
        workspace.python("datamodel-codegen", "--input", "openapi.json", *kinds, *options)

    call = "call_datamodel_codegen.py"
    workspace = python(tools, "datamodel-codegen", [call], generate)
    # This generator makes models only, no operations.
    classes = set(re.findall(r"^class (\w+)\(", (workspace.folder / "models.py").read_text(), re.MULTILINE))
    assert set(build_document()["components"]["schemas"]) - classes == set()
    assert json.loads(workspace.python("python", call, url, AUTHORIZATION["authorization"])) == expected
