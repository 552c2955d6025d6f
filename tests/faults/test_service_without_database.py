"""The whole application while PostgreSQL is away: cached answers are marked stale; other requests get 503."""

import asyncio
from datetime import UTC, datetime

from cadran.app import open_service
from cadran.facts.refresh.reconcile import reconcile
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from cadran.store.pool import open_pool
from tests.defaults import load
from tests.faults.conftest import Victim
from tests.keys import client_of, give_key
from tests.polling import until

FRESH_SECONDS = 0.2
CONTACT = {
    "contact": "1",
    "site": "PAU",
    "channel": "phone",
    "offered_at": "2015-12-01T10:00:00+01:00",
    "answered_at": "2015-12-01T10:00:10+01:00",
    "outcome": "handled",
}
QUESTION = "/v1/indicators?metrics=contacts&by=site&period=2015-12"
OTHER = "/v1/indicators?metrics=contacts&by=channel&period=2015-11"


async def test_the_application_outlives_its_database(victim: Victim):
    await _fill(victim.url)
    settings = Settings(
        database_url=victim.url,
        pool_min=1,
        pool_max=2,
        acquire_timeout_seconds=0.5,
        fresh_seconds=FRESH_SECONDS,
        closed_seconds=FRESH_SECONDS,
    )
    async with open_service(settings) as service, client_of(service.app) as client:
        fresh = (await client.get(QUESTION)).json()
        assert (fresh["rows"][0]["contacts"], fresh["stale"]) == (1, False)
        victim.stop()
        await until(lambda: not service.versions.connected)
        await asyncio.sleep(FRESH_SECONDS)
        kept = await client.get(QUESTION)
        assert kept.status_code == 200
        assert (kept.json()["rows"], kept.json()["stale"]) == (fresh["rows"], True)
        assert (kept.headers["cadran-stale"], kept.headers["cache-control"]) == ("true", "private, no-cache")
        assert kept.headers["cadran-stale-after"] < datetime.now(UTC).isoformat()
        again = await client.get(QUESTION, headers={"if-none-match": kept.headers["etag"]})
        assert (again.status_code, again.headers["cadran-stale"]) == (304, "true")
        assert "cache;desc=stale" in kept.headers["server-timing"]
        refused = await client.get(OTHER)
        assert (refused.status_code, refused.json()["code"]) == (503, "database_unavailable")
        assert refused.headers["content-type"].startswith("application/problem+json")
        assert ((await client.get("/live")).status_code, (await client.get("/ready")).status_code) == (200, 503)
        victim.start()
        await until(lambda: service.versions.connected)
        back = await client.get(QUESTION, headers={"if-none-match": kept.headers["etag"]})
        assert (back.json()["stale"], back.headers["cadran-stale"]) == (False, "false")
        assert (await client.get(OTHER)).status_code == 200
        assert (await client.get("/ready")).status_code == 200


async def _fill(url: str) -> None:
    pool = await open_pool(url, size_min=0, size_max=2, acquire_timeout_seconds=5.0, statement_timeout_seconds=None)
    async with pool.acquire() as connection:
        await reconcile(connection)
    await load(pool, "contacts", [CONTACT], zone="Europe/Paris")
    await refresh(pool)
    await pool.close()
    await give_key(url)
