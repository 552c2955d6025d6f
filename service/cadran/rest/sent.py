"""What administrators send: who may, the body as its declared form, and the answer to something that was created."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from cadran.access.callers import Caller
from cadran.access.idempotency import Saved
from cadran.domain.role import Right
from cadran.errors import Forbidden, QuestionRefused, Unauthenticated
from cadran.web.authentication import caller_of
from cadran.web.negotiate import JSON
from cadran.web.problem import HttpRefused

NO_STORE: Final = {"cache-control": "no-store"}
Form = TypeVar("Form", bound=BaseModel)


class Sent(BaseModel):
    """A form that knows no other fields than its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def allowed(request: Request, right: Right) -> Caller:
    """The caller, if its role has the right. Raises Forbidden."""
    caller = caller_of(request.scope)
    if caller is None:
        raise Unauthenticated("This needs a key: Authorization: Bearer cad_….")
    if not caller.principal.may(right):
        raise Forbidden(f"The role {caller.grant.role} may not do this.")
    return caller


async def read_form(request: Request, form: type[Form]) -> tuple[Form, bytes]:
    """The body as its form; refused with ``unsupported_media_type``, ``bad_request`` or ``bad_parameter``."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if body and kind != JSON:
        raise HttpRefused("Send the body as application/json.", code="unsupported_media_type")
    try:
        found = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise HttpRefused("The body is not JSON in UTF-8, or is nested too deeply.", code="bad_request") from error
    try:
        return form.model_validate(found), body
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "body"
        raise QuestionRefused(f"{name}: {first['msg']}.", code="bad_parameter", parameter=name[:60]) from error


def who(caller: Caller) -> str:
    """The caller, for the audit log."""
    return f"{caller.grant.name} ({caller.caller_id})"


def saved(status: int, document: dict[str, Any]) -> Saved:
    """An answer as it is given and kept."""
    return Saved(status, orjson.dumps(document))


def told(status: int, document: dict[str, Any]) -> Response:
    """An answer that nobody keeps."""
    return Response(orjson.dumps(document), status, NO_STORE, JSON)
