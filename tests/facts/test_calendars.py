"""Calendars: which opening hours are valid when, what is rejected, and how the waits of stored contacts follow."""

import pytest

from cadran.store.pool import Pool
from tests.facts.samples import contact, forget_marks, marks, put, refused

Row = dict[str, str | None]
OPENINGS = """
SELECT s.code, o.weekday, o.opens::text, o.closes::text, o.valid_from::text, o.valid_to::text
FROM opening AS o
JOIN site AS s USING (site_id)
ORDER BY 1, 5, 2, 3
"""
CLOSINGS = "SELECT s.code, c.day::text, c.opens::text, c.closes::text FROM closing AS c JOIN site AS s USING (site_id)"


def opening(weekday: int | str, opens: str = "08:00", closes: str = "18:00", **given: str | None) -> Row:
    """Return a shift in Pau."""
    row: Row = {"site": "PAU", "weekday": str(weekday), "opens": opens, "closes": closes}
    return row | given


def closing(day: str = "2015-12-25", **given: str | None) -> Row:
    """Return a public holiday in Pau."""
    row: Row = {"site": "PAU", "day": day}
    return row | given


WEEK = [opening(day) for day in range(1, 6)]


async def begin(pool: Pool) -> None:
    """Load Pau and Lille, sites of one partner. Pau is open on workdays."""
    sites: list[Row] = [{"site": code, "partner": "ACME", "zone": "Europe/Paris"} for code in ("PAU", "LIL")]
    await put(pool, *sites, kind="sites")
    await put(pool, *WEEK, kind="openings")
    await forget_marks(pool)


async def openings(pool: Pool) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await pool.fetch(OPENINGS)]


async def closings(pool: Pool) -> set[tuple[object, ...]]:
    return {tuple(row) for row in await pool.fetch(CLOSINGS)}


async def open_seconds(pool: Pool, since: str, until: str) -> float | None:
    (row,) = await pool.fetch(
        "SELECT open_seconds(s.site_id, $1::text::timestamptz, $2::text::timestamptz)::float FROM site AS s"
        " WHERE s.code = 'PAU'",
        [since, until],
    )
    found: float | None = row[0]
    return found


async def waits(pool: Pool) -> list[tuple[object, ...]]:
    rows = await pool.fetch("SELECT contact_id, in_hours, wait_open::float FROM contact ORDER BY 1")
    return [tuple(row) for row in rows]


async def test_new_hours_leave_those_before_alone(pool: Pool) -> None:
    await begin(pool)
    new = [opening(1, "09:00", valid_from="2016-01-01"), opening(6, "09:00", "12:00", valid_from="2016-02-01")]
    assert (await put(pool, *new, kind="openings")).line() == "2 loaded"
    expected = [("PAU", day, "08:00:00", "18:00:00", "-infinity", "2016-01-01") for day in range(1, 6)]
    expected.append(("PAU", 1, "09:00:00", "18:00:00", "2016-01-01", "infinity"))
    expected.append(("PAU", 6, "09:00:00", "12:00:00", "2016-02-01", "infinity"))
    assert await openings(pool) == expected
    assert (await put(pool, *new, kind="openings")).line() == "0 loaded · 2 unchanged"
    assert (await put(pool, *WEEK, kind="openings")).line() == "0 loaded · 5 replaced"
    assert len(await openings(pool)) == 5


async def test_a_calendar_is_told_whole_whatever_the_batches(pool: Pool) -> None:
    await begin(pool)
    days = [opening(day, "07:00") for day in range(1, 6)]
    assert (await put(pool, *days, kind="openings", batch_rows=2)).line() == "5 loaded"
    assert len(await openings(pool)) == 5


async def test_a_holiday_closes_the_shift_that_opens_on_it(pool: Pool) -> None:
    """Check that the eve's night shift runs into the holiday's morning, and the holiday's own shift is cancelled."""
    await begin(pool)
    await put(pool, *(opening(day, "20:00", "04:00") for day in range(1, 8)), kind="openings")
    night = ("2015-12-24T12:00:00+01:00", "2015-12-26T12:00:00+01:00")
    assert await open_seconds(pool, *night) == 16 * 3600
    assert (await put(pool, closing(), kind="closings")).line() == "1 loaded"
    assert await open_seconds(pool, *night) == 8 * 3600
    assert await open_seconds(pool, "2015-12-25T00:00:00+01:00", "2015-12-25T12:00:00+01:00") == 4 * 3600
    assert await open_seconds(pool, "2015-12-25T12:00:00+01:00", "2015-12-26T12:00:00+01:00") == 0


