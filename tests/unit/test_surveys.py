"""Figures over surveys: the interval of a net score, and scales that are never pooled."""

from dataclasses import replace

import pytest

from cadran.compiler.figures import figure
from cadran.compiler.plan import Column, Recipe
from cadran.compiler.surveys import Surveyed, surveyed
from cadran.domain.answer import Figures
from cadran.domain.calls import parse_call
from cadran.domain.catalogue import METRICS
from cadran.domain.directory import EMPTY, Instrument
from cadran.errors import QuestionRefused

FIVE = Instrument(1, "csat5", "csat", 1, 5, 4, 2, "higher")
TEN = Instrument(2, "CSat10", "csat", 0, 10, 9, 6, "higher")
EFFORT = Instrument(3, "effort", "ces", 1, 5, 2, 4, "lower")


def nps(promoters: int, detractors: int, answers: int) -> Figures:
    recipe = Recipe(parse_call("nps"), (Column(1, 0, 0), Column(-1, 0, 1)), (Column(1, 0, 2),), None)
    return figure(recipe, [[[promoters], [detractors], [answers]]], 1)


def test_the_interval_of_a_net_score():
    column = nps(50, 17, 100)
    assert column.values[0] == pytest.approx(33)
    assert column.interval(0) == pytest.approx((33 - 14.68, 33 + 14.68), abs=0.01)


def test_a_net_score_of_nothing_and_of_one_voice():
    assert (nps(0, 0, 0).values, nps(0, 0, 0).interval(0)) == ([None], None)
    assert (nps(4, 0, 4).values, nps(4, 0, 4).interval(0)) == ([100.0], (100.0, 100.0))
    assert nps(0, 3, 3).values == [-100.0]


def test_the_interval_of_a_share_is_wilsons():
    column = Figures(parse_call("csat"), [0.8], [960], [1200], [1200])
    assert column.interval(0) == pytest.approx((0.7764, 0.8217), abs=5e-5)


def test_scales_are_never_pooled():
    directory = replace(EMPTY, instruments=(FIVE, TEN, EFFORT))
    with pytest.raises(QuestionRefused, match="different kinds or scales are not pooled") as refusal:
        surveyed(METRICS["csat"], {}, directory)
    assert refusal.value.suggestions == ("csat5", "CSat10")
    assert surveyed(METRICS["csat"], {"instrument": "csat10", "kind": "cold"}, directory) == Surveyed(False, (2,))
    assert surveyed(METRICS["ces"], {}, directory) == Surveyed(True, (3,))
    assert surveyed(METRICS["dissatisfied"], {}, directory) == Surveyed(True, None)
    same = replace(FIVE, instrument_id=4, code="by chat")
    assert surveyed(METRICS["csat_mean"], {}, replace(EMPTY, instruments=(FIVE, same))) == Surveyed(True, (1, 4))


@pytest.mark.parametrize("named", ["effort", "nothing"])
def test_an_instrument_of_another_kind_is_refused(named: str):
    with pytest.raises(QuestionRefused, match=f"there is no instrument '{named}'"):
        surveyed(METRICS["csat"], {"instrument": named}, replace(EMPTY, instruments=(FIVE, EFFORT)))


def test_what_reads_no_surveys_is_left_alone():
    assert surveyed(METRICS["qos"], {}, EMPTY) is None
