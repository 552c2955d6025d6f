"""A traced request over HTTP: the collector receives every stage of the request, each under the right parent."""

import httpx
import pytest

from cadran.app import open_service
from cadran.facts.refresh.reconcile import reconcile
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.engine.otlp_collector import sinking
from tests.engine.test_telemetry import SAMPLED, TRACE, UNSAMPLED
from tests.keys import client_of

PARENTS = {
    "parse": "request",
    "answer": "request",
    "encode": "request",
    "cache": "answer",
    "plan": "cache",
    "execute": "cache",
    "shape": "cache",
    "acquire": "execute",
}
REST = "/v1/indicators?metrics=contacts&period=2015-12"
GRAPHQL = {"query": '{ indicators(period: {named: "2015-12"}) { rows { contacts { value } } } }'}


@pytest.mark.parametrize("edge", ["GET /v1/indicators", "POST /graphql"])
async def test_a_request_by_its_stages(database: str, pool: Pool, edge: str):
    async with pool.acquire() as connection:
        await reconcile(connection)
    with sinking() as sink:
        settings = Settings(database_url=database, otlp_endpoint=sink.url, trace_sample_ratio=0.0, pool_min=1)
        async with open_service(settings) as service, client_of(service.app) as client:

            async def request(traceparent: str) -> httpx.Response:
                headers = {"traceparent": traceparent, "accept": "application/json"}
                if edge.startswith("GET"):
                    return await client.get(REST, headers=headers)
                return await client.post("/graphql", json=GRAPHQL, headers=headers)

            traced = await request(SAMPLED)
            again = await request(UNSAMPLED)
    assert (traced.status_code, traced.headers["traceresponse"][:35]) == (200, f"00-{TRACE}")
    assert again.headers["traceresponse"] == UNSAMPLED
    assert "finished;desc=hit" in again.headers["server-timing"]
    root = sink.spans[edge]
    ids = {name: span.span_id for name, span in sink.spans.items()} | {"request": root.span_id}
    assert {name: sink.spans[name].parent_span_id for name in PARENTS} == {
        name: ids[parent] for name, parent in PARENTS.items()
    }
    assert sink.attributes(edge)["http.response.status_code"] == 200
    assert all(name in traced.headers["server-timing"] for name in PARENTS if name != "encode")
    statement = sink.attributes("execute")
    assert statement["db.system.name"] == "postgresql"
    assert "2015" not in str(statement)
