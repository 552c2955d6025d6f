"""Fields with descriptions, made from a method or from a function with a computed name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry

from cadran.graphql.declaration.field_cost import FieldCost

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def describe_field(
    description: str | None, *, kind: Any = None, cost: FieldCost | None = None
) -> Callable[[Resolver], Resolver]:
    """Return a decorator that makes a method a field with this description, or with that of a document (None).

    ``kind`` is the GraphQL type of the field; None takes the type from the method's annotation. Root fields have a
    ``cost``.
    """
    metadata = None if cost is None else cost.metadata
    field = strawberry.field(description=description, graphql_type=kind, metadata=metadata)
    return cast("Callable[[Resolver], Resolver]", field)


def resolve_field(resolve: Callable[[Any], Any], name: str, kind: Any, description: str | None) -> Any:
    """Return a field of this name and type, whose value the function computes from an object.

    The function must not be shared with other fields, since its name and annotations are changed.
    """
    # Strawberry names a field after its resolver and reads the annotations of the resolver at run time.
    resolve.__name__ = name
    resolve.__annotations__ = {"root": object, "return": kind}
    return strawberry.field(resolver=resolve, description=description)
