"""Shared parts of resources that change something: rights, forms and idempotent repetition.

Takes requests with a JSON body in a declared form. A request that creates something may be repeated under its
Idempotency-Key and gets the same answer. Refuses with ``unauthenticated``, ``forbidden``, ``unsupported_media_type``,
``bad_request`` and ``bad_parameter``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, TypeAlias, TypeVar

import orjson
from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.access.callers import Caller
from cadran.access.idempotency import Idempotency, StoredAnswer
from cadran.domain.access.permit import check_right
from cadran.domain.access.role import Right
from cadran.domain.bounds import CODES_MAX, ORIGINS_MAX, WORD_MAX
from cadran.errors import QuestionRefused, Unauthenticated
from cadran.web.authentication import get_caller
from cadran.web.idempotency import run_idempotent
from cadran.web.negotiate import JSON
from cadran.web.problem import HttpRefused

NO_STORE: Final = {"cache-control": "no-store"}
#: A text of one line, without control characters, since it is shown and logged unchanged.
Words = Annotated[str, Field(pattern=r"^[^\u0000-\u001f\u007f]*$", max_length=WORD_MAX)]
Codes = Annotated[list[Words], Field(max_length=CODES_MAX)]
Origins = Annotated[list[Words], Field(max_length=ORIGINS_MAX)]
#: A positive number within the range of PostgreSQL's integer.
Count = Annotated[int, Field(ge=1, le=2**31 - 1)]
#: The most members of a body, more than any form has. The limit saves the time of reporting each unknown member.
_MEMBERS_MAX: Final = 100
Form = TypeVar("Form", bound=BaseModel)
Handler: TypeAlias = Callable[[Request], Awaitable[Response]]


def require_right(request: Request, right: Right) -> Caller:
    """Return the caller if its role has the right. Raises Unauthenticated and Forbidden."""
    caller = get_caller(request.scope)
    if caller is None:
        raise Unauthenticated("This resource needs a key. Send Authorization: Bearer cad_….")
    check_right(caller.principal, right)
    return caller


async def read_json(request: Request) -> bytes:
    """Return the bytes of the JSON body. Refuses with ``unsupported_media_type`` or ``bad_request``."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if body and kind != JSON:
        raise HttpRefused("Send the body as application/json.", code="unsupported_media_type")
    try:
        sent = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise HttpRefused("The body is not JSON in UTF-8, or is nested too deeply.", code="bad_request") from error
    if isinstance(sent, dict) and len(sent) > _MEMBERS_MAX:
        raise HttpRefused(f"The body has more than {_MEMBERS_MAX} members.", code="bad_request")
    return body


async def read_form(request: Request, form: type[Form]) -> tuple[Form, bytes]:
    """Return the body as its form, and its bytes. Refuses as ``read_json`` does, and with ``bad_parameter``."""
    body = await read_json(request)
    try:
        return form.model_validate_json(body or b"{}"), body
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "body"
        raise QuestionRefused(f"{name}: {first['msg']}.", code="bad_parameter", parameter=name[:60]) from error


async def run_once(
    idempotency: Idempotency, request: Request, caller: Caller, body: bytes, work: Callable[[], Awaitable[StoredAnswer]]
) -> Response:
    """Run the work, or repeat its first answer if the request repeats an Idempotency-Key."""
    done = await run_idempotent(idempotency, request, caller, body, work)
    return Response(done.body, done.status, {**NO_STORE, **done.headers}, JSON)


def encode_saved(status: int, document: dict[str, Any]) -> StoredAnswer:
    """Return an answer that may be stored for repetitions."""
    return StoredAnswer(status, orjson.dumps(document))


def make_uncached_response(status: int, document: dict[str, Any]) -> Response:
    """Return a response that no cache stores."""
    return Response(orjson.dumps(document), status, NO_STORE, JSON)


def make_route(path: str, **handlers: Handler) -> Route:
    """Return one route for all methods of a path, so that a 405 lists all of them."""

    async def handle(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await handlers[method](request)

    return Route(path, handle, methods=[*handlers])
