"""Client-side caches: normalised caches identify objects by their ids, and persisted queries have hashes."""

from collections.abc import Iterator

import httpx
import pytest

from tests.databases import Server
from tests.graphql.live_server import serving
from tests.keys import AUTHORIZATION
from tests.packages import installed, told
from tests.sample_service import fill

PACKAGES = (
    "@urql/core@6.0.3",
    "@urql/exchange-graphcache@9.0.2",
    "@apollo/client@4.3.8",
    "rxjs@7.8.2",
    "graphql@16.15.0",
)
SCRIPT = """
import { createHash } from "node:crypto";
import { Client, fetchExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client/core";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
const [url, authorization, bound] = process.argv.slice(2);
const query = `query Of($id: ID!) {
  now: objective(id: $id) { __typename id title asOf
    keyResults { __typename id title checkIns { __typename id comment } } }
  then: objective(id: $id, asOf: "2015-11-02") { __typename id title asOf }
  objectives { __typename edges { __typename node { __typename id title } } } }`;
const variables = { id: "1" };
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const asked = [];
const watching = async (to, options) => {
  const body = JSON.parse(options.body);
  asked.push([body.query !== undefined, body.extensions?.persistedQuery !== undefined].join());
  return fetch(to, options);
};
const through = (cache, key = authorization, fetch = globalThis.fetch, persisted = false) => {
  const http = new HttpLink({ uri: url, headers: { authorization: key }, fetch });
  return new ApolloClient({ link: persisted ? new PersistedQueryLink({ sha256 }).concat(http) : http, cache });
};
// Relay's store knows an object by its id alone.
const relay = through(new InMemoryCache({ dataIdFromObject: (each) => each.id }));
const fetchOptions = { headers: { authorization } };
const urql = new Client({ url, exchanges: [cacheExchange(), fetchExchange], preferGetMethod: false, fetchOptions });
const small = gql("{ catalogue { dimensions { slug } } }");
const requests = async (client) => {
  asked.length = 0;
  let failed = null;
  try { await client.query({ query: small }); } catch (error) { failed = error.message; }
  return { asked: [...asked], failed };
};
console.log(JSON.stringify({
  plain: await (await fetch(url, { method: "POST", headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }) })).json(),
  apollo: (await through(new InMemoryCache()).query({ query: gql(query), variables })).data,
  relay: (await relay.query({ query: gql(query), variables })).data,
  urql: (await urql.query(query, variables).toPromise()).data,
  first: await requests(through(new InMemoryCache(), authorization, watching, true)),
  second: await requests(through(new InMemoryCache(), authorization, watching, true)),
  bound: await requests(through(new InMemoryCache(), bound, watching, true)),
}));
"""


@pytest.fixture(scope="module")
def url(server: Server) -> Iterator[str]:
    """Yield the base URL of a service over a database that these tests may change."""
    with server.clone(server.template("rest", fill)) as database, serving(database) as base:
        yield base


@pytest.mark.slow
def test_normalised_caches_and_persisted_queries(url, request):
    # Both are checked in one test, so that two workers never install the packages at the same time.
    result = {"title": "All are answered", "metric": "qos", "baseline": 0.1, "target": 0.9}
    sent = {"title": "Be reachable", "owner": {"kind": "company"}, "start": "2015-11-01", "end": "2015-12-01"}
    with httpx.Client(base_url=url, headers=AUTHORIZATION) as client:
        made = client.post("/v1/objectives", json={**sent, "state": "active", "key_results": [result]}).json()
        assert (made["objective"], made["key_results"][0]["key_result"]) == (1, 1), "ids of two types must be alike"
        said = client.post("/v1/objectives/1/key-results/1/check-ins", json={"on": "2015-11-05", "comment": "well"})
        assert said.json()["check_in"] == 1
        key = client.post("/v1/keys", json={"name": "bound", "role": "analyst", "documents_only": True}).json()
    script = installed(request.config, "graphql-caches-1", PACKAGES, SCRIPT)
    found = told(script, f"{url}/graphql", AUTHORIZATION["authorization"], f"Bearer {key['secret']}")
    plain = found["plain"]["data"]
    assert plain["now"]["title"] == "Be reachable"
    assert plain["now"]["keyResults"][0]["title"] == "All are answered"
    assert plain["then"]["asOf"] == "2015-11-02" != plain["now"]["asOf"]
    for cache in ("apollo", "relay", "urql"):
        assert {name: found[cache][name] for name in plain} == plain, cache
    # Each item is a pair: was the document's text sent, was its hash sent?
    assert found["first"] == {"asked": ["false,true", "true,true"], "failed": None}
    assert found["second"] == {"asked": ["false,true"], "failed": None}
    assert found["bound"]["asked"] == ["false,true", "true,false"]
    assert found["bound"]["failed"] is not None
