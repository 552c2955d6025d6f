"""Live metrics: random questions against the oracle, and a morning that can be followed by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from cadran.domain.access.principal import OPERATOR
from cadran.domain.ask import Ask, Condition
from cadran.engine.desk import Desk
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.length import choose
from tests.oracle import live_metrics
from tests.oracle.comparison import agree
from tests.oracle.conftest import WorldService
from tests.oracle.loader import put
from tests.oracle.random_questions import question
from tests.oracle.world import Row, seeded
from tests.refs import refs

Centre = tuple[Pool, Desk]
NINE = datetime(2015, 12, 24, 8, tzinfo=UTC)


@pytest.mark.parametrize("round_", range(choose(1, long=6)))
async def test_answers_agree_with_the_oracle(loaded: WorldService, round_: int):
    random = Random(seeded(round_))
    for _ in range(15):
        await agree(loaded.desk, loaded.truth, question(loaded.truth.world, random, sorted(live_metrics.POSSIBLE)))


def at(seconds: float) -> datetime:
    """Return the instant that is this many seconds after nine in Pau."""
    return NINE + timedelta(seconds=seconds)


def call(name: str, offered: float, outcome: str, **more: Any) -> Row:
    """Return the row of a call. ``offered`` is in seconds after nine."""
    row = {"contact": name, "site": "PAU", "channel": "phone", "offered_at": at(offered), "outcome": outcome}
    return {**row, **more}


MORNING = (
    call("answered", 0, "handled", wait=40, talk=100),
    call("lost", 10, "abandoned", ended_at=at(100)),
    call("talking", 20, "in_progress", answered_at=at(60)),
    call("waiting", 50, "in_progress"),
    call("machine", 55, "self_served"),
    call("out", 56, "in_progress", direction="outbound"),
)


async def told(desk: Desk, seconds: float, *metrics: str, **more: Any) -> list[float | None]:
    """Return the metrics' totals in a window that ends this many seconds after nine."""
    ask = Ask(refs(*metrics), start="2015-12-24T06:00:00+00:00", end=at(seconds).isoformat(), **more)
    return [each.values[0] for each in (await desk.ask(ask, OPERATOR)).totals]


async def test_a_contact_waits_from_its_offer_until_it_is_answered_or_ends(centre: Centre):
    pool, desk = centre
    await put(pool, "contacts", MORNING)
    await refresh(pool)
    both = ("contacts_waiting", "oldest_wait")
    assert await told(desk, -1, *both) == [None, None]
    assert await told(desk, 0, *both) == [1, 0]
    assert await told(desk, 30, *both) == [3, 30]
    assert await told(desk, 40, *both) == [2, 30]
    assert await told(desk, 59, *both) == [3, 49]
    assert await told(desk, 60, *both) == [2, 50]
    # The data end before this instant, so the figures describe the end of the data.
    assert await told(desk, 3_600, *both) == [1, 50]


async def test_expected_waits_name_their_method(centre: Centre):
    pool, desk = centre
    await put(pool, "contacts", [*MORNING, call("later", 4_000, "handled", wait=0)])
    await refresh(pool)
    lately, head = "expected_wait(method=recent_answers)", "expected_wait(method=head_of_line)"
    assert await told(desk, 39, lately, head) == [None, 39]
    assert await told(desk, 41, lately, head) == [40, 31]
    assert await told(desk, 41 + 1_800, lately, head) == [None, 1_791]


def state(agent: str, doing: str, start: float, end: float | None, **more: Any) -> Row:
    """Return the row of an agent's state in Pau. ``start`` and ``end`` are in seconds after nine."""
    ended = None if end is None else at(end)
    return {"agent": agent, "state": doing, "started_at": at(start), "ended_at": ended, "site": "PAU", **more}


AGENTS = ("agents_available", "agents_on_contact", "agents_in_acw", "agents_paused")


async def test_an_agent_does_one_thing_at_a_time(centre: Centre):
    pool, desk = centre
    states = [
        state("ann", "available", 0, 600),
        state("ann", "on_contact", 100, 300),
        state("ann", "acw", 290, 350),
        state("bob", "break", 0, 200),
        state("bob", "available", 200, 400),
        state("cid", "offline", 0, 600),
    ]
    await put(pool, "states", states)
    await refresh(pool)
    assert await told(desk, -1, *AGENTS) == [None] * 4
    assert await told(desk, 50, *AGENTS) == [1, 0, 0, 1]
    assert await told(desk, 295, *AGENTS) == [1, 1, 0, 0]
    assert await told(desk, 300, *AGENTS) == [1, 0, 1, 0]
    assert await told(desk, 500, *AGENTS) == [1, 0, 0, 0]


async def test_a_state_that_lasts_holds_until_its_end_is_told(centre: Centre):
    pool, desk = centre
    await put(pool, "states", [state("ann", "available", 0, None), state("bob", "on_contact", 5, None)])
    await refresh(pool)
    assert await told(desk, 900, *AGENTS) == [1, 1, 0, 0]
    await put(pool, "states", [state("ann", "available", 0, 60), state("ann", "acw", 60, None)])
    await refresh(pool)
    assert await told(desk, 30, *AGENTS) == [1, 1, 0, 0]
    assert await told(desk, 900, *AGENTS) == [0, 1, 1, 0]
    # A state without an end counts as time as far as the states of its source reach.
    assert await told(desk, 3_600, "utilisation") == [55 / (60 + 55)]
    # Bob's state is withdrawn. A state without an end lasts for at most a day.
    await put(pool, "states", [state("bob", "on_contact", 5, 5), state("cid", "break", 86_400 + 70, None)])
    await refresh(pool)
    assert await told(desk, 900, *AGENTS) == [0, 0, 1, 0]
    assert await told(desk, 86_400 + 90, *AGENTS) == [0, 0, 0, 1]


async def test_the_course_of_a_morning_by_site(centre: Centre):
    pool, desk = centre
    await put(pool, "contacts", [*MORNING, call("late", 8_000, "abandoned", wait=30)])
    await put(pool, "states", [state("ann", "available", 0, 7_000)])
    await refresh(pool)
    phone = [Condition("channel", ["phone"])]
    ask = Ask(refs("contacts_waiting", "oldest_wait"), period="2015-12-24", grain="hour", by=("site",), where=phone)
    answer = await desk.ask(ask, OPERATOR)
    assert [str(start)[11:16] for start in answer.keys[0].values] == ["08:00", "09:00", "10:00", "11:00"]
    waiting, oldest = answer.figures
    # The figures of the last hour describe the last instant of the data.
    assert list(waiting.values) == [1, 1, 1, 2]
    assert list(oldest.values) == [0, 3_550, 7_150, 7_950]
    assert [each.values[0] for each in answer.totals] == [2, 7_950]
