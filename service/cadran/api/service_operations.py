"""Operations of the OpenAPI document that describe the API itself: catalogue, index, problems and health."""

from __future__ import annotations

from typing import Any, Final

from cadran.rest.operations import (
    describe_index,
    describe_not_modified,
    describe_operation,
    refer_to_parameters,
)
from cadran.rest.responses import describe_found, describe_refused
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
            **describe_operation(
                "getCatalogue",
                "catalogue",
                "Get the catalogue. It lists the metrics that the caller may ask for, and the dimensions.",
            ),
            "parameters": refer_to_parameters("AcceptLanguage", "IfNoneMatch"),
            "responses": {
                "200": describe_found("The metrics and dimensions that the caller may ask for.", "Catalogue"),
                **describe_not_modified(),
                **describe_refused("BadRequest", "NotAcceptable", "Refused", "Internal"),
            },
        },
        "/openapi.json": {
            **describe_operation("getOpenapi", "service", "Get this OpenAPI document."),
            "parameters": refer_to_parameters("IfNoneMatch"),
            "responses": {
                "200": {
                    "description": "This OpenAPI document.",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                },
                **describe_not_modified(),
                **describe_refused("NotAcceptable", "Internal"),
            },
        },
        "/": {
            **describe_operation("getIndex", "service", "Get the index of all resources, as JSON or as an HTML page."),
            "responses": {"200": describe_index(), **describe_refused("NotAcceptable", "Internal")},
        },
        "/problems/{code}": {
            **describe_operation("getProblemKind", "service", "Get the meaning of a kind of problem."),
            "parameters": [_PROBLEM_CODE],
            "responses": {
                "200": describe_found("The kind of problem and its meaning.", "ProblemKind", cached=False),
                **describe_refused("NotFound", "Internal"),
            },
        },
        "/live": {
            **describe_operation("getLiveness", "service", "Check that the process lives."),
            "responses": {
                "200": describe_found("The process lives.", "Health", {"status": "live"}, cached=False),
                **describe_refused("Internal"),
            },
        },
        "/ready": {
            **describe_operation(
                "getReadiness",
                "service",
                "Check that the process can answer. Each check is ok or has the reason of its failure.",
            ),
            "responses": {
                "200": describe_found("The process can answer.", "Health", cached=False),
                "503": describe_found("The process cannot answer.", "Health", cached=False),
                **describe_refused("Internal"),
            },
        },
    }
