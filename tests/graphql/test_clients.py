"""A client as others write them: Python's gql, which reads the schema and checks its documents against it."""

import pytest
from gql import Client, GraphQLRequest, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport

from tests.graphql.serving import serving

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
        transport = HTTPXAsyncTransport(url=f"{base}/graphql")
        async with Client(transport=transport, fetch_schema_from_transport=True) as session:
            request = GraphQLRequest(DESK, variable_values={"sites": ["PAU"], "period": {"named": "2015"}})
            data = await session.execute(request)
            assert data["mine"]["totals"]["serviceLevel"]["value"] is not None
            assert data["team"]["rows"][0]["team"] == {"code": "T1", "label": "T1"}
            with pytest.raises(TransportQueryError) as refused:
                await session.execute(gql('{ indicators(period: {named: "soon"}) { totals { qos { value } } } }'))
    assert refused.value.errors is not None
    assert refused.value.errors[0]["extensions"]["code"] == "unknown_period"
