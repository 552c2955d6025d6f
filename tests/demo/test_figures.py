"""Figures of the demonstration in addition to its headlines, asked of the service as usual."""

from __future__ import annotations

import httpx
import pytest

pytestmark = pytest.mark.slow


async def figures(client: httpx.AsyncClient, *metrics: str, **asked: str) -> list[dict[str, float]]:
    period = {} if "start" in asked else {"period": "2015"}
    parameters = {**period, "metrics": ",".join(metrics), **asked}
    answer = (await client.get("/v1/indicators", params=parameters)).json()
    assert "rows" in answer, answer
    found: list[dict[str, float]] = answer["rows"]
    return found


async def test_a_euro_given_returns_two_and_forty_six_cents(demo_client: httpx.AsyncClient) -> None:
    (found,) = await figures(demo_client, "goodwill_return", "goodwill_count", "goodwill_count(kind=prevention)")
    assert round(found["goodwill_return"], 2) == 2.46
    assert found["goodwill_count"] > 1_000
    assert found["goodwill_count(kind=prevention)"] > 100


async def test_churn_costs_two_years_of_thirty_euros_a_customer(demo_client: httpx.AsyncClient) -> None:
    (found,) = await figures(
        demo_client, "churn_cost", "churned_customers", "churn_rate(goodwill=with)", "churn_rate(goodwill=without)"
    )
    assert abs(found["churn_cost"] / found["churned_customers"] - 24 * 30) < 40
    assert found["churn_rate(goodwill=with)"] < 0.6 * found["churn_rate(goodwill=without)"]


async def test_the_dissatisfied_are_called_back_in_part(demo_client: httpx.AsyncClient) -> None:
    (found,) = await figures(demo_client, "loop_closed_rate", "loop_delay", "fcr_declared")
    assert 0.3 < found["loop_closed_rate"] < 0.7
    assert 3_600 < found["loop_delay"] < 3 * 86_400
    assert 0.15 < found["fcr_declared"] < 0.5


async def test_most_callbacks_are_kept_and_some_losses_recovered(demo_client: httpx.AsyncClient) -> None:
    (found,) = await figures(demo_client, "callback_kept_rate", "recovered_losses")
    assert 0.6 < found["callback_kept_rate"] < 0.95
    assert 0.4 < found["recovered_losses"] < 0.9


async def test_ever_more_customers_do_not_get_through_to_pau(demo_client: httpx.AsyncClient) -> None:
    (year,) = await figures(demo_client, "customer_reach")
    assert 0.85 < year["customer_reach"] < 0.87, "letters and mail are often answered after more than a day"
    sites = {str(row["site"]): row["customer_reach"] for row in await figures(demo_client, "customer_reach", by="site")}
    assert sites.pop("PAU") < 0.8 < 0.86 < min(sites.values())
    months = await figures(demo_client, "customer_reach", grain="month", site="PAU")
    assert months[11]["customer_reach"] < months[0]["customer_reach"] - 0.02


async def test_some_cases_are_never_resolved_most_of_them_in_pau(demo_client: httpx.AsyncClient) -> None:
    sites = {
        str(row["site"]): row["resolution_rate"] for row in await figures(demo_client, "resolution_rate", by="site")
    }
    assert 0.85 < sites.pop("PAU") < 0.92 < min(sites.values())
    assert max(sites.values()) < 0.98


async def test_every_case_has_the_reason_of_its_first_contact(demo_client: httpx.AsyncClient) -> None:
    rows = await figures(demo_client, "resolution_rate", by="reason")
    assert len(rows) >= 7
    assert all(row["reason"] for row in rows)


async def test_the_inactive_cost_least_and_promise_most(demo_client: httpx.AsyncClient) -> None:
    rows = await figures(demo_client, "potential", "management_cost", by="segment")
    assert len(rows) >= 5
    costs = {str(row["segment"]): row["management_cost"] for row in rows if row["segment"]}
    potentials = {str(row["segment"]): row["potential"] for row in rows if row["segment"]}
    assert min(costs, key=costs.__getitem__) == max(potentials, key=potentials.__getitem__) == "inactive"


async def test_more_than_a_tenth_is_tired_at_the_years_end(demo_client: httpx.AsyncClient) -> None:
    (year,) = await figures(demo_client, "tired_agents")
    assert 0.1 < year["tired_agents"] < 0.3
    months = await figures(demo_client, "tired_agents", grain="month", start="2015-10-01", end="2016-01-01")
    assert months[0]["tired_agents"] < 0.1 < months[-1]["tired_agents"]


async def test_agents_log_out_before_closing_and_pau_is_busiest(demo_client: httpx.AsyncClient) -> None:
    rows = await figures(
        demo_client, "occupancy", "early_logout", "late_login", "adherence", by="site", period="2015-12"
    )
    busy = {str(row["site"]): row["occupancy"] for row in rows}
    assert max(busy, key=busy.__getitem__) == "PAU"
    assert all(row["early_logout"] > 60 for row in rows)
    assert all(row["late_login"] > 60 for row in rows)
    assert all(0.6 < row["adherence"] < 1 for row in rows)
    (year,) = await figures(demo_client, "turnover")
    assert 0.1 < year["turnover"] < 0.35


async def test_paus_backlog_grows_in_autumn(demo_client: httpx.AsyncClient) -> None:
    rows = await figures(demo_client, "backlog", grain="month", site="PAU")
    backlog = [row["backlog"] for row in rows]
    assert backlog[11] > 2 * backlog[7] > 0
    (year,) = await figures(demo_client, "reopen_rate", "resolution_time", "contacts_per_resolution")
    assert 0.05 < year["reopen_rate"] < 0.25


async def test_some_contacts_have_several_legs(demo_client: httpx.AsyncClient) -> None:
    for period in ("2015", "2026-02"):
        (found,) = await figures(demo_client, "aht", "aht_per_leg", period=period)
        assert 0.95 * found["aht"] < found["aht_per_leg"] < found["aht"]


async def test_tired_agents_have_a_target_and_are_shown_for_a_team_of_five(demo_client: httpx.AsyncClient) -> None:
    (row,) = await figures(demo_client, "tired_agents", period="2015-12", targets="true")
    assert row["tired_agents.target"] == 0.1
    assert str(row["tired_agents.status"]) == "warning"
    teams = {str(row["team"]): row["tired_agents"] for row in await figures(demo_client, "tired_agents", by="team")}
    assert [team for team, value in teams.items() if value is not None] == ["NTE"]
