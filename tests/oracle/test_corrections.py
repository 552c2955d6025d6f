"""Late, repeated and corrected facts: after any sequence of loads the rollups show exactly the final state."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from cadran.app import open_service
from cadran.compiler.refresh.affected_facts import EVERYTHING
from cadran.domain.catalogue import METRICS
from cadran.domain.metrics.recovery import RECOVERY
from cadran.facts.check import check_figures
from cadran.facts.refresh.refresh import refresh
from cadran.facts.schema.deletion import DELETABLE
from cadran.facts.schema.fact import MARK_DAYS
from cadran.facts.schema.facts import FACTS
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.length import choose
from tests.oracle.agent_time import put as put_time
from tests.oracle.agent_time import shift, taken_back
from tests.oracle.calendars import with_calendars
from tests.oracle.callbacks import callback
from tests.oracle.cases import FLOWS, STOCKS, case, put_case
from tests.oracle.comparison import agree
from tests.oracle.goodwill import GOODWILL_SLUGS, LOSS_SLUGS, gesture, keep, limit, put_limits
from tests.oracle.loader import (
    put,
    put_cases,
    put_dimensions,
    put_legs,
    put_visits,
    replace_calendars,
)
from tests.oracle.queues import QUEUES, visits_of_contact, with_queues
from tests.oracle.random_questions import question
from tests.oracle.surveys import survey
from tests.oracle.truth import truth
from tests.oracle.world import CASES, Row, World, contact, legs, make, seeded

STEPS = 10
QUESTIONS = 8
CALENDARS_CHANGE = (2, 6)
#: The numbers of rows of each kind that a step may delete.
GONE = {
    "contacts": (0, 4, 15), "surveys": (0, 5), "callbacks": (0, 2), "goodwill": (0, 4), "cases": (0, 0, 3),
    "reopenings": (0, 2),
}  # fmt: skip


def corrected(world: World, random: Random, row: Row) -> Row:
    """Return the contact with a correction: of its place, customer, time, outcome or other attributes, of all, or of
    none."""
    again = contact(world, random, row["contact"])
    again |= {"source": row["source"], "queue": random.choice([*QUEUES, None])}
    kinds = ["site", "customer", "time", "outcome", "wait", "moment", "queue", "parent", "nothing", "all"]
    kind = random.choice(kinds)
    if kind == "all":
        return again
    if kind == "time":
        later = timedelta(hours=random.randint(-700, 30))
        ended = row["ended_at"] and row["ended_at"] + later
        return {**row, "offered_at": row["offered_at"] + later, "ended_at": ended}
    if kind == "parent":
        return {**row, "parent": None}
    if kind == "outcome":
        names: tuple[str, ...] = ("outcome", "channel", "talk", "hold", "acw", "agent", "team", "cost", "wait")
    else:
        parts = {"site": ("site",), "customer": ("customer",), "wait": ("wait",), "moment": ("moment", "reason")}
        parts["queue"] = ("queue",)
        names = parts.get(kind, ())
    return {**row, **{name: again[name] for name in names}}


def batch(world: World, random: Random, number: int) -> list[Row]:
    """Return new contacts (some of them late), corrected ones and repeated ones."""
    rows = [
        {**contact(world, random, f"n{number}-{each}"), "queue": random.choice([*QUEUES, None])}
        for each in range(random.choice([0, 3, 40]))
    ]
    known = random.sample(list(world.contacts.values()), min(len(world.contacts), random.choice([0, 5, 25])))
    return rows + [corrected(world, random, row) for row in known] + random.sample(known, len(known) // 3)


async def contacts(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load new, corrected and repeated contacts."""
    rows = batch(world, random, number)
    await put(pool, "contacts", rows)
    # A row that the same file corrects is never stored, so it does not move the horizon.
    for row in {(row["source"], row["contact"]): row for row in rows}.values():
        world.put(row)


