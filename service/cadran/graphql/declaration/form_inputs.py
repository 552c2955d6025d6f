"""GraphQL inputs made from forms (``web/forms.py``).

An input has the members of its form. A class declares only the members that differ or that the form lacks: an
annotation replaces the type, ``describe_member`` the description, and a value is the default. A member that the form
does not require may be left out of the input, and may be null. Its description names the default of the form.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import Enum
from typing import Any, TypeVar

import strawberry
from pydantic import BaseModel
from strawberry import UNSET
from strawberry.types.field import StrawberryField

from cadran.graphql.declaration.document_types import GraphQLKind, GraphQLKinds
from cadran.web.documents import read_description
from cadran.web.forms import DEFAULT_IS, NULL_RESTORES, describe_default

Carrier = TypeVar("Carrier", bound=type)


def describe_member(description: str, *, required: bool = False) -> Any:
    """Return a member of an input, whose description replaces that of the form."""
    return strawberry.field(description=description) if required else _optional(description, UNSET)


def declare_input(
    kinds: GraphQLKinds,
    form: type[BaseModel],
    *,
    leave_out: Collection[str] = (),
    description: str | None = None,
    is_change: bool = False,
) -> Callable[[Carrier], Carrier]:
    """Make the class below the GraphQL input of a form. Members that are left out are not part of the input.

    The description is that of the form unless another is given. In the input of a change, every member is optional: an
    absent member stays as it is, and null restores its default.
    """
    words = NULL_RESTORES if is_change else DEFAULT_IS

    def decorate(carrier: Carrier) -> Carrier:
        own = dict(vars(carrier).get("__annotations__", {}))
        described = {name for name, each in vars(carrier).items() if isinstance(each, StrawberryField)}
        members = {name: each for name, each in form.model_fields.items() if name not in leave_out}
        if unknown := own.keys() - members.keys() - described:
            raise TypeError(f"{form.__name__} has no members {', '.join(sorted(unknown))}.")
        carrier.__annotations__ = {}
        schema = form.model_json_schema()["properties"]
        for name, each in members.items():
            required = each.is_required() and not is_change
            kind = own.get(name) or kinds.find(each.annotation).kind
            carrier.__annotations__[name] = kind if required or name in own else kind | None
            if name not in described:
                about = describe_default(each.description or "", _read_default(schema[name], kind), words)
                default = vars(carrier).get(name, UNSET)
                setattr(carrier, name, strawberry.field(description=about) if required else _optional(about, default))
        carrier.__annotations__ |= own
        kinds.add(form, GraphQLKind(strawberry.input(carrier, description=description or read_description(form))))
        return carrier

    return decorate


def _read_default(schema: Mapping[str, Any], kind: object) -> object:
    """Return the default of a member as its JSON Schema shows it, or the name of an enum's default."""
    default = schema.get("default")
    if default is not None and isinstance(kind, type) and issubclass(kind, Enum):
        return kind(default).name
    return default


def _optional(description: str, default: object) -> Any:
    return strawberry.field(default=default, description=description)
