"""Parts that the root fields share: shared arguments, and descriptions of fields that may fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import strawberry

from cadran.domain.bounds import check_list
from cadran.domain.dimension import ATTRIBUTES_MAX, DIMENSIONS
from cadran.graphql.choices import DIMENSION, Compare, Step
from cadran.graphql.context import Context
from cadran.graphql.declaration.field_cost import RECORD, FieldCost
from cadran.graphql.fields import Resolver, describe_field
from cadran.graphql.inputs import IndicatorFilter, PeriodInput

Info = strawberry.Info[Context, None]
Period = Annotated[PeriodInput, strawberry.argument(description="The window of the figures.")]
Zone = Annotated[
    str | None,
    strawberry.argument(
        description="One IANA time zone for all sites, such as Europe/Paris; default: each site's own zone."
    ),
]

Where = Annotated[IndicatorFilter | None, strawberry.argument(description="The filters of the contacts.")]
Comparison = Annotated[Compare | None, strawberry.argument(description="The window to compare the figures with.")]
By = Annotated[
    list[Any],
    strawberry.argument(
        graphql_type=list[DIMENSION],
        description=f"The dimensions to group by, at most {len(DIMENSIONS)} dimensions; others are null in the rows.",
    ),
]
ByAttributes = Annotated[
    list[str],
    strawberry.argument(
        description="The contacts' own attributes to group by, after the dimensions of `by`, at most"
        f" {ATTRIBUTES_MAX} attributes; rows show them as `attribute(name:)`."
    ),
]
StepWidth = Annotated[Step, strawberry.argument(description="The width of rows by time of day.")]
Bands = Annotated[
    bool,
    strawberry.argument(
        description="Whether figures have the percentiles p10 and p90 of the days of each time of day or weekday."
        " Needs a split by one of them, and no grain."
    ),
]
Order = Annotated[
    str | None,
    strawberry.argument(
        description="The selected metric that orders the groups: qos ascends, -qos descends, -wait(percentile=0.9)."
    ),
]


def make_splits(by: Sequence[Any], attributes: Sequence[str]) -> tuple[str, ...]:
    """Return the dimensions and the attributes to group by."""
    check_list("byAttributes", attributes, ATTRIBUTES_MAX)
    return (*(each.value for each in by), *attributes)


def make_fallible(description: str, *, cost: FieldCost = RECORD) -> Callable[[Resolver], Resolver]:
    """Return a decorator that makes a method a field that is null if it fails, and says so in the description."""
    return describe_field(f"{description} Null if the field fails; the error says why.", cost=cost)
