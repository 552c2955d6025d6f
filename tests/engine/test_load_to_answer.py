"""The whole path from a loaded file to the answer: after a refresh is announced, every caller gets its figures."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from random import Random

import pytest

from cadran.app import Service, open_service
from cadran.domain.access.principal import OPERATOR
from cadran.domain.ask import Ask, Condition
from cadran.facts.refresh.reconcile import reconcile
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from cadran.store.pool import Pool
from cadran.telemetry import UNTRACED
from tests.defaults import load
from tests.polling import until
from tests.refs import refs

SITES = ("PAU", "LYON")
DAYS = ("2015-11-03", "2015-12-01")
_ALL = (date(2015, 1, 1), date(2017, 1, 1))


def contact(number: int, site: str, day: str) -> dict[str, str | None]:
    return {
        "contact": f"c{number}",
        "site": site,
        "channel": "phone",
        "offered_at": f"{day}T10:{number % 60:02d}:00+01:00",
        "answered_at": f"{day}T10:{number % 60:02d}:10+01:00",
        "outcome": "handled",
        "wait": "10",
        "talk": "60",
    }


@pytest.fixture
async def service(database: str, pool: Pool) -> AsyncIterator[Service]:
    """Open a service over an empty database with its rollup tables."""
    async with pool.acquire() as connection:
        await reconcile(connection)
    async with open_service(Settings(database_url=database, pool_min=1, pool_max=4)) as opened:
        yield opened


async def put(pool: Pool, *rows: dict[str, str | None]) -> None:
    """Load rows and refresh, as `cadran load` and a worker do."""
    await load(pool, "contacts", rows, zone="Europe/Paris")
    await refresh(pool)


async def contacts(service: Service, site: str, day: str) -> float:
    """Return how many contacts a site had on a day, 0 when there is no row."""
    ask = Ask(metrics=refs("contacts"), period=day, where=(Condition("site", (site,)),))
    answer = await service.desk.ask(ask, OPERATOR)
    return answer.totals[0].values[0] or 0


async def caught_up(service: Service, pool: Pool) -> None:
    """Wait until the service has received the notifications of all commits."""
    row = (await pool.fetch("SELECT max(version) AS version FROM day_version"))[0]
    await until(lambda: service.versions.version_of(None, *_ALL) >= row["version"])
    state = (await pool.fetch("SELECT directory_version AS version FROM data_state"))[0]
    await until(lambda: service.desk.directory().version >= state["version"])


async def test_a_load_shows_once_it_is_announced(service: Service, pool: Pool):
    for number, (site, day) in enumerate([(site, day) for day in DAYS for site in SITES]):
        await put(pool, contact(number, site, day))
    await caught_up(service, pool)
    assert [await contacts(service, site, day) for site in SITES for day in DAYS] == [1, 1, 1, 1]
    await put(pool, contact(9, "PAU", DAYS[0]))
    await caught_up(service, pool)
    outcomes = []
    for site in SITES:
        with UNTRACED.request() as request:
            assert await contacts(service, site, DAYS[0]) == (2 if site == "PAU" else 1)
            outcomes.append(request.outcomes["cache"])
    assert outcomes == ["miss", "hit"]


async def test_nobody_is_told_less_than_was_announced(service: Service, pool: Pool):
    for number, (site, day) in enumerate([(site, day) for day in DAYS for site in SITES]):
        await put(pool, contact(number, site, day))
    await caught_up(service, pool)
    announced = {(site, day): 1 for site in SITES for day in DAYS}
    done, asked = asyncio.Event(), 0

    async def write() -> None:
        random = Random(4)
        for number in range(10, 22):
            place = random.choice(list(announced))
            await put(pool, contact(number, *place))
            await caught_up(service, pool)
            announced[place] += 1
        done.set()

    async def read(number: int) -> None:
        nonlocal asked
        random = Random(number)
        while not done.is_set():
            place = random.choice(list(announced))
            known = announced[place]
            assert await contacts(service, *place) >= known
            asked += 1
            await asyncio.sleep(0)

    await asyncio.gather(write(), *(read(number) for number in range(4)))
    assert {place: await contacts(service, *place) for place in announced} == announced
    assert asked > 50


async def test_the_stages_of_a_question(service: Service, pool: Pool):
    await put(pool, contact(1, "PAU", DAYS[1]))
    await caught_up(service, pool)
    with UNTRACED.request() as request:
        await contacts(service, "PAU", DAYS[1])
    assert set(request.durations) == {"answer", "cache", "plan", "acquire", "execute", "shape"}
