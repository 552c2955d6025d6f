"""Errors as problems (RFC 9457): one table from codes to status codes, the document, and the ring that catches errors.

Takes any exception of the routes; gives ``application/problem+json``. What nobody foresaw is logged whole and told as a
plain 500.
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
from cadran.web.request_id import request_id

MEDIA_TYPE: Final = "application/problem+json"
_log = logging.getLogger("cadran.problem")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a code means: its status and one sentence for whoever meets it."""

    status: int
    about: str


#: Every code of its own; all others that refuse a question are 422.
KINDS: Final[Mapping[str, Kind]] = {
    "bad_request": Kind(400, "The request is not well-formed HTTP or its query string cannot be read."),
    "unauthenticated": Kind(401, "The request brings no key or token, or none that holds."),
    "forbidden": Kind(403, "The key does not allow this."),
    "forbidden_metric": Kind(403, "The key does not allow this metric."),
    "forbidden_dimension": Kind(403, "The key's role does not tell single people apart."),
    "forbidden_origin": Kind(403, "The key may not be used from pages of this origin."),
    "document_required": Kind(403, "The key asks GraphQL by trusted documents only, and none is named."),
    "idempotency_pending": Kind(409, "A request with the same Idempotency-Key is under way."),
    "idempotency_unanswered": Kind(409, "The Idempotency-Key's request was carried out, and its answer was lost."),
    "contract_exists": Kind(409, "There is a contract of this code."),
    "sealed_period": Kind(409, "The change would reach into a sealed period; what is sealed stays."),
    "not_sealed": Kind(409, "The period is not sealed; only sealed statements are signed."),
    "not_due": Kind(409, "The period cannot be sealed yet."),
    "no_signing_key": Kind(409, "No key is configured to sign statements with."),
    "not_found": Kind(404, "There is nothing at this address."),
    "unknown_document": Kind(404, "No trusted GraphQL document has this id."),
    "persisted_query_not_found": Kind(404, "No GraphQL text was sent with this hash lately."),
    "persisted_query_not_supported": Kind(400, "GraphQL texts cannot be registered by hash here, or by this key."),
    "method_not_allowed": Kind(405, "The resource does not know this method; the Allow header names those it does."),
    "not_acceptable": Kind(406, "None of the media types of the Accept header is offered here."),
    "objective_state": Kind(409, "What is asked does not go with how the objective stands."),
    "request_timeout": Kind(408, "The request's head or body did not arrive in time."),
    "precondition_failed": Kind(412, "It has changed since it was read; read it again, and decide anew."),
    "body_too_large": Kind(413, "The request's body is larger than the service accepts."),
    "unsupported_media_type": Kind(415, "The request's body is of a media type that is not read here."),
    "idempotency_mismatch": Kind(422, "The Idempotency-Key was used with another body."),
    "precondition_required": Kind(428, "The change has to name, in If-Match, what it changes."),
    "rate_limited": Kind(429, "Too many requests; the next one is welcome after the time in Retry-After."),
    "head_too_large": Kind(431, "The request's line and headers are larger than the service accepts."),
    "internal": Kind(500, "Something failed that should not; the request id finds it in the log."),
    "database_unavailable": Kind(503, "The database cannot be reached; try again after the time in Retry-After."),
    "overloaded": Kind(503, "Too many questions wait for the database; the next one is welcome after Retry-After."),
    "disk_full": Kind(503, "A disk of the database's is full: nothing can be written until an operator makes room."),
    "database_read_only": Kind(503, "The database takes no changes now: it is a standby, or set to be read only."),
    "too_many_connections": Kind(
        503, "As many connections are open, in all or from one address, as the service takes; try after Retry-After."
    ),
    "database_timeout": Kind(504, "The question took longer than the limit; a narrower one may succeed."),
}
#: The codes of refused questions, for those who read about them; unknown_<dimension> exists for each dimension.
REFUSALS: Final[Mapping[str, str]] = {
    "unknown_metric": "No metric of the catalogue has this name.",
    "unknown_dimension": "No dimension has this name.",
    "unknown_parameter": "The resource, or the metric, takes no parameter of this name.",
    "unknown_period": "No period has this name.",
    "unknown_grain": "No grain has this name.",
    "unknown_shape": "No shape has this name.",
    "unknown_compare": "No comparison has this name.",
    "unknown_zone": "No IANA time zone has this name.",
    "bad_parameter": "A parameter's value is not of its kind or out of its bounds.",
    "bad_filter": "A filter's value cannot be read.",
    "bad_window": "The window cannot be read, or is empty.",
    "bad_order": "The order names a metric that was not asked for.",
    "bad_top": "top needs a split and a number within its bounds.",
    "no_metrics": "The question names no metric.",
    "no_window": "The question names no window.",
    "impossible_split": "The metric cannot be split by this dimension.",
    "impossible_filter": "The metric cannot be filtered on this dimension.",
    "unknown_list": "No list has this name.",
    "unknown_instrument": "No instrument that could be read has this code.",
    "unknown_across": "Values are not taken across groups of this name.",
    "unknown_report": "There is no report of this name.",
    "unknown_section": "The report has no section of this name.",
    "no_section": "CSV tells one section of a report, and none is named.",
    "unknown_step": "No step of this name divides the day.",
    "impossible_step": "The metric does not add up over steps of this width.",
    "no_split": "The question names no groups.",
    "not_a_ratio": "The metric is not a ratio whose groups add up to it.",
    "impossible_grain": "The metric is not known by buckets of this width.",
    "bad_term": "The metric cannot be settled by a contract's term.",
    "bad_document": "The text is no GraphQL document of the schema, or passes a limit.",
    "too_many_documents": "No more trusted documents fit.",
    "introspection_off": "The GraphQL schema does not tell of itself here.",
    "one_person": "Objectives and key results are never one person's.",
    "against_direction": "The target lies on the metric's worse side of the baseline.",
    "bad_target": "The target is the baseline: there is no way to go.",
    "bad_path": "The points of a path do not follow each other from start to deadline.",
    "alignment_cycle": "An objective cannot be above itself.",
    "measured_value": "The key result is measured; nobody tells its value.",
    "missing_score": "A key result has no progress that every reader may see, and no score is given.",
    "unknown_contract": "There is no contract of this code.",
    "unknown_objective": "There is no objective of this number.",
    "unknown_state": "No state has this name.",
    "too_costly": "The question costs more than the limit; the detail names a cheaper neighbour.",
}
#: What ``/problems/…`` tells of.
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
#: What ``Retry-After`` says with 503.
RETRY_AFTER_SECONDS: Final = 5
#: Of what lasts longer: until somebody makes room, or another server has become the primary.
_RETRY_LATER_SECONDS: Final = {"disk_full": 60, "database_read_only": 30}
#: The first code of each status stands for what only has a status.
_BY_STATUS: Final = {kind.status: code for code, kind in reversed(list(KINDS.items()))}


