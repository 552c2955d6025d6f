"""The contract: valid, served as committed, and kept by the service whatever is sent to it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from openapi_spec_validator import validate

from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import DIMENSIONS
from cadran.rest.openapi import document
from tests.graphql.serving import serving
from tests.keys import KEY

#: A query may be of the right form and yet ask what cannot be answered: an end before its start, an unknown code.
CONFIGURATION = """
[checks]
# What a number names may not be there, or not as it was when it was read.
positive_data_acceptance.expected-statuses = ["2xx", "304", "404", "409", "412", "422", "428"]
"""


def test_the_document_is_valid():
    validate(json.loads(json.dumps(document())))


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
def test_whatever_is_sent_the_contract_is_kept(url, tmp_path: Path):
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(tmp_path / "schemathesis.toml")),
        *(
            "run",
            f"{url}/openapi.json",
            "--checks",
            "all",
            "--header",
            f"Authorization: Bearer {KEY}",
            "--seed",
            "7",
            "--no-shrink",
        ),
        *("--phases", "examples,coverage,fuzzing", "--max-time", "15"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False, timeout=180)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
