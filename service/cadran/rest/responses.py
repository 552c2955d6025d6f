"""Responses of the OpenAPI document: bodies with their headers and examples, and all problems."""

from __future__ import annotations

from typing import Any, Final

from cadran.rest.schemas import Schema, refer_to
from cadran.web.problem import MEDIA_TYPE, find_title, find_type

_TEXT: Final[Schema] = {"type": "string"}
#: Response name → status, description, and the code of the example.
PROBLEMS: Final = {
    "BadRequest": (400, "The query string or the body cannot be parsed.", "bad_request"),
    "Unauthenticated": (401, "The key or token is missing, unknown, expired or revoked.", "unauthenticated"),
    "Forbidden": (403, "The key or token does not allow this request.", "forbidden_metric"),
    "NotFound": (404, "There is no resource at this address.", "not_found"),
    "MethodNotAllowed": (405, "The resource does not support this method.", "method_not_allowed"),
    "NotAcceptable": (406, "The resource offers none of the accepted media types.", "not_acceptable"),
    "LateBody": (408, "The body did not arrive in time.", "request_timeout"),
    "Conflict": (409, "An existing resource or a request in progress prevents the change.", "idempotency_pending"),
    "PreconditionFailed": (412, "The resource has changed since the caller read it.", "precondition_failed"),
    "LargeBody": (413, "The body is larger than the service accepts.", "body_too_large"),
    "UnsupportedMedia": (415, "The resource does not accept a body of this media type.", "unsupported_media_type"),
    "Refused": (
        422,
        "The question cannot be answered as asked. The problem says why, and what to ask instead.",
        "unknown_metric",
    ),
    "PreconditionRequired": (428, "The If-Match header is missing.", "precondition_required"),
    "HeadTooLarge": (431, "The request line and the headers are larger than the service accepts.", "head_too_large"),
    "RateLimited": (429, "The caller has sent too many requests.", "rate_limited"),
    "Internal": (500, "The service failed unexpectedly.", "internal"),
    "Unavailable": (
        503,
        "The database is unreachable or read-only, or too many requests wait for it.",
        "database_unavailable",
    ),
    "Timeout": (504, "The request took longer than the limit.", "database_timeout"),
}
_DETAILS: Final = {"unknown_metric": "There is no metric 'qso'. Did you mean 'qos'?"}
HEADERS: Final[dict[str, Any]] = {
    "ETag": {
        "description": "The entity tag of this answer. Send it as If-None-Match to revalidate the answer.",
        "schema": _TEXT,
    },
    "Version": {
        "description": "The version of the resource. Send it as If-Match to change the resource.",
        "schema": _TEXT,
    },
    "Location": {"description": "The address of the created resource.", "schema": _TEXT},
    "CacheControl": {"description": "How long a cache may reuse the response without revalidation.", "schema": _TEXT},
    "RequestId": {"description": "The id of the request: the caller's if one was sent.", "schema": _TEXT},
    "ServerTiming": {"description": "The duration of each stage, in milliseconds.", "schema": _TEXT},
    "Allow": {"description": "The methods that the resource supports.", "schema": _TEXT},
    "RetryAfter": {
        "description": "The number of seconds to wait before a retry.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "RateLimit": {
        "description": "The remaining requests (r), and the seconds until more are allowed (t).",
        "schema": _TEXT,
    },
    "RateLimitPolicy": {
        "description": "The requests allowed in a window (q), and the length of the window in seconds (w).",
        "schema": _TEXT,
    },
    "StaleAfter": {
        "description": "The instant until which the figures are current, computed for each response. Use this header "
        "instead of stale_after in the body: a browser that revalidates a stored response reuses the old body and "
        "takes this header from the 304.",
        "schema": {"type": "string", "format": "date-time"},
    },
    "Stale": {
        "description": "Whether this is an older answer, sent while the database is unavailable.",
        "schema": {"type": "string", "enum": ["true", "false"]},
    },
    "Next": {
        "description": "The cursor of the next page, to send as `after`. Absent on the last page.",
        "schema": _TEXT,
    },
    "AsOf": {
        "description": "The last instant that the data reach. Absent without data.",
        "schema": {"type": "string", "format": "date-time"},
    },
    "DataVersion": {
        "description": "The version of the data that the answer was computed from (CSV only).",
        "schema": _TEXT,
    },
    "Warnings": {"description": "The codes of the answer's warnings, separated by commas (CSV only).", "schema": _TEXT},
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


def describe_found(
    about: str, schema: str, example: Any = None, *, csv: str | None = None, cached: bool = True
) -> dict[str, Any]:
    """Return the description of a 200 response with JSON, and with CSV where an example of CSV is given."""
    media: dict[str, Any] = {"schema": refer_to(schema)}
    if example is not None:
        media["example"] = example
    content = {"application/json": media}
    if csv is not None:
        content["text/csv"] = {"schema": _TEXT, "example": csv}
    names = _CSV if csv is not None else _CONDITIONAL if cached else _ALWAYS
    return {"description": about, "headers": _headers(names), "content": content}


def describe_limited(response: dict[str, Any]) -> dict[str, Any]:
    """Return a successful response with the headers that say how many requests are left."""
    return {**response, "headers": {**response.get("headers", {}), **_headers(_LIMITED)}}


def describe_versioned(about: str, schema: str) -> dict[str, Any]:
    """Return the description of a 200 response with JSON that is not cached and has a version for If-Match."""
    return {**describe_found(about, schema, cached=False), "headers": _headers(_VERSIONED)}


def describe_created(about: str, schema: str) -> dict[str, Any]:
    """Return the description of a 201 response: the created resource, its address and its version."""
    return {**describe_found(about, schema, cached=False), "headers": _headers(_MADE)}


def describe_refused(*names: str) -> dict[str, Any]:
    """Return references to problem responses, by status."""
    return {str(PROBLEMS[name][0]): {"$ref": f"#/components/responses/{name}"} for name in names}


def make_components() -> dict[str, Any]:
    """Return all shared responses."""
    problems = {name: _problem(status, about, code) for name, (status, about, code) in PROBLEMS.items()}
    unchanged = {
        "description": "The answer has not changed: use the stored one.",
        "headers": _headers(_ANSWERED | _LIMITED),
    }
    return {**problems, "NotModified": unchanged}


def _problem(status: int, about: str, code: str) -> dict[str, Any]:
    example: dict[str, Any] = {
        "type": find_type(code),
        "title": find_title(code),
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
    content = {MEDIA_TYPE: {"schema": refer_to("Problem"), "example": example}}
    return {"description": about, "headers": _headers(headers), "content": content}
