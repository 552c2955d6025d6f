"""A small service for HTTP tests: real facts in a real database, behind the whole application."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx

from cadran.app import Service, open_service
from cadran.cli.database import prepare
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from cadran.store.pool import Pool, open_pool
from tests.defaults import load
from tests.keys import client_of

SITES = ("PAU", "LIL", "=NAN")
CHANNELS = ("phone", "chat", "email")
OUTCOMES = ("handled", "handled", "handled", "abandoned", "handled", "deflected")


def contacts() -> Iterator[dict[str, str]]:
    """Yield 2,000 contacts over about four months, one every 83 minutes, of 97 customers at three sites."""
    start = datetime(2015, 10, 1, 7, tzinfo=UTC)
    for number in range(2000):
        offered = start + timedelta(minutes=83 * number)
        channel, outcome = CHANNELS[number % 5 % 3], OUTCOMES[number % len(OUTCOMES)]
        if (channel, outcome) == ("email", "abandoned"):
            outcome = "expired"
        row = {
            "contact": str(number),
            "customer": f"c{number % 97}",
            "site": SITES[number % 3],
            "segment": "gold" if number % 4 else "",
            "channel": channel,
            "moment": "complaint" if number % 7 == 0 else "question",
            "offered_at": offered.isoformat(),
            "outcome": outcome,
        }
        if outcome == "handled":
            answered = offered + timedelta(seconds=number % 90)
            row |= {"answered_at": answered.isoformat(), "ended_at": (answered + timedelta(seconds=400)).isoformat()}
            row |= {"talk": str(200 + number % 100), "hold": "10", "acw": "20", "agent": f"a{number % 9}", "team": "T1"}
        yield row


async def fill(url: str) -> None:
    """Fill a template database with the contacts above, and refresh the rollups."""
    await prepare(Settings(database_url=url))
    pool = await opened(url)
    summary = await load(pool, "contacts", contacts(), zone="Europe/Paris")
    assert summary.rejected == 0
    await refresh(pool)
    await pool.close()


async def opened(url: str) -> Pool:
    """Open a small pool that may write."""
    return await open_pool(url, size_min=0, size_max=2, acquire_timeout_seconds=5.0, statement_timeout_seconds=60.0)


@dataclass
class Rest:
    """A running service, an HTTP client for it, and the URL of its database."""

    service: Service
    client: httpx.AsyncClient
    url: str

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Return the response to a GET request. Check that the status is 200."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = await self.client.get(path, headers=named)
        assert response.status_code == 200, response.text
        return response


@asynccontextmanager
async def serving(url: str) -> AsyncIterator[Rest]:
    """Open the service over a database for the duration of the block."""
    async with (
        open_service(Settings(database_url=url, pool_min=1, pool_max=4)) as service,
        client_of(service.app) as client,
    ):
        yield Rest(service, client, url)
