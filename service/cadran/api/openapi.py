"""The OpenAPI 3.1 document, made from the declared parameters, the catalogue and the table of problems."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from cadran.administration.rest.document_operations import DOCUMENTS
from cadran.administration.rest.operations import ADMINISTRATION
from cadran.administration.rest.schemas import ADMINISTRATION_SCHEMAS
from cadran.api.service_operations import service_operations
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
from cadran.rest.catalogue_schemas import CATALOGUE_SCHEMAS
from cadran.rest.change_operations import FAILED
from cadran.rest.document_shape import add_csv_paths, add_titles, share_parameters
from cadran.rest.figure_schemas import SCHEMAS
from cadran.rest.operations import (
    SHARED,
    describe_not_modified,
    describe_operation,
    describe_page,
    describe_parameter,
    refer_to_parameters,
)
from cadran.rest.parameter import Parameter
from cadran.rest.params import INDICATORS, NOW, SCORECARD
from cadran.rest.responses import HEADERS, describe_found, describe_limited, describe_refused, make_components
from cadran.web.authentication import OPEN_BELOW, OPEN_PATHS, PROBES

_ABOUT: Final = (
    "Figures about the contacts of a contact centre. Times are RFC 3339 with the offset of the zone, durations are "
    "seconds, ratios run from 0 to 1, null is undefined. Every answer states how far the data reach (`as_of`) and how "
    "long the answer counts as current (`stale_after`). It has a strong ETag: ask again with If-None-Match. Labels and "
    "warnings are English or French, by Accept-Language. Problems are RFC 9457, with a stable `code`. Answers may gain "
    "members, and enums may gain values: ignore unknown ones. `site!` is a deprecated spelling of `site.not`."
)
_TAGS: Final = {
    "figures": "Figures, reports and lists of contacts.",
    "catalogue": "The metrics and dimensions to ask for.",
    "contracts": "SLA contracts with partners, and the amounts due.",
    "objectives": "Objectives, key results and their progress.",
    "access": "Keys, embed tokens and the audit log.",
    "service": "The API itself: index, OpenAPI document, problems and health.",
}
_KEY: Final[dict[str, Any]] = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key (cad_…), an embed token, or an OIDC token of the identity provider.",
}
_LISTS: Final = CONTACT_SCHEMAS | RECOVERY_SCHEMAS | SURVEY_SCHEMAS
_OF_FIGURES: Final = SCHEMAS | CATALOGUE_SCHEMAS | INSIGHT_SCHEMAS | _LISTS | report_schemas.REPORT_SCHEMAS
_SCHEMAS: Final = _OF_FIGURES | SLA_SCHEMAS | OBJECTIVE_SCHEMAS | ADMINISTRATION_SCHEMAS
_CHANGING: Final = SLA_OPERATIONS | OBJECTIVE_PATHS | ADMINISTRATION | DOCUMENTS


@cache
def build_document(release: str = version("cadran")) -> dict[str, Any]:
    """Return the whole document of this release."""
    paths, parameters = share_parameters(_paths())
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "cadran",
            "version": release,
            "summary": "The figures of a contact centre, as a typed API.",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "contact": {"name": "The operator of this service"},
        },
        "servers": [{"url": "/", "description": "The server that serves this document."}],
        "tags": [{"name": name, "description": about} for name, about in _TAGS.items()],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": add_titles(_SCHEMAS),
            "parameters": {**SHARED, **parameters},
            "headers": HEADERS,
            "responses": make_components(),
            "securitySchemes": {"key": _KEY},
        },
    }


def _paths() -> dict[str, dict[str, Any]]:
    """Return every path with its methods. HEAD answers like GET, without a body."""
    found = add_csv_paths({path: {"get": operation} for path, operation in _operations().items()} | _CHANGING)
    return {
        path: {method: _completed(path, operation) for method, operation in operations.items()}
        for path, operations in found.items()
    }


def _completed(path: str, operation: dict[str, Any]) -> dict[str, Any]:
    """Return an operation with the refusals that every resource shares.

    Every resource refuses unknown methods and large heads. Most resources have a rate limit, and most need a key.
    """
    refusals = ["MethodNotAllowed", "HeadTooLarge"] + ([] if path in PROBES else ["RateLimited"])
    is_open = path in OPEN_PATHS or path.startswith(OPEN_BELOW)
    refusals += [] if is_open else ["Unauthenticated", "Forbidden"]
    responses = operation["responses"] | describe_refused(*refusals)
    if not is_open:
        responses = {status: describe_limited(each) if status < "300" else each for status, each in responses.items()}
    completed = {**operation, "responses": dict(sorted(responses.items()))}
    return {**completed, "security": []} if is_open else completed


def _operations() -> dict[str, dict[str, Any]]:
    """Return the GET operation of every path."""
    return {
        **_figures(),
        **SURVEY_OPERATIONS,
        **service_operations(),
    }


def _figures() -> dict[str, dict[str, Any]]:
    """Return the operations that answer figures."""
    metrics = "; ".join(f"`{metric.slug}` {metric.definition.en}" for metric in METRICS.values())
    return {
        "/v1/indicators": _asked(
            "getIndicators",
            f"Get figures by bucket and dimension. The metrics: {metrics}",
            INDICATORS,
            describe_found(
                "The figures by bucket and dimension.", "Indicators", examples.INDICATORS, csv=examples.INDICATORS_CSV
            ),
        ),
        "/v1/scorecard": _asked(
            "getScorecard",
            "Get the headline figures of a window. Each has its label, its display text and its better direction.",
            SCORECARD,
            describe_found(
                "The headline figures of the window.", "Scorecard", examples.SCORECARD, csv=examples.SCORECARD_CSV
            ),
        ),
        "/v1/now": _asked(
            "getNow",
            "Get the figures of the present. They include the contacts in the queue, the expected wait and the states "
            "of agents, at the last instant of the data (as_of); null if that is over a day ago. For figures over "
            "time, by site or by channel, ask /v1/indicators, with period=now for the present.",
            NOW,
            describe_found("The figures of the present.", "Scorecard", csv=examples.SCORECARD_CSV),
        ),
        "/v1/usual-day": _asked(
            "getUsualDay",
            "Get figures by time of day over all days of a window. There are no gaps between the first and last "
            "time with data. The question in the answer is that of /v1/indicators by time of day. Hours are the sums "
            "of their quarter-hours; metrics that do not add up are available by quarter-hour only.",
            USUAL_DAY,
            describe_found("The figures by time of day.", "Indicators", csv=examples.USUAL_DAY_CSV),
        ),
        "/v1/change": _asked(
            "getChange",
            "Explain why a ratio changed between two windows. The change is split into the effect of each group's rate "
            "and the effect of the mix of volumes (Kitagawa 1955, symmetric form), the largest contributions first. "
            "The parts sum to the change. A group that exists in one window only contributes by mix alone.",
            CHANGE,
            describe_found("The change and its parts.", "Change", csv=examples.CHANGE_CSV),
        ),
        "/v1/distribution": _asked(
            "getDistribution",
            "Get the distribution of waits, handle times, survey scores or metric values. Waits of answered contacts "
            "and handle times, by any dimension, have bins whose edges are exact thresholds (the upper edge included). "
            "The answers to an instrument have one bin a score (of=score(instrument=…)). The values of any other "
            "metric across the days, months, sites … of a window have bins of equal width (the lower edge included).",
            DISTRIBUTION,
            describe_found("The edges and counts of the bins.", "Distribution", csv=examples.DISTRIBUTION_CSV),
        ),
        "/v1/goodwill-return": _gesture_return(),
        "/v1/reports/{name}": _of_report(_asked(*report_schemas.REPORT_OPERATION)),
        "/v1/agents": _asked(*report_schemas.AGENTS_OPERATION),
        **_lists(),
    }


def _lists() -> dict[str, dict[str, Any]]:
    """Return the operations that answer page by page."""
    return {
        "/v1/contacts": {
            **describe_operation(
                "listContacts",
                "figures",
                "List the contacts behind a figure, page by page. Window and filters are those of /v1/indicators. The "
                "default direction is inbound. Contacts do not name their customers. CSV has the cursor of the next "
                "page in Cadran-Next.",
            ),
            "parameters": [*map(describe_parameter, CONTACTS)],
            "responses": {
                "200": describe_page("Contacts"),
                **describe_refused("BadRequest", "NotAcceptable", "Refused", *FAILED),
            },
        },
        "/v1/recovery": {
            **describe_operation(
                "listRecovery",
                "figures",
                "List the customers who are still to be called, page by page. They did not get through or were "
                "promised a callback in the thirty days before the end of the window, and were not reached since. "
                "Without a window, the list is that of the present. The answer also has the number of customers "
                "and the share of the window's losses that was recovered. CSV has the next cursor in Cadran-Next.",
            ),
            "parameters": [*map(describe_parameter, RECOVERY), *refer_to_parameters("AcceptLanguage")],
            "responses": {
                "200": describe_page("Recovery"),
                **describe_refused("BadRequest", "NotAcceptable", "Refused", *FAILED),
            },
        },
    }


def _gesture_return() -> dict[str, Any]:
    return _asked(
        "getGoodwillReturn",
        "Estimate the cost and the return of gestures. The cost of losing customers and every assumption are included. "
        "The figures are those of /v1/indicators; retained customers and retained value are estimates made from them.",
        RETURN,
        describe_found("The computation with its assumptions.", "Return", csv=examples.SCORECARD_CSV),
    )


def _of_report(operation: dict[str, Any]) -> dict[str, Any]:
    responses = operation["responses"] | describe_refused("NotFound")
    parameters = [report_schemas.REPORT_NAME, *operation["parameters"]]
    return {**operation, "parameters": parameters, "responses": responses}


def _asked(name: str, about: str, parameters: Sequence[Parameter], answer: dict[str, Any]) -> dict[str, Any]:
    return {
        **describe_operation(name, "figures", about),
        "parameters": [*map(describe_parameter, parameters), *refer_to_parameters("AcceptLanguage", "IfNoneMatch")],
        "responses": {
            "200": answer,
            **describe_not_modified(),
            **describe_refused("BadRequest", "NotAcceptable", "Refused", *FAILED),
        },
    }
