"""The schema equals the committed one, is complete and described, and agrees with the catalogue."""

import re
from itertools import chain
from pathlib import Path
from typing import Any, get_args

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_introspection_query,
    get_named_type,
    is_specified_scalar_type,
)

from cadran.api.schema import core_schema, print_sdl
from cadran.contracts.model.form import ContractForm
from cadran.contracts.model.form_parts import RuleForm
from cadran.contracts.model.term import Unit
from cadran.contracts.settlement.attainment import State
from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.question import Compare
from cadran.domain.target import Status
from cadran.domain.window import Grain
from cadran.facts.schema.contact import ContactRow, Outcome
from cadran.facts.schema.targets import AnnotationRow
from cadran.graphql.metrics import describe
from cadran.graphql.names import to_camel_case
from cadran.insights.distribution import ACROSS
from cadran.lists.statements.eligibility import Reason
from cadran.objectives.model.objective import OWNERS
from cadran.objectives.model.projection import Method

COMMITTED = Path(__file__).parents[2] / "schema" / "schema.graphql"


def kind(name: str) -> Any:
    """Return a type of the schema."""
    return core_schema().type_map[name]


def test_the_committed_schema_is_the_present_one():
    assert COMMITTED.read_text() == print_sdl()


def test_every_metric_is_a_field_with_its_definition():
    for name in ("Row", "Totals", "Metrics"):
        fields = kind(name).fields
        for slug, metric in METRICS.items():
            field = fields[to_camel_case(slug)]
            assert field.description == describe(metric)
            assert metric.definition.en in field.description
            assert set(field.args) == {to_camel_case(parameter.slug) for parameter in metric.parameters}
            assert str(field.type) == "Figure!"


def test_everything_is_described():
    for name, each in core_schema().type_map.items():
        if name.startswith("__") or is_specified_scalar_type(each):
            continue
        assert each.description, name
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field_name, field in each.fields.items():
                assert field.description, f"{name}.{field_name}"
                for argument_name, argument in getattr(field, "args", {}).items():
                    assert argument.description, f"{name}.{field_name}({argument_name})"
        if isinstance(each, GraphQLEnumType):
            assert all(value.description for value in each.values.values()), name


def test_the_enums_are_those_of_the_domain():
    assert set(kind("Grain").values) == {grain.name for grain in Grain}
    assert set(kind("Compare").values) == {compare.name for compare in Compare}


def words(name: str) -> set[str]:
    return {value.value for value in kind(name).values.values()}


def test_the_enums_of_closed_lists_are_those_of_the_domain():
    assert words("MetricUnit") == {metric.unit for metric in METRICS.values()}
    assert words("Better") == {metric.better for metric in METRICS.values() if metric.better}
    methods = [each.choices for metric in METRICS.values() for each in metric.parameters if each.slug == "method"]
    assert words("EstimationMethod") == set(chain(*methods))
    assert words("DimensionKind") == {each.kind for each in DIMENSIONS.values()}
    assert words("ContactOutcome") == set(get_args(Outcome))
    assert words("IneligibilityReason") == {each.value for each in Reason}
    assert words("OwnerKind") == set(OWNERS)
    assert words("ProjectionMethod") == set(get_args(Method))
    assert words("WindowState") == set(get_args(State))
    assert words("MeasurementWindow") == {each.value for each in Unit}
    assert words("DistributionAcross") == set(ACROSS)
    assert words("TargetStatus") == set(get_args(Status))
    for enum, form, member in (
        ("AnnotationKind", AnnotationRow, "kind"),
        ("ContactDirection", ContactRow, "direction"),
        ("RuleKind", RuleForm, "rule"),
        ("PointCount", RuleForm, "counted"),
        ("SettlementPeriod", ContractForm, "settled_by"),
    ):
        assert words(enum) == set(get_args(form.model_fields[member].annotation)), enum


#: Descriptions that list words or mention a day. A field with such a description must not be plain text: it needs an
#: enum or a date type.
LISTED = re.compile(r"\b\w+(, \w+)* or \w+\.$|[Tt]he (first |last )?day\b|As of which")
#: Free-text fields whose description matches nevertheless.
TEXTS = {"TimeOfDayFilter.in"}


def test_what_is_a_day_or_of_a_closed_list_is_not_plain_text():
    for name, each in core_schema().type_map.items():
        if not isinstance(each, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            continue
        for field_name, field in each.fields.items():
            if get_named_type(field.type).name == "String" and f"{name}.{field_name}" not in TEXTS:
                assert not LISTED.search(field.description or ""), f"{name}.{field_name}: {field.description}"
            for argument_name, argument in getattr(field, "args", {}).items():
                if get_named_type(argument.type).name == "String":
                    place = f"{name}.{field_name}({argument_name}): {argument.description}"
                    assert not LISTED.search(argument.description or ""), place


async def test_clients_can_read_the_schema(edge):
    data = await edge.data(get_introspection_query(input_value_deprecation=True, specified_by_url=True))
    assert {each["name"] for each in data["__schema"]["types"]} == set(core_schema().type_map)
