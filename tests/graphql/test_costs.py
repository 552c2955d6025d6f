"""The cost of all fields of a document together: it is reported, and refused before any question is asked."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from graphql import GraphQLField, execute, parse, validate

from cadran.api.schema import core_schema
from cadran.compiler.cost import check_values, count_keys, count_rows
from cadran.domain.access.principal import OPERATOR
from cadran.domain.ask import Ask
from cadran.engine.comparison.ring import ComparisonRing
from cadran.engine.scoped import ScopeRing
from cadran.errors import TooCostly
from cadran.graphql.context import Context
from cadran.graphql.declaration.field_cost import FREE, read_cost
from cadran.graphql.execution.cost import QUESTIONS_MAX, note_costs
from cadran.graphql.execution.executor import CadranExecutor
from cadran.graphql.execution.fixed_limits import Limit
from cadran.insights.reports import REPORTS
from cadran.rest.params import FiguresRequest
from tests.graphql.conftest import QuestionRecorder
from tests.refs import refs

P = 'period: {named: "2015-12"}'
#: Each query field that asks questions, as a document may contain it.
FIELDS = {
    "indicators": f"indicators({P}, grain: DAY, by: [SITE]) {{ rows {{ qos {{ value }} aht {{ value }} }} }}",
    "usualDay": f"usualDay({P}, step: HOUR) {{ rows {{ qos {{ value }} }} }}",
    "scorecard": f"scorecard({P}, compare: PREVIOUS_YEAR) {{ figures {{ value }} }}",
    "change": f'change(metric: "qos", {P}, against: {{named: "2015-11"}}, by: [SITE]) {{ asOf }}',
    "distribution": f'distribution(of: "qos", {P}, across: DAY) {{ asOf }}',
    "goodwillReturn": f"goodwillReturn({P}) {{ asOf }}",
    "agents": f"agents({P}) {{ asOf }}",
    "report": f"report(name: RECEIVED, {P}) {{ sections {{ columns }} }}",
}
PAGES = {
    "contacts": f"contacts({P}, limit: 7) {{ next }}",
    "recovery": f"recovery({P}, limit: 7) {{ next }}",
    "surveyEligibility": f"surveyEligibility({P}, limit: 7) {{ next }}",
    "surveyList": f"surveyList(list: PROMOTERS, {P}, limit: 7) {{ next }}",
}


def hourly(period: str, more: str = "") -> str:
    return f'indicators(period: {{named: "{period}"}}, grain: HOUR{more}) {{ columns(metrics: ["qos"]) }}'


async def refused(edge: Any, query: str, status: int = 400) -> dict[str, Any]:
    accept = {"accept": "application/graphql-response+json"}
    response = await edge.client.post("/graphql", json={"query": query}, headers=accept)
    assert response.status_code == status, response.text
    assert edge.answers.asked == []
    found: dict[str, Any] = response.json()["errors"][0]["extensions"]
    return found


async def test_the_sum_over_all_fields_is_held_to_the_limit(edge):
    edge.client._transport.app = edge.compose(values_max=14_000)
    found = await refused(edge, f"{{ a: {hourly('2015-12')} b: {hourly('2015-11')} }}")
    assert (found["code"], found["cost"], found["limit"]) == ("too_costly", (31 * 24 + 30 * 24) * 10, 14_000)
    assert (found["parameter"], found["suggestions"]) == ("grain", ["DAY"])
    # Each field alone is affordable. A field that is repeated counts again.
    await edge.data(f"{{ {hourly('2015-12')} }}")
    assert len(edge.answers.asked) == 1
    edge.answers.asked.clear()
    await refused(edge, "{" + " ".join(f"a{n}: {hourly('2015-12')}" for n in range(2)) + "}")


async def test_a_comparison_shows_more_of_each_row(edge):
    shown = "rows { qos { value n } aht { value n } asa { value n } talkTime { value n } }"
    asked = f'indicators(period: {{named: "2015-12"}}, grain: HOUR, compare: PREVIOUS_PERIOD) {{ {shown} }}'
    edge.client._transport.app = edge.compose(values_max=31 * 24 * 10)
    assert await edge.data(f"{{ {asked} }}")
    edge.answers.asked.clear()
    found = await refused(edge, f"{{ {asked.replace('value n', 'value n previous')} }}", 200)
    assert (found["cost"], found["suggestions"]) == (31 * 24 * 12, ["DAY"])


async def test_both_edges_count_alike(edge, service):
    """Check that REST and GraphQL refuse the same question with the same cost, before any statement runs."""
    desk = replace(service.desk, answers=edge.answers, values_max=100)
    question = desk.understand(Ask(metrics=refs("qos", "aht"), period="2015-12", grain="day", by=("site",)), OPERATOR)
    asked = FiguresRequest(Ask(metrics=()), parts=True, display=True)
    with pytest.raises(TooCostly) as rest:
        desk.check([asked.sheet(question)], OPERATOR)
    edge.client._transport.app = edge.compose(values_max=100)
    figure = "{ value numerator denominator n interval { low high } display }"
    row = f"window {{ start }} site {{ code }} qos {figure} aht {figure}"
    query = f'{{ indicators(period: {{named: "2015-12"}}, grain: DAY, by: [SITE]) {{ rows {{ {row} }} }} }}'
    found = await refused(edge, query, 200)
    assert found["cost"] == rest.value.cost == count_rows(question, desk.directory()) * (2 + 2 * 7)


async def test_fragments_variables_and_directives_are_followed(edge):
    edge.client._transport.app = edge.compose(values_max=14_000)
    query = "query Q($g: Grain!, $no: Boolean!) { a: %s ...F @include(if: $no) } fragment F on Query { b: %s }"
    query %= tuple(hourly(month).replace("HOUR", "$g") for month in ("2015-12", "2015-11"))
    for grain, with_both, status in (("HOUR", True, 400), ("HOUR", False, 200), ("DAY", True, 200)):
        body = {"query": query, "variables": {"g": grain, "no": with_both}}
        headers = {"accept": "application/graphql-response+json"}
        response = await edge.client.post("/graphql", json=body, headers=headers)
        assert response.status_code == status, response.text


@pytest.mark.parametrize("name", [*FIELDS, *PAGES])
async def test_what_is_weighed_is_what_is_asked(service, name):
    """Check that the ledger holds exactly the questions that reach the core when the field is executed."""
    assert read_cost(_root()[name]).asks
    document = parse(f"{{ {(FIELDS | PAGES)[name]} }}")
    assert not validate(core_schema(), document)
    core = QuestionRecorder(service.desk.answers)
    desk = replace(
        service.desk,
        answers=ComparisonRing(ScopeRing(core, service.desk.directory), service.desk.directory, service.desk.clock),
    )
    context = Context(desk, OPERATOR, "en")
    ledger = await note_costs(core_schema(), document, None, None, context)
    assert core.asked == []
    if name in PAGES:
        assert ledger.others == 7 * 10
        return
    again = await note_costs(core_schema(), parse(f"{{ {FIELDS[name]} x: {FIELDS[name]} }}"), None, None, context)
    assert again.questions == ledger.questions
    await _executed(document, context)
    assert set(core.asked) == set(ledger.questions)
    assert {count_keys(each.question) for each in ledger.sheets} == {count_keys(each) for each in core.asked}
    cost = check_values(ledger.sheets, desk.directory(), 10**9)
    assert check_values(again.sheets, desk.directory(), 10**9) == 2 * cost > 0


async def _executed(document: Any, context: Context) -> None:
    result: Any = execute(core_schema(), document, context_value=context, executor_class=CadranExecutor)
    result = await result
    assert not result.errors, result.errors


def test_every_field_of_the_root_counts():
    costs = {name: read_cost(field) for name, field in _root().items()}
    assert {name for name, cost in costs.items() if cost.asks} == {*FIELDS, *PAGES, "customerEligibility"}
    assert {name for name, cost in costs.items() if cost.is_single} == {"indicators", "usualDay"}
    assert {name for name, cost in costs.items() if cost == FREE} == {"catalogue"}
    assert all(cost.values > 0 for cost in costs.values() if not cost.asks and cost != FREE)
    mutation = core_schema().mutation_type
    assert mutation is not None
    # The cost check runs fields that ask twice, so mutations must not be among them.
    assert not any(read_cost(field).asks for field in mutation.fields.values())


def _root() -> dict[str, GraphQLField]:
    query = core_schema().query_type
    assert query is not None
    return query.fields


async def test_plain_lists_are_counted_too(edge):
    many = "{ catalogue {" + " ".join(f"a{n}: metrics {{ slug label definition }}" for n in range(150)) + "} }"
    error = await edge.error(many)
    assert error["extensions"]["code"] == "too_costly"
    assert error["extensions"]["cost"] > error["extensions"]["limit"]


def numbered(count: int, text: str) -> str:
    return "{" + " ".join(f"a{n}: {text}" for n in range(count)) + "}"


async def test_many_small_questions_are_refused(edge):
    """Check that twenty reports are refused: they show few values, but ask 140 questions."""
    found = await refused(edge, numbered(20, FIELDS["report"]))
    assert (found["code"], found["limit"]) == ("too_costly", QUESTIONS_MAX)
    assert QUESTIONS_MAX < found["cost"] <= QUESTIONS_MAX + max(len(each.sections) for each in REPORTS.values())
    assert f"asks at least {found['cost']} questions; the limit is {QUESTIONS_MAX} questions" in found["detail"]
    assert "several operations" in found["detail"]


async def test_a_dashboard_may_ask_of_every_field_and_every_report(edge):
    assert await edge.data(numbered(Limit.ROOT_FIELDS.most, FIELDS["indicators"]))
    reports = [FIELDS["report"].replace("RECEIVED", name.upper().replace("-", "_")) for name in REPORTS]
    assert await edge.data("{" + " ".join(f"a{n}: {text}" for n, text in enumerate(reports)) + "}")
    # A REST response has only one report, which stays below the limit.
    assert 2 * sum(len(each.sections) for each in REPORTS.values()) < QUESTIONS_MAX


async def test_the_event_loop_runs_between_the_fields_that_are_weighed(service):
    """Check that costs are computed one field at a time, so that the event loop runs in between, also for several
    operations.
    """
    document = parse(numbered(8, FIELDS["report"]))
    context = Context(service.desk, OPERATOR, "en")
    weighing = [asyncio.create_task(note_costs(core_schema(), document, None, None, context)) for _ in range(4)]
    runs = 0
    while not all(each.done() for each in weighing):
        await asyncio.sleep(0)
        runs += 1
    assert runs >= 4 * 8


async def test_the_event_loop_runs_between_the_fields_that_are_executed(service):
    document = parse(numbered(8, "catalogue { metrics { slug } }"))
    context = Context(service.desk, OPERATOR, "en", is_weighed=True)
    executing = [asyncio.create_task(_executed(document, context)) for _ in range(4)]
    runs = 0
    while not all(each.done() for each in executing):
        await asyncio.sleep(0)
        runs += 1
    assert runs >= 4 * 8


async def test_long_documents_are_validated_beside_the_event_loop(edge):
    """Check that the event loop keeps running while a long document is validated in a thread. Only one is validated at
    a time.
    """
    metrics = " ".join(f"b{n}: qos {{ value }}" for n in range(9))
    long = numbered(19, f"indicators({P}) {{ totals {{ {metrics} }} }}")
    asked = [asyncio.create_task(edge.data(f"{long}#{n}")) for n in range(4)]
    runs = 0
    while not all(each.done() for each in asked):
        await asyncio.sleep(0)
        runs += 1
    assert runs > 100
