"""Documents: the JSON objects of answers, each declared once as a ``TypedDict`` next to its encoder.

The docstring of the class describes the document. A member is declared as ``Annotated[type, Field(description="…")]``.
Three things follow from the declaration: the JSON Schema (``rest/document_schemas.py``), the GraphQL type
(``graphql/declaration/document_types.py``), and mypy's check of the encoder, which returns the document.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import cleandoc
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    TypeAlias,
    TypedDict,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

#: The suffix of the names of documents: ``ObjectiveDocument`` declares ``Objective``.
_SUFFIX = "Document"


@dataclass(frozen=True, slots=True)
class TextFormat:
    """The form of a text that the encoder has written: a day, an instant, or a bound of a window.

    A bound is RFC 3339 with an offset, or local time if sites have different time zones. JSON Schema has no name for
    its format.
    """

    name: Literal["date", "date-time", "bound"]

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Callable[[Any], dict[str, Any]]) -> Any:
        """Return the schema of the text. Pydantic calls this method."""
        return handler(core_schema) | ({} if self.name == "bound" else {"format": self.name})


Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Number: TypeAlias = Annotated[int, Field(ge=1)]
DayText: TypeAlias = Annotated[str, TextFormat("date")]
InstantText: TypeAlias = Annotated[str, TextFormat("date-time")]
BoundText: TypeAlias = Annotated[str, TextFormat("bound")]


class IntervalDocument(TypedDict):
    """The 95% interval (Wilson's for shares)."""

    low: Annotated[float | None, Field(description="The lower bound.")]
    high: Annotated[float | None, Field(description="The upper bound.")]


class NoticeDocument(TypedDict):
    """A warning about the figures."""

    code: Annotated[str, Field(description="The stable code of the warning.")]
    detail: Annotated[str, Field(description="The warning as a sentence, in the language of Accept-Language.")]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a document. ``kind`` is its declared type with all annotations. A member that is not required may be
    absent."""

    name: str
    kind: object
    description: str
    required: bool


def read_members(document: type) -> tuple[Member, ...]:
    """Return the members of a document in the order of their declaration. Raises TypeError if a member has no
    description.

    A form may be the document of what it has created. Its members that are null are left out.
    """
    hints = get_type_hints(document, include_extras=True)
    if issubclass(document, BaseModel):
        fields = document.model_fields.items()
        return tuple(
            Member(name, hints[name], each.description or "", NoneType not in get_args(hints[name]))
            for name, each in fields
        )
    return tuple(_read_member(document, *each) for each in hints.items())


def _read_member(document: type, name: str, hint: object) -> Member:
    optional = get_origin(hint) is NotRequired
    kind = get_args(hint)[0] if optional else hint
    texts = [each.description for each in get_args(kind)[1:] if isinstance(each, FieldInfo) and each.description]
    if get_origin(kind) is not Annotated or not texts:
        raise TypeError(f"{document.__name__}.{name} has no description. Declare it as Annotated[…, Field(…)].")
    return Member(name, kind, texts[-1], not optional)


def read_name(document: type) -> str:
    """Return the name that a document declares."""
    return document.__name__.removesuffix(_SUFFIX)


def read_description(declared: type) -> str:
    """Return the docstring of a document or a form in one line."""
    return " ".join(cleandoc(declared.__doc__ or "").split())


def strip_annotations(kind: object) -> object:
    """Return the type inside of ``Annotated``."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def split_null(kind: object) -> tuple[object, bool]:
    """Return a type without null, and whether the type allows null."""
    bare = strip_annotations(kind)
    if get_origin(bare) not in (Union, UnionType):
        return kind, False
    kinds = [each for each in get_args(bare) if each is not NoneType]
    if len(kinds) != 1 or len(kinds) == len(get_args(bare)):
        raise TypeError(f"{kind} is a union. A member has one type, or one type and null.")
    return kinds[0], True
