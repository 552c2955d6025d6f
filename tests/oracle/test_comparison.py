"""Comparisons that the calendar makes difficult: hours that occur twice, 29 February, and windows between two
instants."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cadran.domain.access.principal import OPERATOR
from cadran.domain.ask import Ask
from cadran.engine.desk import Desk
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.oracle.comparison import close, row_keys, words
from tests.oracle.conftest import WorldService
from tests.oracle.figures import ORACLES
from tests.oracle.loader import put
from tests.oracle.question import Key, OracleQuestion
from tests.oracle.selection import Selection
from tests.oracle.world import seeded
from tests.refs import refs

Centre = tuple[Pool, Desk]


async def offered(pool: Pool, *instants: str, site: str = "PAU") -> None:
    """Load a call for each of these instants, and refresh."""
    call = {"site": site, "channel": "phone", "outcome": "handled", "wait": 3}
    rows = [{**call, "contact": f"{site}{number}", "offered_at": at} for number, at in enumerate(instants)]
    await put(pool, "contacts", [{**row, "offered_at": datetime.fromisoformat(str(row["offered_at"]))} for row in rows])
    await refresh(pool)


async def previous(desk: Desk, compare: str, **asked: Any) -> tuple[list[float | None], float | None]:
    """Return the number of contacts in the earlier window, by row and in total."""
    answer = await desk.ask(Ask(refs("contacts"), compare=compare, **asked), OPERATOR)
    (column,), (total,) = answer.figures, answer.totals
    assert column.previous is not None
    assert total.previous is not None
    return list(column.previous), total.previous[0]


async def test_an_hour_that_comes_twice_is_compared_with_its_own_like(centre: Centre):
    pool, desk = centre
    await offered(
        pool,
        "2014-10-26T02:10:00+02:00",
        "2014-10-26T02:10:00+01:00",
        "2014-10-26T02:20:00+01:00",
        "2015-10-24T02:10:00+02:00",
        "2015-10-25T02:10:00+02:00",
        "2015-10-25T02:10:00+01:00",
        "2015-10-25T02:20:00+01:00",
        "2015-10-26T02:10:00+01:00",
    )
    night = {"period": "2015-10-25", "grain": "hour"}
    assert await previous(desk, "previous_year_weekdays", **night) == ([1, 2], 3)
    # If the earlier day has the hour once, both hours are compared with it. If it has the hour twice, the one with
    # the same UTC offset is used.
    assert await previous(desk, "previous_period", **night) == ([1, 1], 1)
    assert await previous(desk, "previous_period", period="2015-10-26", grain="hour") == ([2], 3)


async def test_to_the_28th_of_february_is_compared_with_as_many_days(centre: Centre):
    pool, desk = centre
    await offered(pool, *(f"{year}-02-{day:02d}T12:00:00+01:00" for year in (2015, 2016) for day in (1, 27, 28)))
    so_far = {"start": "2016-02-01", "end": "2016-02-29", "grain": "day"}
    assert await previous(desk, "previous_year", **so_far) == ([1, 1, 1], 3)
    last = {"start": "2016-02-29", "end": "2016-03-01"}
    assert await previous(desk, "previous_year", **last) == ([1], 1)
    assert await previous(desk, "previous_year", period="2016-02") == ([3], 3)
    noon = {"start": "2016-02-28", "end": "2016-02-29T12:00"}
    assert await previous(desk, "previous_year", **noon) == ([0], 0), "until noon of the last day there is"


async def test_between_instants_hours_are_compared_as_they_passed(centre: Centre):
    pool, desk = centre
    calls = ["2015-10-24T11:10:00+02:00", "2015-10-24T12:10:00+02:00", "2015-10-24T12:20:00+02:00"]
    await offered(pool, *calls, "2015-10-25T10:10:00+01:00", "2015-10-25T11:10:00+01:00")
    given = {"start": "2015-10-25T10:00+01:00", "end": "2015-10-26T10:00+01:00", "grain": "hour"}
    assert await previous(desk, "previous_period", **given) == ([1, 2], 3)
    by_the_wall = {"start": "2015-10-25T10:00", "end": "2015-10-26T10:00", "grain": "hour"}
    assert await previous(desk, "previous_period", **by_the_wall) == ([0, 1], 3)


async def test_a_count_of_nothing_is_0_on_both_sides(centre: Centre):
    pool, desk = centre
    await put(pool, "sites", [{"site": code, "zone": "Europe/Paris"} for code in ("LYO", "NAN")])
    await offered(pool, "2015-09-01T10:00:00Z")
    await offered(pool, "2015-11-03T10:00:00Z", site="NAN")
    await offered(pool, "2015-12-03T10:00:00Z", site="LYO")
    asked = Ask(refs("contacts", "qos", "wait"), period="2015-12", by=("site",), compare="previous_period")
    answer = await desk.ask(asked, OPERATOR)
    assert list(answer.keys[0].values) == ["LYO", "NAN"]
    contacts, qos, wait = answer.figures
    assert (contacts.values, contacts.previous) == ([1, 0], [0, 1])
    assert (contacts.n, qos.n, wait.n) == ([1, 0], [1, 0], [1, 0])
    assert qos.values[1] is wait.values[1] is qos.previous[0] is None  # type: ignore[index]  # a comparison
    assert (answer.totals[0].values, answer.totals[0].previous) == ([1], [1])
    # No rows are added to a top. Before the data, nothing is known of any group.
    top = await desk.ask(replace(asked, top=5), OPERATOR)
    assert list(top.keys[0].values) == ["LYO"]
    earlier = await desk.ask(replace(asked, period="2015-09"), OPERATOR)
    assert earlier.figures[0].previous == [None]


def _between(loaded: WorldService, random: Random, grain: str) -> OracleQuestion:
    """Return a question between two instants near one of the world's centres, on most of which clocks change."""
    world = loaded.truth.world
    own = ZoneInfo(random.choice([row["zone"] for row in world.sites.values()]))
    start = datetime.combine(random.choice(list(world.centres)), time.min, own).astimezone(UTC)
    # Not at midnight: between midnights of a clock that all sites share, the window would be one of whole days.
    start += timedelta(hours=random.randrange(-36, 36), minutes=15)
    width = timedelta(days=random.choice([1, 1, 2, 7]), hours=0 if grain == "day" else random.choice([0, 1, 5, 30]))
    first, last = (datetime.fromisoformat(bound.astimezone(own).isoformat()) for bound in (start, start + width))
    return OracleQuestion((("contacts", ()),), first, last, grain=grain, by=random.choice([(), ("site",)]))


@pytest.mark.parametrize("grain", ["quarter_hour", "hour", "day"])
async def test_between_instants_every_row_is_set_against_the_stretch_before(loaded: WorldService, grain: str):
    random = Random(seeded(len(grain)))
    for _ in range(12):
        asked = _between(loaded, random, grain)
        back = asked.end - asked.start
        earlier = Selection(loaded.truth, replace(asked, start=asked.start.astimezone(UTC) - back, end=asked.start))
        answer = await loaded.desk.ask(words(asked, compare="previous_period"), OPERATOR)
        (column,), (total,) = answer.figures, answer.totals
        told = [*zip(_moved(row_keys(asked, answer), back), column.previous or (), strict=True)]
        for key, value in (*told, (None, (total.previous or ())[0])):
            assert close(value or 0, ORACLES["contacts"](earlier.group(key), {}).value), (asked, key)


def _moved(keys: list[Key], back: timedelta) -> list[Key]:
    return [(key[0] - back, *key[1:]) for key in keys]
