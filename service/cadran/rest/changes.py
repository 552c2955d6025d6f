"""What every resource that changes something shares: who may, what is sent, and the same answer to the same request.

Takes requests with a body of JSON in a declared form; whatever creates something may be repeated under its
Idempotency-Key and is answered the same. Refuses with ``unauthenticated``, ``forbidden``, ``unsupported_media_type``,
``bad_request`` and ``bad_parameter``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, TypeAlias, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.access.callers import Caller
from cadran.access.idempotency import Idempotency, Saved
from cadran.domain.access.permit import check_right
from cadran.domain.access.role import Right
from cadran.domain.bounds import CODES_MAX, ORIGINS_MAX, WORD_MAX
from cadran.errors import QuestionRefused, Unauthenticated
from cadran.web.authentication import caller_of
from cadran.web.idempotency import repeated
from cadran.web.negotiate import JSON
from cadran.web.problem import HttpRefused

NO_STORE: Final = {"cache-control": "no-store"}
#: What is shown and logged as it was sent: one line.
Words = Annotated[str, Field(pattern=r"^[^\u0000-\u001f\u007f]*$", max_length=WORD_MAX)]
Codes = Annotated[list[Words], Field(max_length=CODES_MAX)]
Origins = Annotated[list[Words], Field(max_length=ORIGINS_MAX)]
#: As PostgreSQL's integers have it.
Count = Annotated[int, Field(ge=1, le=2**31 - 1)]
#: More than any form has; to tell of each that it is none takes longer than to read them.
_MEMBERS_MAX: Final = 100
Form = TypeVar("Form", bound=BaseModel)
Handler: TypeAlias = Callable[[Request], Awaitable[Response]]


class Sent(BaseModel):
    """The form of a body: these members and no others, of their own types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def allowed(request: Request, right: Right) -> Caller:
    """The caller, if its role has the right. Raises Forbidden."""
    caller = caller_of(request.scope)
    if caller is None:
        raise Unauthenticated("This needs a key: Authorization: Bearer cad_….")
    check_right(caller.principal, right)
    return caller


async def sent_json(request: Request) -> bytes:
    """The body's bytes, which are JSON; refused with ``unsupported_media_type`` or ``bad_request``."""
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


async def sent_as(request: Request, form: type[Form]) -> tuple[Form, bytes]:
    """The body as its form; refused as ``sent_json`` refuses, and with ``bad_parameter``."""
    body = await sent_json(request)
    try:
        return form.model_validate_json(body or b"{}"), body
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "body"
        raise QuestionRefused(f"{name}: {first['msg']}.", code="bad_parameter", parameter=name[:60]) from error


async def once(
    idempotency: Idempotency, request: Request, caller: Caller, body: bytes, work: Callable[[], Awaitable[Saved]]
) -> Response:
    """What the work answers; what it answered before, where the request repeats an Idempotency-Key."""
    done = await repeated(idempotency, request, caller, body, work)
    return Response(done.body, done.status, {**NO_STORE, **done.headers}, JSON)


def saved(status: int, document: dict[str, Any]) -> Saved:
    """An answer as it is given and kept."""
    return Saved(status, orjson.dumps(document))


def unkept(status: int, document: dict[str, Any]) -> Response:
    """An answer that nobody keeps."""
    return Response(orjson.dumps(document), status, NO_STORE, JSON)


def route(path: str, **handlers: Handler) -> Route:
    """One route for all methods of a path, so that what it refuses names them all."""

    async def handle(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await handlers[method](request)

    return Route(path, handle, methods=[*handlers])
