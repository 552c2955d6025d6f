"""The cost of a hundred key results: the number of statements that a request runs, counted by its spans. Questions that
are answered together get the same answers as alone.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from cadran.app import Service, open_service
from cadran.compiler.bundle import bundle, split_bundle
from cadran.compiler.select import Fragment
from cadran.compiler.statement import Statement
from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.answer import Answer, Figures
from cadran.domain.ask import Ask
from cadran.domain.catalogue import METRICS
from cadran.engine.batch import answer_together
from cadran.engine.engine import bundles
from cadran.errors import CadranError, QuestionRefused
from cadran.settings import Settings
from tests.access.two_sites import housed
from tests.engine.otlp_collector import Sink, sinking
from tests.engine.test_telemetry import SAMPLED
from tests.objectives.conftest import ObjectiveRequests
from tests.refs import refs

STATEMENTS_MAX = 3


class SpanCounter(Sink):
    """A collector that counts the spans of each name."""

    counted: Counter[str]

    def receive(self, path: str, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.counted.update(span.name for span in scope.spans)
        super().receive(path, body)


@pytest.fixture
async def asking(house_url: str) -> AsyncIterator[Service]:
    """Open the service over the two sites without a cache."""
    async with open_service(Settings(database_url=house_url, pool_min=1, pool_max=2), cache=False) as service:
        yield service


_DIMENSIONS = ("site", "channel", "moment", "segment")


def _realistic() -> list[dict[str, Any]]:
    """Return four metrics for each of twenty-five similar scopes."""
    scopes = [
        {name: [code] for name, code in zip(_DIMENSIONS, (site, channel, moment, segment), strict=True) if code}
        for site in ("PAU", "LIL")
        for channel in ("", "phone", "chat")
        for moment in ("", "question")
        for segment in ("", "gold")
    ]
    figures = (("qos", 0.5, 0.9), ("aht", 400, 300), ("contacts", 0, 1e6), ("fcr", 0.1, 0.5))
    return [_result(metric, low, high, scope) for scope in [{}, *scopes] for metric, low, high in figures]


def _adversarial() -> list[dict[str, Any]]:
    """Return a hundred key results with different questions, over as many facts as there are."""
    figures = (
        ("qos", 0.5, 0.9), ("aht", 400, 300), ("fcr", 0.1, 0.5), ("contact_share_of_customers", 0.5, 0.1),
        ("customers_in_contact", 0, 1e5), ("csat", 0.3, 0.9), ("service_level(within=20)", 0.3, 0.9),
        ("backlog", 500, 100), ("occupancy", 0.5, 0.8), ("wait(percentile=0.9)", 900, 60),
    )  # fmt: skip
    found = []
    for number in range(100):
        metric, low, high = figures[number % len(figures)]
        scope = {"site": [_SITES[number // 10 % 2]]}
        deadline = f"2015-12-{1 + number // 10:02d}"
        found.append(_result(metric, low, high, scope) | {"deadline": deadline})
    return found


_SITES = ("PAU", "LIL")


def _result(metric: str, baseline: float, target: float, where: dict[str, list[str]]) -> dict[str, Any]:
    return {"title": metric, "metric": metric, "baseline": baseline, "target": target, "where": where}


@pytest.mark.parametrize("mix", [_realistic, _adversarial])
async def test_a_hundred_key_results_cost_three_statements(house_url: str, mix: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(SpanCounter, "counted", Counter(), raising=False)
    monkeypatch.setattr("tests.engine.otlp_collector.Sink", SpanCounter)
    with sinking() as sink:
        async with housed(house_url, otlp_endpoint=sink.url, trace_sample_ratio=0.0) as house:
            steering = ObjectiveRequests(house)
            number = (await steering.make(*mix(), start="2015-01-01", end="2016-01-01"))["objective"]
            # The answers to the questions of the creation are cached; another day is computed anew.
            response = await steering.ask("GET", f"/{number}?as_of=2015-11-20", traceparent=SAMPLED)
            found = response.json()
    assert isinstance(sink, SpanCounter)
    assert len(found["key_results"]) == 100
    assert not [each["problem"] for each in found["key_results"] if each["problem"]]
    assert sum(each["value"] is not None for each in found["key_results"]) >= 50
    assert 2 <= sink.counted["acquire"] <= STATEMENTS_MAX, sink.counted
    assert sink.counted["shape"] == 1


ASKS = [
    Ask(metrics=refs(slug), period="2015-11", grain=grain, where=(), fill=True, by=by)
    for slug in METRICS
    for grain, by in (("week", ()), ("total", ("site",)))
]


def _question(service: Service, ask: Ask) -> Any:
    try:
        return service.desk.understand(ask, OPERATOR)
    except CadranError:
        return None


def _listed(figures: tuple[Figures, ...]) -> list[Any]:
    """Convert the columns to lists, so that different kinds of sequence compare equal."""
    return [
        (
            each.call,
            *map(list, (each.values, each.numerators, each.denominators, each.n)),
            [each.interval(row) for row in range(len(each.values))],
        )
        for each in figures
    ]


async def test_together_is_as_alone(asking: Service):
    questions = [each for each in (_question(asking, ask) for ask in ASKS) if each is not None]
    found = await answer_together(asking.desk.answers, questions, OPERATOR)
    answered = 0
    for question, told in zip(questions, found, strict=True):
        if isinstance(told, CadranError):
            with pytest.raises(QuestionRefused, match=re.escape(told.detail)):
                await asking.desk.answers.answer(question, OPERATOR)
            continue
        alone = await asking.desk.answers.answer(question, OPERATOR)
        assert isinstance(told, Answer), told
        assert (told.keys, told.rows, told.warnings) == (alone.keys, alone.rows, alone.warnings)
        assert _listed(told.figures) == _listed(alone.figures), question
        assert _listed(told.totals) == _listed(alone.totals), question
        answered += 1
    assert answered > len(METRICS)


async def test_together_each_is_narrowed_and_small_groups_stay_untold(asking: Service):
    principal = Principal("board", role="board", metrics=frozenset({"qos", "fcr"}))
    questions = [
        asking.desk.understand(Ask(metrics=refs(slug), period="2015-11"), OPERATOR) for slug in ("qos", "aht", "fcr")
    ]
    qos, aht, fcr = await answer_together(asking.desk.answers, questions, principal)
    assert isinstance(qos, Answer)
    assert isinstance(fcr, Answer)
    assert isinstance(aht, CadranError)
    assert aht.code == "forbidden_metric"


def test_a_bundle_numbers_placeholders_on():
    found = bundle([Statement("SELECT $1, $2, $1", (7, "a")), Statement("SELECT $1", (8,)), Statement("SELECT 1")])
    assert found.arguments == (7, "a", 8)
    assert "SELECT $1, $2, $1" in found.sql
    assert "SELECT $3" in found.sql
    rows = [(1, (None, 5)), (0, (2,)), (1, (3, 4)), (0, (1,))]
    assert split_bundle(rows, [0, 1, 2]) == [[(2,), (1,)], [(3, 4), (None, 5)], []]


def test_more_arguments_than_a_statement_has_are_spread_over_several():
    fragments = [Fragment("f", Statement("SELECT 1", tuple(range(count))), (), (), "") for count in (3, 3, 0, 9, 2, 1)]
    for limit in range(1, 20):
        found = [[*few] for few in bundles(fragments, arguments_max=limit)]
        assert [each for few in found for each in few] == fragments
        assert all(len(few) == 1 or sum(len(e.statement.arguments) for e in few) <= limit for few in found)
    assert [*bundles([])] == []
