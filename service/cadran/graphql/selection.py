"""Which metrics a selection asks for: the metric fields under rows and totals, and those that columns names."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLObjectType, get_named_type
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.values import get_argument_values
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from cadran.domain.calls import parse_call
from cadran.domain.question import MetricCall
from cadran.errors import QuestionRefused
from cadran.graphql.metrics import BY_FIELD, call_of, written


def selected(
    executor: StrawberryGraphQLCoreExecutionContext, indicators: GraphQLObjectType, details: FieldDetailsList
) -> tuple[str, ...]:
    """The metrics, in the order of their first mention, fragments, aliases, directives and variables resolved.

    Refused with ``no_metrics`` when there are none.
    """
    calls: dict[MetricCall, None] = {}
    for field in executor.collect_subfields(indicators, details).grouped_field_set.values():
        name = field[0].node.name.value
        if name in ("rows", "totals"):
            group = get_named_type(indicators.fields[name].type)
            assert isinstance(group, GraphQLObjectType)
            calls.update(dict.fromkeys(_metrics(executor, group, field)))
        elif name in BY_FIELD:
            calls[call_of(BY_FIELD[name], arguments(executor, indicators, field))] = None
        elif name == "columns":
            given = arguments(executor, indicators, field).get("metrics")
            calls.update(dict.fromkeys(parse_call(metric) for metric in given or ()))
    if not calls:
        raise QuestionRefused(
            "Select at least one metric under rows or totals, e.g. totals { qos { value } }.",
            code="no_metrics",
            parameter="rows",
        )
    return tuple(written(call) for call in calls)


def _metrics(
    executor: StrawberryGraphQLCoreExecutionContext, group: GraphQLObjectType, details: FieldDetailsList
) -> list[MetricCall]:
    return [
        call_of(BY_FIELD[name], arguments(executor, group, field))
        for field in executor.collect_subfields(group, details).grouped_field_set.values()
        if (name := field[0].node.name.value) in BY_FIELD
    ]


def arguments(
    executor: StrawberryGraphQLCoreExecutionContext, parent: GraphQLObjectType, field: FieldDetailsList
) -> dict[str, Any]:
    """A field's arguments with defaults and variables; raises GraphQLError as the field itself would."""
    definition = parent.fields[field[0].node.name.value]
    if not definition.args:
        return {}
    return get_argument_values(
        definition,
        field[0].node,
        executor.variable_values,
        field[0].fragment_variable_values,
        executor.hide_suggestions,
    )
