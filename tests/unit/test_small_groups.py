"""Figures that are a group's by nature are told of no small group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest

from cadran.compiler.figures import figure, suppressed
from cadran.compiler.recipe import Column, Recipe
from cadran.domain.answer import Answer, Figures, Freshness
from cadran.domain.catalogue import METRICS
from cadran.domain.directory import EMPTY
from cadran.domain.metric import Metric
from cadran.domain.question import MetricCall, Question
from cadran.domain.small import hidden
from cadran.domain.window import Window

COLLECTIVE = replace(METRICS["csat"], group_min=5)


def test_a_group_of_fewer_is_left_out_and_an_empty_one_is_merely_undefined(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(cast("dict[str, Metric]", METRICS), "csat", COLLECTIVE)
    recipe = Recipe(MetricCall("csat"), (Column(1, 0, 0),), (Column(1, 0, 1),), None)
    figures = figure(recipe, [[[3, 3, 0, 1], [5, 4, 0, 1]]], 4)
    assert figures.values == [0.6, None, None, None]
    assert figures.numerators == [3, None, 0, None]
    assert figures.denominators == [5, None, 0, None]
    assert figures.n == [5, 4, 0, 1]
    assert [suppressed(figures, row) for row in range(4)] == [False, True, False, True]
    assert figures.interval(1) is None


def shown(slug: str, numerators: Sequence[float], denominators: Sequence[float]) -> list[bool]:
    """Of which rows of a ratio the figures are told to those who see no people."""
    call, day = MetricCall(slug), datetime(2015, 12, 1, tzinfo=UTC)
    values = [above / below for above, below in zip(numerators, denominators, strict=True)]
    column = Figures(call, values, numerators, denominators, denominators)
    total = Figures(call, [None], [sum(numerators)], [sum(denominators)], [sum(denominators)])
    question, freshness = Question((call,), Window(day, day)), Freshness(None, day, day, 1)
    answer = hidden(Answer(question, len(values), (), (column,), (total,), "", "", None, freshness), EMPTY)
    assert answer.totals == (total,)
    for of in (answer.figures[0].numerators, answer.figures[0].denominators):
        assert [each is None for each in of] == [value is None for value in answer.figures[0].values]
    return [value is not None for value in answer.figures[0].values]


def test_the_few_that_a_share_counts_are_a_small_group():
    """With the next smallest number, as they would be counted alone; nobody is nobody, and tells of no one."""
    assert shown("churn_rate", [2, 6, 9, 0], [40, 50, 60, 70]) == [False, False, True, True]
    assert shown("contact_share_of_customers", [1, 1, 1, 2, 7], [40, 50, 60, 70, 80]) == [False] * 4 + [True]
    # What is left out for few of whom it is told of must not tell few who are counted, by the total.
    assert shown("csat", [1, 2, 7, 9], [3, 5, 10, 10]) == [False, False, False, True]
    assert shown("csat", [0, 0, 7, 9], [3, 5, 10, 10]) == [False, False, True, True]


def test_what_a_share_leaves_over_is_no_group_and_what_is_no_count_neither():
    assert shown("csat", [9, 19], [10, 20]) == [True, True]
    assert shown("clv", [3.5, 120.0], [10, 20]) == [True, True]
    assert shown("nps", [2, 12], [10, 20]) == [True, True]
