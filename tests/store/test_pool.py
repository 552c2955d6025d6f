"""The connection pool: rows, time limits, lost connections, and turns of callers."""

import asyncio

import pytest

from cadran.errors import DatabaseTimeout, DatabaseUnavailable
from cadran.store.fair_queue import ask_as
from cadran.store.pool import Pool, Queues, open_pool
from tests.polling import until


async def test_fetch_gives_rows(pool: Pool):
    rows = await pool.fetch("SELECT $1::int AS figure", [7])
    assert [dict(row) for row in rows] == [{"figure": 7}]
    assert await pool.healthy()


async def test_a_read_survives_a_lost_connection(pool: Pool):
    async with pool.acquire() as first, pool.acquire() as second:
        victim = first.get_server_pid()
        await second.execute("SELECT pg_terminate_backend($1)", victim)
    rows = await pool.fetch("SELECT pg_backend_pid() AS pid")
    assert rows[0]["pid"] != victim


async def test_a_lost_connection_is_unavailable_to_a_writer(pool: Pool):
    with pytest.raises(DatabaseUnavailable):
        async with pool.acquire() as connection:
            await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")


async def test_waiting_for_a_connection_ends(database: str):
    small = await open_pool(
        database, size_min=0, size_max=1, acquire_timeout_seconds=0.1, statement_timeout_seconds=None
    )
    async with small.acquire():
        with pytest.raises(DatabaseUnavailable):
            await small.fetch("SELECT 1")
        assert not await small.healthy()
    assert await small.healthy()
    await small.close()


async def test_a_long_statement_is_stopped_by_the_server(database: str):
    strict = await open_pool(
        database, size_min=0, size_max=1, acquire_timeout_seconds=1.0, statement_timeout_seconds=0.05
    )
    with pytest.raises(DatabaseTimeout):
        await strict.fetch("SELECT pg_sleep(10)")
    assert await strict.healthy()
    await strict.close()


async def test_no_server_is_unavailable(tmp_path):
    with pytest.raises(DatabaseUnavailable):
        await open_pool(
            f"postgresql://cadran@/cadran?host={tmp_path}&port=1",
            size_min=1,
            size_max=1,
            acquire_timeout_seconds=1.0,
            statement_timeout_seconds=1.0,
        )


async def test_heavy_statements_leave_connections_for_light_ones(database: str):
    pool = await open_pool(
        database,
        size_min=0,
        size_max=2,
        acquire_timeout_seconds=10.0,
        statement_timeout_seconds=60.0,
        queues=Queues(heavy_max=1),
    )
    slow = "SELECT pg_sleep(60)"
    heavy = [asyncio.create_task(pool.fetch(slow, heavy=True)) for _ in range(6)]
    try:
        await until(lambda: pool.under_way == 6)
        async with asyncio.timeout(10):
            assert len(await pool.fetch("SELECT 1")) == 1
            assert await pool.healthy()
        assert not any(task.done() for task in heavy)
    finally:
        for task in heavy:
            task.cancel()
        await asyncio.wait(heavy)
    assert pool.under_way == 0
    assert await pool.fetch("SELECT 1", heavy=True)
    await pool.close()


async def test_callers_get_connections_in_turn(database: str):
    """Check that a caller with one statement is served soon, although another caller has twenty in the queue."""
    pool = await open_pool(
        database, size_min=0, size_max=1, acquire_timeout_seconds=30.0, statement_timeout_seconds=30.0
    )
    order: list[str] = []

    async def ask(name: str) -> None:
        ask_as(name)
        await pool.fetch("SELECT 1")
        order.append(name)

    async with pool.acquire():
        tasks = [asyncio.create_task(ask("loud")) for _ in range(20)]
        await until(lambda: pool.under_way == 21)
        tasks.append(asyncio.create_task(ask("quiet")))
        await until(lambda: pool.under_way == 22)
    await asyncio.gather(*tasks)
    assert order.index("quiet") <= 2
    await pool.close()
