"""The pieces of an operation of the OpenAPI document: its name, its parameters, what pages share."""

from __future__ import annotations

from typing import Any

from cadran.rest.params import Parameter
from cadran.rest.responses import found


def named(name: str, tag: str, about: str) -> dict[str, Any]:
    return {"operationId": name, "tags": [tag], "summary": about.partition(".")[0], "description": about}


def parameter(parameter: Parameter) -> dict[str, Any]:
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
    if parameter.kind == "list":
        words = {"type": "string", "enum": list(parameter.choices)} if parameter.choices else {"type": "string"}
        return {"type": "array", "items": words, "minItems": 1}
    if parameter.kind == "flag":
        return {"type": "boolean", "default": False}
    if parameter.kind == "number":
        return {"type": "integer", "minimum": 1, "maximum": 10_000}
    return {"type": "string", "enum": list(parameter.choices)} if parameter.kind == "choice" else {"type": "string"}


def shared(*names: str) -> list[dict[str, str]]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def unchanged() -> dict[str, Any]:
    return {"304": {"$ref": "#/components/responses/NotModified"}}


def page(schema: str) -> dict[str, Any]:
    told = found("A page.", schema, cached=False)
    told["content"]["text/csv"] = {"schema": {"type": "string"}}
    told["headers"]["Cadran-Next"] = {"$ref": "#/components/headers/Next"}
    return told


def index() -> dict[str, Any]:
    told = found("The links.", "Index", cached=False)
    told["content"]["text/html"] = {"schema": {"type": "string"}}
    return told
