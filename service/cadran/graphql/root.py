"""Parts that the root fields share: shared arguments, and descriptions of fields that may fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import strawberry

from cadran.graphql.context import Context
from cadran.graphql.fields import Resolver, describe_field
from cadran.graphql.inputs import PeriodInput

Info = strawberry.Info[Context, None]
Period = Annotated[PeriodInput, strawberry.argument(description="The window of the figures.")]
Zone = Annotated[
    str | None,
    strawberry.argument(
        description="One IANA time zone for all sites, such as Europe/Paris; the default is each site's zone."
    ),
]


def make_fallible(description: str) -> Callable[[Resolver], Resolver]:
    """Make the method below a field that is null if it fails. The description says so."""
    return describe_field(f"{description} Null if the field fails; the error says why.")
