"""Aggregated intervals by hand: agents' time, figures of people, scopes of keys, and what an interval lacks."""

from __future__ import annotations

from typing import Any

import pytest

from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask, Condition
from cadran.domain.question import Filter
from cadran.engine.desk import Desk
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.defaults import load
from tests.oracle.examples import Row
from tests.refs import refs

DAY = "2015-12-01"


def interval(start: str = "10:00", /, **more: str | None) -> Row:
    """Return an hour of the queue billing in Pau, with changes."""
    return {
        "source": "acd", "site": "PAU", "queue": "billing", "channel": "phone", "length": "3600",
        "starts_at": f"{DAY}T{start}:00+01:00", "offered": "10", "answered": "7", "abandoned": "2", **more,
    }  # fmt: skip


async def _put(pool: Pool, *rows: Row, kind: str = "intervals") -> None:
    assert (await load(pool, kind, rows)).loaded == len(rows)
    await refresh(pool)


async def _ask(desk: Desk, *metrics: str, principal: Principal = OPERATOR, **more: Any) -> Answer:
    return await desk.ask(Ask(metrics=refs(*metrics), period=DAY, **more), principal)


def _values(answer: Answer) -> list[float | None]:
    return [column.values[0] for column in answer.totals]


def _codes(answer: Answer) -> set[str]:
    return {notice.code for notice in answer.warnings}


async def test_the_time_of_agents_adds_to_that_of_states(centre: tuple[Pool, Desk]):
    pool, desk = centre
    agents: Row = {"queue": None, "channel": None, "offered": None, "answered": None, "abandoned": None}
    await _put(pool, interval(**agents, logged_in="36000", busy="18000", available="6000"))
    state = {"agent": "ana", "site": "PAU", "started_at": f"{DAY}T12:00:00+01:00", "ended_at": f"{DAY}T13:00:00+01:00"}
    await _put(pool, {**state, "state": "available"}, kind="states")
    answer = await _ask(desk, "occupancy", "utilisation", "adherence", "contacts")
    assert _values(answer) == [18_000 / 27_600, 18_000 / 39_600, None, 0]
    assert {notice.about for notice in answer.warnings if notice.code == "needs_contacts"} == {("adherence",)}
    # Nobody knows whose time it was.
    assert _values(await _ask(desk, "utilisation", by=("agent",))) == [0.0]


async def test_an_interval_without_a_value_leaves_no_figure_that_needs_it(centre: tuple[Pool, Desk]):
    pool, desk = centre
    await _put(pool, interval("10:00", wait="70", answered_within="20:5"), interval("11:00", abandoned=None, wait="30"))
    answer = await _ask(desk, "contacts", "asa", "abandonment_rate", "aht", "service_level(within=20)", grain="hour")
    assert [list(column.values) for column in answer.figures] == [
        [10, 10],
        [10, pytest.approx(30 / 7)],
        [0.2, None],
        [None, None],
        [pytest.approx(5 / 9), None],
    ]
    assert _values(answer) == [20, pytest.approx(100 / 14), None, None, None]
    assert [notice.about for notice in answer.warnings if notice.code == "needs_contacts"] == [
        ("abandonment_rate", "aht", "service_level")
    ]


async def test_a_split_that_intervals_lack_has_no_figures(centre: tuple[Pool, Desk]):
    pool, desk = centre
    await _put(pool, interval())
    calls: Row = {"contact": "1", "site": "PAU", "channel": "phone", "queue": "billing", "segment": "gold"}
    calls |= {"offered_at": f"{DAY}T12:00:00+01:00", "outcome": "handled", "wait": "5", "agent": "ana"}
    await _put(pool, calls, kind="contacts")
    answer = await _ask(desk, "contacts", by=("segment",))
    assert (answer.keys[0].values, answer.figures[0].values, _values(answer)) == (["gold"], [None], [None])
    assert _codes(answer) == {"needs_contacts"}
    # A filter on a time without intervals gives the figure; so do figures of people, of which intervals say nothing.
    noon = [Condition("time_of_day", ["12:00..13:00"])]
    assert _values(await _ask(desk, "contacts", by=("segment",), where=noon)) == [1]
    answer = await _ask(desk, "handled", by=("agent",))
    assert (answer.keys[0].values, list(answer.figures[0].values)) == (["ana"], [1])


