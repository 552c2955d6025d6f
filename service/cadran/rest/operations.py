"""The pieces of an operation of the OpenAPI document: its name, its parameters, what pages share."""

from __future__ import annotations

from typing import Any, Final

from cadran.rest.parameter import Parameter
from cadran.rest.responses import found

_LANGUAGE: Final[dict[str, Any]] = {
    "name": "Accept-Language",
    "in": "header",
    "description": "English (en) or French (fr), whichever ranks higher; English otherwise.",
    "schema": {"type": "string"},
    "example": "fr-FR, en;q=0.5",
}
_IF_NONE_MATCH: Final[dict[str, Any]] = {
    "name": "If-None-Match",
    "in": "header",
    "description": "ETags of answers you have; 304 if one of them is still it.",
    "schema": {"type": "string"},
}
#: Parameters that many operations refer to.
SHARED: Final[dict[str, Any]] = {"AcceptLanguage": _LANGUAGE, "IfNoneMatch": _IF_NONE_MATCH}


def named(name: str, tag: str, about: str) -> dict[str, Any]:
    """What an operation is called and what it is about; the first sentence is its summary."""
    return {"operationId": name, "tags": [tag], "summary": about.partition(".")[0], "description": about}


def parameter(parameter: Parameter) -> dict[str, Any]:
    """A parameter of the query string, as it is read."""
    told: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.about,
        "required": parameter.required,
        "schema": schema(parameter),
    }
    if parameter.kind == "list":
        told |= {"style": "form", "explode": False}
    if parameter.example is not None:
        told["example"] = parameter.example
    return told


def schema(parameter: Parameter) -> dict[str, Any]:
    """The JSON Schema of a parameter's values."""
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


def shared(*names: str) -> list[dict[str, str]]:
    """References to parameters that many operations take."""
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def unchanged() -> dict[str, Any]:
    """The 304 of whatever has an ETag."""
    return {"304": {"$ref": "#/components/responses/NotModified"}}


def page(schema: str) -> dict[str, Any]:
    """A 200 that tells a page, as JSON or as CSV, which tells the next page in a header."""
    told = found("A page.", schema, cached=False)
    told["content"]["text/csv"] = {"schema": {"type": "string"}}
    told["headers"]["Cadran-Next"] = {"$ref": "#/components/headers/Next"}
    return told


def index() -> dict[str, Any]:
    """The 200 of the index, as JSON or as a page to look at."""
    told = found("The links.", "Index", cached=False)
    told["content"]["text/html"] = {"schema": {"type": "string"}}
    return told