async def test_exceptional_days_may_have_several_shifts(pool: Pool) -> None:
    await begin(pool)
    split = [
        closing("2015-12-24", opens="09:00", closes="10:00"),
        closing("2015-12-24", opens="11:00", closes="11:30"),
    ]
    await put(pool, *split, kind="closings")
    day = ("2015-12-24T00:00:00+01:00", "2015-12-25T00:00:00+01:00")
    assert await open_seconds(pool, *day) == 5400
    assert (await put(pool, *split, kind="closings")).line() == "0 loaded · 2 unchanged"
    assert (await put(pool, split[0], kind="closings")).line() == "0 loaded · 1 replaced"
    assert await open_seconds(pool, *day) == 3600
    assert (await put(pool, closing("2015-12-24", withdrawn="true"), kind="closings")).line() == "0 loaded · 1 replaced"
    assert await open_seconds(pool, *day) == 36_000
    assert await closings(pool) == set()


async def test_a_partners_holiday_is_that_of_its_sites(pool: Pool) -> None:
    await begin(pool)
    everywhere = closing(site=None, partner="ACME")
    own = closing(opens="10:00", closes="12:00")
    assert (await put(pool, everywhere, own, kind="closings")).line() == "2 loaded"
    assert await closings(pool) == {
        ("LIL", "2015-12-25", None, None),
        ("PAU", "2015-12-25", "10:00:00", "12:00:00"),
    }
    assert (await put(pool, own, everywhere, kind="closings")).line() == "0 loaded · 2 unchanged"


@pytest.mark.parametrize(
    ("day", "opens", "closes", "hours"),
    [
        ("2015-03-29", "00:00", "00:00", 23),
        ("2015-10-25", "00:00", "00:00", 25),
        ("2015-03-29", "01:00", "05:00", 3),
        ("2015-10-25", "01:00", "05:00", 5),
        # The clock shows 02:30 twice. The site closes at the first one.
        ("2015-10-25", "01:30", "02:30", 1),
        ("2015-10-25", "02:30", "05:30", 4),
        ("2015-03-28", "22:00", "06:00", 7),
        ("2015-10-24", "22:00", "06:00", 9),
    ],
)
async def test_hours_when_the_clocks_change(pool: Pool, day: str, opens: str, closes: str, hours: float) -> None:
    await begin(pool)
    await put(pool, closing(day, opens=opens, closes=closes), kind="closings")
    weekend = {
        "03": ("2015-03-28T00:00:00+01:00", "2015-03-30T00:00:00+02:00"),
        "10": ("2015-10-24T00:00:00+02:00", "2015-10-26T00:00:00+01:00"),
    }
    assert await open_seconds(pool, *weekend.pop(day[5:7])) == hours * 3600
    (other,) = weekend.values()
    assert await open_seconds(pool, *other) == 0


async def test_outside_its_calendar_nothing_is_known(pool: Pool) -> None:
    await begin(pool)
    held = [opening(day, valid_from="2015-11-02", valid_to="2015-12-05") for day in range(1, 6)]
    async with pool.acquire() as connection:
        await connection.execute("DELETE FROM opening")
    await put(pool, *held, kind="openings")
    assert await open_seconds(pool, "2015-11-01T23:59:59+01:00", "2015-11-05T12:00:00+01:00") is None
    assert await open_seconds(pool, "2015-11-02T00:00:00+01:00", "2015-11-02T09:00:00+01:00") == 3600
    assert await open_seconds(pool, "2015-12-04T17:00:00+01:00", "2015-12-05T00:00:00+01:00") == 3600
    assert await open_seconds(pool, "2015-12-04T17:00:00+01:00", "2015-12-05T00:00:01+01:00") is None
    assert await open_seconds(pool, "2016-12-04T17:00:00+01:00", "2016-12-05T00:00:01+01:00") is None


async def test_waits_are_counted_in_open_hours(pool: Pool) -> None:
    await begin(pool)
    await put(
        pool,
        contact("1", offered_at="2015-12-04T17:59:00+01:00", wait="120"),
        contact("2", offered_at="2015-12-04T18:00:00+01:00", wait="3", channel="email"),
        contact("3", offered_at="2015-12-04T17:00:00+01:00", wait=None, answered_at="2015-12-07T09:00:00+01:00"),
        contact("4", offered_at="2015-12-01T10:00:00+01:00", wait="12.345"),
        contact("5", offered_at="2015-12-01T10:00:00+01:00", wait=None, outcome="deflected", talk=None),
        contact("6", site="LIL"),
    )
    assert await waits(pool) == [
        ("1", True, 60),
        ("2", False, 0),
        ("3", True, 7200),
        ("4", True, 12.345),
        ("5", True, None),
        ("6", None, None),
    ]


async def test_stored_waits_follow_their_calendar(pool: Pool) -> None:
    await begin(pool)
    rows = [
        contact("1", offered_at="2015-12-04T17:59:00+01:00", wait="120"),
        contact("2", offered_at="2015-12-01T10:00:00+01:00"),
    ]
    await put(pool, *rows)
    await forget_marks(pool)
    assert (await put(pool, closing("2016-05-01"), kind="closings")).marks == 0
    assert (await put(pool, closing("2015-12-04", opens="08:00", closes="18:00:30"), kind="closings")).marks == 1
    assert await marks(pool) == {("PAU", "2015-12-04")}
    assert await waits(pool) == [("1", True, 90), ("2", True, 12)]
    await put(pool, closing("2015-12-01"), kind="closings")
    assert await waits(pool) == [("1", True, 90), ("2", False, 0)]
    assert (await put(pool, *rows)).line() == "0 loaded · 2 unchanged"


