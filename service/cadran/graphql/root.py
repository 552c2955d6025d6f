"""What the fields of the root share: how they begin, how they say that they may fail, and the arguments of most."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import strawberry

from cadran.graphql.context import Context
from cadran.graphql.fields import Resolver, described
from cadran.graphql.inputs import PeriodInput

Info = strawberry.Info[Context, None]
Period = Annotated[PeriodInput, strawberry.argument(description="Which window.")]
Zone = Annotated[
    str | None,
    strawberry.argument(description="One IANA zone for all sites, e.g. Europe/Paris; by default each site's own."),
]


def fallible(description: str) -> Callable[[Resolver], Resolver]:
    """Make the method below a field that is null when it fails, and says this of itself."""
    return described(f"{description} Null when it fails; the error says why.")
