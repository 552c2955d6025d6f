"""What is due by a contract: ``/v1/sla/{contract}`` as JSON and CSV, its sealed statement, and the keys that verify it.

The statement's bytes are canonical (RFC 8785); ``signature`` is their detached JWS, so that whoever has both and the
published key can prove what was reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.contracts.reader import Contracts, Report
from cadran.contracts.statement.statement import spoken
from cadran.domain.answer import Freshness
from cadran.errors import QuestionRefused
from cadran.rest import encode, params, table
from cadran.rest.encode import Encoded
from cadran.rest.parameter import Parameter, by_name, read
from cadran.rest.respond import accepted, response, with_csv
from cadran.telemetry import stage
from cadran.web.authentication import JWKS_PATH, principal_of
from cadran.web.cache_policy import Keeper, keep
from cadran.web.negotiate import CSV, JSON, language, media_type

PERIOD: Final = Parameter(
    "period",
    "A whole period that the contract is settled by: 2015-12, 2015-Q4, this_month, last_month.",
    example="2015-12",
    required=True,
)
SLA: Final = (PERIOD, Parameter("windows", "Tells each measurement window; CSV then has a row for each.", "flag"))
STATEMENT: Final = (PERIOD,)
_SLA_BY_NAME: Final = by_name(SLA)
_STATEMENT_BY_NAME: Final = by_name(STATEMENT)
#: Members of a term that CSV has no column for, and the objects that it has columns of.
_NESTED: Final = ("margin", "forecast")
_LISTS: Final = ("penalty", "by_window")
SIGNATURE: Final = "cadran-signature"


@dataclass(frozen=True, slots=True)
class SlaResources:
    """The handlers, with what they need."""

    contracts: Contracts
    keeper: Keeper

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            *with_csv(Route("/v1/sla/{contract}", self.sla)),
            Route("/v1/sla/{contract}/statement", self.statement),
            Route(JWKS_PATH, self.keys),
        ]

    async def sla(self, request: Request) -> Response:
        """A contract's period: each term, what is left, what is due."""
        with stage("parse"):
            kind = media_type(accepted(request), (JSON, CSV))
            given = read(request.scope["query_string"], _SLA_BY_NAME)
        epoch = self.keeper.epoch()
        asked = _period(given)
        report = await self.contracts.report(request.path_params["contract"], asked, principal_of(request.scope))
        keep(request.scope, self.keeper.of_directory(epoch))
        if not report.answers:
            keep(request.scope, None)
        for _, answer in report.answers:
            keep(request.scope, self.keeper.of_answer(answer, epoch, period=asked))
        with stage("encode"):
            chosen = language(request.headers.get("accept-language"))
            windows = given.get("windows", False)
            if kind == CSV:
                encoded = sla_csv(report, chosen, windows=windows)
            else:
                encoded = encode.timed(sla_document(report, chosen, windows=windows), _freshness(report))
        return response(encoded, kind, {"content-language": chosen})

    async def statement(self, request: Request) -> Response:
        """The sealed statement, byte for byte, with its signature in a header."""
        media_type(accepted(request), (JSON,))
        given = read(request.scope["query_string"], _STATEMENT_BY_NAME)
        code, principal = request.path_params["contract"], principal_of(request.scope)
        content, signature = await self.contracts.sealed_statement(code, _period(given), principal)
        return Response(content, headers={SIGNATURE: signature, "cache-control": "private"}, media_type=JSON)

    async def keys(self, request: Request) -> Response:
        """The keys that statements are verified with."""
        media_type(accepted(request), (JSON,))
        params.nothing(request.scope["query_string"])
        keep(request.scope, self.keeper.of_directory(self.keeper.epoch()))
        return response(encode.document(self.contracts.keys.published()), JSON, {})


def sla_document(report: Report, chosen: str, *, windows: bool) -> dict[str, Any]:
    """The statement in one language, with what stands beside it."""
    told: dict[str, Any] = spoken(report.statement, chosen)
    if not windows:
        told = {**told, "terms": [_without(term, "by_window") for term in told["terms"]]}
    return {
        **told,
        "restatements": report.restatements,
        "signature": report.signature,
        "warnings": [{"code": code, "detail": detail[chosen]} for code, detail in report.warnings.items()],
    }


def sla_csv(report: Report, chosen: str, *, windows: bool) -> Encoded:
    """A row for each term, or for each window of each term."""
    told = spoken(report.statement, chosen)
    rows = [row for term in told["terms"] for row in (_windows(told, term) if windows else [_row(told, term)])]
    columns: dict[str, table.Column] = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    return encode.csv_of(columns)


def _row(told: Mapping[str, Any], term: Mapping[str, Any]) -> dict[str, Any]:
    nested = {f"{name}.{word}": value for name in _NESTED for word, value in term[name].items()}
    flat = {name: value for name, value in term.items() if name not in (*_NESTED, *_LISTS)}
    return {**_head(told), **flat, **nested, "penalty": term["penalty"]["amount"], "currency": told["currency"]}


def _windows(told: Mapping[str, Any], term: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {**_head(told), "term": term["term"], "metric": term["metric"], "target": term["target"], **window}
        for window in term["by_window"]
    ]


def _head(told: Mapping[str, Any]) -> dict[str, Any]:
    return {"contract": told["contract"], "period": told["period"]["name"], "sealed": told["sealed"]}


def _without(term: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {each: value for each, value in term.items() if each != name}


def _period(given: Mapping[str, Any]) -> str:
    if "period" not in given:
        raise QuestionRefused("Say which period: period=2015-12.", code="no_window", parameter="period")
    return str(given["period"])


def _freshness(report: Report) -> Freshness:
    """As fresh as the oldest of the answers behind it."""
    all_of = [answer.freshness for _, answer in report.answers]
    if not all_of:
        return Freshness(None, report.generated_at, report.generated_at, 0)
    return Freshness(
        min((each.as_of for each in all_of if each.as_of is not None), default=None),
        min(each.generated_at for each in all_of),
        min(each.stale_after for each in all_of),
        max(each.version for each in all_of),
        any(each.stale for each in all_of),
    )
