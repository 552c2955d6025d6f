"""What the operations that change something share in the OpenAPI document: the forms of what is sent, the key under
which a request may be repeated, and the problems."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel

from cadran.access.idempotency import KEY_LENGTH_MAX, KEY_PATTERN
from cadran.rest.document_shape import without_defaults
from cadran.rest.responses import found
from cadran.rest.schemas import Schema, reference

IDEMPOTENCY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Repeated with it within a day, the request gets its first answer again and nothing happens twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX, "pattern": KEY_PATTERN},
}
IF_MATCH: Final[dict[str, Any]] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": (
        "The ETag as it was read; without it 428, and 412 where somebody has changed it since. An objective also takes "
        "`*`, for whatever version there is."
    ),
    "schema": {"type": "string"},
}
FAILED: Final = ("Internal", "Unavailable", "Timeout")
WRITING: Final = ("BadRequest", "Conflict", "LateBody", "LargeBody", "UnsupportedMedia", "Refused", *FAILED)


def form_schema(form: type[BaseModel]) -> Schema:
    """The schema of what is read."""
    whole: Schema = without_defaults(form.model_json_schema())
    return {name: each for name, each in whole.items() if name != "$defs"}


def body(form: str, example: dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    """The body of a request: the form, and an example of it."""
    media = {"schema": reference(form), "example": example}
    return {"required": required, "content": {"application/json": media}}


def unkept(about: str, schema: str) -> dict[str, Any]:
    """An answer that nobody keeps."""
    return found(about, schema, cached=False)
