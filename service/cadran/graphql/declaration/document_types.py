"""GraphQL types made from documents (``web/documents.py``).

A type shows the members of its document, as REST does. A class declares only the fields that differ: a field of the
class replaces the member of the same name, and a field without a description has the description of the member. A
document that has no class gets a type of its name. An object of the type holds its document in ``document``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import GenericAlias
from typing import Annotated, Any, Final, TypeVar, dataclass_transform, get_args, get_origin, is_typeddict

import strawberry
from strawberry.types.field import StrawberryField
from strawberry.types.private import StrawberryPrivate

from cadran.domain.metric import Better
from cadran.graphql import enums
from cadran.graphql.answer_interface import Notice
from cadran.graphql.fields import resolve_field
from cadran.graphql.figure import Interval
from cadran.graphql.scalars import Date, DateTime, to_instant
from cadran.web.documents import (
    IntervalDocument,
    Member,
    NoticeDocument,
    TextFormat,
    read_description,
    read_members,
    read_name,
    split_null,
    strip_annotations,
)

Carrier = TypeVar("Carrier", bound=type)
#: The annotation of the member that holds the document of an object, which GraphQL does not show.
_DOCUMENT: Final = Annotated[object, StrawberryPrivate()]


@dataclass(frozen=True, slots=True)
class GraphQLKind:
    """The GraphQL type of a Python type. ``convert`` makes a value of GraphQL from a value of the type; None if both
    are the same."""

    kind: Any
    convert: Callable[[Any], object] | None = None


_SHARED: Final[Mapping[object, GraphQLKind]] = {
    **{kind: GraphQLKind(kind) for kind in (str, int, float, bool)},
    Decimal: GraphQLKind(float),
    Better: GraphQLKind(enums.Better, enums.Better),
    TextFormat("date"): GraphQLKind(Date),
    TextFormat("date-time"): GraphQLKind(DateTime),
    TextFormat("bound"): GraphQLKind(DateTime),
    date: GraphQLKind(Date),
    datetime: GraphQLKind(DateTime, to_instant),
    IntervalDocument: GraphQLKind(Interval, lambda found: Interval(**found)),
    NoticeDocument: GraphQLKind(Notice, lambda found: Notice(**found)),
}


class GraphQLKinds:
    """The GraphQL types of the Python types that one room declares: enums by their literals, types by their documents,
    inputs by their forms."""

    def __init__(self, enums: Mapping[object, Any]) -> None:
        """Take the enums by the literals whose values they have."""
        self._known = {**_SHARED, **{literal: GraphQLKind(enum, enum) for literal, enum in enums.items()}}

    def add(self, declared: type, found: GraphQLKind) -> None:
        """Register the GraphQL type of a document or a form."""
        self._known[declared] = found

    def find(self, kind: object) -> GraphQLKind:
        """Return the GraphQL type of a type. A document that has no GraphQL type gets one. Raises TypeError."""
        inner, nullable = split_null(kind)
        if nullable:
            return _allow_null(self.find(inner))
        for mark in get_args(kind)[1:] if get_origin(kind) is Annotated else ():
            if isinstance(mark, TextFormat):
                return self._known[mark]
        bare = strip_annotations(kind)
        if get_origin(bare) is list:
            return _make_list(self.find(get_args(bare)[0]))
        if isinstance(bare, type) and is_typeddict(bare) and bare not in self._known:
            declare_type(self, bare)(type(read_name(bare), (), {}))
        if bare not in self._known:
            raise TypeError(f"{bare} has no GraphQL type. Register its enum or its class.")
        return self._known[bare]


def _allow_null(found: GraphQLKind) -> GraphQLKind:
    convert = found.convert
    return GraphQLKind(found.kind | None, convert and (lambda value: None if value is None else convert(value)))


def _make_list(item: GraphQLKind) -> GraphQLKind:
    convert = item.convert
    listed = GenericAlias(list, item.kind)
    return GraphQLKind(listed, convert and (lambda values: [convert(each) for each in values]))


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def declare_type(
    kinds: GraphQLKinds, *documents: type, leave_out: Collection[str] = (), description: str | None = None
) -> Callable[[Carrier], Carrier]:
    """Make the class below the GraphQL type of a document, or of documents whose members are in one object.

    Members that are left out have no field. The description is that of the first document unless another is given.
    """

    def decorate(carrier: Carrier) -> Carrier:
        found = [each for document in documents for each in read_members(document)]
        members = {each.name: each for each in found if each.name not in leave_out}
        carrier.__annotations__ = {"document": _DOCUMENT, **vars(carrier).get("__annotations__", {})}
        own = {name: each for name, each in vars(carrier).items() if isinstance(each, StrawberryField)}
        order = dict.fromkeys([*(name for name in own if name not in members), *members])
        for name in order:
            field = own.get(name) or _make_field(kinds, members[name])
            if field.description is None and name in members:
                field.description = members[name].description
            # Strawberry puts the fields in the order of the class's members.
            if name in own:
                delattr(carrier, name)
            setattr(carrier, name, field)
        shown: Any = strawberry.type(carrier, description=description or read_description(documents[0]))
        kinds.add(documents[0], GraphQLKind(shown, lambda found: shown(document=found)))
        return carrier

    return decorate


def _make_field(kinds: GraphQLKinds, member: Member) -> Any:
    """Return a field that shows a member of the document."""
    found = kinds.find(member.kind)
    if not member.required:
        found = _allow_null(found)
    name, convert = member.name, found.convert

    def resolve(root: Any) -> object:
        value = root.document[name] if member.required else root.document.get(name)
        return value if convert is None else convert(value)

    return resolve_field(resolve, name, found.kind, member.description)
