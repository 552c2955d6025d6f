"""A third-party client: Python's gql, which reads the schema and validates its documents against it."""

import pytest
from gql import Client, GraphQLRequest, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport

from tests.graphql.live_server import serving
from tests.keys import AUTHORIZATION
from tests.packages import installed, told

DESK = """
query Desk($sites: [String!], $period: PeriodInput!) {
  mine: indicators(period: $period, where: {site: {in: $sites}}) {
    staleAfter
    totals {
      handled { value } aht { value display }
      serviceLevel(within: 20, formula: OFFERED) { value interval { low high } }
    }
  }
  team: indicators(period: $period, by: [TEAM]) { rows { team { code label } aht { value } } }
}
"""


async def test_gql_reads_the_schema_and_asks(facts):
    with serving(facts) as base:
        transport = HTTPXAsyncTransport(url=f"{base}/graphql", headers=AUTHORIZATION)
        async with Client(transport=transport, fetch_schema_from_transport=True) as session:
            request = GraphQLRequest(DESK, variable_values={"sites": ["PAU"], "period": {"named": "2015"}})
            data = await session.execute(request)
            assert data["mine"]["totals"]["serviceLevel"]["value"] is not None
            assert data["team"]["rows"][0]["team"] == {"code": "T1", "label": "T1"}
            with pytest.raises(TransportQueryError) as refused:
                await session.execute(gql('{ indicators(period: {named: "soon"}) { totals { qos { value } } } }'))
    assert refused.value.errors is not None
    assert refused.value.errors[0]["extensions"]["code"] == "unknown_period"


PACKAGES = ("@urql/core@6.0.3", "@apollo/client@4.3.8", "rxjs@7.8.2", "graphql@16.15.0")
SCRIPT = """
import { cacheExchange, Client, fetchExchange } from "@urql/core";
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client/core";
const url = process.argv[2];
const headers = { authorization: process.argv[3] };
const fetchOptions = { headers };
const query = `query Desk($p: PeriodInput!) {
  indicators(period: $p, by: [SITE]) { asOf rows { site { code } qos { value } } totals { qos { value } } } }`;
const variables = { p: { named: "2015" } };
const posting = new Client({ url, exchanges: [cacheExchange, fetchExchange], preferGetMethod: false, fetchOptions });
const getting = new Client({ url, exchanges: [fetchExchange], preferGetMethod: "force", fetchOptions });
const apollo = new ApolloClient({ link: new HttpLink({ uri: url, headers }), cache: new InMemoryCache() });
const refused = await posting.query(query, { p: { named: "soon" } }).toPromise();
console.log(JSON.stringify({
  posted: (await posting.query(query, variables).toPromise()).data,
  got: (await getting.query(query, variables).toPromise()).data,
  apollo: (await apollo.query({ query: gql(query), variables })).data,
  code: refused.error.graphQLErrors[0].extensions.code,
}));
"""


@pytest.mark.slow
def test_urql_and_apollo_ask(facts, request):
    script = installed(request.config, "graphql-clients-1", PACKAGES, SCRIPT)
    with serving(facts) as base:
        found = told(script, f"{base}/graphql", AUTHORIZATION["authorization"])
    for client in ("posted", "got", "apollo"):
        indicators = found[client]["indicators"]
        assert {row["site"]["code"] for row in indicators["rows"]} == {"PAU", "LIL", "=NAN"}
        assert indicators["totals"]["qos"]["value"] > 0
    assert found["code"] == "unknown_period"
