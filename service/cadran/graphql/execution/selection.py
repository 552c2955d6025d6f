"""The metrics that a selection asks for, and the number of values that each row shows.

The metrics are the metric fields under rows and totals, and the metrics named by the field ``columns``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from graphql import GraphQLObjectType, get_named_type
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.values import get_argument_values
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from cadran.domain.metric_ref import parse_columns
from cadran.domain.question import MetricRef
from cadran.errors import QuestionRefused
from cadran.graphql.metrics import BY_FIELD, read_metric_ref


class Selection(NamedTuple):
    """A selection of metrics.

    ``values`` is the number of values selected of each row, keys included. ``column_sets`` is the number of selected
    ``columns`` fields, each of which adds the keys.
    """

    metrics: tuple[MetricRef, ...]
    values: int
    column_sets: int


def find_selected_metrics(
    executor: StrawberryGraphQLCoreExecutionContext, indicators: GraphQLObjectType, details: FieldDetailsList
) -> Selection:
    """Return the selected metrics in the order of their first mention, and the number of values shown.

    Fragments, aliases, directives and variables are resolved. Refuses with ``no_metrics`` if there are no metrics.
    """
    calls: dict[MetricRef, None] = {}
    values, sets, unnamed = 0, 0, 0
    for field in executor.collect_subfields(indicators, details).grouped_field_set.values():
        name = field[0].node.name.value
        if name in ("rows", "totals"):
            group = get_named_type(indicators.fields[name].type)
            assert isinstance(group, GraphQLObjectType)
            calls.update(dict.fromkeys(_metrics(executor, group, field)))
            values += _leaves(executor, group, field) if name == "rows" else 0
        elif name in BY_FIELD:
            calls[read_metric_ref(BY_FIELD[name], read_arguments(executor, indicators, field))] = None
        elif name == "columns":
            given = read_arguments(executor, indicators, field).get("metrics")
            calls.update(dict.fromkeys(parse_columns(given or ())))
            sets += 1
            values += len(given or ())
            unnamed += given is None
    if not calls:
        raise QuestionRefused(
            "Select at least one metric under rows or totals, such as totals { qos { value } }.",
            code="no_metrics",
            parameter="rows",
        )
    return Selection(tuple(calls), values + unnamed * len(calls), sets)


def _leaves(
    executor: StrawberryGraphQLCoreExecutionContext, parent: GraphQLObjectType, details: FieldDetailsList
) -> int:
    """Return how many values are selected below a field of this type."""
    found = 0
    for field in executor.collect_subfields(parent, details).grouped_field_set.values():
        name = field[0].node.name.value
        inner = None if name == "__typename" else get_named_type(parent.fields[name].type)
        found += _leaves(executor, inner, field) if isinstance(inner, GraphQLObjectType) else 1
    return found


def _metrics(
    executor: StrawberryGraphQLCoreExecutionContext, group: GraphQLObjectType, details: FieldDetailsList
) -> list[MetricRef]:
    return [
        read_metric_ref(BY_FIELD[name], read_arguments(executor, group, field))
        for field in executor.collect_subfields(group, details).grouped_field_set.values()
        if (name := field[0].node.name.value) in BY_FIELD
    ]


def read_arguments(
    executor: StrawberryGraphQLCoreExecutionContext, parent: GraphQLObjectType, field: FieldDetailsList
) -> dict[str, Any]:
    """Return the arguments of a field, with defaults and variables. Raises GraphQLError as the field itself would."""
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