async def shares(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load legs of some contacts. They replace stored legs with the same number."""
    handled = [key for key, row in world.contacts.items() if row["outcome"] == "handled"]
    chosen = random.sample(handled, min(len(handled), random.choice([0, 0, 10])))
    for key in chosen:
        fresh = {leg["leg"]: leg for leg in legs(world, random, world.contacts[key])}
        stored = {leg["leg"]: {**leg, "started_at": None} for leg in world.legs.get(key, [])}
        world.legs[key] = sorted((stored | fresh).values(), key=lambda leg: leg["leg"])
    await put_legs(pool, world, chosen)


async def visits(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load visits of some contacts. They replace stored visits with the same number."""
    chosen = random.sample([*world.contacts], min(len(world.contacts), random.choice([0, 5, 20])))
    for key in chosen:
        row = {**world.contacts[key], "contact": f"{key[1]} {number}"}
        fresh = {visit["visit"]: visit for visit in visits_of_contact(row, share=1.0)}
        stored = {visit["visit"]: visit for visit in world.visits.get(key, [])}
        world.visits[key] = sorted((stored | fresh).values(), key=lambda visit: visit["visit"])
    await put_visits(pool, world, chosen)


async def surveys(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load some new and some corrected surveys."""
    asked = [survey(world, random, f"s{random.randrange(60)}") for _ in range(random.choice([3, 20]))]
    await put(pool, "surveys", asked)
    world.surveys |= {(row["source"], row["survey"]): row for row in asked}


async def promises(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load some new and some corrected promises."""
    rows = [callback(world, random, f"p{random.randrange(30)}") for _ in range(8)]
    promised = {(row["source"], row["callback"]): row for row in rows}
    await put(pool, "callbacks", promised.values())
    world.callbacks |= promised


async def gestures(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load some new and some corrected gestures. A correction may change the customer and the day."""
    rows = [gesture(world, random, f"g{random.randrange(40)}") for _ in range(random.choice([0, 8, 15]))]
    given = {(row["source"], row["goodwill"]): row for row in rows}
    await put(pool, "goodwill", given.values())
    for row in given.values():
        keep(world, row)


async def catalogue(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load some new and some corrected limits of gestures."""
    limits = [limit(world, random) for _ in range(random.choice([0, 1, 4]))]
    put_limits(world, limits)
    await put(pool, "gestures", limits)


async def calendars(pool: Pool, world: World, random: Random, number: int) -> None:
    """Replace opening hours and exceptional days in some of the steps."""
    if number in CALENDARS_CHANGE:
        await replace_calendars(pool, with_calendars(world, number))


async def worked(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load states and schedules of two agents in either order, and corrections of stored ones."""
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


async def requests(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load some new and some corrected cases. A corrected case with reopenings is deleted and loaded again."""
    for _ in range(random.choice([0, 3, 12])):
        key = (random.choice(["crm", "old"]), f"K{random.randrange(CASES):02d}")
        if world.reopenings.get(key):
            await put(pool, "deletions", [{"kind": "cases", "source": key[0], "id": key[1]}])
            del world.cases[key], world.reopenings[key]
        put_case(world, *case(world, random, *key))
        await put_cases(pool, world, [key])


async def forget(pool: Pool, world: World, random: Random, number: int) -> None:
    """Delete rows of every kind that can be deleted, and contacts with their legs, surveys and callbacks. One deletion
    names a contact that does not exist."""
    kept: dict[str, dict[tuple[str, str], Row]] = {
        "contacts": world.contacts, "surveys": world.surveys, "callbacks": world.callbacks, "goodwill": world.gestures,
        "cases": world.cases,
    }  # fmt: skip
    gone = {kind: {*random.sample([*rows], min(len(rows), random.choice(GONE[kind])))} for kind, rows in kept.items()}
    named = [{"kind": kind, "source": source, "id": code} for kind, keys in gone.items() for source, code in keys]
    named.append({"kind": "contacts", "source": "s1", "id": "never"})
    named += _last_reopenings(world, random, gone["cases"])
    await put(pool, "deletions", random.sample(named, len(named)))
    for kind, rows in kept.items():
        for key in gone[kind]:
            del rows[key]
    for key in gone["contacts"]:
        world.legs.pop(key, None)
        world.visits.pop(key, None)
    for key in gone["cases"]:
        del world.reopenings[key]
    for following in (world.surveys, world.callbacks):
        for key, row in [*following.items()]:
            if (row["contact_source"], row["contact"]) in gone["contacts"]:
                del following[key]


def _last_reopenings(world: World, random: Random, but: set[tuple[str, str]]) -> list[Row]:
    """Remove the last one or two reopenings of some cases, and return the deletions to load."""
    again = [key for key, rows in world.reopenings.items() if rows and key not in but]
    named = []
    for source, code in random.sample(again, min(len(again), random.choice(GONE["reopenings"]))):
        rows = sorted(world.reopenings[source, code], key=lambda each: each["reopening"])
        kept = max(0, len(rows) - random.choice([1, 2]))
        world.reopenings[source, code] = rows[:kept]
        named += [
            {"kind": "reopenings", "source": source, "id": code, "reopening": row["reopening"]} for row in rows[kept:]
        ]
    return named


LOADS = (contacts, shares, visits, surveys, promises, gestures, catalogue, calendars, worked, requests, forget)


async def step(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load and delete rows of every kind in random order. Sometimes a refresh follows one of the loads."""
    for each in random.sample(LOADS, len(LOADS)):
        await each(pool, world, random, number)
        if random.random() < 0.06:
            await refresh(pool)


def test_every_kind_that_can_be_deleted_is_deleted():
    """Check that the random deletions name every kind that a metric reads, as its marks show."""
    read = {fact.kind for fact in FACTS.values() if fact.change != EVERYTHING or fact.marks != MARK_DAYS}
    assert {*GONE} == {*DELETABLE} & read


@pytest.mark.parametrize(("seed", "zones"), [(1, "mixed"), *choose([], long=[(2, "paris"), (3, "lord_howe")])])
async def test_whatever_the_order_of_loads(empty: str, writing: Pool, seed: int, zones: str):
    random = Random(seeded(seed))
    world = with_queues(make(seeded(seed), zones, 0))
    await put_dimensions(writing, world)
    for number in range(STEPS):
        await step(writing, world, random, number)
    await refresh(writing)
    assert await check_figures(writing) == ([], 0)
    async with open_service(Settings(database_url=empty, values_max=10**10), cache=False) as service:
        told = truth(world)
        # Metrics that depend on earlier or later rows are asked for more often than others.
        families = ([*METRICS], [metric.slug for metric in RECOVERY], [*GOODWILL_SLUGS, *LOSS_SLUGS, *FLOWS, *STOCKS])
        for number in range(len(families) * QUESTIONS):
            await agree(service.desk, told, question(world, random, sorted(families[number % len(families)])))
