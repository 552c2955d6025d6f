"""The description of an operation in the OpenAPI document, made from its declaration."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel

from cadran.access.idempotency import KEY_LENGTH_MAX, KEY_PATTERN
from cadran.domain.dimension import ATTRIBUTES_MAX
from cadran.rest.document_shape import remove_defaults
from cadran.rest.operation import Operation
from cadran.rest.parameter import QUERY_BYTES_MAX, Parameter
from cadran.rest.responses import describe_limited, describe_refused
from cadran.rest.schemas import Schema, refer_to

_LANGUAGE: Final[dict[str, Any]] = {
    "name": "Accept-Language",
    "in": "header",
    "description": "The preferred language of labels and warnings: English (en, the default) or French (fr).",
    "schema": {"type": "string"},
    "example": "fr-FR, en;q=0.5",
}
_IF_NONE_MATCH: Final[dict[str, Any]] = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETags of stored answers. The response is 304 if one of them is still current.",
    "schema": {"type": "string"},
}
_IDEMPOTENCY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A key that makes the request repeatable. A repetition within a day gets the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX, "pattern": KEY_PATTERN},
}
_IF_MATCH: Final[dict[str, Any]] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": (
        "The ETag of the version that was read. Without it the answer is 428; if the resource has changed since, the "
        "answer is 412. An objective also takes `*`, which matches any version."
    ),
    "schema": {"type": "string"},
}
#: Parameters that many operations refer to.
SHARED: Final[dict[str, Any]] = {"AcceptLanguage": _LANGUAGE, "IfNoneMatch": _IF_NONE_MATCH}


def describe_operation(operation: Operation) -> dict[str, Any]:
    """Return the description of an operation, with the problems that every resource may answer."""
    is_open = operation.right is None
    refusals = [*operation.refusals, "MethodNotAllowed", "HeadTooLarge", "RateLimited"]
    refusals += [] if is_open else ["Unauthenticated", "Forbidden"]
    success = operation.success
    answer = success.description if is_open else describe_limited(success.description)
    unchanged = {"304": {"$ref": "#/components/responses/NotModified"}} if success.is_cached else {}
    responses = {str(success.status): answer, **unchanged, **describe_refused(*refusals)}
    return {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.about.partition(".")[0],
        "description": operation.about,
        **({"parameters": parameters} if (parameters := _describe_parameters(operation)) else {}),
        **({} if operation.body is None else {"requestBody": _describe_body(operation)}),
        "responses": dict(sorted(responses.items())),
        **({"security": []} if is_open else {}),
    }


def _describe_parameters(operation: Operation) -> list[dict[str, Any]]:
    found = [
        {
            "name": each.name,
            "in": "path",
            "required": True,
            "description": each.about,
            "schema": each.schema,
            "example": each.example,
        }
        for each in operation.in_path
    ]
    found += [] if operation.if_match is None else [{**_IF_MATCH, "example": operation.if_match}]
    found += [_IDEMPOTENCY] if operation.is_repeatable else []
    found += map(_describe_parameter, operation.parameters)
    shared = {"AcceptLanguage": operation.is_localized, "IfNoneMatch": operation.success.is_cached}
    return found + [{"$ref": f"#/components/parameters/{name}"} for name, is_taken in shared.items() if is_taken]


def _describe_parameter(parameter: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.about,
        "required": parameter.required,
        "schema": _make_values_schema(parameter),
    }
    if parameter.kind == "attributes":
        described |= {"style": "form", "explode": True}
    if parameter.kind == "list":
        described |= {"style": "form", "explode": False}
    if parameter.example is not None:
        described["example"] = parameter.example
    return described


def _make_values_schema(parameter: Parameter) -> Schema:
    """Return the JSON Schema of a parameter's values."""
    if parameter.kind == "list":
        words = _word(parameter) if not parameter.choices else {"type": "string", "enum": list(parameter.choices)}
        if parameter.more_choices:
            words = {"anyOf": [words, _word(parameter)]}
        return {"type": "array", "items": words, "minItems": 1, "maxItems": parameter.items_max}
    if parameter.kind == "attributes":
        codes = {"type": "string", "maxLength": QUERY_BYTES_MAX}
        return {"type": "object", "additionalProperties": codes, "maxProperties": 2 * ATTRIBUTES_MAX}
    if parameter.kind == "flag":
        return {"type": "boolean", "default": False}
    if parameter.kind == "number":
        return {"type": "integer", "minimum": parameter.low, "maximum": parameter.high}
    if parameter.kind == "decimal":
        return {"type": "number", "minimum": parameter.low, "maximum": parameter.high}
    return {"type": "string", "enum": list(parameter.choices)} if parameter.kind == "choice" else _word(parameter)


def _word(parameter: Parameter) -> Schema:
    return {"type": "string", "maxLength": parameter.characters_max}


def _describe_body(operation: Operation) -> dict[str, Any]:
    assert operation.body is not None
    media = {"schema": refer_to(operation.body.schema), "example": operation.body.example}
    return {"required": operation.body.required, "content": {"application/json": media}}


def make_form_schema(form: type[BaseModel]) -> Schema:
    """Return the schema of a form without its nested definitions."""
    whole: Schema = remove_defaults(form.model_json_schema())
    return {name: each for name, each in whole.items() if name != "$defs"}
