"""Every resource with rows has the same limit of values, which is checked before any statement runs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from cadran.app import Service, open_service
from cadran.settings import Settings
from tests.keys import client_of

P = "period=2015-12"
SMALL = 60
#: By path: a query within the limit, and one above.
REST = {
    "/v1/indicators": (f"metrics=qos&by=site&{P}", f"metrics=qos&by=site&grain=day&{P}"),
    "/v1/usual-day": (None, f"metrics=qos&{P}"),
    "/v1/change": (None, f"metric=qos&{P}&against=2015-11&by=site,channel"),
    "/v1/distribution": (None, f"of=wait&by=site&{P}"),
    "/v1/agents": (None, P),
    "/v1/reports/received": (f"section=by_channel&{P}", P),
    "/v1/contacts": (f"limit=2&{P}", f"limit=100&{P}"),
    "/v1/survey-lists": (f"list=promoters&limit=3&{P}", f"list=promoters&limit=100&{P}"),
    "/v1/survey-eligibility": (f"limit=3&{P}", f"limit=100&{P}"),
    "/v1/recovery": (f"limit=3&{P}", f"limit=100&{P}"),
}
G = 'period: {named: "2015-12"}'
GRAPHQL = {
    "indicators": f"indicators({G}, grain: DAY) {{ rows {{ qos {{ value }} }} }}",
    "columns": f'indicators({G}, grain: DAY) {{ columns(metrics: ["qos"]) }}',
    "usualDay": f"usualDay({G}) {{ rows {{ qos {{ value }} }} }}",
    "change": f'change(metric: "qos", {G}, against: {{named: "2015-11"}}, by: [SITE, CHANNEL]) {{ asOf }}',
    "agents": f"agents({G}) {{ asOf }}",
    "report": f"report(name: RECEIVED, {G}) {{ sections {{ columns }} }}",
    "contacts": f"contacts({G}, limit: 100) {{ next }}",
    "recovery": f"recovery({G}, limit: 100) {{ next }}",
    "surveyEligibility": f"surveyEligibility({G}, limit: 100) {{ next }}",
    "surveyList": f"surveyList(list: PROMOTERS, {G}, limit: 100) {{ next }}",
    "twice": f"a: indicators({G}, by: [SITE]) {{ rows {{ qos {{ value }} }} }}"
    f" b: indicators({G}, by: [SITE]) {{ rows {{ qos {{ value }} }} }}",
}


@pytest.fixture(scope="module")
async def small(facts: str) -> AsyncIterator[Service]:
    """Open a service whose responses may show very few values."""
    async with open_service(Settings(database_url=facts, pool_min=1, pool_max=2, values_max=SMALL)) as service:
        yield service


@pytest.fixture
async def client(small: Service) -> AsyncIterator[httpx.AsyncClient]:
    """Yield an HTTP client of that service."""
    async with client_of(small.app) as found:
        yield found


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
@pytest.mark.parametrize("path", REST)
async def test_rows_are_bounded_over_rest(client: httpx.AsyncClient, path: str, accept: str):
    fits, too_much = REST[path]
    if accept == "text/csv" and "reports" in path:
        too_much = f"section=by_day&{P}"
    if fits is not None:
        response = await client.get(f"{path}?{fits}", headers={"accept": accept})
        assert response.status_code == 200, response.text
    response = await client.get(f"{path}?{too_much}", headers={"accept": accept})
    told = response.json()
    assert (response.status_code, told["code"], told["limit"]) == (422, "too_costly", SMALL), told
    assert told["cost"] > SMALL
    assert "execute" not in response.headers["server-timing"]


@pytest.mark.parametrize("name", GRAPHQL)
async def test_rows_are_bounded_over_graphql(client: httpx.AsyncClient, name: str):
    response = await client.post("/graphql", json={"query": f"{{ {GRAPHQL[name]} }}"})
    found = response.json()["errors"][0]["extensions"]
    assert (found["code"], found["limit"]) == ("too_costly", SMALL), found
    assert found["cost"] > SMALL
    assert "execute" not in response.headers["server-timing"]
