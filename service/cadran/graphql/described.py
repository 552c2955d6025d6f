"""A resolver as a field with its description: strawberry's decorator, typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def described(description: str) -> Callable[[Resolver], Resolver]:
    """Make the method below a field that says this of itself."""
    return cast("Callable[[Resolver], Resolver]", strawberry.field(description=description))
