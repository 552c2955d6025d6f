"""Operations of the OpenAPI document that describe the API itself: catalogue, index, problems and health."""

from __future__ import annotations

from typing import Any, Final

from cadran.rest.operations import index, named, shared, unchanged
from cadran.rest.responses import found, refused
from cadran.web.problem import KIND_SLUGS

_PROBLEM_CODE: Final[dict[str, Any]] = {
    "name": "code",
    "in": "path",
    "required": True,
    "description": "The last segment of the URI in the problem's type.",
    "schema": {"type": "string", "enum": list(KIND_SLUGS)},
    "example": "unknown-metric",
}


def service_operations() -> dict[str, dict[str, Any]]:
    """Return the GET operation of each path, by path."""
    return {
        "/v1/catalogue": {
            **named(
                "getCatalogue",
                "catalogue",
                "Get the catalogue. It lists the metrics that the caller may ask for, and the dimensions.",
            ),
            "parameters": shared("AcceptLanguage", "IfNoneMatch"),
            "responses": {
                "200": found("The metrics and dimensions that the caller may ask for.", "Catalogue"),
                **unchanged(),
                **refused("BadRequest", "NotAcceptable", "Refused", "Internal"),
            },
        },
        "/openapi.json": {
            **named("getOpenapi", "service", "Get this OpenAPI document."),
            "parameters": shared("IfNoneMatch"),
            "responses": {
                "200": {
                    "description": "This OpenAPI document.",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                },
                **unchanged(),
                **refused("NotAcceptable", "Internal"),
            },
        },
        "/": {
            **named("getIndex", "service", "Get the index of all resources, as JSON or as an HTML page."),
            "responses": {"200": index(), **refused("NotAcceptable", "Internal")},
        },
        "/problems/{code}": {
            **named("getProblemKind", "service", "Get the meaning of a kind of problem."),
            "parameters": [_PROBLEM_CODE],
            "responses": {
                "200": found("The kind of problem and its meaning.", "ProblemKind", cached=False),
                **refused("NotFound", "Internal"),
            },
        },
        "/live": {
            **named("getLiveness", "service", "Check that the process lives."),
            "responses": {
                "200": found("The process lives.", "Health", {"status": "live"}, cached=False),
                **refused("Internal"),
            },
        },
        "/ready": {
            **named(
                "getReadiness",
                "service",
                "Check that the process can answer. Each check is ok or has the reason of its failure.",
            ),
            "responses": {
                "200": found("The process can answer.", "Health", cached=False),
                "503": found("The process cannot answer.", "Health", cached=False),
                **refused("Internal"),
            },
        },
    }
