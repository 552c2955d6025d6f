"""Confidence intervals: Wilson's interval for shares."""

import pytest

from cadran.domain.answer import Figures, wilson
from cadran.domain.metric_ref import parse_metric_ref


def test_wilson_as_the_dictionary_has_it():
    low, high = wilson(960 / 1200, 1200)
    assert low == pytest.approx(0.7764, abs=5e-5)
    assert high == pytest.approx(0.8217, abs=5e-5)


def test_nobody_out_of_few_is_not_never():
    low, high = wilson(0.0, 10)
    assert low == 0.0
    assert high == pytest.approx(0.2775, abs=5e-5)
    assert wilson(1.0, 10)[0] == pytest.approx(1 - 0.2775, abs=5e-5)
    assert wilson(1.0, 10)[1] == 1.0


def figures(metric: str, value: float | None, n: float | None) -> Figures:
    return Figures(parse_metric_ref(metric), [value], [None], [n], [n])


def test_intervals_are_for_shares_of_something():
    assert figures("qos", 0.8, 1200).interval(0) == pytest.approx(wilson(0.8, 1200))
    assert figures("qos", None, 0).interval(0) is None
    assert figures("aht", 300.0, 1200).interval(0) is None
    assert figures("contacts", 1200, None).interval(0) is None
