"""The listener: it reports the state first, then every payload in order, and reconnects when its connection is cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

from cadran.store.listen import Listener, State
from cadran.store.pool import Pool
from tests.polling import until
from tests.store.proxies import deaf


class Heard:
    """A recorder of what a listener reports, in order."""

    def __init__(self) -> None:
        self.told: list[str | State] = []
        self.connected = False
        self.slow = asyncio.Event()
        self.slow.set()

    async def connect(self, state: State) -> None:
        self.told.append(state)
        await self.slow.wait()
        self.connected = True

    def lost(self) -> None:
        self.told.append("lost")
        self.connected = False

    @asynccontextmanager
    async def listening(self, url: str) -> AsyncIterator[Listener]:
        listener = Listener(
            url,
            on_connect=self.connect,
            on_payload=self.told.append,
            on_lost=self.lost,
            beat_seconds=0.2,
            patience_seconds=0.5,
        )
        task = asyncio.create_task(listener.run())
        try:
            yield listener
        finally:
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled()


async def notify(pool: Pool, *payloads: str) -> None:
    for payload in payloads:
        await pool.fetch("SELECT pg_notify('cadran_changed', $1)", [payload])


async def test_state_then_payloads_in_order(database: str, pool: Pool):
    async with pool.acquire() as connection:
        await connection.execute("INSERT INTO day_version VALUES (3, '2015-12-01', 12, now())")
        await connection.execute("UPDATE data_state SET horizon = '2015-12-01 10:00+00', directory_version = 4")
    heard = Heard()
    async with heard.listening(database):
        await until(lambda: heard.connected)
        await notify(pool, "a", "b", "c")
        await until(lambda: len(heard.told) == 4)
    state = State(
        ((3, date(2015, 12, 1), 12),), datetime(2015, 12, 1, 10, tzinfo=UTC), datetime(2015, 12, 1, 10, tzinfo=UTC), 4
    )
    assert heard.told == [state, "a", "b", "c", "lost"]


async def test_payloads_wait_until_the_state_is_in_place(database: str, pool: Pool):
    heard = Heard()
    heard.slow.clear()
    async with heard.listening(database):
        await until(lambda: len(heard.told) == 1)
        await notify(pool, "early")
        await asyncio.sleep(0.05)
        assert len(heard.told) == 1
        heard.slow.set()
        await until(lambda: heard.told[-1] == "early")


async def test_a_terminated_backend_is_noticed_and_replaced(database: str, pool: Pool):
    heard = Heard()
    async with heard.listening(database):
        await until(lambda: heard.connected)
        await pool.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'cadran listener' AND datname = current_database()"
        )
        await until(lambda: len(heard.told) == 3)
        assert heard.told[1] == "lost"
        assert isinstance(heard.told[2], State)
        await notify(pool, "again")
        await until(lambda: heard.told[-1] == "again")


async def test_a_state_that_cannot_be_used_is_asked_for_again(database: str, pool: Pool):
    await pool.fetch("DELETE FROM data_state")
    heard = Heard()
    async with heard.listening(database):
        await asyncio.sleep(0.1)
        assert heard.told == []
        await pool.fetch("INSERT INTO data_state DEFAULT VALUES")
        await until(lambda: heard.connected)


async def test_a_way_on_which_notifications_get_lost_is_found_out(database: str):
    heard = Heard()
    async with deaf(database) as url, heard.listening(url) as listener:
        await until(lambda: "do not arrive" in listener.trouble)
        assert not heard.connected
    assert heard.told == []
