"""Agent states and schedules: what is loaded, what is rejected, and the times derived where they overlap."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cadran.facts.check import check_figures
from cadran.store.pool import Pool
from tests.facts.samples import contact, forget_marks, marks, put, refused

QUARTERS = """
SELECT
  a.code AS agent, i.code AS site, t.code AS team, q.day::text AS day, q.quarter, q.oc, q.idle, q.login,
  q.planned, q.adherent, q.rostered, q.unavailable
FROM agent_time AS q
JOIN agent AS a USING (agent_id)
JOIN site AS i USING (site_id)
LEFT JOIN team AS t ON t.team_id = q.team_id
ORDER BY q.bucket, a.code, i.code, t.code
"""
SECONDS = ("oc", "idle", "login", "planned", "adherent", "rostered", "unavailable")
Row = dict[str, str | None]


def at(clock: str, day: str = "2015-12-01") -> str:
    """Return a time of day in Paris in winter, with its UTC offset."""
    return f"{day}T{clock}+01:00"


def state(state: str, started: str, ended: str, **given: str | None) -> Row:
    """Return a state of Ann in Pau on 1 December 2015."""
    row: Row = {"agent": "Ann", "site": "PAU", "team": "Blue", "state": state}
    return row | {"started_at": at(started), "ended_at": at(ended)} | given


def plan(activity: str, starts: str, ends: str, **given: str | None) -> Row:
    """Return a planned activity of Ann in Pau on 1 December 2015."""
    row: Row = {"agent": "Ann", "site": "PAU", "team": "Blue", "activity": activity}
    return row | {"starts_at": at(starts), "ends_at": at(ends)} | given


async def quarters(pool: Pool) -> list[dict[str, Any]]:
    return [dict(row) for row in await pool.fetch(QUARTERS)]


async def totals(pool: Pool) -> dict[str, Decimal]:
    rows = await quarters(pool)
    found = {name: sum((row[name] or Decimal(0) for row in rows), Decimal(0)) for name in SECONDS}
    return {name: seconds for name, seconds in found.items() if seconds}


async def test_states_are_clipped_to_quarter_hours_of_the_sites_own_day(pool: Pool) -> None:
    assert (await put(pool, state("available", "23:50:00", "23:59:59"), kind="states")).line() == "1 loaded"
    await put(pool, state("on_contact", "23:59:59", "00:10:00", ended_at=at("00:20:00", "2015-12-02")), kind="states")
    told = [(row["day"], row["quarter"], row["oc"], row["idle"], row["login"]) for row in await quarters(pool)]
    assert told == [
        ("2015-12-01", 95, 1, 599, 600),
        ("2015-12-02", 0, 900, None, 900),
        ("2015-12-02", 1, 300, None, 300),
    ]
    assert await marks(pool) == {("PAU", "2015-12-01"), ("PAU", "2015-12-02")}


async def test_an_instant_counts_once_whatever_overlaps(pool: Pool) -> None:
    chats = [state("on_contact", f"10:0{each}:00", f"10:0{each + 4}:00") for each in range(4)]
    rows = [*chats, state("acw", "10:06:00", "10:08:00"), state("available", "10:00:00", "10:10:00")]
    await put(pool, *rows, state("break", "10:09:00", "10:12:00"), kind="states")
    assert await totals(pool) == {"oc": 8 * 60, "idle": 2 * 60, "login": 12 * 60}


async def test_where_teams_overlap_the_state_that_began_last_has_the_instant(pool: Pool) -> None:
    await put(
        pool,
        state("on_contact", "10:00:00", "10:10:00"),
        state("on_contact", "10:04:00", "10:06:00", team="Red"),
        kind="states",
    )
    assert [(row["team"], row["oc"]) for row in await quarters(pool)] == [("Blue", 480), ("Red", 120)]


async def test_offline_is_not_logged_in(pool: Pool) -> None:
    await put(pool, state("offline", "10:00:00", "10:10:00", ended_at=at("10:00:00", "2015-12-09")), kind="states")
    assert await quarters(pool) == []


async def test_plans_count_as_far_as_the_states_of_the_site_reach(pool: Pool) -> None:
    await put(pool, plan("work", "09:00:00", "17:00:00"), kind="schedules")
    assert await totals(pool) == {}
    await put(pool, state("available", "09:00:00", "09:20:00"), kind="states")
    assert await totals(pool) == {
        "idle": 1200, "login": 1200, "planned": 1200, "adherent": 1200, "rostered": 1200
    }  # fmt: skip
    await forget_marks(pool)
    await put(pool, state("break", "09:20:00", "09:30:00", agent="Bob"), kind="states")
    assert (await totals(pool))["planned"] == 1800
    assert (await totals(pool))["adherent"] == 1200
    assert await marks(pool) == {("PAU", "2015-12-01")}
    await put(
        pool, state("available", "09:00:00", "16:00:00", agent="Cec", site="LIL"), kind="states", zone="Europe/Paris"
    )
    assert (await totals(pool))["planned"] == 1800


async def test_what_is_planned_inside_work_takes_its_time_out(pool: Pool) -> None:
    rows = [
        plan("work", "09:00:00", "17:00:00"),
        plan("break", "12:00:00", "13:00:00"),
        plan("training", "12:30:00", "14:00:00"),
    ]
    await put(pool, *rows, plan("absence", "16:00:00", "18:00:00"), kind="schedules")
    await put(pool, state("available", "09:00:00", "18:00:00"), kind="states")
    assert await totals(pool) == {
        "idle": 9 * 3600, "login": 9 * 3600, "planned": 5 * 3600, "adherent": 5 * 3600, "rostered": 9 * 3600
    }  # fmt: skip


async def test_adherence_asks_what_the_agent_did_wherever_it_was(pool: Pool) -> None:
    await put(pool, plan("work", "09:00:00", "10:00:00"), kind="schedules")
    await put(
        pool,
        state("on_contact", "09:00:00", "10:00:00", team="Red"),
        state("offline", "10:00:00", "10:00:00"),
        kind="states",
    )
    told = {row["team"]: (row["planned"], row["adherent"], row["login"]) for row in (await quarters(pool))[:2]}
    assert told == {"Blue": (900, 900, None), "Red": (None, None, 900)}


async def test_repeated_rows_change_nothing_and_corrected_ones_mark_both_days(pool: Pool) -> None:
    night = state("available", "23:00:00", "23:30:00", ended_at=at("01:00:00", "2015-12-02"))
    await put(pool, night, kind="states")
    await forget_marks(pool)
    assert (await put(pool, night, kind="states")).line() == "0 loaded · 1 unchanged"
    assert await marks(pool) == set()
    assert (await put(pool, night | {"ended_at": at("23:30:00")}, kind="states")).line() == "0 loaded · 1 replaced"
    assert await marks(pool) == {("PAU", "2015-12-01"), ("PAU", "2015-12-02")}
    assert await totals(pool) == {"idle": 1800, "login": 1800}
    await forget_marks(pool)
    await put(pool, night | {"ended_at": night["started_at"]}, kind="states")
    assert await marks(pool) == {("PAU", "2015-12-01")}
    assert await quarters(pool) == []


async def test_a_correction_that_moves_no_second_marks_nothing(pool: Pool) -> None:
    await put(
        pool, state("on_contact", "10:00:00", "10:30:00"), state("on_contact", "10:10:00", "10:20:00"), kind="states"
    )
    await forget_marks(pool)
    assert (
        await put(pool, state("on_contact", "10:10:00", "10:25:00"), kind="states")
    ).line() == "0 loaded · 1 replaced"
    assert await marks(pool) == set()


async def test_agents_and_teams_seen_for_the_first_time_are_made(pool: Pool) -> None:
    await put(pool, {"team": "Blue", "site": "PAU"}, kind="teams")
    await put(pool, {"agent": "Ann", "team": "Blue"}, kind="agents")
    await put(pool, state("available", "10:00:00", "10:01:00", site=None, team=None), kind="states")
    await put(pool, state("available", "10:00:00", "10:01:00", agent="Zoe", team="New"), kind="states")
    assert [(row["agent"], row["team"], row["site"]) for row in await quarters(pool)] == [
        ("Ann", "Blue", "PAU"), ("Zoe", "New", "PAU"),
    ]  # fmt: skip


#: Rows that must be rejected: the odd values, the reject code, and some words of the reason.
ODD_STATES: tuple[tuple[Row, str, str], ...] = (
    ({"state": "lunch"}, "unknown_state", "'lunch' is not one of available, on_contact"),
    ({"started_at": at("13:10:00", "2015-12-31"), "ended_at": None}, "state_in_future", "in the future"),
    ({"ended_at": at("09:59:00")}, "state_ends_before", "is before started_at"),
    ({"ended_at": at("10:00:01", "2015-12-02")}, "state_too_long", "24 hours"),
    (
        {"started_at": at("13:00:00", "2015-12-31"), "ended_at": at("13:10:00", "2015-12-31")},
        "state_in_future",
        "ends in the future",
    ),
    ({"site": None, "team": None, "agent": "Zoe"}, "time_nowhere", "'Zoe' has no team with a site"),
    ({"started_at": at("25:00:00")}, "unreadable_time", "started_at '2015-12-01T25:00:00+01:00' is not a time"),
    ({"started_at": "2015-03-29T02:30", "ended_at": "2015-03-29T04:00"}, "time_in_gap", "does not exist"),
)
ODD_PLANS: tuple[tuple[Row, str, str], ...] = (
    ({"activity": "holiday"}, "unknown_activity", "'holiday' is not one of work, break"),
    ({"ends_at": at("11:00:00", "2015-12-08")}, "activity_too_long", "a row for each shift"),
    ({"ends_at": at("09:00:00")}, "activity_ends_before", "is before starts_at"),
    ({"starts_at": at("01:00:00", "2055-12-01"), "ends_at": at("02:00:00", "2055-12-01")}, "activity_too_far", "three"),
)


@pytest.mark.parametrize(
    ("kind", "row", "code", "words"),
    [
        *(("states", state("available", "10:00:00", "10:01:00") | odd, *told) for odd, *told in ODD_STATES),
        *(("schedules", plan("work", "10:00:00", "11:00:00") | odd, *told) for odd, *told in ODD_PLANS),
    ],
)
async def test_rows_that_cannot_be_right_are_refused(pool: Pool, kind: str, row: Row, code: str, words: str) -> None:
    (found,) = await refused(pool, row, kind=kind)
    assert found.code == code
    assert words in found.reason


async def test_a_plan_may_lie_ahead(pool: Pool) -> None:
    row = plan(
        "work", "09:00:00", "17:00:00", starts_at=at("09:00:00", "2016-02-01"), ends_at=at("17:00:00", "2016-02-01")
    )
    assert (await put(pool, row, kind="schedules")).line() == "1 loaded"


async def test_a_planned_shift_tells_how_late_and_how_early(pool: Pool) -> None:
    rows = [
        plan("work", "09:00:00", "12:00:00"),
        plan("training", "08:00:00", "09:00:00"),
        plan("work", "15:59:59", "18:00:00"),
    ]
    await put(pool, *rows, plan("work", "22:00:00", "22:30:00"), kind="schedules")
    await put(
        pool,
        state("available", "09:04:00", "11:00:00"),
        state("break", "16:10:00", "17:30:00"),
        state("offline", "17:30:00", "23:00:00"),
        kind="states",
    )
    shifts = await pool.fetch("SELECT starts_at, ends_at, late, early FROM planned_shift ORDER BY starts_at")
    assert [(row["ends_at"].hour + 1, row["late"], row["early"]) for row in shifts] == [
        (18, 240, 1800),
        (22, None, None),
    ]


async def test_shifts_end_where_four_hours_lie_between(pool: Pool) -> None:
    await put(pool, state("available", "08:00:00", "09:00:00"), state("break", "12:59:00", "14:01:00"), kind="states")
    (whole,) = await pool.fetch("SELECT login, idle, oc FROM worked_shift")
    assert tuple(whole) == (7320, 3600, 0)
    await put(pool, state("available", "18:15:00", "19:00:00"), kind="states")
    shifts = await pool.fetch("SELECT login FROM worked_shift ORDER BY started_at")
    assert [row["login"] for row in shifts] == [7320, 2700]
    await put(pool, state("meeting", "15:00:00", "15:01:00"), kind="states")
    assert [row["login"] for row in await pool.fetch("SELECT login FROM worked_shift")] == [7320 + 60 + 2700]


async def test_a_new_zone_moves_time_to_other_days(pool: Pool) -> None:
    await put(pool, contact(agent="Ann", answered_at=at("10:00:05")))
    await put(pool, plan("work", "10:00:00", "10:10:00"), kind="schedules")
    await put(pool, state("available", "10:00:00", "10:10:00"), kind="states")
    await forget_marks(pool)
    await put(pool, {"site": "PAU", "zone": "Pacific/Auckland"}, kind="sites")
    (row,) = await quarters(pool)
    assert (row["day"], row["quarter"]) == ("2015-12-01", 88)
    shifts = "SELECT day::text FROM worked_shift UNION SELECT day::text FROM planned_shift"
    assert [each["day"] for each in await pool.fetch(shifts)] == ["2015-12-01"]
    assert ("PAU", "2015-12-01") in await marks(pool)
    assert (await check_figures(pool))[0] == []


async def test_an_agents_dates_are_taken_in_by_file(pool: Pool) -> None:
    await put(pool, {"agent": "Ann", "joined_on": "2015-01-05"}, kind="agents")
    await put(pool, {"agent": "Ann", "left_on": "2015-11-30"}, kind="agents")
    (row,) = await pool.fetch("SELECT joined_on::text, left_on::text FROM agent")
    assert tuple(row) == ("2015-01-05", "2015-11-30")
    backwards: Row = {"agent": "Ann", "joined_on": "2015-01-05", "left_on": "2015-01-01"}
    (found,) = await refused(pool, backwards, kind="agents")
    assert "left_on is before joined_on" in found.reason
