"""Aggregated intervals: what a row becomes, what it may not overlap, and each refusal."""

from __future__ import annotations

from typing import Any

import pytest

from cadran.facts.check import check_figures
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.facts.samples import contact, forget_marks, marks, put, refused

INTERVALS = """
SELECT
  s.code AS source, q.code AS queue, c.code AS channel, i.day::text, i.quarter, i.offered, i.hold::float, i.thresholds,
  i.answered_within, i.abandoned_within
FROM interval_count AS i
JOIN source AS s USING (source_id)
LEFT JOIN queue AS q USING (queue_id)
LEFT JOIN channel AS c ON c.channel_id = i.channel_id
ORDER BY i.starts_at, 1, 2"""


def interval(**given: str | None) -> dict[str, str | None]:
    """Return an hour of the billing queue in Pau, with changes."""
    row: dict[str, str | None] = {
        "source": "acd",
        "site": "PAU",
        "queue": "billing",
        "channel": "phone",
        "starts_at": "2015-12-01T10:00:00+01:00",
        "length": "3600",
        "offered": "10",
        "answered": "7",
        "abandoned": "2",
        "wait": "90",
        "talk": "700",
    }
    return row | given


async def test_an_interval_is_stored_on_its_sites_day(pool: Pool):
    await put(pool, {"site": "KTM", "zone": "Asia/Kathmandu"}, kind="sites")
    given = {"answered_within": "20:5 10:3", "abandoned_within": "10:1"}
    done = await put(pool, interval(site="KTM", starts_at="2015-12-01T20:00:00Z", **given), kind="intervals")
    assert (done.loaded, done.rejected) == (1, 0)
    (row,) = await pool.fetch(INTERVALS)
    assert (row["source"], row["queue"], row["channel"], row["day"], row["quarter"]) == (
        "acd",
        "billing",
        "phone",
        "2015-12-02",
        7,
    )
    assert (row["offered"], row["hold"]) == (10, 0.0)
    assert (row["thresholds"], row["answered_within"], row["abandoned_within"]) == ([10, 20], [3, 5], [1, None])
    assert await marks(pool) == {("KTM", "2015-12-02")}


async def test_a_day_lasts_until_midnight_whatever_the_clocks_do(pool: Pool):
    for day in ("2015-03-29", "2015-10-25", "2015-12-01"):
        row = interval(starts_at=f"{day}T00:00:00", length="86400")
        assert (await put(pool, row, kind="intervals", zone="Europe/Paris")).loaded == 1
    lengths = await pool.fetch(
        "SELECT extract(epoch FROM i.ends_at - i.starts_at)::int AS seconds FROM interval_count AS i"
        " ORDER BY i.starts_at"
    )
    assert [row["seconds"] for row in lengths] == [82_800, 90_000, 86_400]


async def test_a_later_row_replaces_and_length_0_withdraws(pool: Pool):
    await put(pool, interval(), kind="intervals")
    await forget_marks(pool)
    done = await put(pool, interval(offered="12", answered="9"), kind="intervals")
    assert (done.loaded, done.replaced) == (0, 1)
    assert await marks(pool) == {("PAU", "2015-12-01")}
    assert (await put(pool, interval(offered="12", answered="9"), kind="intervals")).unchanged == 1
    await put(pool, interval(length="0"), kind="intervals")
    assert await pool.fetch("SELECT FROM interval_fact") == []
    # Nothing is counted at this time any more.
    assert (await put(pool, contact("1", queue="billing"))).loaded == 1
    await refresh(pool)
    assert await check_figures(pool) == ([], 0)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"starts_at": "2015-12-01T10:05:00+01:00"}, "interval_start"),
    ({"length": "600"}, "interval_length"),
    ({"length": "-900"}, "interval_length"),
    ({"length": "172800"}, "interval_length"),
    ({"length": "an hour"}, "unreadable_number"),
    ({"starts_at": "2015-12-01T23:30:00+01:00"}, "interval_crosses_midnight"),
    ({"starts_at": "2015-12-01T01:00:00+01:00", "length": "86400"}, "interval_crosses_midnight"),
    ({"starts_at": "2015-12-31T12:45:00Z"}, "interval_in_future"),
    ({"starts_at": "1969-12-01T10:00:00+01:00"}, "interval_too_early"),
    ({"offered": None, "answered": None}, "interval_empty"),
    ({"answered": None}, "offered_without_answered"),
    ({"answered": "7.5"}, "count_number"),
    ({"abandoned": "-1"}, "count_number"),
    ({"flowed_out": "many"}, "count_number"),
    ({"talk": "-3"}, "sum_number"),
    ({"wait": "10000000000"}, "sum_number"),
    ({"channel": None}, "interval_without_channel"),
    ({"queue": None, "flowed_out": "1"}, "passed_on_without_queue"),
    ({"answered_within": "20"}, "within_form"),
    ({"answered_within": "20:3 20:4"}, "within_form"),
    ({"answered_within": " ".join(f"{number}:1" for number in range(21))}, "within_form"),
    ({"answered_within": "20:5", "abandoned_within": "30:1"}, "within_thresholds"),
    ({"answered_within": "20:8"}, "within_exceeds"),
    ({"answered_within": "20:5", "abandoned_within": "20:3"}, "within_exceeds"),
    ({"answered_within": "30:4 20:5"}, "within_falls"),
    ({"logged_in": "3600"}, "agents_by_queue"),
    ({"queue": None, "busy": "3600"}, "busy_without_logged_in"),
]


