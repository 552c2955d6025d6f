"""The OpenAPI 3.1 document, made from what serves: the parameters as read, the catalogue, the table of problems."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from cadran.administration.rest.document_operations import DOCUMENT_SCHEMAS, DOCUMENTS
from cadran.administration.rest.operations import ADMINISTRATION, ADMINISTRATION_SCHEMAS
from cadran.contracts.rest.schemas import SLA_OPERATIONS, SLA_SCHEMAS
from cadran.domain.catalogue import METRICS
from cadran.insights.rest import report_schemas
from cadran.insights.rest.params import CHANGE, DISTRIBUTION, RETURN, USUAL_DAY
from cadran.insights.rest.schemas import INSIGHT_SCHEMAS
from cadran.lists.rest.contacts import CONTACT_SCHEMAS, CONTACTS
from cadran.lists.rest.recovery import PARAMETERS as RECOVERY
from cadran.lists.rest.recovery import RECOVERY_SCHEMAS
from cadran.lists.rest.survey_operations import SURVEY_OPERATIONS
from cadran.lists.rest.survey_schemas import SURVEY_SCHEMAS
from cadran.objectives.rest.operations import OBJECTIVE_PATHS
from cadran.objectives.rest.schemas import OBJECTIVE_SCHEMAS
from cadran.rest import examples
from cadran.rest.change_operations import FAILED
from cadran.rest.document_shape import share_parameters, titled, with_csv_paths
from cadran.rest.operations import SHARED, index, named, page, parameter, shared, unchanged
from cadran.rest.parameter import Parameter
from cadran.rest.params import INDICATORS, NOW, SCORECARD
from cadran.rest.responses import HEADERS, components, found, limited, refused
from cadran.rest.schemas import SCHEMAS
from cadran.web.authentication import OPEN_BELOW, OPEN_PATHS, PROBES
from cadran.web.problem import KIND_SLUGS

_ABOUT: Final = (
    "Questions about the contacts of a contact centre. Times are RFC 3339 with the zone's offset, durations are "
    "seconds, ratios run from 0 to 1, null is undefined. Every answer tells how far the data reach (`as_of`) and until "
    "when it may be shown (`stale_after`), and carries a strong ETag: ask again with If-None-Match. Labels and "
    "warnings come in English or French by Accept-Language. Problems are RFC 9457, with a stable `code`. Answers "
    "may gain members, and enums values: ignore unknown ones. `site!` is a deprecated spelling of `site.not`."
)
_TAGS: Final = {
    "figures": "Questions and their answers.",
    "catalogue": "What can be asked.",
    "contracts": "Contracts with partners, and what is due by them.",
    "objectives": "What is wanted, and how far it has come.",
    "access": "Keys, embed tokens and the audit log.",
    "service": "The service itself.",
}
_KEY: Final[dict[str, Any]] = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key (cad_…), an embed token, or a token of the identity provider.",
}
_LISTS: Final = CONTACT_SCHEMAS | RECOVERY_SCHEMAS | SURVEY_SCHEMAS
_OF_FIGURES: Final = SCHEMAS | INSIGHT_SCHEMAS | _LISTS | report_schemas.REPORT_SCHEMAS
_SCHEMAS: Final = _OF_FIGURES | SLA_SCHEMAS | OBJECTIVE_SCHEMAS | ADMINISTRATION_SCHEMAS | DOCUMENT_SCHEMAS
_CHANGING: Final = SLA_OPERATIONS | OBJECTIVE_PATHS | ADMINISTRATION | DOCUMENTS


@cache
def document(release: str = version("cadran")) -> dict[str, Any]:
    """The whole document, of this release."""
    paths, parameters = share_parameters(_paths())
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "cadran",
            "version": release,
            "summary": "The figures of a contact centre, typed and answerable.",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "contact": {"name": "Whoever operates this service"},
        },
        "servers": [{"url": "/", "description": "This service."}],
        "tags": [{"name": name, "description": about} for name, about in _TAGS.items()],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": titled(_SCHEMAS),
            "parameters": {**SHARED, **parameters},
            "headers": HEADERS,
            "responses": components(),
            "securitySchemes": {"key": _KEY},
        },
    }


def _paths() -> dict[str, dict[str, Any]]:
    """Every path with its methods; HEAD answers what GET does, without a body."""
    found = with_csv_paths({path: {"get": operation} for path, operation in _operations().items()} | _CHANGING)
    return {
        path: {method: _completed(path, operation) for method, operation in operations.items()}
        for path, operations in found.items()
    }


def _completed(path: str, operation: dict[str, Any]) -> dict[str, Any]:
    """What every resource may be refused for: it knows some methods only; most have a rate, and most need a key."""
    refusals = ["MethodNotAllowed", "HeadTooLarge"] + ([] if path in PROBES else ["RateLimited"])
    is_open = path in OPEN_PATHS or path.startswith(OPEN_BELOW)
    refusals += [] if is_open else ["Unauthenticated", "Forbidden"]
    responses = operation["responses"] | refused(*refusals)
    if not is_open:
        responses = {status: limited(each) if status < "300" else each for status, each in responses.items()}
    told = {**operation, "responses": dict(sorted(responses.items()))}
    return {**told, "security": []} if is_open else told


def _operations() -> dict[str, dict[str, Any]]:
    """Every path's GET."""
    return {
        **_figures(),
        **SURVEY_OPERATIONS,
        "/v1/catalogue": {
            **named(
                "getCatalogue", "catalogue", "Metrics that you may ask for, with arguments; dimensions with members."
            ),
            "parameters": shared("AcceptLanguage", "IfNoneMatch"),
            "responses": {
                "200": found("Everything that you may ask.", "Catalogue"),
                **unchanged(),
                **refused("BadRequest", "NotAcceptable", "Refused", "Internal"),
            },
        },
        "/openapi.json": {
            **named("getOpenapi", "service", "This document."),
            "parameters": shared("IfNoneMatch"),
            "responses": {
                "200": {
                    "description": "This document.",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                },
                **unchanged(),
                **refused("NotAcceptable", "Internal"),
            },
        },
        "/": {
            **named("getIndex", "service", "Where everything is, as JSON or as a page."),
            "responses": {"200": index(), **refused("NotAcceptable", "Internal")},
        },
        "/problems/{code}": {
            **named("getProblemKind", "service", "What a kind of problem means."),
            "parameters": [_PROBLEM_CODE],
            "responses": {
                "200": found("The kind of problem.", "ProblemKind", cached=False),
                **refused("NotFound", "Internal"),
            },
        },
        "/live": {
            **named("getLiveness", "service", "Whether the process lives."),
            "responses": {"200": found("It does.", "Health", {"status": "live"}, cached=False), **refused("Internal")},
        },
        "/ready": {
            **named("getReadiness", "service", "Whether it can answer; the checks, each ok or its reason."),
            "responses": {
                "200": found("It can.", "Health", cached=False),
                "503": found("It cannot.", "Health", cached=False),
                **refused("Internal"),
            },
        },
    }


