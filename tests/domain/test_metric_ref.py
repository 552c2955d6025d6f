"""Written metric references: arguments are checked, defaults are dropped, and names can be parsed again."""

import pytest

from cadran.domain.catalogue import METRICS
from cadran.domain.metric_ref import make_metric_ref, parse_metric_ref, split_list
from cadran.errors import QuestionRefused


def test_commas_within_parentheses_part_nothing():
    assert split_list("qos, service_level(within=20,formula=offered) ,aht,") == [
        "qos", "service_level(within=20,formula=offered)", "aht",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("qos", "qos"),
        (" Service_Level ( within = 20 ) ", "service_level(within=20)"),
        ("service_level(formula=ANSWERED_ONLY,within=20.5)", "service_level(formula=answered_only,within=20.5)"),
        ("service_level(formula=offered,short=5)", "service_level"),
        ("wait(percentile=0.5)", "wait"),
        ("service_level()", "service_level"),
        ("service_level(within=2592000)", "service_level(within=2592000)"),
    ],
)
def test_names_are_canonical(written: str, name: str):
    call = parse_metric_ref(written)
    assert call.name == name
    assert parse_metric_ref(call.name) == call


@pytest.mark.parametrize("written", ["", "qos(", "qos()()", "qos)", "a" * 300, "service_level(within)"])
def test_what_is_no_metric_is_refused(written: str):
    with pytest.raises(QuestionRefused):
        parse_metric_ref(written)


def test_arguments_have_their_defaults():
    call = make_metric_ref(METRICS["service_level"], {"within": 20})
    defaults = {"within": 20.0, "formula": "offered", "short": 5.0, "bound": "end", "wait_from": "offer"}
    assert call.values() == {**defaults, "unknown_waits": "left_out", "version": "v2"}
    assert "within" not in parse_metric_ref("service_level").values(), "the answer norm of each channel holds"


def test_a_parameter_that_is_named_twice_is_refused():
    with pytest.raises(QuestionRefused, match="expected_asa names agents twice") as refused:
        parse_metric_ref("expected_asa(agents=5, agents=6)")
    assert (refused.value.code, refused.value.parameter) == ("bad_parameter", "metrics")
