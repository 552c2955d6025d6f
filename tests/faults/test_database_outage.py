"""The database stops, freezes and returns: cached answers are shown as stale, other questions fail, and afterwards all
recovers.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

import pytest

from cadran.domain.access.principal import OPERATOR
from cadran.engine.cached import AnswerCache
from cadran.engine.versions import Versions
from cadran.errors import DatabaseUnavailable
from cadran.store.listen import Listener, State
from cadran.store.pool import Pool, open_pool
from tests.engine.version_ring import Hands, Ledger, ask, bump, ring
from tests.faults.conftest import Victim
from tests.polling import until


class Service:
    """A ledger behind its cache, with a listener, composed as in the application but without HTTP."""

    def __init__(self, ledger: Ledger, cache: AnswerCache, versions: Versions, clock: Hands) -> None:
        self.ledger = ledger
        self.cache = cache
        self.versions = versions
        self.clock = clock

    async def told(self, site: str = "PAU") -> tuple[int, bool]:
        """Return the data version of the answer about a site, and whether the answer is marked as stale."""
        freshness = (await self.cache.answer(ask(site), OPERATOR)).freshness
        return freshness.version, freshness.stale

    async def heard(self, version: int) -> None:
        """Wait until the notification of that version has arrived."""
        await until(lambda: self.versions.version_of(None, *ask().window.days([])) == version)


@asynccontextmanager
async def serving(url: str) -> AsyncIterator[Service]:
    versions, clock = Versions(), Hands()

    async def connected(state: State) -> None:
        versions.load(state.days, horizon=state.horizon, directory_version=state.directory_version)

    listener = Listener(
        url,
        on_connect=connected,
        on_payload=versions.apply,
        on_lost=versions.lost,
        beat_seconds=0.2,
        patience_seconds=0.5,
    )
    task = asyncio.create_task(listener.run())
    async with pooled(url) as pool:
        ledger = Ledger(pool)
        cache = ring(ledger, versions, clock=clock)
        try:
            await until(lambda: versions.connected)
            yield Service(ledger, cache, versions, clock)
        finally:
            task.cancel()
            await asyncio.wait([task])


@asynccontextmanager
async def pooled(url: str) -> AsyncIterator[Pool]:
    pool = await open_pool(url, size_min=1, size_max=4, acquire_timeout_seconds=0.5, statement_timeout_seconds=1.0)
    yield pool
    await pool.close()


async def test_a_stopped_server(victim: Victim):
    async with serving(victim.url) as service:
        first = await bump(service.ledger.pool, 1)
        await service.heard(first)
        assert await service.told() == (first, False)
        victim.stop()
        await until(lambda: not service.versions.connected)
        # During its short lifetime the answer is not yet stale.
        assert await service.told() == (first, False)
        service.clock.now += 11
        assert await service.told() == (first, True)
        with pytest.raises(DatabaseUnavailable):
            await service.told("LYON")
        victim.start()
        await until(lambda: service.versions.connected)
        second = await bump(service.ledger.pool, 1)
        await service.heard(second)
        assert await service.told() == (second, False)
        assert await service.told("LYON") == (0, False)


async def test_a_frozen_server(victim: Victim):
    async with serving(victim.url) as service:
        version = await bump(service.ledger.pool, 1)
        assert await service.told() == (version, False)
        service.clock.now += 3601
        victim.freeze()
        began = monotonic()
        # Even the first caller does not wait for the pool's time limits, because the listener notices the outage
        # sooner.
        assert await service.told() == (version, True)
        assert monotonic() - began < 4
        began = monotonic()
        assert await service.told() == (version, True)
        assert monotonic() - began < 1
        victim.thaw()
        await until(lambda: service.versions.connected)
        await until(lambda: not service.cache._flights)
        assert await service.told() == (version, False)


async def test_a_change_while_nobody_listened_is_seen_on_return(victim: Victim):
    async with serving(victim.url) as service:
        await bump(service.ledger.pool, 1)
        await service.told()
        epoch = service.versions.epoch
        victim.stop()
        victim.start()
        # The version is bumped in another process's pool, because the restart cuts the connections of this one.
        async with pooled(victim.url) as other:
            missed = await bump(other, 1)
        await until(lambda: service.versions.connected and service.versions.epoch > epoch)
        assert await service.told() == (missed, False)