async def test_a_wait_of_months_follows_its_calendar(pool: Pool) -> None:
    await begin(pool)
    asked = {"offered_at": "2015-03-02T17:00:00+01:00", "answered_at": "2015-12-01T09:00:00+01:00", "wait": None}
    await put(pool, contact("1", channel="email", **asked))
    [(_, _, before)] = await waits(pool)
    assert await open_seconds(pool, asked["offered_at"] or "", asked["answered_at"] or "") == before
    await forget_marks(pool)
    # The middle of the wait: 4 August is a Tuesday.
    assert (await put(pool, closing("2015-08-04"), kind="closings")).marks == 1
    assert await marks(pool) == {("PAU", "2015-03-02")}
    [(_, _, after)] = await waits(pool)
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert before - after == await open_seconds(pool, "2015-08-11T00:00:00+02:00", "2015-08-12T00:00:00+02:00")
    assert (await put(pool, closing("2016-01-05"), kind="closings")).marks == 0


async def test_waits_follow_where_a_calendar_begins(pool: Pool) -> None:
    """Check a site that is open around the clock from its calendar's first day, and closed before that."""
    await begin(pool)
    around = [opening(day, "00:00", "00:00", valid_from="2015-12-01") for day in range(1, 8)]
    async with pool.acquire() as connection:
        await connection.execute("DELETE FROM opening")
    await put(pool, *around, kind="openings")
    await put(pool, contact("1", offered_at="2015-10-06T10:00:00+02:00", wait="60"))
    assert await waits(pool) == [("1", None, None)]
    past = opening(7, "08:00", "09:00", valid_from="2015-10-01", valid_to="2015-10-04")
    await put(pool, past, *around, kind="openings")
    assert await waits(pool) == [("1", False, 0)]


async def test_waits_follow_their_sites_zone(pool: Pool) -> None:
    await begin(pool)
    await put(pool, contact("1", offered_at="2015-12-04T17:59:00+01:00", wait="120"))
    await put(pool, {"site": "PAU", "zone": "America/New_York"}, kind="sites")
    assert await waits(pool) == [("1", True, 120)]
    await put(pool, {"site": "PAU", "zone": "Asia/Kolkata"}, kind="sites")
    assert await waits(pool) == [("1", False, 0)]


@pytest.mark.parametrize(
    ("kind", "row", "code", "words"),
    [
        ("openings", opening(1, "08:00", "08:00"), "invalid", "opens and closes are the same"),
        ("openings", opening(8), "invalid", "weekday: "),
        ("openings", opening(1, valid_from="2015-02-01", valid_to="2015-02-01"), "invalid", "valid_to is not after"),
        ("openings", opening(1, site="BRX"), "unknown_site", "load the sites first"),
        ("closings", closing(opens="08:00", closes="08:00"), "invalid", "opens and closes are the same"),
        ("closings", closing(opens="08:00"), "invalid", "or neither where it is closed all day"),
        ("closings", closing(opens="08:00", closes="09:00", withdrawn="true"), "invalid", "withdrawn"),
        ("closings", closing(site=None), "invalid", "either a site or a partner"),
        ("closings", closing(partner="ACME"), "invalid", "either a site or a partner"),
        ("closings", closing("25/12/2015"), "invalid", "day: "),
        ("closings", closing(site="BRX"), "unknown_closing_site", "site 'BRX' is not known: load the sites first"),
        ("closings", closing(site=None, partner="BRX"), "unknown_partner", "no site of a partner 'BRX' is known"),
    ],
)
async def test_a_bad_row_is_refused_with_its_reason(pool: Pool, kind: str, row: Row, code: str, words: str) -> None:
    await begin(pool)
    (reject,) = await refused(pool, row, kind=kind, zone=None)
    assert (reject.line, reject.code) == (1, code)
    assert words in reject.reason
    assert len(await openings(pool)) == 5
    assert await closings(pool) == set()


@pytest.mark.parametrize(
    "other", [closing(opens="09:00", closes="10:00"), closing(withdrawn="true")], ids=["hours", "withdrawn"]
)
async def test_a_day_told_twice_is_refused_in_both_rows(pool: Pool, other: Row) -> None:
    await begin(pool)
    rejects = await refused(pool, closing("2015-12-24"), closing(), other, kind="closings")
    assert [(reject.line, reject.code) for reject in rejects] == [(2, "closing_twice"), (3, "closing_twice")]
    assert "contradictory hours of site 'PAU' on 2015-12-25" in rejects[0].reason
    assert await closings(pool) == {("PAU", "2015-12-24", None, None)}
