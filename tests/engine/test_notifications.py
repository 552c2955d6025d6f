"""From a commit to a caller: an answer is never older than the last notification that was received before the
question.
"""

import asyncio
from datetime import date, timedelta
from random import Random

from cadran.domain.access.principal import OPERATOR
from cadran.engine.versions import Versions
from cadran.store.listen import Listener, State
from cadran.store.pool import Pool
from tests.engine.version_ring import Ledger, ask, bump, ring
from tests.polling import until

DAYS = [date(2015, 12, 1) + timedelta(days=20 * number) for number in range(3)]
SITES = {1: "PAU", 2: "LYON"}
CHANGES = 60
SEED = 20151201


async def test_no_answer_is_older_than_its_notification(database: str, pool: Pool):
    versions = Versions()
    heard: dict[tuple[int, date], int] = {}
    listener = _listener(database, versions, heard)
    task = asyncio.create_task(listener.run())
    await until(lambda: versions.connected)
    ledger = Ledger(pool)
    cache = ring(ledger, versions)
    random, asked, done = Random(SEED), 0, asyncio.Event()

    async def change() -> None:
        for _ in range(CHANGES):
            await bump(pool, random.choice(list(SITES)), random.choice(DAYS))
            await asyncio.sleep(random.uniform(0, 0.006))
        done.set()

    async def read(number: int) -> None:
        nonlocal asked
        own = Random(SEED + number)
        while not done.is_set():
            site, day = own.choice(list(SITES)), own.choice(DAYS)
            known = heard.get((site, day), 0)
            answer = await cache.answer(ask(SITES[site], day=day), OPERATOR)
            assert answer.freshness.version >= known
            asked += 1
            await asyncio.sleep(0)

    await asyncio.gather(change(), *(read(number) for number in range(6)))
    await until(lambda: max(heard.values()) == CHANGES + 1)
    for (site, day), version in heard.items():
        assert (await cache.answer(ask(SITES[site], day=day), OPERATOR)).freshness.version == version
    # When every question was computed, the cache was not used and the test proves nothing.
    assert ledger.computed < asked
    task.cancel()
    await asyncio.wait([task])


def _listener(url: str, versions: Versions, heard: dict[tuple[int, date], int]) -> Listener:
    """Return a listener that updates `versions` and records in `heard` the version of each site and day."""

    async def connected(state: State) -> None:
        versions.load(state.days, horizon=state.horizon, directory_version=state.directory_version)

    def changed(payload: str) -> None:
        versions.apply(payload)
        for site in SITES:
            for day in DAYS:
                heard[site, day] = versions.version_of((site,), day, day + timedelta(days=1))

    return Listener(url, on_connect=connected, on_payload=changed, on_lost=versions.lost)
