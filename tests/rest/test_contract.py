"""The contract: valid, served as committed, and kept by the service whatever is sent to it."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from openapi_spec_validator import validate

from cadran.administration.rest.document_operations import DOCUMENT_SCHEMAS
from cadran.administration.rest.operations import ADMINISTRATION_SCHEMAS
from cadran.api.openapi import document
from cadran.contracts.rest.schemas import SLA_SCHEMAS
from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import DIMENSIONS
from cadran.insights.rest.report_schemas import REPORT_SCHEMAS
from cadran.insights.rest.schemas import INSIGHT_SCHEMAS
from cadran.lists.rest.contacts import CONTACT_SCHEMAS
from cadran.lists.rest.recovery import RECOVERY_SCHEMAS
from cadran.lists.rest.survey_schemas import SURVEY_SCHEMAS
from cadran.objectives.rest.schemas import OBJECTIVE_SCHEMAS
from cadran.rest.schemas import SCHEMAS
from tests.graphql.serving import serving
from tests.keys import KEY

#: A query may be of the right form and yet ask what cannot be answered: an end before its start, an unknown code; a key
#: or a contract may not exist, or no longer be as it was read. The largest lists of a query are longer than a head may
#: be.
CONFIGURATION = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "304", "404", "409", "412", "422", "428", "431", {refused}]
"""


def test_the_document_is_valid():
    validate(json.loads(json.dumps(document())))


async def test_everything_that_is_served_is_in_the_document(rest):
    served = {
        (route.path, method.lower())
        for route in rest.service.routes
        for method in route.methods - {"HEAD"}
        if route.path != "/graphql"
    }
    assert served == {(path, method) for path, operations in document()["paths"].items() for method in operations}


def test_every_schema_has_a_name_of_its_own():
    # Of two schemas under one name the later would silently describe what answers the earlier.
    figures = (SCHEMAS, INSIGHT_SCHEMAS, REPORT_SCHEMAS, CONTACT_SCHEMAS, RECOVERY_SCHEMAS, SURVEY_SCHEMAS)
    families = (*figures, SLA_SCHEMAS, OBJECTIVE_SCHEMAS, ADMINISTRATION_SCHEMAS, DOCUMENT_SCHEMAS)
    named = Counter(name for family in families for name in family)
    assert named.total() == len(document()["components"]["schemas"])
    assert [name for name, times in named.items() if times > 1] == []


async def test_the_document_served_is_the_document(rest):
    assert (await rest.get("/openapi.json")).json() == json.loads(json.dumps(document()))


def test_the_document_names_every_metric_and_filter():
    operation = document()["paths"]["/v1/indicators"]["get"]
    names = {parameter.get("name") for parameter in operation["parameters"]}
    for slug in DIMENSIONS:
        assert {slug, f"{slug}!"} <= names
    for slug in METRICS:
        assert f"`{slug}`" in operation["description"]


@pytest.mark.parametrize("name", ["indicators", "scorecard"])
def test_the_examples_are_of_their_schemas(name):
    found = document()
    media = found["paths"][f"/v1/{name}"]["get"]["responses"]["200"]["content"]["application/json"]
    jsonschema.Draft202012Validator({**media["schema"], "components": found["components"]}).validate(media["example"])


@pytest.fixture(scope="module")
def url(facts: str) -> Iterator[str]:
    with serving(facts) as base:
        yield base


@pytest.mark.slow
@pytest.mark.parametrize("key", [KEY, None], ids=["with a key", "without"])
def test_whatever_is_sent_the_contract_is_kept(url, key: str | None, tmp_path: Path):
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION.format(refused='"401"' if key is None else '"409"'))
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(tmp_path / "schemathesis.toml")),
        *(
            "run",
            f"{url}/openapi.json",
            "--checks",
            "all",
            *(() if key is None else ("--header", f"Authorization: Bearer {key}")),
            "--seed",
            "7",
            "--no-shrink",
            # It learns the names of keys from answers, and would take its own away; they are asked without a key.
            *(() if key is None else ("--exclude-operation-id", "revokeKey", "--exclude-operation-id", "rotateKey")),
        ),
        *("--phases", "examples,coverage,fuzzing", "--max-time", "15"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False, timeout=180)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
