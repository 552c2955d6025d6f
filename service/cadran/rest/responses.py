"""The responses of the OpenAPI document: bodies with their headers and examples, and every problem."""

from __future__ import annotations

from typing import Any, Final

from cadran.rest.schemas import Schema, reference
from cadran.web.problem import MEDIA_TYPE, title_of, type_of

_TEXT: Final[Schema] = {"type": "string"}
#: Name → status, what it means, and the code of the example.
PROBLEMS: Final = {
    "BadRequest": (400, "The query string cannot be read.", "bad_request"),
    "Unauthenticated": (401, "No key or token, or none that holds.", "unauthenticated"),
    "Forbidden": (403, "The key does not allow this.", "forbidden_metric"),
    "NotFound": (404, "There is nothing at this address.", "not_found"),
    "MethodNotAllowed": (405, "Another method than those known here.", "method_not_allowed"),
    "NotAcceptable": (406, "None of the accepted media types is offered.", "not_acceptable"),
    "StateConflict": (409, "It does not go with how the objective stands.", "objective_state"),
    "PreconditionFailed": (412, "It has changed since it was read.", "precondition_failed"),
    "UnsupportedMediaType": (415, "Another media type than application/json.", "unsupported_media_type"),
    "PreconditionRequired": (428, "The change names no version in If-Match.", "precondition_required"),
    "Refused": (422, "The question cannot be answered as asked; the problem says why, and what can.", "unknown_metric"),
    "RateLimited": (429, "Too many requests for now.", "rate_limited"),
    "Internal": (500, "Something failed that should not.", "internal"),
    "Unavailable": (503, "The database cannot be reached.", "database_unavailable"),
    "Timeout": (504, "The question took longer than the limit.", "database_timeout"),
}
_DETAILS: Final = {"unknown_metric": "There is no metric 'qso'. Did you mean 'qos'?"}
HEADERS: Final[dict[str, Any]] = {
    "ETag": {"description": "Names this answer to this question; send it as If-None-Match.", "schema": _TEXT},
    "CacheControl": {"description": "How long it may be shown without asking again.", "schema": _TEXT},
    "RequestId": {"description": "The request's id, the caller's own if one was sent.", "schema": _TEXT},
    "ServerTiming": {"description": "Milliseconds of each stage.", "schema": _TEXT},
    "Allow": {"description": "The methods that are known here.", "schema": _TEXT},
    "RetryAfter": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}},
    "StaleAfter": {
        "description": "Until when it may be shown as present; on a 304, it counts instead of the body's stale_after.",
        "schema": {"type": "string", "format": "date-time"},
    },
    "Next": {"description": "What to give as after for the next page; absent on the last.", "schema": _TEXT},
    "AsOf": {"description": "How far the data reach (CSV only).", "schema": {"type": "string", "format": "date-time"}},
    "DataVersion": {"description": "The version of the data (CSV only).", "schema": _TEXT},
    "Warnings": {"description": "The codes of the warnings (CSV only).", "schema": _TEXT},
}
_ALWAYS: Final = {"X-Request-Id": "RequestId", "Server-Timing": "ServerTiming"}
_CONDITIONAL: Final = {**_ALWAYS, "ETag": "ETag", "Cache-Control": "CacheControl"}
_ANSWERED: Final = {**_CONDITIONAL, "Cadran-Stale-After": "StaleAfter"}
_CSV: Final = {
    **_ANSWERED,
    "Cadran-As-Of": "AsOf",
    "Cadran-Data-Version": "DataVersion",
    "Cadran-Warnings": "Warnings",
}


def _headers(names: dict[str, str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{header}"} for name, header in names.items()}


def found(
    about: str, schema: str, example: Any = None, *, csv: str | None = None, cached: bool = True
) -> dict[str, Any]:
    """A 200 with JSON, and CSV where an example of it is given."""
    media: dict[str, Any] = {"schema": reference(schema)}
    if example is not None:
        media["example"] = example
    content = {"application/json": media}
    if csv is not None:
        content["text/csv"] = {"schema": _TEXT, "example": csv}
    names = _CSV if csv is not None else _CONDITIONAL if cached else _ALWAYS
    return {"description": about, "headers": _headers(names), "content": content}


def refused(*names: str) -> dict[str, Any]:
    """References to problems, by status."""
    return {str(PROBLEMS[name][0]): {"$ref": f"#/components/responses/{name}"} for name in names}


def components() -> dict[str, Any]:
    """All responses that are referred to."""
    told = {name: _problem(status, about, code) for name, (status, about, code) in PROBLEMS.items()}
    unchanged = {"description": "The answer is the one you have.", "headers": _headers(_ANSWERED)}
    return {**told, "NotModified": unchanged}


def _problem(status: int, about: str, code: str) -> dict[str, Any]:
    example: dict[str, Any] = {
        "type": type_of(code),
        "title": title_of(code),
        "status": status,
        "detail": _DETAILS.get(code, about),
        "code": code,
        "instance": "/v1/indicators",
        "request_id": "3f9c1a-1b",
    }
    if code == "unknown_metric":
        example |= {"parameter": "metrics", "suggestions": ["qos"]}
    headers = _ALWAYS | {
        503: {"Retry-After": "RetryAfter"},
        429: {"Retry-After": "RetryAfter"},
        405: {"Allow": "Allow"},
    }.get(status, {})
    content = {MEDIA_TYPE: {"schema": reference("Problem"), "example": example}}
    return {"description": about, "headers": _headers(headers), "content": content}
