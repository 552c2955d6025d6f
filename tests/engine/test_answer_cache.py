"""The answer cache: it computes an answer once for many callers, is never older than the last notification, uses few
bytes, and marks answers as stale while the listener is disconnected.
"""

import asyncio
import json
from datetime import date, timedelta

import pytest

from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.question import Filter
from cadran.engine.answer_size import estimate_bytes
from cadran.errors import DatabaseUnavailable
from cadran.store.pool import Pool
from cadran.telemetry import UNTRACED
from tests.engine.version_ring import ASKED_AT, Hands, Ledger, ask, bump, gathered, listening, ring

DECEMBER = date(2015, 12, 1)
TODAY = date(2016, 1, 7)


def said(version: int, site: int, *days: date) -> str:
    return json.dumps({"version": version, "site": site, "days": [day.isoformat() for day in days]})


async def test_an_equal_question_is_computed_once(pool: Pool):
    ledger = Ledger(pool)
    cache = ring(ledger, listening())
    with UNTRACED.request() as request:
        first = await cache.answer(ask(), OPERATOR)
        assert request.outcomes == {"cache": "miss"}
    with UNTRACED.request() as request:
        assert await cache.answer(ask(), OPERATOR) is first
        assert request.server_timing().startswith("cache;desc=hit;dur=")
    assert ledger.computed == 1
    await cache.answer(ask("LYON"), OPERATOR)
    await cache.answer(ask(), Principal("narrow", (Filter("site", ("LYON",)),)))
    assert ledger.computed == 3


async def test_sixteen_cold_questions_are_one_computation(pool: Pool):
    ledger = Ledger(pool)
    cache = ring(ledger, listening())
    await asyncio.gather(*(cache.answer(ask(), OPERATOR) for _ in range(16)))
    assert ledger.computed == 1


async def test_whoever_gives_up_does_not_take_the_others_along(pool: Pool):
    ledger, gate = Ledger(pool), asyncio.Event()
    ledger.before = gate.wait
    cache = ring(ledger, listening())
    first, *others = [asyncio.create_task(cache.answer(ask(), OPERATOR)) for _ in range(3)]
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.wait([first])
    gate.set()
    assert await gathered(*others) == [0, 0]
    assert (first.cancelled(), ledger.computed) == (True, 1)


async def test_an_error_reaches_all_and_is_not_kept(pool: Pool):
    async def fail() -> None:
        await asyncio.sleep(0)
        raise DatabaseUnavailable("away")

    ledger = Ledger(pool)
    ledger.before = fail
    cache = ring(ledger, listening())
    told = await asyncio.gather(*(cache.answer(ask(), OPERATOR) for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in told] == [DatabaseUnavailable] * 3
    ledger.before = None
    assert not (await cache.answer(ask(), OPERATOR)).freshness.stale
    assert ledger.computed == 2


async def test_a_change_evicts_what_it_touches_only(pool: Pool):
    ledger, versions = Ledger(pool), listening()
    cache = ring(ledger, versions)
    questions = [ask("PAU"), ask("LYON"), ask(None), ask("PAU", day=date(2015, 6, 1))]
    for question in questions:
        await cache.answer(question, OPERATOR)
    versions.apply(said(await bump(pool, 1), 1, DECEMBER))
    ledger.computed = 0
    assert [(await cache.answer(question, OPERATOR)).freshness.version for question in questions] == [2, 0, 2, 0]
    assert ledger.computed == 2
    versions.apply('{"directory": 2}')
    for question in questions:
        await cache.answer(question, OPERATOR)
    assert ledger.computed == 6


async def test_a_change_during_the_computation_is_not_missed(pool: Pool):
    ledger, versions, gate, read = Ledger(pool), listening(), asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        read.set()
        await gate.wait()

    ledger.after = hold
    cache = ring(ledger, versions)
    early = asyncio.create_task(cache.answer(ask(), OPERATOR))
    await read.wait()
    versions.apply(said(await bump(pool, 1), 1, DECEMBER))
    # A caller who asks after the change must not get an answer whose computation began before the change.
    late = asyncio.create_task(cache.answer(ask(), OPERATOR))
    await asyncio.sleep(0.05)
    gate.set()
    assert await gathered(early, late) == [0, 2]
    assert (await cache.answer(ask(), OPERATOR)).freshness.version == 2
    assert ledger.computed == 2


async def test_a_slow_old_computation_does_not_replace_a_newer_one(pool: Pool):
    ledger, versions, gate, read = Ledger(pool), listening(), asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        ledger.after = None
        read.set()
        await gate.wait()

    ledger.after = hold
    cache = ring(ledger, versions)
    early = asyncio.create_task(cache.answer(ask(), OPERATOR))
    await read.wait()
    versions.apply(said(await bump(pool, 1), 1, DECEMBER))
    assert (await cache.answer(ask(), OPERATOR)).freshness.version == 2
    gate.set()
    assert await gathered(early) == [0]
    assert (await cache.answer(ask(), OPERATOR)).freshness.version == 2
    assert ledger.computed == 2


async def test_the_cache_stays_within_its_bytes(pool: Pool):
    ledger = Ledger(pool)
    one = estimate_bytes(await ledger.answer(ask(), OPERATOR))
    cache = ring(ledger, listening(), bytes_max=3 * one)
    for number in range(5):
        await cache.answer(ask(day=DECEMBER + timedelta(days=number)), OPERATOR)
    ledger.computed = 0
    for number in (4, 3, 2, 1):
        await cache.answer(ask(day=DECEMBER + timedelta(days=number)), OPERATOR)
    assert ledger.computed == 1
    none = ring(ledger, listening(), bytes_max=0)
    await none.answer(ask(), OPERATOR)
    await none.answer(ask(), OPERATOR)
    assert ledger.computed == 3


@pytest.mark.parametrize(("day", "seconds"), [(DECEMBER, 3600), (TODAY, 10), (TODAY - timedelta(days=5), 10)])
async def test_a_closed_past_is_kept_longer(pool: Pool, day: date, seconds: float):
    ledger, clock = Ledger(pool), Hands()
    cache = ring(ledger, listening(), clock=clock)
    answer = await cache.answer(ask(day=day), OPERATOR)
    assert answer.freshness.stale_after == ASKED_AT + timedelta(seconds=seconds)
    clock.now += seconds - 0.1
    await cache.answer(ask(day=day), OPERATOR)
    assert ledger.computed == 1
    clock.now += 0.2
    await cache.answer(ask(day=day), OPERATOR)
    assert ledger.computed == 2


async def test_a_lost_listener_shortens_everything_and_its_return_flushes(pool: Pool):
    ledger, versions, clock = Ledger(pool), listening(), Hands()
    cache = ring(ledger, versions, clock=clock)
    await cache.answer(ask(), OPERATOR)
    clock.now += 60
    await cache.answer(ask(), OPERATOR)
    assert ledger.computed == 1
    versions.lost()
    await cache.answer(ask(), OPERATOR)
    await cache.answer(ask(), OPERATOR)
    assert ledger.computed == 2
    versions.load([], horizon=None, directory_version=1)
    await cache.answer(ask(), OPERATOR)
    assert ledger.computed == 3
