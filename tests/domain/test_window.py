"""Windows and periods: every named period, ISO weeks, leap days, and days of 23 and 25 hours."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cadran.domain.window import Grain, Window, find_bucket_start, find_next_start, parse_period, to_instant
from cadran.errors import QuestionRefused

TODAY = date(2015, 12, 16)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("today", "2015-12-16", "2015-12-17"),
        ("yesterday", "2015-12-15", "2015-12-16"),
        ("this_week", "2015-12-14", "2015-12-21"),
        ("last_week", "2015-12-07", "2015-12-14"),
        ("this_month", "2015-12-01", "2016-01-01"),
        ("last_month", "2015-11-01", "2015-12-01"),
        ("this_year", "2015-01-01", "2016-01-01"),
        ("last_year", "2014-01-01", "2015-01-01"),
        ("week_to_date", "2015-12-14", "2015-12-17"),
        ("month_to_date", "2015-12-01", "2015-12-17"),
        ("year_to_date", "2015-01-01", "2015-12-17"),
        ("last_7_days", "2015-12-09", "2015-12-16"),
        ("last_28_days", "2015-11-18", "2015-12-16"),
        ("2015", "2015-01-01", "2016-01-01"),
        ("2015-Q4", "2015-10-01", "2016-01-01"),
        ("2015-q1", "2015-01-01", "2015-04-01"),
        ("2016-02", "2016-02-01", "2016-03-01"),
        ("2015-12-24", "2015-12-24", "2015-12-25"),
        ("2016-02-29", "2016-02-29", "2016-03-01"),
        ("2015-W01", "2014-12-29", "2015-01-05"),
        ("2015-W50", "2015-12-07", "2015-12-14"),
        ("2015-w53", "2015-12-28", "2016-01-04"),
    ],
)
def test_periods(period: str, first: str, last: str):
    start, end = parse_period(period, TODAY)
    assert (start.isoformat(), end.isoformat()) == (f"{first}T00:00:00", f"{last}T00:00:00")


@pytest.mark.parametrize(
    "period", ["2014-W53", "2015-02-29", "2015-13", "2015-00", "2015-Q5", "0000", "9999", "tomorrow", "last_0_days", ""]
)
def test_there_is_no_such_period(period: str):
    with pytest.raises(QuestionRefused) as caught:
        parse_period(period, TODAY)
    assert caught.value.code == "unknown_period"


def test_years_to_date_from_a_leap_day():
    assert parse_period("last_year", date(2016, 2, 29))[0].date() == date(2015, 1, 1)
    assert parse_period("last_month", date(2016, 3, 31)) == parse_period("2016-02", TODAY)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("2015-03-29", "Europe/Paris", 23),
        ("2015-10-25", "Europe/Paris", 25),
        ("2015-04-05", "Australia/Lord_Howe", 24.5),
        ("2015-10-04", "Australia/Lord_Howe", 23.5),
        ("2015-10-25", "Asia/Kathmandu", 24),
    ],
)
def test_a_day_is_as_long_as_its_zone_makes_it(day: str, zone: str, hours: float):
    start, end = parse_period(day, TODAY)
    bounds = Window(start, end, zone).instants
    assert bounds is not None
    assert bounds[1] - bounds[0] == timedelta(hours=hours)


def test_bounds_without_a_zone_are_each_sites_own():
    start, end = parse_period("2015-12", TODAY)
    assert Window(start, end).instants is None
    assert Window(start, end).days(["Europe/Paris"]) == (date(2015, 12, 1), date(2016, 1, 1))


@pytest.mark.parametrize(
    ("zones", "first", "after"),
    [
        (["Europe/Paris"], date(2015, 12, 1), date(2016, 1, 1)),
        ([], date(2015, 11, 30), date(2016, 1, 1)),
        (["America/Los_Angeles"], date(2015, 11, 30), date(2016, 1, 1)),
        (["Pacific/Auckland"], date(2015, 12, 1), date(2016, 1, 2)),
        (["Pacific/Auckland", "America/Los_Angeles"], date(2015, 11, 30), date(2016, 1, 2)),
    ],
)
def test_the_days_of_a_window_are_those_that_it_touches_on_these_clocks(zones: list[str], first: date, after: date):
    start, end = parse_period("2015-12", TODAY)
    assert Window(start, end, "Europe/Paris").days(zones) == (first, after)


def test_a_time_within_a_gap_and_a_fold():
    assert to_instant(datetime.fromisoformat("2015-03-29T02:30"), "Europe/Paris") == datetime(
        2015, 3, 29, 1, 30, tzinfo=UTC
    )
    assert to_instant(datetime.fromisoformat("2015-10-25T02:30"), "Europe/Paris") == datetime(
        2015, 10, 25, 0, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("grain", [Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.YEAR])
def test_buckets_follow_each_other_without_gap(grain: Grain):
    start = find_bucket_start(datetime.fromisoformat("2015-12-31T23:59"), grain)
    for _ in range(60):
        following = find_next_start(start, grain)
        assert find_bucket_start(following, grain) == following
        assert find_bucket_start(following - timedelta(seconds=1), grain) == start
        start = following
