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
    "MethodNotAllowed": (405, "The resource does not know this method.", "method_not_allowed"),
    "NotAcceptable": (406, "None of the accepted media types is offered.", "not_acceptable"),
    "LateBody": (408, "The body did not arrive in time.", "request_timeout"),
    "Conflict": (409, "What is there already, or under way, does not allow it.", "idempotency_pending"),
    "PreconditionFailed": (412, "What is to be changed has changed since it was read.", "precondition_failed"),
    "LargeBody": (413, "The body is larger than is accepted.", "body_too_large"),
    "UnsupportedMedia": (415, "The body is of a media type that is not read here.", "unsupported_media_type"),
    "Refused": (422, "The question cannot be answered as asked; the problem says why, and what can.", "unknown_metric"),
    "PreconditionRequired": (428, "If-Match is missing.", "precondition_required"),
    "HeadTooLarge": (431, "The request line and the headers are larger than the service accepts.", "head_too_large"),
    "RateLimited": (429, "Too many requests for now.", "rate_limited"),
    "Internal": (500, "Something failed that should not.", "internal"),
    "Unavailable": (503, "The database cannot be reached or changed, or too many wait for it.", "database_unavailable"),
    "Timeout": (504, "The question took longer than the limit.", "database_timeout"),
}
_DETAILS: Final = {"unknown_metric": "There is no metric 'qso'. Did you mean 'qos'?"}
HEADERS: Final[dict[str, Any]] = {
    "ETag": {"description": "Names this answer to this question; send it as If-None-Match.", "schema": _TEXT},
    "Version": {"description": "The version that is told; send it as If-Match to change it.", "schema": _TEXT},
    "Location": {"description": "Where to find what was made.", "schema": _TEXT},
    "CacheControl": {"description": "How long it may be shown without asking again.", "schema": _TEXT},
    "RequestId": {"description": "The request's id, the caller's own if one was sent.", "schema": _TEXT},
    "ServerTiming": {"description": "Milliseconds of each stage.", "schema": _TEXT},
    "Allow": {"description": "The methods that are known here.", "schema": _TEXT},
    "RetryAfter": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}},
    "RateLimit": {
        "description": "How many requests are left (r), and the seconds until more are (t).",
        "schema": _TEXT,
    },
    "RateLimitPolicy": {"description": "How many requests a window has (q), and its seconds (w).", "schema": _TEXT},
    "StaleAfter": {
        "description": "Until when the figures may be shown as present, said anew with each response. It holds instead "
        "of the body's stale_after: a browser that revalidates a stored response keeps the old body and takes this "
        "header of the 304.",
        "schema": {"type": "string", "format": "date-time"},
    },
    "Stale": {
        "description": "Whether this is an older answer, sent while the database is away.",
        "schema": {"type": "string", "enum": ["true", "false"]},
    },
    "Next": {"description": "What to give as after for the next page; absent on the last.", "schema": _TEXT},
    "AsOf": {
        "description": "How far the data reach; absent where there are none.",
        "schema": {"type": "string", "format": "date-time"},
    },
    "DataVersion": {"description": "The version of the data (CSV only).", "schema": _TEXT},
    "Warnings": {"description": "The codes of the warnings (CSV only).", "schema": _TEXT},
}
_LIMITED: Final = {"RateLimit": "RateLimit", "RateLimit-Policy": "RateLimitPolicy"}
_ALWAYS: Final = {"X-Request-Id": "RequestId", "Server-Timing": "ServerTiming"}
_CONDITIONAL: Final = {**_ALWAYS, "ETag": "ETag", "Cache-Control": "CacheControl"}
_ANSWERED: Final = {
    **_CONDITIONAL,
    "Cadran-As-Of": "AsOf",
    "Cadran-Stale": "Stale",
    "Cadran-Stale-After": "StaleAfter",
}
_VERSIONED: Final = {**_ALWAYS, "ETag": "Version"}
_MADE: Final = {**_VERSIONED, "Location": "Location"}
_CSV: Final = {
    **_ANSWERED,
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


def limited(response: dict[str, Any]) -> dict[str, Any]:
    """Return a successful response with the headers that say how many requests are left."""
    return {**response, "headers": {**response.get("headers", {}), **_headers(_LIMITED)}}


def versioned(about: str, schema: str) -> dict[str, Any]:
    """A 200 with JSON that nobody keeps, of what is changed by its version."""
    return {**found(about, schema, cached=False), "headers": _headers(_VERSIONED)}


def made(about: str, schema: str) -> dict[str, Any]:
    """A 201 with JSON: what was made, where it is, and its version."""
    return {**found(about, schema, cached=False), "headers": _headers(_MADE)}


def refused(*names: str) -> dict[str, Any]:
    """References to problems, by status."""
    return {str(PROBLEMS[name][0]): {"$ref": f"#/components/responses/{name}"} for name in names}


def components() -> dict[str, Any]:
    """All responses that are referred to."""
    told = {name: _problem(status, about, code) for name, (status, about, code) in PROBLEMS.items()}
    unchanged = {"description": "The answer is the one you have.", "headers": _headers(_ANSWERED | _LIMITED)}
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
        429: {"Retry-After": "RetryAfter", **_LIMITED},
        405: {"Allow": "Allow"},
    }.get(status, {})
    content = {MEDIA_TYPE: {"schema": reference("Problem"), "example": example}}
    return {"description": about, "headers": _headers(headers), "content": content}
