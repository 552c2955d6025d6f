"""Schemathesis generates operations from the committed schema. The service answers or refuses each, and never fails."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from graphql import REMOVE, ArgumentNode, NameNode, Visitor, parse, parse_value, print_ast, visit
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
    """Replaces the period by one that has data, and removes filters, as random texts in them match nothing."""

    def enter_argument(self, node: ArgumentNode, *_: object) -> Any:
        if node.name.value == "period":
            return PERIOD
        return REMOVE if node.name.value in TAMED else None


def tamed(text: str) -> str:
    return print_ast(visit(parse(text), PeriodVisitor()))
