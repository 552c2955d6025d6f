"""The refresh during loads, with killed workers and a crashing server: afterwards every bucket equals what the facts
give.
"""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from cadran.errors import DatabaseUnavailable
from cadran.facts.check import check_figures
from cadran.facts.load.session import move_horizon
from cadran.facts.refresh.reconcile import reconcile
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool, open_pool
from tests.defaults import load
from tests.faults.conftest import Victim
from tests.faults.refresh_worker import killing, workers
from tests.polling import done_or_locked, others_idle

Row = dict[str, str | None]
START = datetime(2015, 11, 20, 9, tzinfo=UTC)
OUTCOMES = ("handled", "handled", "abandoned", "deflected", "in_progress", "callback")


def batches(seed: int, count: int) -> Iterator[list[Row]]:
    """Yield batches of contacts that come late, repeat, and correct earlier ones in site, customer, day and outcome."""
    random = Random(seed)
    for _ in range(count):
        yield [_contact(random, seed) for _ in range(40)]


def _contact(random: Random, seed: int) -> Row:
    number = random.randrange(250)
    offered = START + timedelta(minutes=random.randrange(40 * 24 * 60))
    outcome = random.choice(OUTCOMES)
    handled = outcome == "handled"
    return {
        # Concurrent loads have separate contacts, so that the result does not depend on their order.
        "contact": f"{seed}-{number}",
        "customer": random.choice([None, *(f"k{key}" for key in range(20))]),
        "parent": random.choice([None, None, None, f"{seed}-{random.randrange(250)}"]),
        "site": random.choice(["PAU", "LYON", "TOURS"]),
        # Contacts on an asynchronous channel are never abandoned.
        "channel": "phone" if outcome == "abandoned" else random.choice(["phone", "email"]),
        "moment": random.choice([None, "billing", "complaint"]),
        "agent": random.choice([None, "a1", "a2"]) if handled else None,
        "offered_at": offered.isoformat(),
        "answered_at": (offered + timedelta(seconds=30)).isoformat() if handled else None,
        "outcome": outcome,
        "wait": "30",
        "talk": "200" if handled else None,
    }


async def loaded(pool: Pool, seed: int, count: int) -> dict[str, str]:
    """Load the batches, and repeat each until it succeeds. Return each contact's last site."""
    sites: dict[str, str] = {}
    for batch in batches(seed, count):
        # When a batch contains a contact several times, its last row counts.
        while True:
            with suppress(DatabaseUnavailable):
                summary = await load(pool, "contacts", batch, zone="Europe/Paris")
                assert summary.rejected == 0
                break
            await asyncio.sleep(0.05)
        sites.update({str(row["contact"]): str(row["site"]) for row in batch})
        await asyncio.sleep(0)
    return sites


async def agreed(pool: Pool, expected: dict[str, str]) -> None:
    """Refresh the rest. Then check that nothing is left to refresh, no bucket differs, and the facts are those that
    were loaded.
    """
    # The refresh leaves out the months that the session of a killed worker still holds.
    await others_idle(pool)
    await refresh(pool)
    assert await check_figures(pool) == ([], 0)
    rows = await pool.fetch("SELECT c.contact_id, s.code FROM contact AS c JOIN site AS s ON s.site_id = c.site_id")
    assert {row["contact_id"]: row["code"] for row in rows} == expected


async def test_killed_workers_and_concurrent_loads(database: str, pool: Pool):
    async with pool.acquire() as connection:
        await reconcile(connection)
    with workers(database, 2) as found:
        first, second, _ = await asyncio.gather(
            loaded(pool, 1, 30), loaded(pool, 2, 30), killing(found, times=6, seed=3)
        )
        assert sum(worker.killed for worker in found) == 6
    await agreed(pool, first | second)


async def test_a_case_that_matures_while_it_is_counted_for_the_first_time(pool: Pool):
    """Check a race: the load that moves the horizon does not see the new case, and the refresh that counts the case
    does not see the new horizon.
    """
    async with pool.acquire() as connection:
        await reconcile(connection)
    row = _contact(Random(1), 1) | {
        "customer": "k1",
        "parent": None,
        "outcome": "handled",
        "offered_at": START.isoformat(),
    }
    row |= {"channel": "phone", "answered_at": None, "talk": "200", "agent": None}
    await load(pool, "contacts", [row], zone="Europe/Paris")
    async with pool.acquire() as connection, connection.transaction():
        await move_horizon(connection, START + timedelta(days=8))
        refreshed = asyncio.create_task(refresh(pool))
        await done_or_locked(pool, refreshed)
    await refreshed
    await agreed(pool, {str(row["contact"]): str(row["site"])})


@pytest.mark.slow
async def test_a_server_that_crashes_at_work(victim: Victim):
    pool = await open_pool(
        victim.url, size_min=0, size_max=4, acquire_timeout_seconds=2.0, statement_timeout_seconds=None
    )
    async with pool.acquire() as connection:
        await reconcile(connection)
    done = asyncio.Event()

    async def refreshing() -> None:
        while not done.is_set():
            with suppress(DatabaseUnavailable):
                await refresh(pool)
            await asyncio.sleep(0.01)

    async def crashing() -> None:
        random = Random(5)
        for _ in range(3):
            await asyncio.sleep(random.uniform(0.3, 0.6))
            with suppress(DatabaseUnavailable):
                rows = await pool.fetch(
                    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                )
                # A backend that is killed this way makes the whole server go through crash recovery.
                for row in rows[:1]:
                    os.kill(row["pid"], signal.SIGKILL)

    refreshed = asyncio.create_task(refreshing())
    expected, _ = await asyncio.gather(loaded(pool, 4, 40), crashing())
    done.set()
    await refreshed
    await agreed(pool, expected)
    await pool.close()
