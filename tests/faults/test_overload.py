"""More questions than the database can answer: new ones are refused at once with Retry-After; cached answers are still
served.
"""

import asyncio

import pytest

from cadran.app import open_service
from cadran.cli.database import prepare
from cadran.errors import DatabaseUnavailable, Overloaded
from cadran.settings import Settings
from cadran.store.pool import Queues, open_pool
from tests.faults.conftest import Victim
from tests.keys import client_of, give_key
from tests.polling import until


def month(number: int) -> str:
    return f"/v1/indicators?metrics=contacts&period=2015-{number:02}"


def document(number: int) -> dict[str, str]:
    return {"query": f'{{ indicators(period: {{named: "2015-{number:02}"}}) {{ totals {{ contacts {{ value }} }} }} }}'}


async def test_one_too_many_is_refused_at_once_and_what_is_kept_goes_on(victim: Victim):
    await prepare(Settings(database_url=victim.url))
    await give_key(victim.url)
    settings = Settings(
        database_url=victim.url,
        pool_min=2,
        pool_max=2,
        waiting_max=1,
        acquire_timeout_seconds=20.0,
        statement_timeout_seconds=20.0,
    )
    async with open_service(settings) as service, client_of(service.app) as client:
        assert (await client.get(month(1))).status_code == 200
        assert (await client.post("/graphql", json=document(1))).json()["data"]
        victim.freeze()
        under_way = [asyncio.create_task(client.get(month(number))) for number in (2, 3, 4)]
        await until(lambda: service.pool.under_way == 3)
        async with asyncio.timeout(5):
            refused = await client.get(month(5))
            assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
            assert int(refused.headers["retry-after"]) > 0
            told = (await client.post("/graphql", json=document(5))).json()
            assert [error["extensions"]["code"] for error in told["errors"]] == ["overloaded"]
            assert (await client.get(month(1))).status_code == 200
            assert (await client.post("/graphql", json=document(1))).json()["data"]
            assert (await client.get("/live")).status_code == 200
        assert not any(task.done() for task in under_way)
        victim.thaw()
        assert {response.status_code for response in await asyncio.gather(*under_way)} == {200}
        assert (await client.get(month(5))).status_code == 200
        assert service.pool.under_way == 0


async def test_one_question_about_many_facts_waits_for_itself(database: str):
    await give_key(database)
    metrics = "qos,fcr,occupancy,goodwill_count,turnover,churned_customers,late_login,contacts_per_agent_hour"
    settings = Settings(database_url=database, pool_min=1, pool_max=2, waiting_max=1)
    async with open_service(settings) as service, client_of(service.app) as client:
        response = await client.get(f"/v1/indicators?metrics={metrics}&period=2015&explain=true")
        assert response.status_code == 200, response.text
        # The question needs more statements than the pool has room for at a time.
        assert len(response.json()["sources"]) > 3


async def test_a_wait_has_its_end_and_health_its_place(database: str):
    pool = await open_pool(
        database,
        size_min=1,
        size_max=1,
        queues=Queues(waiting_max=0),
        acquire_timeout_seconds=0.2,
        statement_timeout_seconds=5.0,
    )
    async with pool.acquire():
        with pytest.raises(Overloaded):
            await pool.fetch("SELECT 1")
        checking = [asyncio.create_task(pool.healthy()) for _ in range(20)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        # Of all concurrent health checks only one waits for the database.
        assert pool.under_way == 2
        assert await asyncio.gather(*checking) == [False] * 20
    assert await pool.healthy()
    assert issubclass(Overloaded, DatabaseUnavailable)
    await pool.close()
