"""Customers that change: segments, values, departures and gestures that arrive late, are corrected or are deleted."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from cadran.app import open_service
from cadran.domain.access.principal import OPERATOR
from cadran.engine.desk import Desk
from cadran.facts.check import check_figures
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.length import choose
from tests.oracle import customer_history, goodwill
from tests.oracle.comparison import agree, words
from tests.oracle.conftest import WorldService
from tests.oracle.loader import put, put_dimensions, put_facts
from tests.oracle.question import OracleQuestion
from tests.oracle.random_questions import question
from tests.oracle.truth import truth
from tests.oracle.world import SEGMENTS, World, contact, make, seeded

STEPS = 6
QUESTIONS = 40
at = datetime.fromisoformat
METRICS = [
    *goodwill.GOODWILL_SLUGS,
    *goodwill.MONTH_SLUGS,
    *goodwill.LOSS_SLUGS,
    "contact_share_of_customers",
    "potential",
    "management_cost",
    "clv",
]


async def step(pool: Pool, world: World, random: Random, number: int) -> None:
    """Load some contacts, changes of customers, and new and corrected gestures. Delete two gestures."""
    rows = [contact(world, random, f"n{number}-{each}") for each in range(15)]
    await put(pool, "contacts", rows)
    for row in rows:
        world.put(row)
    codes = random.sample([*world.customers], 8)
    await put(pool, "customers", [row for code in codes for row in customer_history.change(world, random, code)])
    for code in codes[:3]:
        customer = world.customers[code]
        joined = customer["joined_on"] or world.centres[0] - timedelta(days=90)
        customer["churned_on"] = random.choice([None, joined + timedelta(days=random.randrange(200))])
        world.values[code] = [(day, value + 1) for day, value in world.values[code]]
    await put(pool, "customers", customer_history.rows(world, codes[:3]))
    given = [goodwill.gesture(world, random, f"g{random.randrange(40)}") for _ in range(random.choice([4, 20]))]
    await put(pool, "goodwill", given)
    for row in given:
        goodwill.keep(world, row)
    gone = random.sample([*world.gestures], 2)
    await put(pool, "deletions", [{"kind": "goodwill", "source": source, "id": code} for source, code in gone])
    for key in gone:
        del world.gestures[key]
    if random.random() < 0.5:
        await refresh(pool)


@pytest.mark.parametrize(("seed", "zones"), [(11, "mixed"), *choose([], long=[(12, "paris"), (13, "new_york")])])
async def test_whatever_becomes_known_of_customers(empty: str, writing: Pool, seed: int, zones: str):
    random = Random(seeded(seed))
    world = make(seeded(seed), zones, 0)
    await put_dimensions(writing, world)
    for number in range(STEPS):
        await step(writing, world, random, number)
    await refresh(writing)
    assert await check_figures(writing) == ([], 0)
    async with open_service(Settings(database_url=empty, values_max=10**10), cache=False) as service:
        told = truth(world)
        for _ in range(QUESTIONS):
            await agree(service.desk, told, question(world, random, METRICS))


def on_edges(world: World, random: Random, first: date, left: date) -> None:
    """Add gestures and changes of segment at the limits of the window, a day more and a day less.

    Gestures are given about a year before, and about, the window's first day or the day of leaving. Segments change
    about the day of leaving, for customers who were in contact before.
    """
    codes = iter(world.customers)
    world.segments.clear()
    for days in (-366, -365, -364, -1, 0, 1):
        for day, leaves in ((first, False), (first, True), (left, True)):
            code = next(codes)
            world.customers[code] = {"segment": "gold", "joined_on": None, "churned_on": left if leaves else None}
            row = {**goodwill.gesture(world, random, code), "customer": code, "site": "S0", "contact": None}
            noon = datetime.combine(day + timedelta(days=days), time(12), tzinfo=ZoneInfo(world.sites["S0"]["zone"]))
            goodwill.keep(world, {**row, "contact_source": None, "given_at": noon})
    for days in (-1, 0, 1):
        code = next(codes)
        changes = [(None, "silver"), (left + timedelta(days=days), "inactive")]
        world.customers[code] = {"segment": "inactive", "joined_on": None, "churned_on": left}
        world.segments[code] = changes
        came = {**contact(world, random, code), "customer": code, "parent": None, "direction": "inbound"}
        noon = datetime.combine(first, time(12), tzinfo=ZoneInfo(world.sites[came["site"]]["zone"]))
        world.put({**came, "outcome": "abandoned", "channel": "phone", "offered_at": noon})


async def test_a_day_more_or_less(empty: str, writing: Pool):
    random = Random(3)
    world = make(3, "paris", 0)
    first, left = date(2015, 3, 10), date(2015, 3, 20)
    on_edges(world, random, first, left)
    await put_dimensions(writing, world)
    await put_facts(writing, world)
    await refresh(writing)
    calls = tuple((slug, (("goodwill", who),)) for slug in goodwill.LOSS_SLUGS for who in ("all", "with", "without"))
    async with open_service(Settings(database_url=empty), cache=False) as service:
        told = truth(world)
        for start, end in (("2015-03-10", "2015-03-22"), ("2015-03-10", "2015-03-20"), ("2015-03-20", "2015-03-21")):
            for by in ((), ("segment",)):
                for grain in ("total", "day"):
                    share = ("contact_share_of_customers", ())
                    await agree(
                        service.desk, told, OracleQuestion((*calls, share), at(start), at(end), grain=grain, by=by)
                    )


async def base(desk: Desk, start: str, end: str, segment: tuple[str | None, ...] | None = None) -> float:
    """Return the number of customers active in a window, those of the given segments if any are given."""
    where = () if segment is None else (("segment", segment, False),)
    asked = OracleQuestion((("contact_share_of_customers", ()),), at(start), at(end), where=where)
    return (await desk.ask(words(asked), OPERATOR)).totals[0].denominators[0] or 0


@pytest.mark.parametrize(
    "window", [("2014-11-20", "2014-12-20"), ("2015-03-01", "2015-04-02"), ("2015-01-01", "2016-01-01")]
)
async def test_the_bases_of_the_segments_sum_to_the_base(loaded: WorldService, window: tuple[str, str]):
    """Check that a customer is in one segment of each window, the last one. A change of segment does not count as
    leaving."""
    assert any(len(known) > 2 for known in loaded.truth.world.segments.values())
    parts = [await base(loaded.desk, *window, (each,)) for each in (*SEGMENTS, None)]
    assert sum(parts) == await base(loaded.desk, *window) > 0


async def test_of_a_window_a_customer_is_in_the_segment_of_its_last_day(loaded: WorldService):
    """Check that the totals do not depend on the grain: their numerator stays within their base."""
    share = (("contact_share_of_customers", ()),)
    for segment in SEGMENTS:
        where = (("segment", (segment,), False),)
        asked = OracleQuestion(share, at("2014-12-01"), at("2016-02-01"), grain="year", where=where)
        await agree(loaded.desk, loaded.truth, asked)


async def test_what_clusters_need_is_joined_by_customer(loaded: WorldService):
    """Check that satisfaction, potential and cost of a customer can be joined from the facts."""
    rows = await loaded.pool.fetch(
        "SELECT s.customer_id, avg(s.score) AS score, max(v.potential) AS potential, max(v.management_cost) AS cost"
        " FROM survey_fact AS s JOIN customer_value AS v ON v.customer_id = s.customer_id"
        " WHERE s.answered_at IS NOT NULL AND s.customer_id <> 0 GROUP BY s.customer_id",
        [],
    )
    assert any(None not in (row["score"], row["potential"], row["cost"]) for row in rows)
