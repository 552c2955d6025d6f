"""Parts of the OpenAPI operations that change something: forms, Idempotency-Key, If-Match and problems."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel

from cadran.access.idempotency import KEY_LENGTH_MAX, KEY_PATTERN
from cadran.rest.document_shape import remove_defaults
from cadran.rest.responses import describe_found
from cadran.rest.schemas import Schema, refer_to

IDEMPOTENCY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A key that makes the request repeatable. A repetition within a day gets the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX, "pattern": KEY_PATTERN},
}
IF_MATCH: Final[dict[str, Any]] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": (
        "The ETag of the version that was read. Without it the answer is 428; if the resource has changed since, the "
        "answer is 412. An objective also takes `*`, which matches any version."
    ),
    "schema": {"type": "string"},
}
FAILED: Final = ("Internal", "Unavailable", "Timeout")
WRITING: Final = ("BadRequest", "Conflict", "LateBody", "LargeBody", "UnsupportedMedia", "Refused", *FAILED)


def make_form_schema(form: type[BaseModel]) -> Schema:
    """Return the schema of a form without its nested definitions."""
    whole: Schema = remove_defaults(form.model_json_schema())
    return {name: each for name, each in whole.items() if name != "$defs"}


def describe_body(form: str, example: dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    """Return the description of a request body: the form and an example."""
    media = {"schema": refer_to(form), "example": example}
    return {"required": required, "content": {"application/json": media}}


def uncached_response(about: str, schema: str) -> dict[str, Any]:
    """Return the description of a response that is not cached."""
    return describe_found(about, schema, cached=False)