@pytest.mark.parametrize(
    ("given", "code"), REFUSED, ids=[f"{code}-{number}" for number, (_, code) in enumerate(REFUSED)]
)
async def test_what_cannot_be_is_refused(pool: Pool, given: dict[str, Any], code: str):
    (reject,) = await refused(pool, interval(**given), kind="intervals")
    assert reject.code == code
    assert "{" not in reject.reason


async def test_the_channel_is_that_of_the_queue(pool: Pool):
    await put(pool, {"channel": "phone", "kind": "phone"}, kind="channels")
    await put(pool, {"queue": "billing", "channel": "phone"}, kind="queues")
    await put(pool, interval(channel=None), kind="intervals")
    (row,) = await pool.fetch(INTERVALS)
    assert row["channel"] == "phone"


OVERLAPS: list[tuple[dict[str, str | None], bool]] = [
    ({"starts_at": "2015-12-01T10:15:00+01:00", "length": "900"}, True),
    ({"starts_at": "2015-12-01T00:00:00+01:00", "length": "86400"}, True),
    ({"source": "other"}, True),
    ({"queue": None}, True),
    ({"starts_at": "2015-12-01T11:00:00+01:00"}, False),
    ({"starts_at": "2015-12-01T09:00:00+01:00"}, False),
    ({"queue": "tech"}, False),
    ({"channel": "chat"}, False),
    ({"site": "LIL"}, False),
]


@pytest.mark.parametrize("together", [True, False], ids=["one file", "two files"])
@pytest.mark.parametrize(("given", "overlaps"), OVERLAPS)
async def test_two_intervals_of_one_time_are_not_both_loaded(
    pool: Pool, given: dict[str, str | None], overlaps: bool, together: bool
):
    rows = [interval(), interval(**given)]
    found: list[Any] = []
    for part in [rows] if together else [[each] for each in rows]:
        await put(pool, *part, kind="intervals", zone="Europe/Paris", rejects=found.extend)
    assert [reject.code for reject in found] == ["overlapping_intervals"] * overlaps
    assert all(f"sources '{given.get('source', 'acd')}' and 'acd'" in reject.reason for reject in found)
    await refresh(pool)
    assert await check_figures(pool) == ([], 0)


async def test_many_rows_of_one_queue_do_not_overlap_each_other(pool: Pool):
    hours = [
        interval(starts_at=f"2015-12-01T{hour:02d}:00:00+01:00", queue=queue)
        for hour in range(8, 18)
        for queue in ("a", "b")
    ]
    done = await put(pool, *hours, kind="intervals")
    assert (done.loaded, done.rejected) == (20, 0)
    assert (await put(pool, *hours, kind="intervals")).unchanged == 20