def _figures() -> dict[str, dict[str, Any]]:
    """The questions and their answers."""
    metrics = "; ".join(f"`{metric.slug}` {metric.definition.en}" for metric in METRICS.values())
    return {
        "/v1/indicators": _asked(
            "getIndicators",
            f"Figures by bucket and dimension. The metrics: {metrics}",
            INDICATORS,
            found("The figures.", "Indicators", examples.INDICATORS, csv=examples.INDICATORS_CSV),
        ),
        "/v1/scorecard": _asked(
            "getScorecard",
            "The headline figures of a window, each with its label, its words for a screen and which way is better.",
            SCORECARD,
            found("The figures.", "Scorecard", examples.SCORECARD, csv=examples.SCORECARD_CSV),
        ),
        "/v1/now": _asked(
            "getNow",
            "What is happening now: who waits, how long whoever comes may expect to, what agents are doing. Told of "
            "the last instant that anything is known of (as_of); null where that is more than a day ago. Over time, "
            "by site or by channel ask /v1/indicators, with period=now for the present.",
            NOW,
            found("The figures.", "Scorecard", csv=examples.SCORECARD_CSV),
        ),
        "/v1/usual-day": _asked(
            "getUsualDay",
            "Figures by time of day over all days of a window, without gaps between the first and the last time that "
            "has any. The question told is that of /v1/indicators by time of day. Hours are the sums of their quarters;"
            " what does not add up is told by quarter-hours only.",
            USUAL_DAY,
            found("The figures.", "Indicators", csv=examples.USUAL_DAY_CSV),
        ),
        "/v1/change": _asked(
            "getChange",
            "Why a ratio moved from one window to another: what came from each group's own rate, and what from the mix "
            "of volumes (Kitagawa 1955, the symmetric form); the largest contributions first. The parts sum to the "
            "change. A group of one window only is all mix.",
            CHANGE,
            found("The change and its parts.", "Change", csv=examples.CHANGE_CSV),
        ),
        "/v1/distribution": _asked(
            "getDistribution",
            "How something is distributed. Waits of answered contacts and handle times, by any dimension, in the bins "
            "that "
            "thresholds are exact in (the upper edge included); the answers to an instrument, by any dimension, score "
            "by score (of=score(instrument=…)); or the values of any other metric across the days, "
            "months, sites … of a window, in bins of equal width (the lower edge included).",
            DISTRIBUTION,
            found("Edges and counts.", "Distribution", csv=examples.DISTRIBUTION_CSV),
        ),
        "/v1/goodwill-return": _gesture_return(),
        "/v1/reports/{name}": _of_report(_asked(*report_schemas.REPORT_OPERATION)),
        "/v1/agents": _asked(*report_schemas.AGENTS_OPERATION),
        **_lists(),
    }


