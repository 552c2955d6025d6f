"""Fields with their descriptions: a method made into one, typed, and a function made into one of a computed name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def described(description: str, *, kind: Any = None) -> Callable[[Resolver], Resolver]:
    """Make the method below a field that says this of itself; ``kind`` is its type where that is computed."""
    return cast("Callable[[Resolver], Resolver]", strawberry.field(description=description, graphql_type=kind))


def resolved(resolve: Callable[[Any], Any], name: str, kind: Any, description: str) -> Any:
    """A field of this name and type: what the function, which is nobody else's, reads off an object."""
    # Strawberry names a field after its resolver and reads its annotations at run time.
    resolve.__name__ = name
    resolve.__annotations__ = {"root": object, "return": kind}
    return strawberry.field(resolver=resolve, description=description)
