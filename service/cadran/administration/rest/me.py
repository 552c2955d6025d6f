"""The resource ``/v1/me``: the caller's key or token, with its rights, scope and limits."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from cadran.administration.me import encode_caller
from cadran.administration.rest.schemas import ADMINISTRATION_SCHEMAS
from cadran.rest.changes import make_uncached_response
from cadran.rest.context import RequestContext
from cadran.rest.operation import Link, OperationGroup
from cadran.rest.responses import describe_uncached
from cadran.web.authentication import CallLimits

_ACCESS: Final = OperationGroup("access", ADMINISTRATION_SCHEMAS)


@_ACCESS.get(
    "/v1/me",
    "getMe",
    "Get the caller: the name, role, rights, scope, limits and expiry of the key or token that sends the request. "
    "Never its secret.",
    describe_uncached("The caller.", "Caller"),
    right="figures",
    refusals=("BadRequest", "NotAcceptable", "Refused", "Internal"),
    is_localized=True,
    link=Link("me", "Your key or token: its rights, scope, limits and expiry"),
)
async def get_me(context: RequestContext) -> Response:
    """Return the caller without its secret."""
    found = encode_caller(context.caller, context.desk, context.service(CallLimits), context.language)
    return make_uncached_response(200, found)