def _lists() -> dict[str, dict[str, Any]]:
    """What is told page by page."""
    return {
        "/v1/contacts": {
            **named(
                "listContacts",
                "figures",
                "The contacts behind a figure, page by page. Window and filters as for /v1/indicators; inbound "
                "contacts unless a direction is named. Whose a contact is stays untold. CSV tells the next "
                "page in Cadran-Next.",
            ),
            "parameters": [*map(parameter, CONTACTS)],
            "responses": {
                "200": page("Contacts"),
                **refused("BadRequest", "NotAcceptable", "Refused", *FAILED),
            },
        },
        "/v1/recovery": {
            **named(
                "listRecovery",
                "figures",
                "Who is still to be called, page by page. Customers who did not get through or were promised a "
                "callback in the thirty days before the window's end and were not reached since; the present unless a "
                "window is given. Beside them how many there are, and the share of the window's losses that was "
                "recovered. CSV tells the next page in Cadran-Next.",
            ),
            "parameters": [*map(parameter, RECOVERY), *shared("AcceptLanguage")],
            "responses": {
                "200": page("Recovery"),
                **refused("BadRequest", "NotAcceptable", "Refused", *FAILED),
            },
        },
    }


def _gesture_return() -> dict[str, Any]:
    return _asked(
        "getGoodwillReturn",
        "What gestures cost and bring back, beside what losing customers costs, with every assumption. The figures"
        " are those of /v1/indicators; customers kept and the value kept are estimates made of them.",
        RETURN,
        found("The computation.", "Return", csv=examples.SCORECARD_CSV),
    )


def _of_report(operation: dict[str, Any]) -> dict[str, Any]:
    responses = operation["responses"] | refused("NotFound")
    parameters = [report_schemas.REPORT_NAME, *operation["parameters"]]
    return {**operation, "parameters": parameters, "responses": responses}


_PROBLEM_CODE: Final[dict[str, Any]] = {
    "name": "code",
    "in": "path",
    "required": True,
    "description": "The last part of a problem's type.",
    "schema": {"type": "string", "enum": list(KIND_SLUGS)},
    "example": "unknown-metric",
}


def _asked(name: str, about: str, parameters: Sequence[Parameter], answer: dict[str, Any]) -> dict[str, Any]:
    return {
        **named(name, "figures", about),
        "parameters": [*map(parameter, parameters), *shared("AcceptLanguage", "IfNoneMatch")],
        "responses": {
            "200": answer,
            **unchanged(),
            **refused("BadRequest", "NotAcceptable", "Refused", *FAILED),
        },
    }
