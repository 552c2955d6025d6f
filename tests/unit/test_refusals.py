"""Words that no question can mean are refused in words, at once, whatever their length."""

from datetime import UTC, datetime

import pytest

from cadran.domain.ask import METRICS_MAX, Ask, Condition, understand
from cadran.domain.calls import split_list
from cadran.domain.directory import EMPTY
from cadran.errors import QuestionRefused


def _refusal(ask: Ask) -> QuestionRefused:
    with pytest.raises(QuestionRefused) as caught:
        understand(ask, EMPTY, now=datetime(2026, 3, 4, tzinfo=UTC), home_zone="Europe/Paris")
    return caught.value


@pytest.mark.parametrize("period", ["0001", "0001-01", "0001-W01", "1899-12-31", "3000", "9999-Q4"])
def test_years_that_nobody_means(period):
    assert _refusal(Ask(["qos"], period=period)).code == "unknown_period"


def test_numbers_of_thousands_of_digits():
    for dimension, value in (("year", "9" * 5000), ("time_of_day", "9" * 5000 + ":00")):
        assert _refusal(Ask(["qos"], period="2015", where=[Condition(dimension, [value])])).code == "bad_filter"


def test_more_metrics_than_a_statement_has_columns_for():
    metrics = [f"service_level(within={number})" for number in range(1, METRICS_MAX + 2)]
    refused = _refusal(Ask(metrics, period="2015"))
    assert (refused.code, refused.parameter) == ("too_costly", "metrics")
    assert str(METRICS_MAX) in refused.detail


def test_an_unknown_word_is_quoted_in_short():
    assert len(_refusal(Ask(["q" * 190], period="2015")).detail) < 600


def test_a_long_list_is_split_in_a_straight_line():
    # With a look ahead at every comma this would take minutes.
    assert len(split_list("qos(" + "a," * 200_000)) == 1
    assert split_list(" qos , service_level(within=20,formula=offered),aht") == [
        "qos", "service_level(within=20,formula=offered)", "aht",
    ]  # fmt: skip
