"""What every resource that changes something shares: who may, what is sent, and answering a repeated request the same.

Takes requests with a body of JSON; refuses callers without the right, bodies that are not of the declared form, and
idempotency keys used for something else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from cadran.access.callers import Caller
from cadran.access.idempotency import KEY_LENGTH_MAX, Idempotency, Saved
from cadran.domain.role import Right
from cadran.errors import Forbidden, QuestionRefused, Unauthenticated
from cadran.web.authentication import caller_of
from cadran.web.negotiate import JSON
from cadran.web.problem import HttpRefused

NO_STORE: Final = {"cache-control": "no-store"}
Form = TypeVar("Form", bound=BaseModel)


def allowed(request: Request, right: Right) -> Caller:
    """The caller, if its role has the right. Raises Forbidden."""
    caller = caller_of(request.scope)
    if caller is None:
        raise Unauthenticated("This needs a key: Authorization: Bearer cad_….")
    if not caller.principal.may(right):
        raise Forbidden(f"The role {caller.grant.role} may not do this.")
    return caller


async def sent_json(request: Request) -> tuple[Any, bytes]:
    """The body's JSON and its bytes; refused with ``unsupported_media_type`` or ``bad_request``."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if body and kind != JSON:
        raise HttpRefused("Send the body as application/json.", code="unsupported_media_type")
    try:
        return orjson.loads(body or b"{}"), body
    except orjson.JSONDecodeError as error:
        raise HttpRefused("The body is not JSON in UTF-8, or is nested too deeply.", code="bad_request") from error


async def sent_as(request: Request, form: type[Form]) -> tuple[Form, bytes]:
    """The body as its form; refused as ``sent_json`` refuses, and with ``bad_parameter``."""
    found, body = await sent_json(request)
    try:
        return form.model_validate(found), body
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "body"
        raise QuestionRefused(f"{name}: {first['msg']}.", code="bad_parameter", parameter=name[:60]) from error


async def once(
    idempotency: Idempotency, request: Request, caller: Caller, body: bytes, work: Callable[[], Awaitable[Saved]]
) -> Response:
    """The answer of the work, done once for all requests with the same Idempotency-Key."""
    key = request.headers.get("idempotency-key")
    if key is None:
        saved = await work()
    elif not 1 <= len(key) <= KEY_LENGTH_MAX:
        raise HttpRefused(f"Idempotency-Key has 1 to {KEY_LENGTH_MAX} characters.", code="bad_request")
    else:
        asked = b"%s %s\n%s" % (request.method.encode(), request.url.path.encode(), body)
        credential = request.headers["authorization"].encode()
        saved = await idempotency.once(
            caller_id=caller.caller_id, credential=credential, key=key, asked=asked, work=work
        )
    return Response(saved.body, saved.status, NO_STORE, JSON)


def who(caller: Caller) -> str:
    """Whom the audit log names."""
    return f"{caller.grant.name} ({caller.caller_id})"
