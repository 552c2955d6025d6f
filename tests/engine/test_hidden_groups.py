"""Groups that only the earlier window of a comparison has: those that are hidden there stay hidden."""

from __future__ import annotations

from cadran.domain.answer import Figures
from cadran.engine.comparison.groups import _extend
from tests.refs import refs


def test_a_hidden_group_of_the_earlier_window_shows_no_zero():
    (call,) = refs("contacts")
    column = Figures(call, [7], [7], [None], [7])
    found = _extend(column, [True, False], order=[1, 0, 2])
    assert (found.values, found.numerators, found.n) == ([None, 7, 0], [None, 7, 0], [None, 7, 0])
    assert found.hidden == {0}