CONTACTS: list[tuple[dict[str, str | None], bool]] = [
    ({"queue": "billing"}, True),
    ({}, True),
    ({"queue": "tech"}, False),
    ({"queue": "billing", "channel": "chat"}, False),
    ({"queue": "billing", "offered_at": "2015-12-01T11:00:00+01:00"}, False),
    ({"queue": "billing", "direction": "outbound"}, False),
    ({"queue": "billing", "outcome": "test"}, False),
]


@pytest.mark.parametrize(("given", "overlaps"), CONTACTS)
async def test_contacts_and_an_interval_of_one_time_are_not_both_loaded(
    pool: Pool, given: dict[str, str | None], overlaps: bool
):
    await put(pool, contact("1", source="calls", **given))
    found: list[Any] = []
    await put(pool, interval(), kind="intervals", rejects=found.extend)
    assert [reject.code for reject in found] == ["overlapping_contacts"] * overlaps
    assert all("sources 'acd' and 'calls'" in reject.reason for reject in found)


@pytest.mark.parametrize(("given", "overlaps"), CONTACTS)
async def test_an_interval_and_contacts_of_one_time_are_not_both_loaded(
    pool: Pool, given: dict[str, str | None], overlaps: bool
):
    await put(pool, interval(), kind="intervals")
    found: list[Any] = []
    await put(pool, contact("1", source="calls", **given), rejects=found.extend)
    assert [reject.code for reject in found] == ["contact_in_interval"] * overlaps
    assert all("sources 'calls' and 'acd'" in reject.reason for reject in found)


async def test_a_visit_of_a_counted_queue_is_refused(pool: Pool):
    await put(pool, interval(), kind="intervals")
    await put(pool, contact("1", queue="tech"))
    visit: dict[str, str | None] = {
        "contact": "1",
        "visit": "1",
        "entered_at": "2015-12-01T10:00:00+01:00",
        "exit": "answered",
        "wait": "3",
    }
    found: list[Any] = []
    await put(pool, visit | {"queue": "billing"}, kind="visits", rejects=found.extend)
    assert [reject.code for reject in found] == ["visit_in_interval"]
    assert (await put(pool, visit | {"queue": "tech"}, kind="visits")).loaded == 1
    # The other way round.
    (reject,) = await refused(pool, interval(queue="tech"), kind="intervals")
    assert reject.code == "overlapping_contacts"


async def test_the_time_of_agents_is_not_loaded_twice(pool: Pool):
    agents = interval(queue=None, logged_in="7200", busy="3000", available="2000")
    state: dict[str, str | None] = {
        "agent": "ana",
        "site": "PAU",
        "state": "available",
        "started_at": "2015-12-01T10:30:00+01:00",
    }
    state |= {"ended_at": "2015-12-01T12:00:00+01:00", "source": "desktop"}
    await put(pool, agents, kind="intervals")
    (reject,) = await refused(pool, state, kind="states")
    assert reject.code == "state_in_interval"
    assert "sources 'desktop' and 'acd'" in reject.reason
    later = state | {"started_at": "2015-12-01T11:00:00+01:00"}
    assert (await put(pool, later, kind="states")).loaded == 1
    (reject,) = await refused(pool, agents | {"starts_at": "2015-12-01T11:00:00+01:00"}, kind="intervals")
    assert reject.code == "overlapping_agents"
    assert "sources 'acd' and 'desktop'" in reject.reason
    (reject,) = await refused(pool, agents | {"channel": "chat"}, kind="intervals")
    assert reject.code == "overlapping_agents"


async def test_finer_intervals_replace_a_coarser_one_as_a_whole(pool: Pool):
    await put(pool, interval(), kind="intervals")
    quarters = [
        interval(
            starts_at=f"2015-12-01T10:{minute:02d}:00+01:00", length="900", offered="3", answered="2", abandoned="1"
        )
        for minute in (0, 15, 30, 45)
    ]
    done = await put(pool, *quarters, kind="intervals")
    assert (done.loaded, done.replaced, done.rejected) == (3, 1, 0)
    # The other way round, the hour overlaps quarter-hours that stay: nothing changes.
    (reject,) = await refused(pool, interval(), kind="intervals")
    assert reject.code == "overlapping_intervals"
    assert len(await pool.fetch(INTERVALS)) == 4
