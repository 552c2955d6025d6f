"""Resources that describe the API: the index, the OpenAPI document and the kinds of problems. None needs a key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import HTMLResponse, Response

from cadran.api.index import Links, make_index_document, make_index_page
from cadran.errors import absent
from cadran.rest import encode
from cadran.rest.context import RequestContext
from cadran.rest.figure_schemas import SCHEMAS
from cadran.rest.operation import Link, OperationGroup, PathParameter
from cadran.rest.responses import Success, add_media_type, describe_uncached
from cadran.web.negotiate import JSON
from cadran.web.problem import KIND_SLUGS, make_kind_document

HTML: Final = "text/html"
_SERVICE: Final = OperationGroup("service", SCHEMAS)
_OPENAPI: Final = Success(
    {"description": "This OpenAPI document.", "content": {JSON: {"schema": {"type": "object"}}}}, is_cached=True
)
_CODE: Final = PathParameter(
    "code",
    "The last segment of the URI in the problem's type.",
    {"type": "string", "enum": list(KIND_SLUGS)},
    "unknown-metric",
)


@dataclass(frozen=True, slots=True)
class SelfDescription:
    """The service behind these resources: the release, the links of the index, and the OpenAPI document."""

    version: str
    links: Links
    openapi: Callable[[], dict[str, Any]]


@_SERVICE.get(
    "/",
    "getIndex",
    "Get the index of all resources, as JSON or as an HTML page.",
    add_media_type(describe_uncached("The links to all resources.", "Index"), HTML),
    right=None,
    refusals=("NotAcceptable", "Internal"),
)
async def get_index(context: RequestContext) -> Response:
    """Return the links to all resources, as JSON or HTML."""
    api = context.service(SelfDescription)
    if context.kind == HTML:
        return HTMLResponse(make_index_page(api.version, api.links))
    return context.respond(encode.encode_document(make_index_document(api.version, api.links)))


@_SERVICE.get(
    "/openapi.json",
    "getOpenapi",
    "Get this OpenAPI document.",
    _OPENAPI,
    right=None,
    refusals=("NotAcceptable", "Internal"),
    link=Link("service-desc", "The description of the REST interface (OpenAPI 3.1)"),
)
async def get_openapi(context: RequestContext) -> Response:
    """Return the OpenAPI document."""
    context.depend_on_directory()
    return context.respond(encode.encode_document(context.service(SelfDescription).openapi()))


@_SERVICE.get(
    "/problems/{code}",
    "getProblemKind",
    "Get the meaning of a kind of problem.",
    describe_uncached("The kind of problem and its meaning.", "ProblemKind"),
    right=None,
    refusals=("Internal",),
    in_path=(_CODE,),
)
async def get_problem_kind(context: RequestContext) -> Response:
    """Return the meaning of a kind of problem."""
    found = make_kind_document(context.path["code"])
    if found is None:
        raise absent("kind of problem", context.path["code"], KIND_SLUGS, listed="/openapi.json")
    return context.respond(encode.encode_document(found))
