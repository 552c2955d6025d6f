"""Keys bound to teams that request customers: refused with 422 before any statement is sent to PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import Final

import httpx
import pytest

from cadran.access.grant import Grant
from cadran.domain.catalogue import METRICS
from tests.access.rule_requests import holding
from tests.access.rules import ENDPOINTS, FIELDS, P
from tests.access.two_sites import House

PAGES: Final = [rule.ask for rule in ENDPOINTS.values() if rule.right in ("people", "contacts")]
LISTS: Final = [name for name, rule in FIELDS.items() if rule.right in ("people", "contacts")]
#: Agents belong to teams, so a key bound to teams may list them.
OF_TEAMS: Final = ("/v1/agents", "agents")
#: Metrics over distinct customers, who belong to no team.
OF_CUSTOMERS: Final = sorted(
    slug for slug in METRICS if slug.startswith(("customer", "clv", "potential", "management", "cost_to", "contact_sh"))
)


def statements(response: httpx.Response) -> int:
    """Return how many connections the request acquired, by its Server-Timing header. Each statement acquires one."""
    return sum(stage.startswith("acquire;") for stage in response.headers["server-timing"].split(", "))


@pytest.fixture(scope="module")
async def administrator(shared: House) -> dict[str, str]:
    """Return the header of an administrator's key that is bound to one team, as an identity provider's token may be."""
    grant = Grant(name="of a team", role="administrator", teams=("T-PAU",))
    secret = await shared.register.create(grant, who="tests")
    bearer = {"authorization": f"Bearer {secret.text}"}
    for _ in range(500):
        if (await shared.client.get("/v1/catalogue", headers=bearer)).status_code == 200:
            return bearer
        await asyncio.sleep(0.02)
    raise AssertionError("the key does not hold")


def check_refused(response: httpx.Response) -> None:
    assert response.status_code == 422, response.text
    assert response.json()["code"] == "impossible_filter"
    assert response.json()["parameter"] == "team"
    assert "team" in response.json()["detail"]
    assert statements(response) == 0


@pytest.mark.parametrize("path", [path for path in PAGES if not path.startswith(OF_TEAMS)])
async def test_lists_of_customers_and_contacts(shared: House, administrator: dict[str, str], path: str):
    check_refused(await shared.client.get(path, headers=administrator))


@pytest.mark.parametrize("name", [name for name in LISTS if name not in OF_TEAMS])
async def test_fields_of_customers_and_contacts(shared: House, administrator: dict[str, str], name: str):
    query = {"query": f"{{ {FIELDS[name].ask.replace('@', '')} }}"}
    response = await shared.client.post("/graphql", json=query, headers=administrator)
    assert response.json()["errors"][0]["extensions"]["code"] == "impossible_filter", response.text
    assert statements(response) == 0


async def test_a_metric_of_sites_is_refused_with_the_bound_of_the_key(shared: House, administrator: dict[str, str]):
    """Check that the refusal names the key's bound, since the request itself has no filter on a team."""
    reason = "contacts is known for sites, not for teams. A lost contact has no agent."
    rest = await shared.client.get(f"/v1/indicators?metrics=contacts&by=site&{P}", headers=administrator)
    check_refused(rest)
    assert rest.json()["detail"].startswith(f"This key is bound to teams, and {reason}")
    query = {"query": '{ indicators(period: {named: "2015-11"}) { totals { contacts { value } } } }'}
    graphql = (await shared.client.post("/graphql", json=query, headers=administrator)).json()
    assert graphql["errors"][0]["message"] == rest.json()["detail"]
    agent = (await shared.get(f"/v1/indicators?metrics=contacts&{P}", "agent")).json()
    assert agent["detail"].startswith(f"This key is bound to an agent, and {reason}")
    filtered = await shared.get(f"/v1/indicators?metrics=contacts&team=T-PAU&{P}", "administrator")
    assert filtered.json()["detail"].startswith("contacts cannot be filtered on team.")
    split = (await shared.client.get(f"/v1/indicators?metrics=contacts&by=team&{P}", headers=administrator)).json()
    assert split["detail"].startswith("contacts cannot be split by team.")


async def test_agents_of_the_team_are_shown(shared: House, administrator: dict[str, str]):
    response = await shared.client.get(f"/v1/agents?{P}", headers=administrator)
    assert response.status_code == 200, response.text
    assert statements(response) > 0


@pytest.mark.parametrize("role", ["analyst", "agent"])
async def test_figures_of_customers(shared: House, role: str):
    bearer = shared.bearer(role) if role == "agent" else await holding(shared, role=role, teams=("T-PAU",))
    assert len(OF_CUSTOMERS) > 5
    for slug in OF_CUSTOMERS:
        response = await shared.client.get(f"/v1/indicators?metrics={slug}&{P}", headers=bearer)
        assert response.status_code in (403, 422), slug
        assert statements(response) == 0, slug
        assert "What you may see does not answer" not in response.text, slug


async def test_no_metric_reaches_what_row_level_security_denies(shared: House, administrator: dict[str, str]):
    """Check that planning refuses what row-level security would deny, so that PostgreSQL never has to."""
    for slug in METRICS:
        for split in ("", "&by=site", "&by=channel", "&grain=day", "&grain=month&by=segment"):
            path = f"/v1/indicators?metrics={slug}{split}&{P}"
            response = await shared.client.get(path, headers=administrator)
            refused = response.status_code != 200
            assert "What you may see does not answer" not in response.text, path
            assert not refused or statements(response) == 0, path
