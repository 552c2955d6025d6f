"""The GraphQL schema, put together from the root types, and its text as committed to schema/schema.graphql."""

from __future__ import annotations

from functools import cache

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from cadran.administration.graphql.query import AdministrationQuery
from cadran.contracts.graphql.mutation import ContractMutation
from cadran.contracts.graphql.query import ContractQuery
from cadran.graphql.execution.executor import CadranExecutor
from cadran.graphql.query import FigureQuery
from cadran.graphql.scalars import SCALARS
from cadran.insights.graphql.query import InsightQuery
from cadran.lists.graphql.query import ListQuery
from cadran.objectives.graphql.mutation import ObjectiveMutation
from cadran.objectives.graphql.query import ObjectiveQuery


@strawberry.type(description="The root of all queries.")
class Query(FigureQuery, InsightQuery, ListQuery, ContractQuery, ObjectiveQuery, AdministrationQuery):
    """The root fields of queries, as the features declare them."""


@strawberry.type(description="The root of all mutations.")
class Mutation(ContractMutation, ObjectiveMutation):
    """The root fields of mutations, as the features declare them."""


@cache
def build_schema() -> strawberry.Schema:
    """Build the schema once, since it depends on the catalogue alone."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        execution_context_class=CadranExecutor,
        config=StrawberryConfig(scalar_map=SCALARS),
    )


def core_schema() -> GraphQLSchema:
    """Return the schema as graphql-core executes it."""
    return build_schema()._schema  # noqa: SLF001  # strawberry has no public name for it


def print_sdl() -> str:
    """Return the schema in GraphQL's schema definition language."""
    return build_schema().as_str().rstrip() + "\n"
