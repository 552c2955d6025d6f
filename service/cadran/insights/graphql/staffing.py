"""The field ``staffing``: the staffing calculator. The members are those of REST."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import strawberry
from strawberry.types.arguments import StrawberryArgumentAnnotation

from cadran.graphql.declaration.document_types import GraphQLKinds, declare_type
from cadran.graphql.names import raise_first
from cadran.insights.documents import StaffingDocument
from cadran.insights.staffing import PARAMETERS, ROWS_MAX, compute_staffing, encode_staffing

KINDS: Final = GraphQLKinds({})


def _describe(slug: str) -> StrawberryArgumentAnnotation:
    """Return the description of an argument, with its bounds."""
    parameter = next(each for each in PARAMETERS if each.slug == slug)
    bounds = f"From {parameter.low:.10g} to {parameter.high:.10g}."
    return strawberry.argument(description=f"{raise_first(parameter.description)}. {bounds}")


Calls: TypeAlias = Annotated[float, _describe("calls")]
HandleTime: TypeAlias = Annotated[float, _describe("handle_time")]
Interval: TypeAlias = Annotated[float, _describe("interval")]
Within: TypeAlias = Annotated[float, _describe("within")]
Level: TypeAlias = Annotated[float, _describe("level")]
Patience: TypeAlias = Annotated[float | None, _describe("patience")]
MaxOccupancy: TypeAlias = Annotated[float, _describe("max_occupancy")]
Concurrency: TypeAlias = Annotated[int, _describe("concurrency")]
Shrinkage: TypeAlias = Annotated[float, _describe("shrinkage")]
Agents: TypeAlias = Annotated[
    list[int] | None,
    strawberry.argument(
        description="The numbers of agents at work whose service is computed, without the shrinkage, at most"
        f" {ROWS_MAX} numbers; default: the required agents."
    ),
]


@declare_type(KINDS, StaffingDocument)
class StaffingResult:
    """The document of ``/v1/staffing``."""

    document: strawberry.Private[StaffingDocument]


def staffing(given: dict[str, float | None], agents: list[int] | None) -> StaffingResult:
    """Return the required agents and the expected service of a workload."""
    return StaffingResult(document=encode_staffing(compute_staffing(given, agents or ())))
