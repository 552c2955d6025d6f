"""Problems (RFC 9457): the table of codes and status codes, the problem document, and the middleware for errors.

Takes any exception of the routes and returns ``application/problem+json``. An unexpected exception is logged with its
traceback, and the caller gets a plain 500.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cadran.domain.dimension import DIMENSIONS
from cadran.errors import CadranError, NotFound, Overloaded, QuestionRefused, RateLimited, TooCostly
from cadran.web.request_id import get_request_id

MEDIA_TYPE: Final = "application/problem+json"
_log = logging.getLogger("cadran.problem")


@dataclass(frozen=True, slots=True)
class Kind:
    """The meaning of a code: its HTTP status and one sentence for the caller."""

    status: int
    about: str


#: The codes whose status is listed. All other codes that refuse a question are 422.
KINDS: Final[Mapping[str, Kind]] = {
    "bad_request": Kind(400, "The request is not well-formed HTTP, or its query string or body cannot be parsed."),
    "unauthenticated": Kind(
        401, "The request has no key or token, or its key or token is unknown, expired or revoked."
    ),
    "forbidden": Kind(403, "The key does not allow this request."),
    "forbidden_metric": Kind(403, "The key does not allow this metric."),
    "forbidden_dimension": Kind(403, "The role of the key does not see individual people."),
    "forbidden_origin": Kind(403, "The key does not allow web pages of this origin."),
    "document_required": Kind(403, "The key may only use trusted GraphQL documents, and the request names none."),
    "idempotency_pending": Kind(409, "A request with the same Idempotency-Key is in progress."),
    "idempotency_unanswered": Kind(
        409, "The request with this Idempotency-Key was carried out, but its answer is lost."
    ),
    "contract_exists": Kind(409, "A contract with this code already exists."),
    "sealed_period": Kind(409, "The change would affect a sealed period. Sealed periods cannot change."),
    "not_sealed": Kind(409, "The period is not sealed. Only sealed statements have a signature."),
    "not_due": Kind(409, "The period cannot be sealed yet."),
    "no_signing_key": Kind(409, "The service has no key to sign statements."),
    "not_found": Kind(404, "There is no resource at this address."),
    "unknown_document": Kind(404, "No trusted GraphQL document has this id."),
    "persisted_query_not_found": Kind(
        404, "The GraphQL text of this hash is unknown or has expired. Send the text, too."
    ),
    "persisted_query_not_supported": Kind(
        400, "The service, or this key, does not allow registering GraphQL texts by hash."
    ),
    "method_not_allowed": Kind(
        405, "The resource does not support this method. The Allow header lists the supported methods."
    ),
    "not_acceptable": Kind(406, "The resource offers none of the media types in the Accept header."),
    "objective_state": Kind(409, "The state of the objective does not allow this change."),
    "request_timeout": Kind(408, "The head or the body of the request did not arrive in time."),
    "precondition_failed": Kind(
        412, "The resource has changed since it was read. Read it again, then repeat the change."
    ),
    "body_too_large": Kind(413, "The body of the request is larger than the service accepts."),
    "unsupported_media_type": Kind(415, "The resource does not accept a body of this media type."),
    "idempotency_mismatch": Kind(422, "The Idempotency-Key was used before with another body."),
    "precondition_required": Kind(428, "The change needs an If-Match header with the version that it changes."),
    "rate_limited": Kind(429, "The caller has sent too many requests. Retry after the time in Retry-After."),
    "head_too_large": Kind(431, "The request line and headers are larger than the service accepts."),
    "internal": Kind(500, "The service failed unexpectedly. The log has the details under the request id."),
    "unknown_method": Kind(501, "HTTP has no method of this name, or the service does not know it."),
    "database_unavailable": Kind(503, "The database is unreachable. Retry after the time in Retry-After."),
    "overloaded": Kind(503, "Too many questions wait for the database. Retry after the time in Retry-After."),
    "disk_full": Kind(503, "A disk of the database is full. No change is possible until an operator frees space."),
    "database_read_only": Kind(503, "The database accepts no changes: it is a standby, or is set to read-only."),
    "too_many_connections": Kind(
        503, "Too many connections are open, in all or from one address. Retry after the time in Retry-After."
    ),
    "database_timeout": Kind(504, "The question took longer than the limit. A narrower question may succeed."),
}
#: The codes of refused questions. There is also a code unknown_<dimension> for each dimension of members.
REFUSALS: Final[Mapping[str, str]] = {
    "unknown_metric": "No metric of the catalogue has this name.",
    "unknown_dimension": "No dimension has this name.",
    "unknown_parameter": "The resource or the metric has no parameter with this name.",
    "unknown_period": "No period has this name.",
    "unknown_grain": "No grain has this name.",
    "unknown_shape": "No shape has this name.",
    "unknown_compare": "No comparison has this name.",
    "unknown_zone": "No IANA time zone has this name.",
    "bad_parameter": "The value of a parameter has the wrong type or is out of bounds.",
    "bad_filter": "The value of a filter cannot be parsed.",
    "bad_window": "The window cannot be parsed, is empty, or overlaps the window that it is compared with.",
    "bad_order": "The order names a metric that the question does not select.",
    "bad_top": "top needs group columns and a number within its bounds.",
    "no_metrics": "The question names no metric.",
    "no_window": "The question names no window.",
    "impossible_split": "The metric cannot be split by this dimension.",
    "impossible_filter": "The metric cannot be filtered on this dimension.",
    "unknown_list": "No list has this name.",
    "unknown_instrument": "No visible survey instrument has this code.",
    "unknown_across": "A distribution across groups with this name is not possible.",
    "unknown_report": "No report has this name.",
    "unknown_section": "The report has no section with this name.",
    "no_section": "CSV has one section of a report. Name the section.",
    "unknown_step": "No step of the day has this name.",
    "impossible_step": "A step is the width of rows by time of day, and the question has none.",
    "impossible_bands": "Bands are about the days behind a time of day or weekday, and the question has neither.",
    "no_split": "The question needs group columns and names none.",
    "not_a_ratio": "The metric is not a ratio whose parts add up over groups.",
    "impossible_grain": "The metric is not available by buckets of this width.",
    "bad_term": "A term of a contract cannot use this metric.",
    "bad_document": "The text is not a valid GraphQL document of the schema, or exceeds a limit.",
    "too_many_documents": "The number of trusted documents has reached its limit.",
    "introspection_off": "Introspection of the GraphQL schema is off.",
    "one_person": "Objectives and key results must not be about one person.",
    "against_direction": "The target is worse than the baseline.",
    "bad_target": "The target equals the baseline, so progress has no direction.",
    "bad_path": "The points of the path are not in order from the start to the deadline.",
    "alignment_cycle": "An objective cannot be its own parent, directly or through others.",
    "measured_value": "The value of the key result is measured and cannot be reported.",
    "missing_score": "A key result has neither a score nor a progress that every reader may see.",
    "unknown_contract": "No contract has this code.",
    "unknown_objective": "No objective has this number.",
    "unknown_state": "No state has this name.",
    "unknown_attribute": "Contacts have no attribute of this name.",
    "unknown_attribute_value": "No value of this attribute has this code.",
    "too_costly": "The question costs more than the limit. The detail names a cheaper question.",
}
#: The kinds of problems that have a page below ``/problems/``.
KIND_SLUGS: Final = tuple(
    sorted(
        code.replace("_", "-")
        for code in {
            *KINDS,
            *REFUSALS,
            *(f"unknown_{name}" for name, each in DIMENSIONS.items() if each.kind == "member"),
        }
    )
)
#: The value of ``Retry-After`` with 503.
RETRY_AFTER_SECONDS: Final = 5
#: Longer values of ``Retry-After``: an operator must free space, or another server must become the primary.
_RETRY_LATER_SECONDS: Final = {"disk_full": 60, "database_read_only": 30}
#: Status → the code of an error that has only a status: the first code of ``KINDS`` with this status.
_BY_STATUS: Final = {kind.status: code for code, kind in reversed(list(KINDS.items()))}


class HttpRefused(CadranError):
    """A request that is refused by rules of HTTP. ``headers`` are sent with the problem."""

    code = "bad_request"

    def __init__(self, detail: str, *, code: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail, code=code)
        self.headers = dict(headers or {})


def find_title(code: str) -> str:
    """Return the title of a code: ``unknown_metric`` → "Unknown metric"."""
    return code.replace("_", " ").capitalize()


def find_type(code: str) -> str:
    """Return the relative URI that names the kind of problem."""
    return f"/problems/{code.replace('_', '-')}"


def make_kind_document(slug: str) -> dict[str, object] | None:
    """Return the document of ``/problems/<slug>``, or None if there is no such kind."""
    if slug not in KIND_SLUGS:
        return None
    code = slug.replace("-", "_")
    if code in KINDS:
        status, about = KINDS[code].status, KINDS[code].about
    else:
        status, about = 422, REFUSALS.get(code, "No member of this dimension has this code.")
    return {"type": find_type(code), "title": find_title(code), "status": status, "code": code, "description": about}


def find_status(error: CadranError) -> int:
    """Return the status code of an error: by its code, else 422 for a refused question, else 500."""
    kind = KINDS.get(error.code)
    if kind is not None:
        return kind.status
    return 422 if isinstance(error, QuestionRefused) else 500


def make_problem(error: CadranError, scope: Scope) -> Response:
    """Return the response that reports an error."""
    status = find_status(error)
    if status == 500:
        error = CadranError(KINDS["internal"].about)
    document: dict[str, object] = {
        "type": find_type(error.code),
        "title": find_title(error.code),
        "status": status,
        "detail": error.detail,
        "code": error.code,
        "instance": quote(scope["path"]),
        "request_id": get_request_id(scope),
    }
    if error.parameter is not None:
        document["parameter"] = error.parameter
    if error.suggestions:
        document["suggestions"] = error.suggestions
    if isinstance(error, TooCostly):
        document |= {"cost": error.cost, "limit": error.limit}
    headers = {"cache-control": "no-store"}
    if status == 503:
        headers["retry-after"] = str(_RETRY_LATER_SECONDS.get(error.code, RETRY_AFTER_SECONDS))
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="cadran"'
    if isinstance(error, RateLimited):
        headers["retry-after"] = str(error.retry_after_seconds)
        if error.per_minute is not None:
            headers["ratelimit"] = f'"requests";r=0;t={error.retry_after_seconds}'
            headers["ratelimit-policy"] = f'"requests";q={error.per_minute};w=60'
    if isinstance(error, HttpRefused):
        headers |= error.headers
    return Response(orjson.dumps(document), status, headers, MEDIA_TYPE)


def _translated(error: HTTPException, scope: Scope) -> CadranError:
    """Convert an exception of the router to an error of cadran."""
    if error.status_code == 404:
        return NotFound(f"There is nothing at {scope['path']}. / lists all resources.")
    if error.status_code == 405:
        allowed = ", ".join(sorted((error.headers or {}).get("Allow", "").replace(" ", "").split(",")))
        detail = f"{scope['method']} is not supported here. Use {allowed}."
        return HttpRefused(detail, code="method_not_allowed", headers={"allow": allowed})
    code = _BY_STATUS.get(error.status_code, "bad_request" if error.status_code < 500 else "internal")
    return HttpRefused(str(error.detail), code=code, headers=error.headers)


def _log_suffix(scope: Scope) -> str:
    """Return the request id for a line of the log, in the form of the access record."""
    return f" request_id={get_request_id(scope)}"


class Problems:
    """Middleware that turns exceptions into problem responses. Once the response has begun, it raises them instead."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watching(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watching)
            return
        except ClientDisconnect:
            return
        except HTTPException as raised:
            error = _translated(raised, scope)
        except CadranError as raised:
            error = raised
            # Refusals under overload get no extra line in the log. The access record has them.
            if find_status(raised) >= 500 and not isinstance(raised, Overloaded):
                _log.error("%s: %s %s%s", raised.code, raised.detail, raised.internal, _log_suffix(scope))
        except Exception:  # noqa: BLE001 - the last handler: no details of the failure may reach the caller
            _log.exception("unexpected error in %s %s%s", scope["method"], scope["path"], _log_suffix(scope))
            error = CadranError(KINDS["internal"].about)
        if started:
            raise error
        await make_problem(error, scope)(scope, receive, send)