class HttpRefused(CadranError):
    """A request that HTTP itself lets us refuse; ``headers`` go with the problem."""

    code = "bad_request"

    def __init__(self, detail: str, *, code: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail, code=code)
        self.headers = dict(headers or {})


def title_of(code: str) -> str:
    """``unknown_metric`` → "Unknown metric"."""
    return code.replace("_", " ").capitalize()


def type_of(code: str) -> str:
    """The relative URI that names the kind of problem."""
    return f"/problems/{code.replace('_', '-')}"


def kind_document(slug: str) -> dict[str, object] | None:
    """What is to be read at ``/problems/<slug>``; None where there is no such kind."""
    if slug not in KIND_SLUGS:
        return None
    code = slug.replace("-", "_")
    if code in KINDS:
        status, about = KINDS[code].status, KINDS[code].about
    else:
        status, about = 422, REFUSALS.get(code, "No member of this dimension has this code.")
    return {"type": type_of(code), "title": title_of(code), "status": status, "code": code, "description": about}


def status_of(error: CadranError) -> int:
    """The status code of an error: by its code, else 422 for what was asked wrongly, else 500."""
    kind = KINDS.get(error.code)
    if kind is not None:
        return kind.status
    return 422 if isinstance(error, QuestionRefused) else 500


def problem(error: CadranError, scope: Scope) -> Response:
    """The response that tells an error."""
    status = status_of(error)
    if status == 500:
        error = CadranError(KINDS["internal"].about)
    document: dict[str, object] = {
        "type": type_of(error.code),
        "title": title_of(error.code),
        "status": status,
        "detail": error.detail,
        "code": error.code,
        "instance": quote(scope["path"]),
        "request_id": request_id(scope),
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
    """What the router raises, in our words."""
    if error.status_code == 404:
        return NotFound(f"There is nothing at {scope['path']}; / lists what there is.")
    if error.status_code == 405:
        allowed = ", ".join(sorted((error.headers or {}).get("Allow", "").replace(" ", "").split(",")))
        detail = f"{scope['method']} is not known here; use {allowed}."
        return HttpRefused(detail, code="method_not_allowed", headers={"allow": allowed})
    code = _BY_STATUS.get(error.status_code, "bad_request" if error.status_code < 500 else "internal")
    return HttpRefused(str(error.detail), code=code, headers=error.headers)


def _asked(scope: Scope) -> str:
    """Which request a line of the log is about: the same words as in the access record and in the problem."""
    return f" request_id={request_id(scope)}"


class Problems:
    """The ring that turns exceptions into problems; after the response has begun there is nothing left to turn."""

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
            # Shedding load must not cost a line of the log each; the access record has them.
            if status_of(raised) >= 500 and not isinstance(raised, Overloaded):
                _log.error("%s: %s %s%s", raised.code, raised.detail, raised.internal, _asked(scope))
        except Exception:  # noqa: BLE001 - the last ring: nothing of what failed may reach the caller
            _log.exception("unforeseen, in %s %s%s", scope["method"], scope["path"], _asked(scope))
            error = CadranError(KINDS["internal"].about)
        if started:
            raise error
        await problem(error, scope)(scope, receive, send)
