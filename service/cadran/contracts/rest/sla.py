"""The resource ``/v1/sla/{contract}`` as JSON and CSV, its sealed statement, and the keys that verify a statement.

The statement's bytes are canonical JSON (RFC 8785). ``signature`` is their detached JWS: the bytes, the signature and
the published key together prove what was reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.contracts.documents.settlement import encode_settlement
from cadran.contracts.reader import ContractReader, Report
from cadran.contracts.statement.statement import localize
from cadran.domain.answer import Freshness
from cadran.errors import QuestionRefused
from cadran.rest import encode, params, table
from cadran.rest.encode import EncodedBody
from cadran.rest.parameter import Parameter, index_by_name, read_parameters
from cadran.rest.respond import add_csv_routes, make_response, read_accept
from cadran.telemetry import stage
from cadran.web.authentication import JWKS_PATH, get_principal
from cadran.web.cache_policy import NoteMaker, set_note
from cadran.web.negotiate import CSV, JSON, choose_language, choose_media_type

PERIOD: Final = Parameter(
    "period",
    "The period: a whole month or quarter, as the contract is settled, such as 2015-12, 2015-Q4 or last_month.",
    example="2015-12",
    required=True,
)
SLA: Final = (
    PERIOD,
    Parameter("windows", "Adds each measurement window to the terms; CSV then has a row for each window.", "flag"),
)
STATEMENT: Final = (PERIOD,)
_SLA_BY_NAME: Final = index_by_name(SLA)
_STATEMENT_BY_NAME: Final = index_by_name(STATEMENT)
#: The members of a term whose own members become CSV columns, and the members that CSV leaves out.
_NESTED: Final = ("margin", "forecast")
_LISTS: Final = ("penalty", "by_window")
SIGNATURE: Final = "cadran-signature"


@dataclass(frozen=True, slots=True)
class SlaResources:
    """The handlers of settlements, with the services that they use."""

    contracts: ContractReader
    keeper: NoteMaker

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            *add_csv_routes(Route("/v1/sla/{contract}", self.sla)),
            Route("/v1/sla/{contract}/statement", self.statement),
            Route(JWKS_PATH, self.keys),
        ]

    async def sla(self, request: Request) -> Response:
        """Return the settlement of a contract's period: each term, its margin and the amount due."""
        with stage("parse"):
            kind = choose_media_type(read_accept(request), (JSON, CSV))
            given = read_parameters(request.scope["query_string"], _SLA_BY_NAME)
        epoch = self.keeper.epoch()
        asked = _period(given)
        report = await self.contracts.report(request.path_params["contract"], asked, get_principal(request.scope))
        set_note(request.scope, self.keeper.of_directory(epoch))
        if not report.answers:
            set_note(request.scope, None)
        for _, answer in report.answers:
            set_note(request.scope, self.keeper.of_answer(answer, epoch, period=asked))
        with stage("encode"):
            chosen = choose_language(request.headers.get("accept-language"))
            windows = given.get("windows", False)
            if kind == CSV:
                encoded = sla_csv(report, chosen, windows=windows)
            else:
                encoded = encode.encode_timed(sla_document(report, chosen, windows=windows), _freshness(report))
        return make_response(encoded, kind, {"content-language": chosen})

    async def statement(self, request: Request) -> Response:
        """Return the sealed statement, byte for byte, with its signature in a header."""
        choose_media_type(read_accept(request), (JSON,))
        given = read_parameters(request.scope["query_string"], _STATEMENT_BY_NAME)
        code, principal = request.path_params["contract"], get_principal(request.scope)
        content, signature = await self.contracts.sealed_statement(code, _period(given), principal)
        return Response(content, headers={SIGNATURE: signature, "cache-control": "private"}, media_type=JSON)

    async def keys(self, request: Request) -> Response:
        """Return the public keys that verify statements."""
        choose_media_type(read_accept(request), (JSON,))
        params.parse_nothing(request.scope["query_string"])
        set_note(request.scope, self.keeper.of_directory(self.keeper.epoch()))
        return make_response(encode.encode_document(self.contracts.keys.published()), JSON, {})


def sla_document(report: Report, chosen: str, *, windows: bool) -> dict[str, Any]:
    """Return the settlement in one language. The measurement windows are left out unless ``windows`` is true."""
    document = encode_settlement(report, chosen)
    terms = document["terms"] if windows else [_without(term, "by_window") for term in document["terms"]]
    return {**document, "terms": terms}


def sla_csv(report: Report, chosen: str, *, windows: bool) -> EncodedBody:
    """Return CSV with a row for each term, or with a row for each window of each term."""
    document = localize(report.statement, chosen)
    rows = [
        row for term in document["terms"] for row in (_windows(document, term) if windows else [_row(document, term)])
    ]
    columns: dict[str, table.Column] = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    return encode.encode_csv(columns)


def _row(document: Mapping[str, Any], term: Mapping[str, Any]) -> dict[str, Any]:
    nested = {f"{name}.{word}": value for name in _NESTED for word, value in term[name].items()}
    flat = {name: value for name, value in term.items() if name not in (*_NESTED, *_LISTS)}
    return {**_head(document), **flat, **nested, "penalty": term["penalty"]["amount"], "currency": document["currency"]}


def _windows(document: Mapping[str, Any], term: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {**_head(document), "term": term["term"], "metric": term["metric"], "target": term["target"], **window}
        for window in term["by_window"]
    ]


def _head(document: Mapping[str, Any]) -> dict[str, Any]:
    return {"contract": document["contract"], "period": document["period"]["name"], "sealed": document["sealed"]}


def _without(term: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {each: value for each, value in term.items() if each != name}


def _period(given: Mapping[str, Any]) -> str:
    if "period" not in given:
        raise QuestionRefused(
            "`period` is missing: name a period, such as period=2015-12.", code="no_window", parameter="period"
        )
    return str(given["period"])


def _freshness(report: Report) -> Freshness:
    """Return the combined freshness of the answers behind a report: the earliest times, and the highest version."""
    found = [answer.freshness for _, answer in report.answers]
    if not found:
        return Freshness(None, report.generated_at, report.generated_at, 0)
    return Freshness(
        min((each.as_of for each in found if each.as_of is not None), default=None),
        min(each.generated_at for each in found),
        min(each.stale_after for each in found),
        max(each.version for each in found),
        any(each.stale for each in found),
    )
