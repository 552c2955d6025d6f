"""The schema is the committed one, complete, described, and true to the catalogue."""

from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_introspection_query,
    is_specified_scalar_type,
)

from cadran.api.schema import core_schema, sdl
from cadran.domain.catalogue import METRICS
from cadran.domain.question import Compare
from cadran.domain.window import Grain
from cadran.graphql.metrics import describe
from cadran.graphql.names import camel

COMMITTED = Path(__file__).parents[2] / "schema" / "schema.graphql"


def kind(name: str) -> Any:
    """A type of the schema."""
    return core_schema().type_map[name]


def test_the_committed_schema_is_the_present_one():
    assert COMMITTED.read_text() == sdl()


def test_every_metric_is_a_field_with_its_definition():
    for name in ("Row", "Totals", "Metrics"):
        fields = kind(name).fields
        for slug, metric in METRICS.items():
            field = fields[camel(slug)]
            assert field.description == describe(metric)
            assert metric.definition.en in field.description
            assert set(field.args) == {parameter.slug for parameter in metric.parameters}
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


async def test_clients_can_read_the_schema(edge):
    data = await edge.data(get_introspection_query(input_value_deprecation=True, specified_by_url=True))
    assert {each["name"] for each in data["__schema"]["types"]} == set(core_schema().type_map)
