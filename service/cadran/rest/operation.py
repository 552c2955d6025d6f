"""Declarations of REST operations. A resource is registered by its declaration alone.

From an operation follow its route and its CSV-only route (``rest/routing``), the operation of the OpenAPI document
(``rest/description``), the line of the index, and the rights that the tests expect. A room declares its operations with
the decorators of an ``OperationGroup``, next to their handlers; ``api/registry`` lists the modules of the rooms.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypedDict, Unpack

from starlette.responses import Response

from cadran.domain.access.role import Right
from cadran.rest.parameter import Parameter, index_by_name, takes_attributes
from cadran.rest.responses import Success
from cadran.rest.schemas import Schema

if TYPE_CHECKING:
    from cadran.rest.context import RequestContext

Method = Literal["GET", "POST", "PATCH", "DELETE"]
Handler: TypeAlias = "Callable[[RequestContext], Awaitable[Response]]"
#: The names of the problems (``rest/responses``) by which an operation may refuse a request.
Refusals = tuple[str, ...]

#: Below this path, every resource of ``/v1/`` that offers CSV has an address that answers CSV only.
CSV_BELOW: Final = "/v1/csv/"
FAILED: Final = ("Internal", "Unavailable", "Timeout")
READING: Final = ("BadRequest", "NotAcceptable", "Refused")
WRITING: Final = ("BadRequest", "Conflict", "LateBody", "LargeBody", "UnsupportedMedia", "Refused")
_VERSIONED: Final = ("PreconditionFailed", "PreconditionRequired")


@dataclass(frozen=True, slots=True)
class PathParameter:
    """A parameter of the path: its name, its description, its JSON Schema and an example."""

    name: str
    about: str
    schema: Schema
    example: Any


@dataclass(frozen=True, slots=True)
class Body:
    """The JSON body of a request: the name of its schema, and an example."""

    schema: str
    example: Mapping[str, Any]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the index: the relation, the title, and the address of an example (None: the path)."""

    relation: str
    title: str
    href: str | None = None


class Options(TypedDict, total=False):
    """The further members of an operation, as the decorators of a group take them."""

    in_path: tuple[PathParameter, ...]
    parameters: tuple[Parameter, ...]
    body: Body
    is_localized: bool
    is_repeatable: bool
    if_match: str
    link: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method at one path, with the handler that serves it.

    The first sentence of ``about`` is the summary. ``schemas`` are the JSON Schemas that the operation refers to.
    ``right`` is checked before the handler runs; None makes the resource public. ``parameters`` are those of the query
    string. A localized operation reads Accept-Language, a repeatable one reads Idempotency-Key. ``if_match`` is an
    example of If-Match, which the operation then requires. ``refusals`` are the problems that the operation may answer,
    except those of all resources.
    """

    method: Method
    path: str
    name: str
    tag: str
    about: str
    handler: Handler
    success: Success
    schemas: Mapping[str, Schema]
    right: Right | None
    refusals: Refusals
    in_path: tuple[PathParameter, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    is_localized: bool = False
    is_repeatable: bool = False
    if_match: str | None = None
    link: Link | None = None
    parameters_by_name: Mapping[str, Parameter] = field(init=False)
    takes_attributes: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters_by_name", index_by_name(self.parameters))
        object.__setattr__(self, "takes_attributes", takes_attributes(self.parameters))


Declaration: TypeAlias = Callable[[Handler], Operation]


@dataclass(frozen=True, slots=True)
class OperationGroup:
    """Operations under one tag of the OpenAPI document, with the schemas that they refer to.

    Each method returns a decorator that declares a handler as the operation of a path.
    """

    tag: str
    schemas: Mapping[str, Schema]

    def get(
        self,
        path: str,
        name: str,
        about: str,
        success: Success,
        *,
        right: Right | None,
        refusals: Refusals = (*READING, *FAILED),
        **more: Unpack[Options],
    ) -> Declaration:
        """Declare a GET operation."""
        return self._declare("GET", path, name, about, success, right, refusals, more)

    def post(
        self, path: str, name: str, about: str, success: Success, *, right: Right, **more: Unpack[Options]
    ) -> Declaration:
        """Declare a POST operation, which can be repeated under its Idempotency-Key."""
        refusals = (*WRITING, *FAILED)
        return self._declare("POST", path, name, about, success, right, refusals, {**more, "is_repeatable": True})

    def patch(
        self, path: str, name: str, about: str, success: Success, *, right: Right, **more: Unpack[Options]
    ) -> Declaration:
        """Declare a PATCH operation."""
        return self._declare("PATCH", path, name, about, success, right, (*WRITING, *FAILED), more)

    def delete(
        self, path: str, name: str, about: str, success: Success, *, right: Right, **more: Unpack[Options]
    ) -> Declaration:
        """Declare a DELETE operation."""
        return self._declare("DELETE", path, name, about, success, right, FAILED, more)

    def _declare(
        self,
        method: Method,
        path: str,
        name: str,
        about: str,
        success: Success,
        right: Right | None,
        refusals: Refusals,
        more: Options,
    ) -> Declaration:
        absent = ("NotFound",) if "{" in path else ()
        outdated = (*WRITING, *_VERSIONED) if "if_match" in more else ()

        def declare(handler: Handler) -> Operation:
            return Operation(
                method=method,
                path=path,
                name=name,
                tag=self.tag,
                about=about,
                handler=handler,
                success=success,
                schemas=self.schemas,
                right=right,
                refusals=(*refusals, *absent, *outdated),
                **more,
            )

        return declare


def make_csv_path(path: str) -> str:
    """Return the CSV-only address of a path."""
    return CSV_BELOW + path.removeprefix("/v1/")
