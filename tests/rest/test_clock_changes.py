"""Windows where clocks change: a window has the contacts at which the clock shows a time within it, once each."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx
import pytest

from cadran.cli.database import prepare
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from tests.databases import Server
from tests.defaults import load
from tests.sample_service import opened, serving

#: A contact each five minutes of the nights on which Amsterdam's clock is set forward and back in 2026.
NIGHTS = ("2026-03-29", "2026-10-25")
ZONES = (None, "Europe/Amsterdam")


async def _fill(url: str) -> None:
    await prepare(Settings(database_url=url))
    pool = await opened(url)
    await load(
        pool, "sites", [{"site": "AMS", "zone": "Europe/Amsterdam"}, {"site": "NYC", "zone": "America/New_York"}]
    )
    rows = [
        {
            "contact": f"{night} {number}", "site": "AMS", "channel": "phone", "outcome": "abandoned",
            "offered_at": f"{datetime.fromisoformat(night) + timedelta(minutes=5 * number)}+00:00",
        }
        for night in NIGHTS for number in range(48)
    ]  # fmt: skip
    summary = await load(pool, "contacts", rows, zone="Europe/Amsterdam")
    assert summary.rejected == 0
    await refresh(pool)
    await pool.close()


@pytest.fixture(scope="module")
def nights(server: Server) -> Iterator[str]:
    """Yield the URL of a database with the two nights."""
    with server.clone(server.template("clock_changes", _fill)) as url:
        yield url


async def _count(client: httpx.AsyncClient, start: datetime, end: datetime, zone: str | None, more: str = "") -> int:
    named = "" if zone is None else f"&zone={zone}"
    path = f"/v1/indicators?metrics=contacts&site=AMS&start={start:%Y-%m-%dT%H:%M:%S}&end={end:%Y-%m-%dT%H:%M:%S}"
    response = await client.get(path + named + more)
    assert response.status_code == 200, response.text
    found = response.json()
    rows = sum(row["contacts"] for row in found["rows"])
    # A usual day of a time that no clock shows has no day, and no mean.
    assert rows == (found["totals"]["contacts"] or 0)
    return int(rows)


@pytest.mark.parametrize(
    ("start", "end", "contacts"),
    [
        # 02:00 to 03:00 is skipped in March. In October the clock shows it twice.
        ("2026-03-29T02:15", "2026-03-29T02:30", 0),
        ("2026-03-29T03:15", "2026-03-29T03:30", 3),
        ("2026-03-29T02:30", "2026-03-29T04:00", 12),
        ("2026-03-29T01:45", "2026-03-29T03:15", 6),
        ("2026-10-25T02:15", "2026-10-25T02:30", 6),
        ("2026-10-25T02:45", "2026-10-25T03:00", 6),
        ("2026-10-25T01:45", "2026-10-25T02:15", 6),
        ("2026-10-25T02:07", "2026-10-25T02:12", 2),
    ],
)
async def test_naming_the_zone_of_the_site_changes_nothing(nights: str, start: str, end: str, contacts: int):
    bounds = datetime.fromisoformat(start), datetime.fromisoformat(end)
    async with serving(nights) as rest:
        for zone in ZONES:
            for more in ("", "&grain=quarter_hour", "&grain=hour&fill=true", "&by=time_of_day", "&grain=day"):
                assert await _count(rest.client, *bounds, zone, more) == contacts, (zone, more)


@pytest.mark.parametrize("night", NIGHTS)
async def test_who_asks_quarter_by_quarter_counts_every_contact_once(nights: str, night: str):
    first, quarter = datetime.fromisoformat(night), timedelta(minutes=15)
    async with serving(nights) as rest:
        for zone in (*ZONES, "America/New_York", "Australia/Lord_Howe"):
            begin = first - timedelta(days=1)
            starts = [begin + number * quarter for number in range(3 * 96)]
            found = [await _count(rest.client, each, each + quarter, zone) for each in starts]
            assert sum(found) == 48, zone
