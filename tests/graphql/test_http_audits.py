"""All audits of the npm package graphql-http, run against a live server."""

import pytest

from tests.graphql.live_server import serving
from tests.keys import AUTHORIZATION
from tests.packages import installed, told

PACKAGES = ("graphql-http@1.23.1", "graphql@17.1.0")
AUDITS = 61
SCRIPT = """
import { serverAudits } from "graphql-http";
const keyed = (url, init) =>
  fetch(url, { ...init, headers: { ...init?.headers, authorization: process.argv[3] } });
const results = [];
for (const audit of serverAudits({ url: process.argv[2], fetchFn: keyed })) {
  const { id, name, status, reason } = await audit.fn();
  results.push({ id, name, status, reason });
}
console.log(JSON.stringify(results));
"""


@pytest.mark.slow
def test_all_audits_pass(facts, request):
    script = installed(request.config, "graphql-http-1.23.1", PACKAGES, SCRIPT)
    with serving(facts) as base:
        results = told(script, f"{base}/graphql", AUTHORIZATION["authorization"])
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == AUDITS
