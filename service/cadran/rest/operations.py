"""Parts of an operation of the OpenAPI document: its name, its parameters and shared responses."""

from __future__ import annotations

from typing import Any, Final

from cadran.rest.parameter import Parameter
from cadran.rest.responses import describe_found

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
#: Parameters that many operations refer to.
SHARED: Final[dict[str, Any]] = {"AcceptLanguage": _LANGUAGE, "IfNoneMatch": _IF_NONE_MATCH}


def describe_operation(name: str, tag: str, about: str) -> dict[str, Any]:
    """Return the id, tag, summary and description of an operation. The summary is the first sentence of ``about``."""
    return {"operationId": name, "tags": [tag], "summary": about.partition(".")[0], "description": about}


def describe_parameter(parameter: Parameter) -> dict[str, Any]:
    """Return the description of a parameter of the query string."""
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.about,
        "required": parameter.required,
        "schema": make_values_schema(parameter),
    }
    if parameter.kind == "list":
        described |= {"style": "form", "explode": False}
    if parameter.example is not None:
        described["example"] = parameter.example
    return described


def make_values_schema(parameter: Parameter) -> dict[str, Any]:
    """Return the JSON Schema of a parameter's values."""
    if parameter.kind == "list":
        words = _word(parameter) if not parameter.choices else {"type": "string", "enum": list(parameter.choices)}
        return {"type": "array", "items": words, "minItems": 1, "maxItems": parameter.items_max}
    if parameter.kind == "flag":
        return {"type": "boolean", "default": False}
    if parameter.kind == "number":
        return {"type": "integer", "minimum": 1, "maximum": 10_000}
    return {"type": "string", "enum": list(parameter.choices)} if parameter.kind == "choice" else _word(parameter)


def _word(parameter: Parameter) -> dict[str, Any]:
    return {"type": "string", "maxLength": parameter.characters_max}


def refer_to_parameters(*names: str) -> list[dict[str, str]]:
    """Return references to parameters that many operations take."""
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def describe_not_modified() -> dict[str, Any]:
    """Return the 304 response of resources with an ETag."""
    return {"304": {"$ref": "#/components/responses/NotModified"}}


def describe_page(schema: str) -> dict[str, Any]:
    """Return the 200 response of a page in JSON or CSV. CSV carries the cursor of the next page in a header."""
    response = describe_found("A page of rows, with the cursor of the next page.", schema, cached=False)
    response["content"]["text/csv"] = {"schema": {"type": "string"}}
    response["headers"]["Cadran-Next"] = {"$ref": "#/components/headers/Next"}
    return response


def describe_index() -> dict[str, Any]:
    """Return the 200 response of the index, in JSON or HTML."""
    response = describe_found("The links to all resources.", "Index", cached=False)
    response["content"]["text/html"] = {"schema": {"type": "string"}}
    return response
