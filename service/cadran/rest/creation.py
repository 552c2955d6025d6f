"""Requests that make or change something: who may, what they send, and the same answer to the same request.

What is sent is JSON of a declared form; whatever creates something may be repeated under its Idempotency-Key and is
answered the same. Refuses with ``unauthenticated``, ``forbidden``, ``unsupported_media_type``, ``bad_request`` and
``bad_parameter``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
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


class Sent(BaseModel):
    """The form of a body: these members and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def allowed(request: Request, right: Right) -> Caller:
    """The caller, if its role has the right. Raises Forbidden."""
    caller = caller_of(request.scope)
    if caller is None:
        raise Unauthenticated("This needs a key: Authorization: Bearer cad_….")
    if not caller.principal.may(right):
        raise Forbidden(f"The role {caller.grant.role} may not do this.")
    return caller


def who_is(caller: Caller) -> str:
    """How the audit log calls a caller."""
    return f"{caller.grant.name} ({caller.caller_id})"


async def sent_as(request: Request, form: type[Form]) -> tuple[Form, bytes]:
    """The body as its form; refused with ``unsupported_media_type``, ``bad_request`` or ``bad_parameter``."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if body and kind != JSON:
        raise HttpRefused("Send the body as application/json.", code="unsupported_media_type")
    try:
        orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise HttpRefused("The body is not JSON in UTF-8, or is nested too deeply.", code="bad_request") from error
    try:
        return form.model_validate_json(body or b"{}"), body
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "body"
        raise QuestionRefused(f"{name}: {first['msg']}.", code="bad_parameter", parameter=name[:60]) from error


async def once(
    idempotency: Idempotency, request: Request, caller: Caller, body: bytes, work: Callable[[], Awaitable[Saved]]
) -> Response:
    """What the work answers; to a request that is repeated, what it answered before."""
    key = request.headers.get("idempotency-key")
    if key is None:
        answered = await work()
    elif not 1 <= len(key) <= KEY_LENGTH_MAX:
        raise HttpRefused(f"Idempotency-Key has 1 to {KEY_LENGTH_MAX} characters.", code="bad_request")
    else:
        asked = b"%s %s\n%s" % (request.method.encode(), request.url.path.encode(), body)
        credential = request.headers["authorization"].encode()
        answered = await idempotency.once(
            caller_id=caller.caller_id, credential=credential, key=key, asked=asked, work=work
        )
    return Response(answered.body, answered.status, NO_STORE, JSON)


def saved(status: int, document: dict[str, Any]) -> Saved:
    """An answer that may be kept."""
    return Saved(status, orjson.dumps(document))


def told(status: int, document: dict[str, Any]) -> Response:
    """An answer that nobody keeps."""
    return Response(orjson.dumps(document), status, NO_STORE, JSON)
