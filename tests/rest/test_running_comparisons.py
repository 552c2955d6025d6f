"""Comparisons of periods that run: they end at the same elapsed time, which the answer says."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from cadran.cli.database import prepare
from cadran.cli.main import main
from cadran.domain.catalogue import METRICS
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from tests.databases import Server
from tests.defaults import load
from tests.sample_service import opened, serving

FIRST = datetime(2026, 8, 1, tzinfo=UTC)
#: Sunday noon; the last contact came 22 minutes before.
LAST = datetime(2026, 11, 29, 11, 38, tzinfo=UTC)
NOW = datetime(2026, 11, 29, 12, 0, 30, tzinfo=UTC)


def list_contacts() -> Iterator[datetime]:
    """Yield a contact every 37 minutes."""
    at = LAST
    while at >= FIRST:
        yield at
        at -= timedelta(minutes=37)


async def _fill(url: str) -> None:
    await prepare(Settings(database_url=url))
    pool = await opened(url)
    await load(pool, "sites", [{"site": "LIS", "zone": "UTC"}])
    rows = [
        {
            "contact": str(number),
            "site": "LIS",
            "channel": "phone",
            "outcome": "abandoned",
            "offered_at": at.isoformat(),
        }
        for number, at in enumerate(list_contacts())
    ]
    assert (await load(pool, "contacts", rows, zone="UTC")).rejected == 0
    await refresh(pool)
    await pool.close()


@pytest.fixture(scope="module")
def running(server: Server) -> Iterator[str]:
    """Yield the URL of a database whose last contact has just come."""
    with server.clone(server.template("running", _fill)) as url:
        yield url


@asynccontextmanager
async def serving_at(url: str, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    """Open the service with its clock stopped at an instant."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cadran.app.clock", lambda: now)
        async with serving(url) as rest:
            yield rest.client


def count(start: str, end: str) -> int:
    """Return the number of contacts between two wall-clock times."""
    first, last = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (start, end))
    return sum(first <= at < last for at in list_contacts())


@pytest.mark.parametrize(
    ("asked", "present", "start", "end"),
    [
        ("period=today&compare=previous_period", "2026-11-29", "2026-11-28", "2026-11-28T11:38"),
        ("period=today&compare=same_weekday", "2026-11-29", "2026-11-22", "2026-11-22T11:38"),
        ("period=today&compare=same_time_last_week", "2026-11-29", "2026-11-22", "2026-11-22T11:38"),
        ("period=today&compare=previous_year_weekdays", "2026-11-29", "2025-11-30", "2025-11-30T11:38"),
        ("period=month_to_date&compare=previous_period", "2026-11-01", "2026-10-01", "2026-10-29T11:30"),
        ("period=this_month&compare=previous_period", "2026-11-01", "2026-10-01", "2026-10-29T11:30"),
        ("period=this_month&compare=previous_month", "2026-11-01", "2026-10-01", "2026-10-29T11:30"),
        ("period=week_to_date&compare=previous_period", "2026-11-23", "2026-11-16", "2026-11-22T11:30"),
        ("period=this_week&compare=previous_period", "2026-11-23", "2026-11-16", "2026-11-22T11:30"),
        ("start=2026-11-29T10:00&end=2026-11-29T14:00&compare=previous_period", "2026-11-29T10:00",
         "2026-11-29T06:00", "2026-11-29T07:38"),
        ("start=2026-11-29T10:00:00Z&end=2026-11-29T14:00:00Z&compare=same_weekday", "2026-11-29T10:00",
         "2026-11-22T10:00", "2026-11-22T11:38"),
        # What is over is compared as a whole.
        ("period=yesterday&compare=previous_period", "", "2026-11-27", "2026-11-28"),
        ("period=2026-10&compare=same_weekday", "", "2026-08-27", "2026-09-27"),
        ("period=last_month&compare=previous_month", "", "2026-09-01", "2026-10-01"),
        # So is what has not begun.
        ("period=2026-12&compare=previous_month", "", "2026-11-01", "2026-12-01"),
    ],
)  # fmt: skip
async def test_a_period_that_runs_is_compared_up_to_the_same_time(
    running: str, asked: str, present: str, start: str, end: str
):
    async with serving_at(running, NOW) as client:
        found = (await client.get(f"/v1/indicators?metrics=contacts&{asked}")).json()
        assert found["compared"]["start"][: len(start)] == start
        assert found["compared"]["end"][: len(end)] == end
        [row] = found["rows"]
        assert row["contacts.previous"] == count(start, end)
        if present:
            assert row["contacts"] == count(present, "2026-11-30")
        card = (await client.get(f"/v1/scorecard?metrics=contacts&{asked}")).json()
        assert (card["compared"], card["figures"][0]["previous"]) == (found["compared"], row["contacts.previous"])


