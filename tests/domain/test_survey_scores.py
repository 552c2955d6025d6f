"""Survey figures: the interval of a net score, and scales that are never pooled."""

from dataclasses import replace

import pytest

from cadran.compiler.figures import figure
from cadran.compiler.recipe import Column, Recipe
from cadran.domain.answer import Figures
from cadran.domain.catalogue import METRICS
from cadran.domain.directory import EMPTY, Instrument
from cadran.domain.metric_ref import parse_metric_ref
from cadran.domain.survey_selection import (
    ScoreBin,
    SurveySelection,
    list_score_bins,
    select_question_surveys,
    select_surveys,
)
from cadran.errors import QuestionRefused

FIVE = Instrument(1, "csat5", "csat", 1, 5, 4, 2, "higher")
TEN = Instrument(2, "CSat10", "csat", 0, 10, 9, 6, "higher")
EFFORT = Instrument(3, "effort", "ces", 1, 5, 2, 4, "lower")


def nps(promoters: int, detractors: int, answers: int) -> Figures:
    recipe = Recipe(parse_metric_ref("nps"), (Column(1, 0, 0), Column(-1, 0, 1)), (Column(1, 0, 2),), None)
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
    column = Figures(parse_metric_ref("csat"), [0.8], [960], [1200], [1200])
    assert column.interval(0) == pytest.approx((0.7764, 0.8217), abs=5e-5)


def test_scales_are_never_pooled():
    directory = replace(EMPTY, instruments=(FIVE, TEN, EFFORT))
    with pytest.raises(QuestionRefused, match="different kinds or scales are not pooled") as refusal:
        select_surveys(METRICS["csat"], {}, directory)
    assert refusal.value.suggestions == ("csat5", "CSat10")
    assert select_surveys(
        METRICS["csat"], {"instrument": "csat10", "kind": "relationship"}, directory
    ) == SurveySelection(False, (2,))
    assert select_surveys(METRICS["ces"], {}, directory) == SurveySelection(True, (3,))
    assert select_surveys(METRICS["dissatisfied"], {}, directory) == SurveySelection(True, None)
    same = replace(FIVE, instrument_id=4, code="by chat")
    assert select_surveys(METRICS["csat_mean"], {}, replace(EMPTY, instruments=(FIVE, same))) == SurveySelection(
        True, (1, 4)
    )


@pytest.mark.parametrize("named", ["effort", "nothing"])
def test_an_instrument_of_another_kind_is_refused(named: str):
    with pytest.raises(QuestionRefused, match=f"there is no instrument '{named}'"):
        select_surveys(METRICS["csat"], {"instrument": named}, replace(EMPTY, instruments=(FIVE, EFFORT)))


def test_what_employees_say_is_no_customers():
    staff = Instrument(7, "staff", "employee", 0, 10, 9, 6, "higher")
    directory = replace(EMPTY, instruments=(FIVE, staff))
    assert select_surveys(METRICS["employee_nps"], {}, directory) == SurveySelection(None, (7,))
    assert select_surveys(METRICS["survey_score"], {}, directory) == SurveySelection(True, (1,))
    with pytest.raises(QuestionRefused, match="there is no instrument 'staff'"):
        select_surveys(METRICS["survey_satisfaction"], {"instrument": "staff"}, directory)


def test_any_instrument_alone_on_its_scale():
    directory = replace(EMPTY, instruments=(FIVE, replace(FIVE, instrument_id=9, code="cos", kind="cos")))
    with pytest.raises(QuestionRefused, match="different kinds"):
        select_surveys(METRICS["survey_score"], {}, directory)
    assert select_surveys(METRICS["survey_score"], {"instrument": "cos"}, directory) == SurveySelection(True, (9,))


def test_the_questions_of_an_index_are_read_one_by_one():
    asked = [Instrument(number, f"q{number}", "cxi", 1, number, number, 1, "higher") for number in (3, 5, 7)]
    directory = replace(EMPTY, instruments=(FIVE, *asked))
    assert select_question_surveys(METRICS["cxi"], {}, directory) == tuple(
        SurveySelection(True, (number,)) for number in (3, 5, 7)
    )
    assert select_question_surveys(METRICS["cxi"], {"instrument": "q5"}, directory) == (SurveySelection(True, (5,)),)
    assert select_question_surveys(METRICS["cxi"], {}, EMPTY) == (SurveySelection(True, ()),)


def index(*asked: tuple[int, int, int]) -> Figures:
    """Compute an index over questions, each with its numbers of satisfied, dissatisfied and all answers."""
    found = tuple(
        ((Column(1, 0, 3 * place), Column(-1, 0, 3 * place + 1)), (Column(1, 0, 3 * place + 2),))
        for place in range(len(asked))
    )
    answers = tuple(column for _, columns in found for column in columns)
    return figure(
        Recipe(parse_metric_ref("cxi"), (), None, answers, questions=found),
        [[[number] for each in asked for number in each]],
        1,
    )


def test_an_index_weighs_its_questions_alike():
    column = index((50, 17, 100), (1, 0, 2), (0, 4, 4))
    assert column.values[0] == pytest.approx((33 + 50 - 100) / 3)
    assert column.n == [106]
    low, high = column.interval(0) or (0, 0)
    errors = [14.68, 1.959964 * 100 * (0.5 - 0.25) ** 0.5 / 2**0.5, 0]
    assert (high - low) / 2 == pytest.approx(sum(errors) / 3, abs=0.01)
    assert index((1, 0, 2), (0, 0, 0)).values == [None]


def scores_of(instrument: Instrument, *counts: int, percentile: float = 0.5) -> Figures:
    call = parse_metric_ref(f"score(instrument={instrument.code},percentile={percentile})")
    found = list_score_bins(call.metric, call.values(), replace(EMPTY, instruments=(instrument,)))
    bins = tuple(Column(1, 0, place) for place in range(len(found)))
    return figure(Recipe(call, (), None, bins, bins=bins, scores=found), [[[count] for count in counts]], 1)


@pytest.mark.parametrize(("percentile", "score"), [(0.01, 1), (0.1, 1), (0.11, 3), (0.5, 3), (0.51, 5), (0.999, 5)])
def test_a_percentile_of_scores_is_a_score_that_was_given(percentile: float, score: int):
    column = scores_of(FIVE, 1, 0, 4, 0, 5, percentile=percentile)
    assert (column.values, column.n, column.edges) == ([score], [10], (1, 2, 3, 4, 5, None))
    assert scores_of(FIVE, 0, 0, 0, 0, 0).values == [None]


def test_a_very_long_scale_has_wider_bins():
    wide = Instrument(1, "wide", "own", 0, 1000, 900, 100, "higher")
    found = list_score_bins(METRICS["score"], {}, replace(EMPTY, instruments=(wide,)))
    assert (len(found), found[0], found[-1]) == (101, ScoreBin(0, 10), ScoreBin(1000, None))


def test_what_reads_no_surveys_is_left_alone():
    assert select_surveys(METRICS["qos"], {}, EMPTY) is None
