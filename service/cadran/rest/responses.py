"""Responses of the OpenAPI document: successes with their headers and examples, and all problems."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from cadran.rest.schemas import Schema, refer_to
from cadran.web.negotiate import CSV, JSON
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


@dataclass(frozen=True, slots=True)
class Success:
    """The response of an operation that succeeds, as OpenAPI describes it. A cached response may become a 304."""

    description: dict[str, Any]
    status: int = 200
    is_cached: bool = False

    @property
    def media_types(self) -> tuple[str, ...]:
        """Return the media types that the operation offers, the default first."""
        return tuple(self.description.get("content", ()))


def _headers(names: dict[str, str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{header}"} for name, header in names.items()}


def describe_found(about: str, schema: str, example: Any = None, *, csv: str | None = None) -> Success:
    """Return a cached response with JSON, and with CSV where an example of CSV is given."""
    content = {JSON: _describe_json(schema, example)}
    if csv is not None:
        content[CSV] = {"schema": _TEXT, "example": csv}
    headers = _headers(_CONDITIONAL if csv is None else _CSV)
    return Success({"description": about, "headers": headers, "content": content}, is_cached=True)


def describe_uncached(about: str, schema: str, example: Any = None, *, status: int = 200) -> Success:
    """Return a response with JSON that no cache stores."""
    content = {JSON: _describe_json(schema, example)}
    return Success({"description": about, "headers": _headers(_ALWAYS), "content": content}, status)


def describe_versioned(about: str, schema: str) -> Success:
    """Return an uncached response about a resource, with the version of the resource for If-Match."""
    found = describe_uncached(about, schema)
    return replace(found, description={**found.description, "headers": _headers(_VERSIONED)})


def describe_created(about: str, schema: str) -> Success:
    """Return the 201 response of a creation: the created resource, its address and its version."""
    found = describe_uncached(about, schema, status=201)
    return replace(found, description={**found.description, "headers": _headers(_MADE)})


def describe_page(schema: str) -> Success:
    """Return an uncached page in JSON or CSV. CSV carries the cursor of the next page in a header."""
    found = describe_uncached("A page of rows, with the cursor of the next page.", schema)
    headers = _headers({**_ALWAYS, "Cadran-Next": "Next"})
    return add_media_type(replace(found, description={**found.description, "headers": headers}), CSV)


def describe_deletion(about: str) -> Success:
    """Return the 204 response of a deletion, which has no body."""
    return Success({"description": about}, 204)


def add_media_type(success: Success, kind: str) -> Success:
    """Return a response that also offers a text of another media type."""
    content = {**success.description["content"], kind: {"schema": _TEXT}}
    return replace(success, description={**success.description, "content": content})


def add_header(success: Success, name: str, about: str) -> Success:
    """Return a response that also has this header."""
    headers = {**success.description["headers"], name: {"description": about, "schema": _TEXT}}
    return replace(success, description={**success.description, "headers": headers})


def _describe_json(schema: str, example: Any) -> dict[str, Any]:
    return {"schema": refer_to(schema)} | ({} if example is None else {"example": example})


def describe_limited(response: dict[str, Any]) -> dict[str, Any]:
    """Return a successful response with the headers that say how many requests are left."""
    return {**response, "headers": {**response.get("headers", {}), **_headers(_LIMITED)}}


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
