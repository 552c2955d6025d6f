"""Requests without a possible meaning are refused with a clear message, at once, however long they are."""

from datetime import UTC, datetime

import pytest

from cadran.domain.access.role import ROLES, name_roles_with
from cadran.domain.ask import Ask, Condition, understand
from cadran.domain.bounds import METRICS_MAX
from cadran.domain.directory import EMPTY
from cadran.domain.metric_ref import parse_metric_ref, split_list
from cadran.errors import QuestionRefused, absent, unknown
from cadran.objectives.model.objective import STATES
from tests.refs import refs


def _refusal(ask: Ask) -> QuestionRefused:
    with pytest.raises(QuestionRefused) as caught:
        understand(ask, EMPTY, now=datetime(2026, 3, 4, tzinfo=UTC), home_zone="Europe/Paris")
    return caught.value


@pytest.mark.parametrize("period", ["0001", "0001-01", "0001-W01", "1899-12-31", "3000", "9999-Q4"])
def test_years_that_nobody_means(period):
    assert _refusal(Ask(refs("qos"), period=period)).code == "unknown_period"


def test_numbers_of_thousands_of_digits():
    for dimension, value in (("year", "9" * 5000), ("time_of_day", "9" * 5000 + ":00")):
        assert _refusal(Ask(refs("qos"), period="2015", where=[Condition(dimension, [value])])).code == "bad_filter"


def test_more_metrics_than_a_statement_has_columns_for():
    metrics = [f"service_level(within={number})" for number in range(1, METRICS_MAX + 2)]
    refused = _refusal(Ask(refs(*metrics), period="2015"))
    assert (refused.code, refused.parameter) == ("too_costly", "metrics")
    assert str(METRICS_MAX) in refused.detail


def test_an_unknown_word_is_quoted_in_short():
    with pytest.raises(QuestionRefused) as refused:
        parse_metric_ref("q" * 190)
    assert len(refused.value.detail) < 600


def test_a_long_list_is_split_in_a_straight_line():
    # A parser that looks ahead at every comma would take minutes.
    assert len(split_list("qos(" + "a," * 200_000)) == 1
    assert split_list(" qos , service_level(within=20,formula=offered),aht") == [
        "qos", "service_level(within=20,formula=offered)", "aht",
    ]  # fmt: skip


def test_of_a_short_list_all_is_named():
    done = unknown("state", "done", STATES, parameter="state")
    assert done.detail == (
        "There is no state 'done'. Did you mean 'abandoned'? Known: draft, active, closed, abandoned."
    )
    grain = _refusal(Ask(refs("qos"), period="2015", grain="minute"))
    assert "quarter_hour, half_hour, hour, day, week, month, year, total" in grain.detail
    # For a long list only the closest suggestion is named.
    with pytest.raises(QuestionRefused) as refused:
        parse_metric_ref("qso")
    assert refused.value.detail == "There is no metric 'qso'. Did you mean 'qos'?"
    assert unknown("site", "PAU", [], parameter="site").detail == "There is no site 'PAU'."


def test_what_is_not_there_says_where_to_look():
    missing = absent("contract", "ACME-2051", ["ACME-2015", "ARC"], listed="/v1/contracts")
    assert (
        missing.detail
        == "There is no contract 'ACME-2051'. Did you mean 'ACME-2015'? /v1/contracts lists what there is."
    )
    assert missing.suggestions == ("ACME-2015",)
    assert len(absent("contract", "A" * 9_000, listed="/v1/contracts").detail) < 200


def test_whoever_may_not_is_told_who_may():
    assert name_roles_with("administer") == "administrator"
    assert name_roles_with("contracts") == "administrator, analyst and partner"
    assert all(name_roles_with(right) for role in ROLES.values() for right in role.rights)
