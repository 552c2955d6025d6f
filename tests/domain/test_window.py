"""Windows and periods: every named period, ISO weeks, leap days, and days of 23 and 25 hours."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis.strategies import datetimes, timedeltas, timezones

from cadran.domain.window import (
    Grain,
    Window,
    find_bucket_start,
    find_next_start,
    find_spans,
    parse_period,
    to_instant,
)
from cadran.errors import QuestionRefused
from tests.length import choose

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


def list_transitions(zone: str, first: int = 2000, last: int = 2037) -> list[datetime]:
    """Return the instants from one year to another at which a zone's clock changes."""
    clock, found = ZoneInfo(zone), []
    at, step = datetime(first, 1, 1, tzinfo=UTC), timedelta(days=7)
    while at.year <= last:
        low, high = at, at + step
        if low.astimezone(clock).utcoffset() != high.astimezone(clock).utcoffset():
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
                same = middle.astimezone(clock).utcoffset() == low.astimezone(clock).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high)
        at += step
    return found


#: All zones in the long form; else those whose clocks change by other than an hour, at midnight or in the morning.
ZONES = choose(
    [
        *("Europe/Amsterdam", "Europe/Dublin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe"),
        *("Africa/Casablanca", "Asia/Pyongyang", "Pacific/Apia", "Antarctica/Troll", "Asia/Gaza", "America/Caracas"),
    ],
    long=sorted(available_timezones() - {"Factory", "localtime"}),
)


@pytest.mark.parametrize("zone", ZONES)
def test_quarter_hours_have_every_instant_once(zone: str):
    quarter = timedelta(minutes=15)
    for transition in list_transitions(zone):
        wall = transition.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        first = find_bucket_start(wall, Grain.DAY) - timedelta(days=2)
        walls = [first + number * quarter for number in range(4 * 96)]
        spans = [(each, span) for each in walls for span in find_spans(each, each + quarter, zone)]
        for minutes in range(-180, 180, 5):
            at = transition + timedelta(minutes=minutes)
            [found] = [each for each, (start, end) in spans if start <= at < end]
            assert found == find_bucket_start(
                at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0), Grain.QUARTER_HOUR
            )


@given(
    at=datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2037-12-30"), timezones=timezones()),
    before=timedeltas(timedelta(0), timedelta(days=2)),
    after=timedeltas(timedelta(0), timedelta(days=2)),
)
def test_a_window_has_the_instants_whose_clock_is_within_it(at: datetime, before: timedelta, after: timedelta):
    zone = str(at.tzinfo)
    wall = at.replace(tzinfo=None, fold=0)
    first, last = wall - before, wall + after + timedelta.resolution
    shown = at.astimezone(UTC).astimezone(at.tzinfo).replace(tzinfo=None, fold=0)
    spans = find_spans(first, last, zone)
    assert any(start <= at.astimezone(UTC) < end for start, end in spans) == (first <= shown < last)
    assert all(one[1] < other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("start", "end", "spans"),
    [
        # Between times that the clock skips there is nothing.
        ("2026-03-29T02:15", "2026-03-29T02:30", [("01:00", "01:00")]),
        ("2026-03-29T02:30", "2026-03-29T04:00", [("01:00", "02:00")]),
        ("2026-03-29T03:15", "2026-03-29T03:30", [("01:15", "01:30")]),
        # What the clock shows twice comes twice.
        ("2026-10-25T02:15", "2026-10-25T02:30", [("00:15", "00:30"), ("01:15", "01:30")]),
        ("2026-10-25T02:45", "2026-10-25T03:00", [("00:45", "01:00"), ("01:45", "02:00")]),
        ("2026-10-25T01:45", "2026-10-25T02:15", [("23:45", "00:15"), ("01:00", "01:15")]),
        ("2026-10-25T02:45", "2026-10-25T04:00", [("00:45", "01:00"), ("01:45", "03:00")]),
        ("2026-10-25T02:00", "2026-10-25T03:00", [("00:00", "02:00")]),
    ],
)
def test_the_spans_of_a_window_where_clocks_change(start: str, end: str, spans: list[tuple[str, str]]):
    found = find_spans(datetime.fromisoformat(start), datetime.fromisoformat(end), "Europe/Amsterdam")
    assert [(first.strftime("%H:%M"), last.strftime("%H:%M")) for first, last in found] == spans
