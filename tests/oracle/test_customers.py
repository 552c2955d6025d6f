"""Customers as they change: segments, worth, leaving and gestures told late, corrected and taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from cadran.app import open_service
from cadran.domain.principal import OPERATOR
from cadran.engine.desk import Desk
from cadran.facts.check import check
from cadran.facts.refresh import refresh
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.oracle import clientele, giving
from tests.oracle.asking import agree, words
from tests.oracle.conftest import Loaded
from tests.oracle.loading import put, put_dimensions
from tests.oracle.questions import question
from tests.oracle.selecting import Asked
from tests.oracle.truth import truth
from tests.oracle.world import SEGMENTS, World, contact, make

STEPS = 6
QUESTIONS = 40
METRICS = [
    *giving.GESTURE_SLUGS,
    *giving.LOSS_SLUGS,
    "contact_share_of_customers",
    "potential",
    "management_cost",
    "clv",
]


async def step(pool: Pool, world: World, random: Random, number: int) -> None:
    """Some contacts, changes of customers, gestures new and again; some taken back."""
    rows = [contact(world, random, f"n{number}-{each}") for each in range(15)]
    await put(pool, "contacts", rows)
    for row in rows:
        world.put(row)
    codes = random.sample([*world.customers], 8)
    await put(pool, "customers", [row for code in codes for row in clientele.change(world, random, code)])
    for code in codes[:3]:
        customer = world.customers[code]
        joined = customer["joined_on"] or world.centres[0] - timedelta(days=90)
        customer["churned_on"] = random.choice([None, joined + timedelta(days=random.randrange(200))])
        world.values[code] = [(day, value + 1) for day, value in world.values[code]]
    await put(pool, "customers", clientele.rows(world, codes[:3]))
    given = [giving.gesture(world, random, f"g{random.randrange(40)}") for _ in range(random.choice([4, 20]))]
    await put(pool, "gestures", given)
    for row in given:
        giving.keep(world, row)
    gone = random.sample([*world.gestures], 2)
    await put(pool, "deletions", [{"kind": "gestures", "source": source, "id": code} for source, code in gone])
    for key in gone:
        del world.gestures[key]
    if random.random() < 0.5:
        await refresh(pool)


@pytest.mark.parametrize(("seed", "zones"), [(11, "mixed"), (12, "paris"), (13, "new_york")])
async def test_whatever_becomes_known_of_customers(empty: str, writing: Pool, seed: int, zones: str):
    random = Random(seed)
    world = make(seed, zones, 0)
    await put_dimensions(writing, world)
    for number in range(STEPS):
        await step(writing, world, random, number)
    await refresh(writing)
    assert await check(writing) == ([], 0)
    async with open_service(Settings(database_url=empty, rows_max=10**9), cache=False) as service:
        told = truth(world)
        for _ in range(QUESTIONS):
            await agree(service.desk, told, question(world, random, METRICS))


async def denominators(desk: Desk, asked: Asked) -> dict[object, float]:
    """The bases by bucket, summed over the segments where the question splits by them."""
    answer = await desk.ask(words(asked), OPERATOR)
    found: dict[object, float] = {}
    for row, base in enumerate(answer.figures[0].denominators):
        found[answer.keys[0].values[row]] = found.get(answer.keys[0].values[row], 0) + (base or 0)
    return found


@pytest.mark.parametrize("grain", ["month", "year"])
async def test_the_bases_of_the_segments_sum_to_the_base(loaded: Loaded, grain: str):
    """Every segment is asked for by itself: a row is there only for those in contact."""
    world = loaded.truth.world
    start, end = datetime.fromisoformat("2014-12-03"), datetime.fromisoformat("2015-12-20")
    share = (("contact_share_of_customers", ()),)
    whole = await denominators(loaded.desk, Asked(share, start, end, grain=grain))
    parts: dict[object, float] = {}
    for segment in (*SEGMENTS, None):
        where = (("segment", (segment,), False),)
        for bucket, base in (
            await denominators(loaded.desk, Asked(share, start, end, grain=grain, where=where))
        ).items():
            parts[bucket] = parts.get(bucket, 0) + base
    filled = {bucket: base for bucket, base in whole.items() if bucket in parts}
    assert filled
    assert any(len(known) > 1 for known in world.segments.values())
    for bucket, base in filled.items():
        assert parts[bucket] <= base
    totals = [
        await _total(loaded.desk, Asked(share, start, end, where=(("segment", (each,), False),)))
        for each in (*SEGMENTS, None)
    ]
    assert sum(totals) == await _total(loaded.desk, Asked(share, start, end))


async def _total(desk: Desk, asked: Asked) -> float:
    return (await desk.ask(words(asked), OPERATOR)).totals[0].denominators[0] or 0


async def test_what_clusters_need_is_joined_by_customer(loaded: Loaded):
    """Satisfaction, potential and cost of each customer, from the facts themselves."""
    rows = await loaded.pool.fetch(
        "SELECT s.customer_id, avg(s.score) AS score, max(v.potential) AS potential, max(v.management_cost) AS cost"
        " FROM survey_fact AS s JOIN customer_value AS v ON v.customer_id = s.customer_id"
        " WHERE s.answered_at IS NOT NULL AND s.customer_id <> 0 GROUP BY s.customer_id",
        [],
    )
    assert any(None not in (row["score"], row["potential"], row["cost"]) for row in rows)