async def test_graphql_says_what_is_compared(running: str):
    query = """{ indicators(period: { named: "month_to_date" }, compare: PREVIOUS_PERIOD, grain: DAY) {
        compared { start end zone } totals { contacts { value previous } } rows { contacts { value previous } } } }"""
    async with serving_at(running, NOW) as client:
        told: dict[str, Any] = (await client.post("/graphql", json={"query": query})).json()["data"]["indicators"]
    assert told["compared"]["end"].startswith("2026-10-29T11:30")
    assert told["totals"]["contacts"]["previous"] == count("2026-10-01", "2026-10-29T11:30")
    assert told["rows"][-1]["contacts"]["previous"] == count("2026-10-29", "2026-10-29T11:30")
    assert sum(row["contacts"]["previous"] for row in told["rows"]) == told["totals"]["contacts"]["previous"]


async def test_a_month_that_is_longer_than_the_one_before_is_compared_with_all_of_it(running: str):
    async with serving_at(running, datetime(2026, 10, 31, 15, 0, tzinfo=UTC)) as client:
        path = "/v1/indicators?metrics=contacts&period=month_to_date&compare=previous_period"
        found = (await client.get(path)).json()
    assert found["compared"]["end"].startswith("2026-10-01T00:00")
    assert found["totals"]["contacts.previous"] == count("2026-09-01", "2026-10-01")


async def test_the_buckets_of_the_earlier_window_are_not_warned_of(running: str):
    async with serving_at(running, NOW) as client:
        path = "/v1/indicators?metrics=contacts&period=2026-10&grain=week&compare=previous_month"
        [notice] = [each for each in (await client.get(path)).json()["warnings"] if each["code"] == "partial_buckets"]
    assert "2026-09-28" in notice["detail"]
    assert "2026-08-31" not in notice["detail"]


async def test_the_report_compares_a_day_with_the_same_weekday(running: str):
    async with serving_at(running, NOW) as client:
        sections = (await client.get("/v1/reports/received?period=2026-10&section=by_day")).json()["sections"]
        [section] = sections
        assert "compare=same_weekday" in section["href"]


def test_the_terminal_says_what_is_compared(running: str, capsys: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CADRAN_DATABASE_URL", running)
    assert main(["ask", "contacts", "--period", "2026-10", "--compare", "same_weekday"]) == 0
    shown = capsys.readouterr()
    assert "2026-08-27" in shown.out + shown.err
    assert "2026-09-27" in shown.out + shown.err


async def test_what_has_a_figure_today_has_a_comparison(running: str):
    """Check every metric, also those that are known by the quarter-hour or by the day only."""
    refused = {}
    async with serving_at(running, NOW) as client:
        for slug, metric in METRICS.items():
            written = f"{slug}(agents=60,patience=60)" if metric.parameter("agents") else slug
            for period in ("today", "month_to_date"):
                path = f"/v1/indicators?metrics={written}&period={period}"
                plain = await client.get(path)
                compared = await client.get(f"{path}&compare=previous_period")
                if plain.status_code == 200 != compared.status_code:
                    refused[slug, period] = compared.json()["detail"]
    assert refused == {}


@pytest.mark.parametrize(
    ("window", "compare", "days"),
    [
        ("start=2026-10-30&end=2026-11-01", "previous_month", "1 of the 2 days"),
        ("start=2026-10-01&end=2026-10-31", "previous_month", None),
        ("start=2026-10-01&end=2026-11-01", "previous_month", None),
        ("start=2024-02-28&end=2024-03-01", "previous_year", "1 of the 2 days"),
        ("start=2026-10-30&end=2026-11-01", "previous_period", None),
    ],
)
async def test_a_month_that_lacks_days_of_the_window_is_named(
    running: str, window: str, compare: str, days: str | None
):
    async with serving_at(running, NOW) as client:
        found = (await client.get(f"/v1/indicators?metrics=contacts&{window}&compare={compare}")).json()
    warned = [each["detail"] for each in found["warnings"] if each["code"] == "fewer_days"]
    assert len(warned) == (days is not None)
    assert all(str(days) in detail for detail in warned)
