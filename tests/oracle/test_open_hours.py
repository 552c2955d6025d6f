"""The service computes the same open time between two instants as walking from shift to shift.

The calendars and zones are random. The times stay correct when calendars are added or changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from cadran.facts.check import check_figures
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.length import choose
from tests.oracle.calendars import has_known_hours, known, open_seconds, open_wait, spans, with_calendars
from tests.oracle.loader import put_dimensions, put_facts, replace_calendars
from tests.oracle.world import ZONES, World, instant, make

PAIRS = 300
ROUNDS = choose(2, long=3)
WAITS = "SELECT contact_id, in_hours, wait_open FROM contact"


def pairs(world: World, site: str, random: Random) -> list[tuple[datetime, datetime]]:
    """Return pairs of instants in order, often at the very second at which a shift opens or closes."""
    edges = [edge for span in spans(world, site) for edge in span] if known(world, site) else []
    found = []
    for _ in range(PAIRS):
        since = instant(world, random, world.sites[site]["zone"])
        until = since + timedelta(seconds=random.choice([0, 1, 600, 40_000, 2_000_000]) * random.random())
        if edges and random.random() < 0.4:
            since = random.choice(edges)
            until = max(since, random.choice([until, since, since + timedelta(hours=9)]))
        elif edges and random.random() < 0.4:
            until = min((edge for edge in edges if edge >= since), default=until)
        found.append((since.replace(microsecond=0), until.replace(microsecond=0)))
    return [(since, max(since, until)) for since, until in found]


async def answered(pool: Pool, site: str, asked: Sequence[tuple[datetime, datetime]]) -> list[Decimal | None]:
    rows = await pool.fetch(
        "SELECT open_seconds((SELECT site_id FROM site WHERE code = $1), a.since, a.until) AS seconds"
        " FROM unnest($2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS a (since, until, place) ORDER BY place",
        [site, [since for since, _ in asked], [until for _, until in asked]],
    )
    return [row["seconds"] for row in rows]


@pytest.mark.parametrize("zones", ZONES)
async def test_open_time_is_what_walking_gives(writing: Pool, zones: str):
    world = make(11, zones, 0)
    await put_dimensions(writing, world)
    some = 0
    for round_ in range(ROUNDS):
        with_calendars(world, round_)
        await replace_calendars(writing, world)
        for site in world.sites:
            asked = pairs(world, site, Random(round_))
            expected = [open_seconds(world, site, *pair) for pair in asked]
            assert await answered(writing, site, asked) == expected, (zones, round_, site)
            some += len([each for each in expected if each])
    assert some > PAIRS
    assert await check_figures(writing) == ([], 0)


@pytest.mark.parametrize("zones", ["mixed", "lord_howe"])
async def test_waits_follow_calendars_that_come_or_change_after_the_contacts(writing: Pool, zones: str):
    world = make(12, zones, 200)
    await put_dimensions(writing, world)
    await put_facts(writing, world)
    assert {row["wait_open"] for row in await writing.fetch(WAITS)} == {None}
    for round_ in range(ROUNDS):
        with_calendars(world, round_)
        await replace_calendars(writing, world)
        rows = {row["contact_id"]: row for row in await writing.fetch(WAITS)}
        for row in world.contacts.values():
            told = rows[row["contact"]]
            assert told["wait_open"] == open_wait(world, row), (round_, row)
            assert (told["in_hours"] is not None) == has_known_hours(world, row)
        assert len({row["wait_open"] for row in rows.values()}) > 20
        await refresh(writing)
        assert await check_figures(writing) == ([], 0)
