"""What runs at the present day of the demonstration, whatever the day: a contract with an open period, and objectives
of the quarter.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta

import httpx
import pytest

from cadran.cli.demo import create_agreements
from cadran.cli.demo_objectives import create_objectives
from cadran.contracts.model.contract import list_begun_periods
from cadran.contracts.model.form import build_contract, read_form
from cadran.demo.agreement import CONTRACT, running_contract
from cadran.demo.steering import running_aims
from cadran.facts.check import check_figures
from cadran.facts.oddities import find_oddities
from cadran.settings import Settings
from cadran.store.pool import Pool, open_pool
from tests.databases import DEMO_NOW, Server
from tests.length import IS_LONG

DAYS = [
    date(2016, 1, 8), date(2016, 2, 29), date(2026, 1, 1), date(2026, 3, 4), date(2026, 3, 31), date(2026, 4, 1),
    date(2026, 11, 30), date(2026, 12, 31), date(2028, 2, 29), date(2028, 12, 1),
]  # fmt: skip


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_contract_runs_on_any_day(day: date) -> None:
    contract = build_contract(read_form(json.dumps(running_contract(day))), 1)
    assert contract.valid_to is not None
    assert contract.valid_from <= day < contract.valid_to
    assert contract.valid_from.day == 1
    assert 365 <= (contract.valid_to - contract.valid_from).days <= 366
    assert contract.valid_from >= date.fromisoformat(CONTRACT["valid_to"])
    assert 56 <= (day - contract.valid_from).days <= 87 or day.year == 2016
    latest = list_begun_periods(contract, datetime.combine(day, time(12), UTC))[0]
    assert latest.start <= day < latest.end


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_objectives_run_on_any_day(day: date) -> None:
    company, site = running_aims(day)
    for each in (company, site):
        start, end = each.sent["start"], each.sent["end"]
        assert start <= day < end
        assert (start.day, end.day, start.month % 3) == (1, 1, 1)
        assert 90 <= (end - start).days <= 92
        assert len(each.said) == len(each.sent["key_results"])
        for said in each.said:
            days = [check_in.on for check_in in said]
            assert days == sorted(set(days))
            assert all(start <= on <= day for on in days)
    assert company.sent["key_results"][0]["metric"]
    assert company.said[2]
    assert (day - company.said[2][-1].on).days <= 1


@pytest.fixture
def demo_copy(server: Server, demo_template: str):
    """Yield the URL of a database with the demonstration data that the test may change."""
    with server.clone(demo_template) as url:
        yield url


@pytest.fixture
async def demo_pool(demo_copy: str) -> AsyncIterator[Pool]:
    """Yield a pool on the copy."""
    pool = await open_pool(
        demo_copy, size_min=0, size_max=2, acquire_timeout_seconds=30.0, statement_timeout_seconds=None
    )
    yield pool
    await pool.close()


@pytest.mark.slow
async def test_contracts_and_objectives_are_created_once_and_again_when_they_have_ended(
    demo_copy: str, demo_pool: Pool
) -> None:
    async def made() -> tuple[list[str], int]:
        contracts = await demo_pool.fetch("SELECT code FROM contract ORDER BY code")
        (objectives,) = await demo_pool.fetch("SELECT count(*) FROM objective")
        return [row["code"] for row in contracts], objectives["count"]

    settings = Settings(database_url=demo_copy)
    assert await made() == (["ALTO-2015", "ALTO-2026-01"], 4)
    for now in (DEMO_NOW, DEMO_NOW + timedelta(days=20)):
        await create_agreements(settings, now)
        await create_objectives(demo_pool, now)
        assert await made() == (["ALTO-2015", "ALTO-2026-01"], 4)
    await create_objectives(demo_pool, DEMO_NOW + timedelta(days=30))
    assert await made() == (["ALTO-2015", "ALTO-2026-01"], 6)


@pytest.mark.slow
async def test_the_running_contract_has_an_open_period_with_an_outlook(demo_client: httpx.AsyncClient) -> None:
    listed = (await demo_client.get("/v1/sla")).json()["contracts"]
    running = next(each for each in listed if each["contract"] == "ALTO-2026-01")
    states = {each["period"]: each["state"] for each in running["periods"]}
    assert (states["2026-01"], states["2026-03"]) == ("sealed", "open")
    report = (await demo_client.get("/v1/sla/ALTO-2026-01", params={"period": "2026-03"})).json()
    assert not report["sealed"]
    assert all(term["attained"] for term in report["terms"])
    assert {term["forecast"]["method"] for term in report["terms"]} == {"weekday_mean"}
    assert all(term["forecast"]["value"] for term in report["terms"])


@pytest.mark.slow
async def test_running_objectives_are_measured(demo_client: httpx.AsyncClient) -> None:
    found = (await demo_client.get("/v1/objectives", params={"as_of": "2026-03-04", "period": "2026-Q1"})).json()
    objectives = [edge["node"] for edge in found["edges"]]
    assert [each["owner"]["kind"] for each in objectives] == ["company", "site"]
    results = [result for each in objectives for result in each["key_results"]]
    assert all(result["value"] is not None for result in results), results


@pytest.mark.slow
async def test_no_row_contradicts_itself(demo_database: str) -> None:
    pool = await open_pool(
        demo_database, size_min=0, size_max=2, acquire_timeout_seconds=30.0, statement_timeout_seconds=None
    )
    try:
        assert await find_oddities(pool, examples_max=3) == []
        if IS_LONG:
            assert await check_figures(pool) == ([], 0)
    finally:
        await pool.close()
