"""After a load of any one kind, the refresh leaves the rollups of every fact correct.

The refresh recomputes only the facts that the load's marks are declared to affect. Each load is followed by a refresh
and a check. If a declaration is missing, a rollup stays outdated, and the check finds it.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from cadran.facts.check import check_figures
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.length import choose
from tests.oracle.agent_time import with_time
from tests.oracle.calendars import with_calendars
from tests.oracle.callbacks import with_callbacks
from tests.oracle.cases import with_cases
from tests.oracle.goodwill import with_goodwill
from tests.oracle.loader import fill, put, replace_calendars
from tests.oracle.queues import with_queues
from tests.oracle.surveys import INSTRUMENTS, with_surveys
from tests.oracle.test_corrections import LOADS
from tests.oracle.world import World, contact, make


async def later(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load a contact some days after all others, so that earlier ones that had to wait can be judged."""
    assert world.horizon is not None
    offered = {"offered_at": world.horizon + timedelta(days=random.choice([1, 4, 8])), "parent": None, "ended_at": None}
    row = contact(world, random, f"later{number}") | offered
    await put(pool, "contacts", [row])
    world.put(row)


async def hours(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load other opening hours and exceptional days."""
    await replace_calendars(pool, with_calendars(world, 40 + number))


async def prices(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load tariffs with other prices per contact."""
    await put(pool, "tariffs", [{**row, "per_contact": 7 + number} for row in world.tariffs])


async def cuts(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load other cuts for an instrument of customers and for that of employees."""
    cut = ({"satisfied_from": 5, "dissatisfied_to": 1}, {"satisfied_from": 4, "dissatisfied_to": 3})[number % 2]
    await put(pool, "instruments", [{"instrument": code, **INSTRUMENTS[code], **cut} for code in ("csat5", "staff")])


async def zones(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load another time zone for a site."""
    zone = ("Pacific/Auckland", "America/Anchorage")[number % 2]
    await put(pool, "sites", [{"site": "S1", **world.sites["S1"], "zone": zone}])


async def outcomes(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load some deflected contacts again as ended by a promised callback, and some promised callbacks as deflected."""
    ended = {"deflected": "callback", "callback": "deflected"}
    rows = [{**row, "outcome": ended[row["outcome"]]} for row in world.contacts.values() if row["outcome"] in ended]
    rows = random.sample(rows, min(len(rows), 12))
    await put(pool, "contacts", rows)
    for row in rows:
        world.put(row)


KINDS = (*LOADS, outcomes, later, hours, prices, cuts, zones)


@pytest.mark.parametrize("seed", choose([3], long=[3, 8, 13]))
async def test_every_rollup_is_right_after_a_load_of_any_one_kind(writing: Pool, seed: int):
    random = Random(seed)
    world = with_surveys(with_calendars(with_queues(make(seed, "paris", 250)), seed), 150)
    world = with_cases(with_callbacks(with_goodwill(world, 50), 60), 60)
    await fill(writing, with_time(world, seed, days=5))
    assert await check_figures(writing) == ([], 0)
    for number in range(choose(1, long=2)):
        for load in random.sample(KINDS, len(KINDS)):
            await load(writing, world, random, number)
            await refresh(writing)
            assert await check_figures(writing) == ([], 0), load.__name__
