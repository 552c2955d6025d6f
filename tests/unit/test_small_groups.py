"""Figures that are a group's by nature are told of no small group."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from cadran.compiler.figures import figure, suppressed
from cadran.compiler.recipe import Column, Recipe
from cadran.domain.catalogue import METRICS
from cadran.domain.metric import Metric
from cadran.domain.question import MetricCall

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
