"""Schemathesis generates operations from the committed schema. The service answers or refuses each, and never fails."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from graphql import (
    REMOVE,
    ArgumentNode,
    FieldNode,
    NameNode,
    OperationDefinitionNode,
    Visitor,
    parse,
    parse_value,
    print_ast,
    visit,
)
from hypothesis import HealthCheck, Phase, given, settings

from tests.graphql.live_server import serving
from tests.graphql.test_schema import COMMITTED
from tests.keys import AUTHORIZATION
from tests.length import choose

CONTRACT = schemathesis.graphql.from_path(COMMITTED)
#: Prefixes of the codes with which a random operation may be refused.
REFUSED = ("unknown_", "bad_", "no_", "impossible_", "too_costly", "graphql_")
#: By chance, all forty random operations may be refused, about once in some dozens of runs. Then the test draws again.
TURNS_MAX = 10
TAMED = ("where", "zone", "by", "order", "top", "limit", "after", "instrument", "answers")
PERIOD = ArgumentNode(name=NameNode(value="period"), value=parse_value('{named: "2015-12"}'))
METRICS = ArgumentNode(name=NameNode(value="metrics"), value=parse_value('["handled"]'))


def select_handled() -> dict[str, FieldNode]:
    """Return the fields `totals` and `rows` that select one metric, by name."""
    operation = parse("{ totals { handled { value } } rows { handled { value } } }").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return {field.name.value: field for field in operation.selection_set.selections if isinstance(field, FieldNode)}


HANDLED = select_handled()


@pytest.fixture(scope="module")
def url(facts: str) -> Iterator[str]:
    with serving(facts) as base:
        yield f"{base}/graphql"


@pytest.mark.slow
@pytest.mark.parametrize("field", ["indicators", "scorecard", "catalogue", "usualDay", "contacts", "surveyList"])
def test_operations_made_up_from_the_schema_are_answered_or_refused(url, field):
    answered: list[bool] = []

    @settings(
        max_examples=choose(12, long=200),
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=CONTRACT["Query"][field].as_strategy())
    def holds(case: schemathesis.Case) -> None:
        for body in (str(case.body), tamed(str(case.body))):
            case.body = body
            response = case.call(base_url=url, headers=AUTHORIZATION)
            assert response.status_code == 200, response.text
            found = response.json()
            for error in found.get("errors", ()):
                assert error["extensions"]["code"].startswith(REFUSED), (error, body)
            answered.append("errors" not in found)

    for _ in range(TURNS_MAX):
        holds()
        if any(answered):
            break
    assert any(answered)


class PeriodVisitor(Visitor):
    """Replaces the period by one that has data, the metrics by one that every split allows, and removes filters.

    Random texts in filters match nothing, random arguments of metrics are mostly out of bounds, and the present state
    of queues has no rows by time of day.
    """

    def enter_field(self, node: FieldNode, *_: object) -> Any:
        return HANDLED.get(node.name.value)

    def enter_argument(self, node: ArgumentNode, *_: object) -> Any:
        if node.name.value == "period":
            return PERIOD
        if node.name.value == "metrics":
            return METRICS
        return REMOVE if node.name.value in TAMED else None


def tamed(text: str) -> str:
    return print_ast(visit(parse(text), PeriodVisitor()))
