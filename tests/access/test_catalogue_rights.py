"""The catalogue lists the metrics that its reader may request, and tokens for metrics always refused are not minted."""

from __future__ import annotations

from typing import Any

import pytest

from cadran.domain.access.role import ROLES
from cadran.domain.catalogue import METRICS
from tests.access.rules import P
from tests.access.test_embed_token_rights import minted
from tests.access.two_sites import House

BOARD = {"contacts", "qos", "fcr", "csat"}


async def listed(house: House, headers: dict[str, str]) -> set[str]:
    """Return the metrics of the caller's catalogue. Check that GraphQL and REST list the same ones."""
    told = (await house.client.get("/v1/catalogue", headers=headers)).json()
    found = {each["metric"] for each in told["metrics"]}
    assert found == {slug for family in told["families"].values() for slug in family}
    assert all(told["families"].values())
    assert set(told["scorecard"]) <= found
    query = {"query": "{ catalogue { metrics { slug } } }"}
    graphql = (await house.client.post("/graphql", json=query, headers=headers)).json()
    assert {each["slug"] for each in graphql["data"]["catalogue"]["metrics"]} == found
    return found


@pytest.mark.parametrize("role", [role for role in ROLES if role != "agent"])
async def test_what_is_listed_is_not_always_refused_and_all_else_is(shared: House, role: str):
    found = await listed(shared, shared.bearer(role))
    for slug in METRICS:
        answer = await shared.get(f"/v1/indicators?metrics={slug}&{P}", role)
        # A metric that does not know the key's sites or teams is refused whatever the question is.
        refused = answer.status_code == 403 or answer.json().get("code") == "impossible_filter"
        assert (slug, slug in found) == (slug, not refused)
    if role in ("administrator", "analyst"):
        assert found == set(METRICS)
    if role == "board":
        assert found == BOARD


async def test_an_agent_is_told_of_metrics_that_have_figures_of_agents_or_teams(shared: House):
    found = await listed(shared, shared.bearer("agent"))
    assert {"aht", "contacts_handled"} & found
    for slug, metric in METRICS.items():
        written = f"{slug}(agents=60,patience=60)" if metric.parameter("agents") else slug
        path = f"/v1/indicators?metrics={written}&{P}"
        ways = ("&grain=hour", "&grain=hour&agent=PAU-1", "", "&agent=PAU-1")
        codes = {(await shared.get(path + way, "agent")).json().get("code") for way in ways}
        # Others need an argument.
        never = codes <= {"impossible_filter", "forbidden_metric", "impossible_grain"}
        assert (slug, slug in found) == (slug, not never), codes


async def test_a_token_is_told_of_its_own_metrics(shared: House):
    assert await listed(shared, await minted(shared, "analyst", metrics=["qos", "aht"])) == {"qos", "aht"}


@pytest.mark.parametrize(
    ("role", "sent"),
    [("partner", {}), ("supervisor", {}), ("analyst", {"sites": ["PAU"]})],
)
async def test_no_token_is_minted_for_what_is_always_refused(shared: House, role: str, sent: dict[str, Any]):
    """Check churn, which is counted over every site: these callers and tokens see only one."""
    refused = await shared.post("/v1/embed-tokens", role, {"metrics": ["qos", "churn_rate"], **sent})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden_metric")
    assert "'churn_rate' is counted over every" in refused.json()["detail"]
    await minted(shared, "analyst", metrics=["qos", "churn_rate"])
