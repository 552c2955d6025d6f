"""Shared parts of resources that change something: forms and idempotent repetition.

Takes requests with a JSON body in a declared form. A request that creates something may be repeated under its
Idempotency-Key and gets the same answer. Refuses with ``unsupported_media_type``, ``bad_request`` and
``bad_parameter``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final, TypeVar

import orjson
from pydantic import BaseModel, Field, ValidationError
from starlette.responses import Response

from cadran.access.idempotency import Idempotency, StoredAnswer
from cadran.domain.bounds import CODES_MAX, ORIGINS_MAX, WORD_MAX
from cadran.errors import QuestionRefused
from cadran.rest.context import NO_STORE, RequestContext
from cadran.web.idempotency import run_idempotent
from cadran.web.negotiate import JSON
from cadran.web.problem import HttpRefused

#: A text of one line, without control characters, since it is shown and logged unchanged.
Words = Annotated[str, Field(pattern=r"^[^\u0000-\u001f\u007f]*$", max_length=WORD_MAX)]
Codes = Annotated[list[Words], Field(max_length=CODES_MAX)]
Origins = Annotated[list[Words], Field(max_length=ORIGINS_MAX)]
#: A positive number within the range of PostgreSQL's integer.
Count = Annotated[int, Field(ge=1, le=2**31 - 1)]
#: The most members of a body, more than any form has. The limit saves the time of reporting each unknown member.
_MEMBERS_MAX: Final = 100
Form = TypeVar("Form", bound=BaseModel)


async def read_json(context: RequestContext) -> bytes:
    """Return the bytes of the JSON body. Refuses with ``unsupported_media_type`` or ``bad_request``."""
    request = context.request
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


async def read_form(context: RequestContext, form: type[Form]) -> tuple[Form, bytes]:
    """Return the body as its form, and its bytes. Refuses as ``read_json`` does, and with ``bad_parameter``."""
    body = await read_json(context)
    try:
        return form.model_validate_json(body or b"{}"), body
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "body"
        raise QuestionRefused(f"{name}: {first['msg']}.", code="bad_parameter", parameter=name[:60]) from error


async def run_once(context: RequestContext, body: bytes, work: Callable[[], Awaitable[StoredAnswer]]) -> Response:
    """Run the work, or repeat its first answer if the request repeats an Idempotency-Key."""
    done = await run_idempotent(context.service(Idempotency), context.request, context.caller, body, work)
    return Response(done.body, done.status, {**NO_STORE, **done.headers}, JSON)


def encode_saved(status: int, document: Mapping[str, Any]) -> StoredAnswer:
    """Return an answer that may be stored for repetitions."""
    return StoredAnswer(status, orjson.dumps(document))


def make_uncached_response(status: int, document: Mapping[str, Any]) -> Response:
    """Return a response that no cache stores."""
    return Response(orjson.dumps(document), status, NO_STORE, JSON)


def respond_deleted() -> Response:
    """Return the response of a deletion."""
    return Response(status_code=204, headers=NO_STORE)
