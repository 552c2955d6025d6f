"""Margins, penalties and projections by their definitions, on invented sums: properties, and examples by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadran.contracts.model.term import Rule, Term, Unit, parse_settled_metric
from cadran.contracts.settlement.attainment import NOTHING, Attainment, MeasuredWindow, State, Sums
from cadran.contracts.settlement.forecast import forecast_term
from cadran.contracts.settlement.margin import compute_margin
from cadran.contracts.settlement.penalty import compute_lines, round_to_cent, sum_lines
from cadran.domain.metric import Label
from cadran.domain.metric_ref import parse_metric_ref
from cadran.errors import QuestionRefused

TARGETS = st.integers(1, 999).map(lambda number: Decimal(number) / 1000)
AT = datetime(2015, 12, 1, tzinfo=UTC)


def term(metric: str = "service_level(within=20)", target: str = "0.8", **more: Any) -> Term:
    """Return a term whose window is a day."""
    call = parse_metric_ref(metric)
    return Term("t", call.metric.label, call, Decimal(target), Unit.DAY, **more)


def sums(numerator: float, denominator: float) -> Sums:
    return Sums(Decimal(str(numerator)), Decimal(str(denominator)), Decimal(str(denominator)))


def attained(one: Term, found: Sums, *states: State) -> Attainment:
    windows = tuple(MeasuredWindow(AT, AT + timedelta(days=1), NOTHING, state) for state in states)
    return Attainment(one, found, windows)


@given(st.integers(0, 5000), st.integers(1, 5000), TARGETS)
def test_as_many_late_calls_as_are_left_keep_the_target_and_one_more_breaks_it(good: int, late: int, target: Decimal):
    one = term(target=str(target))
    left = compute_margin(one, sums(good, good + late))
    assert left.misses_left is not None
    assert left.misses_left == left.late_calls_left
    met = one.met(Decimal(good), Decimal(good + late))
    if met:
        assert one.met(Decimal(good), Decimal(good + late + left.misses_left))
        assert not one.met(Decimal(good), Decimal(good + late + left.misses_left + 1))
        assert left.hits_needed == 0
    else:
        needed = left.hits_needed
        assert left.misses_left == 0
        assert needed is not None
        assert needed > 0
        assert one.met(Decimal(good + needed), Decimal(good + late + needed))
        assert not one.met(Decimal(good + needed - 1), Decimal(good + late + needed - 1))


@given(st.integers(0, 5000), st.integers(1, 5000), TARGETS)
def test_the_same_of_what_should_be_rare(lost: int, kept: int, target: Decimal):
    one = term("abandonment_rate", str(target))
    left = compute_margin(one, sums(lost, lost + kept))
    assert left.late_calls_left is None
    assert left.misses_left is not None
    if one.met(Decimal(lost), Decimal(lost + kept)):
        assert one.met(Decimal(lost + left.misses_left), Decimal(lost + kept + left.misses_left))
        assert not one.met(Decimal(lost + left.misses_left + 1), Decimal(lost + kept + left.misses_left + 1))
    else:
        needed = left.hits_needed
        assert needed is not None
        assert one.met(Decimal(lost), Decimal(lost + kept + needed))
        assert not one.met(Decimal(lost), Decimal(lost + kept + needed - 1))


def test_what_no_number_of_contacts_changes_is_null():
    assert compute_margin(term(target="1"), sums(9, 10)).hits_needed is None
    assert compute_margin(term(target="0"), sums(0, 10)).misses_left is None
    assert compute_margin(term("abandonment_rate", "1"), sums(3, 10)).misses_left is None
    assert compute_margin(term("abandonment_rate", "0"), sums(3, 10)).hits_needed is None
    assert compute_margin(term(), sums(0, 0)).misses_left == 0


def test_of_a_mean_time_is_left():
    assert compute_margin(term("aht", "360"), sums(3500, 10)).seconds_left == 100
    assert compute_margin(term("aht", "360"), sums(3700.5, 10)).seconds_left == Decimal("-100.5")
    assert compute_margin(term("aht", "360"), sums(3500, 10)).misses_left is None


def test_a_target_just_reached_is_met():
    # In floating point, 0.1 + 0.2 and 3 × 0.1 are greater than 0.3.
    assert term("abandonment_rate", "0.3").met(Decimal(3), Decimal(10))
    assert term(target="0.29").met(Decimal(29), Decimal(100))
    assert term().met(Decimal(0), Decimal(0)) is None


RULES = (
    Rule("missed_window", Decimal("50.05")),
    Rule("point", Decimal(100)),
    Rule("step", Decimal(1000), Decimal("0.75")),
    Rule("step", Decimal(2500), Decimal("0.7")),
    Rule("step", Decimal(400), Decimal("0.78")),
    Rule("bonus", Decimal(300), Decimal("0.85")),
    Rule("bonus", Decimal(900), Decimal("0.95")),
)


@pytest.mark.parametrize(
    ("found", "missed", "told"),
    [
        ((800, 1000), 0, []),
        # 0.7 points worse than the target is one started point; 0.793 is better than every step.
        ((793, 1000), 2, [("missed_window", "100.10"), ("point", "100.00")]),
        ((780, 1000), 0, [("point", "200.00")]),
        ((749, 1000), 0, [("point", "600.00"), ("step", "1000.00")]),
        ((500, 1000), 1, [("missed_window", "50.05"), ("point", "3000.00"), ("step", "2500.00")]),
        ((850, 1000), 0, [("bonus", "-300.00")]),
        ((999, 1000), 3, [("missed_window", "150.15"), ("bonus", "-900.00")]),
        ((0, 0), 0, []),
    ],
)
def test_lines_by_hand(found: tuple[int, int], missed: int, told: list[tuple[str, str]]):
    others: tuple[State, ...] = ("met", "empty", "excluded", "pending")
    bad: State = "missed"
    states = (*[bad] * missed, *others)
    lines_told = compute_lines(attained(term(rules=RULES), sums(*found), *states))
    assert [(line.code, str(line.amount)) for line in lines_told] == told


def test_a_cap_takes_off_penalties_and_leaves_the_bonus():
    rules = (Rule("missed_window", Decimal(100)), Rule("bonus", Decimal(30), Decimal("0.9")))
    found = attained(term(rules=rules, cap=Decimal("150.50")), sums(95, 100), "missed", "missed", "missed")
    told = compute_lines(found)
    assert [(line.code, line.amount) for line in told] == [
        ("missed_window", Decimal(300)),
        ("bonus", Decimal(-30)),
        ("cap", Decimal("-149.50")),
    ]
    assert sum_lines(told) == Decimal("120.50")


@pytest.mark.parametrize(("counted", "amount"), [("started", "33.00"), ("whole", "22.00"), ("exact", "26.19")])
def test_points_are_counted_as_agreed(counted: str, amount: str):
    rule = Rule("point", Decimal(11), counted=counted)  # type: ignore[arg-type]  # one of its words
    # 815 of 1050 is 77.619 %, which is 2.381 points below the target of 80 %. The figures are computed by hand.
    found = attained(term(rules=(rule,)), sums(815, 1050))
    [line] = compute_lines(found)
    assert str(line.amount) == amount


@given(st.fractions(-1_000_000, 1_000_000))
def test_cents_are_the_nearest_half_away_from_zero(amount: Fraction):
    rounded = Fraction(round_to_cent(amount))
    assert (rounded * 100).denominator == 1
    assert abs(rounded - amount) <= Fraction(1, 200)
    if abs(rounded - amount) == Fraction(1, 200):
        assert abs(rounded) > abs(amount)


def test_the_outlook_goes_on_as_the_weeks_before():
    monday = date(2015, 11, 30)
    past = {monday - timedelta(days=number): sums(8, 10) for number in range(1, 57)}
    left = [monday + timedelta(days=number) for number in range(3)]
    told = forecast_term(term(), sums(40, 100), sums(4, 5), past, left)
    # Half of today and two more days are still to come: 25 contacts, of which 20 are good.
    assert told.method == "weekday_mean"
    assert told.value == pytest.approx(60 / 125)
    assert told.low == pytest.approx(told.value) == told.high
    wavering = {day: sums(8 + number % 2, 10) for number, day in enumerate(past)}
    wide = forecast_term(term(), sums(40, 100), sums(4, 5), wavering, left)
    assert wide.low is not None
    assert wide.value is not None
    assert wide.high is not None
    assert wide.low < wide.value < wide.high
    assert forecast_term(term(), sums(40, 100), NOTHING, past, ()).value == 0.4
    assert forecast_term(term(), sums(40, 100), NOTHING, dict(list(past.items())[:13]), left).method == "none"


def test_the_interval_of_the_outlook_is_of_its_definition():
    monday = date(2015, 11, 30)
    past = {monday - timedelta(days=number): sums(number % 7, 10) for number in range(1, 57)}
    left = [monday + timedelta(days=number) for number in range(4)]
    told = forecast_term(term(), sums(400, 1000), NOTHING, past, left)
    rate = sum(number % 7 for number in range(1, 57)) / 560
    spread = sum((number % 7 - 10 * rate) ** 2 for number in range(1, 57)) / 55
    variance = 4 * spread + (40 / 560) ** 2 * 56 * spread
    assert told.value is not None
    assert told.high is not None
    assert told.high - told.value == pytest.approx(1.959963984540054 * variance**0.5 / 1040)


@pytest.mark.parametrize(
    ("metric", "unit"),
    [("contacts", Unit.DAY), ("wait(percentile=0.9)", Unit.DAY), ("talk_time", Unit.DAY), ("csat", Unit.DAY),
     ("budget_consumed", Unit.MONTH), ("cost_to_serve", Unit.MONTH), ("occupancy", Unit.DAY)],
)  # fmt: skip
def test_what_cannot_be_settled_is_refused_by_name(metric: str, unit: Unit):
    with pytest.raises(QuestionRefused) as refused:
        parse_settled_metric(metric, unit)
    assert refused.value.code == "bad_term"
    assert metric in refused.value.detail


def test_what_can_be_is_not():
    for metric in (
        "service_level",
        "qos",
        "aht",
        "asa",
        "abandonment_rate_net(short=10)",
        "fcr",
        "first_response_time",
    ):
        assert parse_settled_metric(metric, Unit.DAY, "left_out").name == metric
    assert parse_settled_metric("csat", Unit.MONTH).name == "csat"


def test_labels_are_in_both_languages():
    assert compute_lines(attained(term(rules=RULES), sums(1, 10), "missed"))[0].label == Label(
        "Windows missed: 1 of 1", "Fenêtres manquées : 1 sur 1"
    )
