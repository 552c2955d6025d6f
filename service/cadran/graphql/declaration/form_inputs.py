"""GraphQL inputs made from forms (``web/forms.py``).

An input has the members of its form. A class declares only the members that differ: an annotation replaces the type,
``describe_member`` the description, and a value is the default. A member that the form does not require may be left
out of the input, and may be null.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

import strawberry
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from strawberry import UNSET
from strawberry.types.field import StrawberryField

from cadran.graphql.declaration.document_types import GraphQLKind, GraphQLKinds
from cadran.web.documents import read_description

Carrier = TypeVar("Carrier", bound=type)


def describe_member(description: str, *, required: bool = False) -> Any:
    """Return a member of an input, whose description replaces that of the form."""
    return strawberry.field(description=description) if required else _optional(description, UNSET)


def declare_input(
    kinds: GraphQLKinds, form: type[BaseModel], *, leave_out: Collection[str] = (), description: str | None = None
) -> Callable[[Carrier], Carrier]:
    """Make the class below the GraphQL input of a form. Members that are left out are not part of the input. The
    description is that of the form unless another is given."""

    def decorate(carrier: Carrier) -> Carrier:
        own = dict(vars(carrier).get("__annotations__", {}))
        members = {name: each for name, each in form.model_fields.items() if name not in leave_out}
        if unknown := own.keys() - members.keys():
            raise TypeError(f"{form.__name__} has no members {', '.join(sorted(unknown))}.")
        carrier.__annotations__ = {name: own.get(name) or _find_kind(kinds, each) for name, each in members.items()}
        for name, each in members.items():
            setattr(carrier, name, _make_member(each, vars(carrier).get(name, UNSET)))
        kinds.add(form, GraphQLKind(strawberry.input(carrier, description=description or read_description(form))))
        return carrier

    return decorate


def _find_kind(kinds: GraphQLKinds, member: FieldInfo) -> Any:
    kind = kinds.find(member.annotation).kind
    return kind if member.is_required() else kind | None


def _make_member(member: FieldInfo, declared: object) -> Any:
    """Return a member of an input. ``declared`` is the member of the class, or its default."""
    if isinstance(declared, StrawberryField):
        return declared
    about = member.description or ""
    return strawberry.field(description=about) if member.is_required() else _optional(about, declared)


def _optional(description: str, default: object) -> Any:
    return strawberry.field(default=default, description=description)
