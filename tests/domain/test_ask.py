"""From a caller's request to a question: in canonical form, or refused with a code and the closest suggestion."""

from typing import Any

import pytest

from cadran.domain.ask import Condition
from cadran.domain.metric_ref import Order
from cadran.domain.question import Question
from cadran.errors import QuestionRefused
from tests.domain.sample_directory import question


def where(**values: Any) -> list[Condition]:
    return [Condition(name, each if isinstance(each, list) else [each]) for name, each in values.items()]


def refused(*metrics: str, **asked: Any) -> QuestionRefused:
    with pytest.raises(QuestionRefused) as caught:
        question(*(metrics or ("qos",)), **asked)
    return caught.value


def test_equal_questions_are_equal_values():
    first = question("qos", "service_level( short=5 , within=20)", where=where(channel=["chat", "PHONE"], site="pau"))
    second = question("QOS", "service_level(within=20.0)", where=where(site="PAU", channel=["phone", "chat", "phone"]))
    assert first == second
    assert hash(first) == hash(second)


def test_a_repeated_metric_or_split_counts_once():
    asked = question("qos", "qos", "aht", by=("site", "site", "channel"))
    assert [call.slug for call in asked.metrics] == ["qos", "aht"]
    assert asked.by == ("site", "channel")


@pytest.mark.parametrize(
    ("asked", "code", "suggestion"),
    [
        ({"metrics": ("qso",)}, "unknown_metric", "qos"),
        ({"metrics": ("service_level(witin=20)",)}, "unknown_parameter", "within"),
        ({"metrics": ("service_level(formula=offerd)",)}, "bad_parameter", "offered"),
        ({"by": ("sit",)}, "unknown_dimension", "site"),
        ({"where": where(site="PUA")}, "unknown_site", "PAU"),
        ({"where": where(direction="inbund")}, "unknown_direction", "inbound"),
        ({"grain": "dya"}, "unknown_grain", "day"),
        ({"compare": "previous_yaer"}, "unknown_compare", "previous_year"),
        ({"period": "last_weak"}, "unknown_period", "last_week"),
    ],
)
def test_did_you_mean(asked: dict[str, Any], code: str, suggestion: str):
    refusal = refused(*asked.pop("metrics", ()), **asked)
    assert refusal.code == code
    assert suggestion in refusal.suggestions
    assert suggestion in refusal.detail


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"metrics": ()}, "no_metrics"),
        ({"metrics": ("wait(percentile=1.5)",)}, "bad_parameter"),
        ({"metrics": ("service_level(within=soon)",)}, "bad_parameter"),
        ({"metrics": ("service_level(within=nan)",)}, "bad_parameter"),
        ({"metrics": ("qos(within=20)",)}, "unknown_parameter"),
        ({"metrics": ("qos; DROP TABLE contact",)}, "unknown_metric"),
        ({"period": None}, "no_window"),
        ({"period": "2015", "start": "2015-01-01", "end": "2015-02-01"}, "bad_window"),
        ({"start": "2015-01-01", "end": "2015-01-01"}, "bad_window"),
        ({"start": "2015-01-01T00:00:00+01:00", "end": "2015-02-01"}, "bad_window"),
        ({"start": "yesterday", "end": "2015-02-01"}, "bad_window"),
        ({"start": "0001-01-01", "end": "2015-02-01"}, "bad_window"),
        ({"zone": "Europe/Pau"}, "unknown_zone"),
        ({"where": where(weekday="8")}, "bad_filter"),
        ({"where": where(weekday="5..1")}, "bad_filter"),
        ({"where": where(weekday=["5..1", "3"])}, "bad_filter"),
        ({"where": where(time_of_day="12:20")}, "bad_filter"),
        ({"where": where(time_of_day="24:15..25:00")}, "bad_filter"),
        ({"where": where(channel=[])}, "bad_filter"),
        ({"top": 5}, "bad_top"),
        ({"top": 0, "by": ("site",)}, "bad_top"),
        ({"order": Order.parse("aht")}, "bad_order"),
    ],
)
def test_refusals_have_codes(asked: dict[str, Any], code: str):
    metrics = asked.pop("metrics", ("qos",))
    with pytest.raises(QuestionRefused) as caught:
        question(*metrics, **asked)
    assert caught.value.code == code


def filtered(asked: Question, dimension: str) -> tuple[str, ...]:
    """Return the values of the only filter on a dimension."""
    (found,) = (each.values for each in asked.where if each.dimension == dimension)
    return found


def test_calendar_filters_take_numbers_and_ranges():
    asked = question("qos", where=where(weekday=["1..5"], month=["12", "1..2"], time_of_day="12:15..12:45"))
    assert filtered(asked, "weekday") == ("1", "2", "3", "4", "5")
    assert filtered(asked, "month") == ("1", "2", "12")
    assert filtered(asked, "time_of_day") == ("49", "50")


def test_a_time_of_day_range_runs_past_midnight():
    asked = question("qos", where=where(time_of_day="23:30..00:30"))
    assert {int(value) for value in filtered(asked, "time_of_day")} == {94, 95, 0, 1}


def test_nothing_given_can_be_asked_for():
    asked = question("qos", where=where(segment=["none", "gold"]))
    assert filtered(asked, "segment") == ("", "gold")


def test_a_plus_that_a_url_turned_into_a_blank_is_one():
    asked = question("qos", start="2015-01-01T00:00:00 01:00", end="2015-02-01T00:00:00 01:00")
    assert asked == question("qos", start="2015-01-01T00:00:00+01:00", end="2015-02-01T00:00:00+01:00")


def test_a_top_without_order_ranks_by_the_first_metric_highest_first():
    asked = question("aht", "qos", by=("site",), top=2)
    assert asked.order == asked.metrics[0]
    assert not asked.ascending
    assert question("aht", "qos", by=("site",), order=Order.parse("qos")).ascending


def test_relative_periods_are_read_on_the_clock_of_the_sites_in_scope():
    """Check at 23:30 UTC, when it is already the next day in Paris and in India."""
    assert question("qos", period="today").window.start.date().isoformat() == "2015-12-17"
    assert question("qos", period="today", zone="UTC").window.start.date().isoformat() == "2015-12-16"
    assert question("qos", period="today", one_zone=False, zone="America/New_York").window.start.day == 16
