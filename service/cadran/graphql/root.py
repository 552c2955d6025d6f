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
        description="One IANA time zone for all sites, such as Europe/Paris; default: each site's own zone."
    ),
]


def make_fallible(description: str) -> Callable[[Resolver], Resolver]:
    """Return a decorator that makes a method a field that is null if it fails, and says so in the description."""
    return describe_field(f"{description} Null if the field fails; the error says why.")