async def test_keys_of_other_sites_and_queues_see_no_intervals(centre: tuple[Pool, Desk]):
    pool, desk = centre
    await load(pool, "sites", [{"site": "LIL", "zone": "Europe/Paris"}])
    await _put(pool, interval(), interval(queue="tech", offered="4", answered="4"), interval(site="LIL", length="900"))
    for bound, hours, quarters, sites in (
        (Filter("site", ("LIL",)), 10, 10, {"LIL"}),
        (Filter("site", ("PAU",)), 14, None, {"PAU"}),
        (Filter("queue", ("tech",)), 4, None, {"PAU"}),
        (Filter("queue", ("tech", "billing")), 24, None, {"LIL", "PAU"}),
    ):
        principal = Principal("key", (bound,), "analyst")
        for grain, count in (("total", hours), ("hour", hours), ("quarter_hour", quarters)):
            answer = await _ask(desk, "contacts", "wait_max", principal=principal, grain=grain)
            assert _values(answer)[0] == count, (bound, grain)
            text = " ".join(notice.detail.en for notice in answer.warnings)
            assert {site for site in ("LIL", "PAU") if site in text} == sites


async def test_a_row_that_cannot_be_marked_partial_has_no_figure(centre: tuple[Pool, Desk]):
    pool, desk = centre
    await _put(pool, interval("10:00"), interval("12:00"))
    answer = await desk.ask(Ask(metrics=refs("contacts"), start=f"{DAY}T10:30", end=f"{DAY}T14:00"), OPERATOR)
    assert (_values(answer), list(answer.figures[0].values), _codes(answer)) == ([None], [None], {"intervals_too_long"})
    quarters = await _ask(desk, "contacts", grain="quarter_hour", fill=True)
    shown = dict(zip(quarters.keys[0].values, quarters.figures[0].values, strict=True))
    assert [shown[f"{DAY}T{clock}:00+01:00"] for clock in ("09:45", "10:00", "10:45", "11:00")] == [0, None, None, 0]
    assert _values(quarters) == [None]


async def test_intervals_of_agents_make_no_rows_of_contacts(centre: tuple[Pool, Desk]):
    pool, desk = centre
    agents: Row = {"queue": None, "channel": None, "offered": None, "answered": None, "abandoned": None}
    await _put(pool, interval(**agents, logged_in="36000"))
    assert (await _ask(desk, "contacts", by=("channel",))).rows == 0


async def test_visits_that_went_on_and_are_not_known_leave_no_queue_service_level(centre: tuple[Pool, Desk]):
    pool, desk = centre
    await _put(pool, interval(answered_within="20:5", abandoned_within="20:1"))
    assert _values(await _ask(desk, "queue_service_level(within=20)", "queue_flowed_out")) == [None, None]
    await _put(pool, interval("11:00", answered_within="20:5", flowed_out="1", timed_out="0", passed_on_within="20:0"))
    late = [Condition("time_of_day", ["11:00..12:00"])]
    answer = await _ask(desk, "queue_service_level(within=20)", "queue_flowed_out", where=late)
    assert _values(answer) == [5 / 10, 1]


async def test_a_usual_day_needs_intervals_as_short_as_its_rows(centre: tuple[Pool, Desk]):
    pool, desk = centre
    await _put(pool, interval("10:00"), interval("11:00", length="900", offered="4", answered="4"))
    hours = await _ask(desk, "contacts", "qos", by=("time_of_day",), step="hour")
    assert (list(hours.keys[0].values), list(hours.figures[0].values)) == (["10:00", "11:00"], [10, 4])
    quarters = await _ask(desk, "contacts", "qos", by=("time_of_day",))
    assert [list(column.values) for column in quarters.figures] == [[None], [None]]
    assert _codes(quarters) == {"intervals_too_long"}
    assert quarters.warnings[0].detail.en.endswith(f"or for other sites or days: PAU {DAY}.")
