"""Late, repeated and corrected facts: after any sequence of loads the rollups tell the final state, and only that."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from cadran.app import open_service
from cadran.domain.catalogue import METRICS
from cadran.domain.metrics.recovery import RECOVERY
from cadran.facts.check import check
from cadran.facts.refresh import refresh
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.oracle.asking import agree
from tests.oracle.calendars import with_calendars
from tests.oracle.calling import callback
from tests.oracle.casing import case, put_case
from tests.oracle.loading import put, put_cases, put_dimensions, put_legs, replace_calendars
from tests.oracle.questions import question
from tests.oracle.surveying import survey
from tests.oracle.truth import truth
from tests.oracle.working import put as put_time
from tests.oracle.working import shift, taken_back
from tests.oracle.world import CASES, Row, World, contact, legs, make

STEPS = 10
QUESTIONS = 12
CALENDARS_CHANGE = (2, 6)


def corrected(world: World, random: Random, row: Row) -> Row:
    """The contact again, with something about it put right: place, person, time, outcome, or anything."""
    again = contact(world, random, row["contact"])
    again["source"] = row["source"]
    kind = random.choice(["site", "customer", "time", "outcome", "moment", "parent", "nothing", "all"])
    if kind == "all":
        return again
    if kind == "time":
        return {**row, "offered_at": row["offered_at"] + timedelta(hours=random.randint(-700, 30))}
    if kind == "parent":
        return {**row, "parent": None}
    if kind == "outcome":
        names: tuple[str, ...] = ("outcome", "channel", "talk", "hold", "acw", "agent", "team", "cost", "wait")
    else:
        names = {"site": ("site",), "customer": ("customer",), "moment": ("moment", "reason")}.get(kind, ())
    return {**row, **{name: again[name] for name in names}}


def batch(world: World, random: Random, number: int) -> list[Row]:
    """New contacts (some of them late), corrected ones and repeated ones."""
    rows = [contact(world, random, f"n{number}-{each}") for each in range(random.choice([0, 3, 40]))]
    known = random.sample(list(world.contacts.values()), min(len(world.contacts), random.choice([0, 5, 25])))
    return rows + [corrected(world, random, row) for row in known] + random.sample(known, len(known) // 3)


async def worked(pool: Pool, world: World, random: Random) -> None:
    """Load what some agents did and were to do, before or after it was planned, and some of it again, put right."""
    agents = random.sample([*world.agents], 2)
    done = [
        shift(world, random, agent, random.choice(world.centres) + timedelta(days=random.randrange(5)))
        for agent in agents
    ]
    states = [row for each in done for row in each[0]] + taken_back(random, world.states, "started_at", "ended_at")
    schedules = [row for each in done for row in each[1]] + taken_back(random, world.schedules, "starts_at", "ends_at")
    both = [("states", states), ("schedules", schedules)]
    for kind, rows in random.sample(both, 2):
        await put(pool, kind, rows)
    put_time(world, states, schedules)


async def step(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load a batch, perhaps some legs, surveys and promises; other calendars now and then; and refresh perhaps."""
    rows = batch(world, random, number)
    await put(pool, "contacts", rows)
    for row in rows:
        world.put(row)
    handled = [key for key, row in world.contacts.items() if row["outcome"] == "handled"]
    chosen = random.sample(handled, min(len(handled), random.choice([0, 0, 10])))
    for key in chosen:
        fresh = {leg["leg"]: leg for leg in legs(world, random, world.contacts[key])}
        stored = {leg["leg"]: {**leg, "started_at": None} for leg in world.legs.get(key, [])}
        world.legs[key] = sorted((stored | fresh).values(), key=lambda leg: leg["leg"])
    await put_legs(pool, world, chosen)
    asking = Random(number)
    asked = [survey(world, asking, f"s{asking.randrange(60)}") for _ in range(asking.choice([3, 20]))]
    await put(pool, "surveys", asked)
    world.surveys |= {(row["source"], row["survey"]): row for row in asked}
    promised = {(row["source"], row["callback"]): row for row in (_promise(world, asking) for _ in range(8))}
    await put(pool, "callbacks", promised.values())
    world.callbacks |= promised
    if number in CALENDARS_CHANGE:
        await replace_calendars(pool, with_calendars(world, number))
    await requests(pool, world, Random(number))
    await worked(pool, world, Random(number))
    await forget(pool, world, Random(number))
    if random.random() < 0.6:
        await refresh(pool)


def _promise(world: World, random: Random) -> Row:
    """A promise, new or corrected."""
    return callback(world, random, f"p{random.randrange(30)}")


async def requests(pool: Pool, world: World, random: Random) -> None:
    """Load some cases, new ones and corrected ones. A corrected case with reopenings is told anew from its opening."""
    for _ in range(random.choice([0, 3, 12])):
        key = (random.choice(["crm", "old"]), f"K{random.randrange(CASES):02d}")
        if world.reopenings.get(key):
            await put(pool, "deletions", [{"kind": "cases", "source": key[0], "id": key[1]}])
            del world.cases[key], world.reopenings[key]
        put_case(world, *case(world, random, *key))
        await put_cases(pool, world, [key])


async def forget(pool: Pool, world: World, random: Random) -> None:
    """Take some contacts back, with what hangs on them, and some surveys and promises; name some that are not there."""
    contacts = random.sample([*world.contacts], min(len(world.contacts), random.choice([0, 4, 15])))
    surveys = random.sample([*world.surveys], min(len(world.surveys), random.choice([0, 5])))
    rows = [{"kind": "contacts", "source": source, "id": code} for source, code in contacts]
    cases = random.sample([*world.cases], min(len(world.cases), random.choice([0, 0, 3])))
    rows += [{"kind": "cases", "source": source, "id": code} for source, code in cases]
    rows += [{"kind": "surveys", "source": source, "id": code} for source, code in surveys]
    promises = random.sample([*world.callbacks], min(len(world.callbacks), random.choice([0, 2])))
    rows += [{"kind": "callbacks", "source": source, "id": code} for source, code in promises]
    await put(pool, "deletions", [*rows, {"kind": "contacts", "source": "s1", "id": "never"}])
    for key in contacts:
        del world.contacts[key]
        world.legs.pop(key, None)
    for key in cases:
        del world.cases[key]
        del world.reopenings[key]
    gone = {*contacts}
    for key, row in [*world.surveys.items()]:
        if key in surveys or (row["contact_source"], row["contact"]) in gone:
            del world.surveys[key]
    for key, row in [*world.callbacks.items()]:
        if key in promises or (row["contact_source"], row["contact"]) in gone:
            del world.callbacks[key]


@pytest.mark.parametrize(("seed", "zones"), [(1, "mixed"), (2, "paris"), (3, "lord_howe")])
async def test_whatever_the_order_of_loads(empty: str, writing: Pool, seed: int, zones: str):
    random = Random(seed)
    world = make(seed, zones, 0)
    await put_dimensions(writing, world)
    for number in range(STEPS):
        await step(writing, world, random, number)
    await refresh(writing)
    assert await check(writing) == ([], 0)
    async with open_service(Settings(database_url=empty, rows_max=10**9), cache=False) as service:
        told = truth(world)
        for number in range(2 * QUESTIONS):
            # Those that depend on what came before or after are asked for as often as all others together.
            slugs = [metric.slug for metric in RECOVERY] if number % 2 else sorted(METRICS)
            await agree(service.desk, told, question(world, random, slugs))
