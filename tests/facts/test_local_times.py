"""Local times, days and quarter-hours: in zones with half hours, and in hours that a clock skips or repeats."""

from datetime import datetime

import pytest

from cadran.store.pool import Pool
from tests.facts.samples import contact, one, put, refused


@pytest.mark.parametrize(
    ("zone", "offered", "instant"),
    [
        ("Europe/Paris", "2015-07-01T10:00:00", "2015-07-01T08:00:00+00:00"),
        ("Europe/Paris", "2015-07-01 10:00", "2015-07-01T08:00:00+00:00"),
        ("Europe/Paris", "2015-07-01 10:00:00.25", "2015-07-01T08:00:00.25+00:00"),
        ("Asia/Kolkata", "2015-07-01T10:00:00", "2015-07-01T04:30:00+00:00"),
        # The clock shows this time twice. The first one is taken.
        ("Europe/Paris", "2015-10-25T02:30:00", "2015-10-25T00:30:00+00:00"),
        ("Australia/Lord_Howe", "2015-04-05T01:45:00", "2015-04-04T14:45:00+00:00"),
        ("America/New_York", "2015-11-01T01:00:00", "2015-11-01T05:00:00+00:00"),
        # The clock shows these times only once: just after and just before the repeated hour.
        ("Europe/Paris", "2015-10-25T03:00:00", "2015-10-25T02:00:00+00:00"),
        ("Europe/Paris", "2015-10-25T01:59:59", "2015-10-24T23:59:59+00:00"),
        ("Australia/Lord_Howe", "2015-04-05T02:00:00", "2015-04-04T15:30:00+00:00"),
        # An offset takes precedence over the zone.
        ("Europe/Paris", "2015-10-25T02:30:00+01:00", "2015-10-25T01:30:00+00:00"),
        ("Europe/Paris", "2015-07-01T10:00:00Z", "2015-07-01T10:00:00+00:00"),
        ("Europe/Paris", "2015-07-01 10:00:00+0530", "2015-07-01T04:30:00+00:00"),
        ("Europe/Paris", "2015-07-01 10:00:00.5-03", "2015-07-01T13:00:00.5+00:00"),
    ],
)
async def test_a_wall_clock_becomes_an_instant(pool: Pool, zone: str, offered: str, instant: str) -> None:
    await put(pool, contact(offered_at=offered), zone=zone)
    assert (await one(pool))["offered_at"] == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("zone", "time"),
    [
        ("Europe/Paris", "2015-03-29T02:30:00"),
        ("Europe/Paris", "2015-03-29 02:00"),
        ("Australia/Lord_Howe", "2015-10-04T02:10:00"),
    ],
)
async def test_a_time_that_the_clock_skipped_is_refused(pool: Pool, zone: str, time: str) -> None:
    (reject,) = await refused(pool, contact(offered_at=time), zone=zone)
    assert reject.code == "time_in_gap"
    assert f"offered_at '{time}' does not exist" in reject.reason


@pytest.mark.parametrize("column", ["answered_at", "ended_at"])
async def test_all_times_are_checked(pool: Pool, column: str) -> None:
    row = contact(offered_at="2015-03-29T01:30:00+01:00")
    (gap,) = await refused(pool, row | {column: "2015-03-29T02:30:00"})
    assert (gap.code, gap.reason.split()[0]) == ("time_in_gap", column)
    await put(pool, {"site": "PAU", "zone": "Europe/Paris"}, kind="sites")
    (bare,) = await refused(pool, row | {column: "2015-03-29T04:30:00"}, zone=None)
    assert (bare.code, bare.reason.split()[0]) == ("time_without_offset", column)


async def test_repeated_hours_are_counted(pool: Pool) -> None:
    rows = [
        contact(str(minute), offered_at=f"2015-10-25T{hour}:{minute}:00") for hour, minute in (("02", 30), ("03", 10))
    ]
    summary = await put(pool, *rows)
    assert summary.ambiguous == 1
    assert summary.line() == "2 loaded · 1 in a repeated hour (first taken)"


@pytest.mark.parametrize(
    ("zone", "offered", "day", "quarter"),
    [
        ("Europe/Paris", "2015-12-01T23:30:00Z", "2015-12-02", 2),
        ("Asia/Kolkata", "2015-12-01T18:29:59Z", "2015-12-01", 95),
        ("Asia/Kolkata", "2015-12-01T18:30:00Z", "2015-12-02", 0),
        ("Asia/Kathmandu", "2015-12-01T10:00:00Z", "2015-12-01", 63),
        ("Pacific/Kiritimati", "2015-12-01T10:00:00Z", "2015-12-02", 0),
        ("Australia/Lord_Howe", "2015-07-01T10:00:00Z", "2015-07-01", 82),
        ("Australia/Lord_Howe", "2015-12-01T10:00:00Z", "2015-12-01", 84),
        # Both occurrences of 02:30 in this night are in the same quarter-hour of the day.
        ("Europe/Paris", "2015-10-25T00:30:00Z", "2015-10-25", 10),
        ("Europe/Paris", "2015-10-25T01:30:00Z", "2015-10-25", 10),
    ],
)
async def test_day_and_quarter_are_the_sites_own(pool: Pool, zone: str, offered: str, day: str, quarter: int) -> None:
    await put(pool, {"site": "PAU", "zone": zone}, kind="sites")
    await put(pool, contact(offered_at=offered))
    found = await one(pool)
    assert (found["day"], found["quarter"]) == (day, quarter)
