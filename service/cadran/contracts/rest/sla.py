"""The resources ``/v1/sla`` and ``/v1/sla/{contract}``, the sealed statements, and the keys that verify them.

The statement's bytes are canonical JSON (RFC 8785). ``signature`` is their detached JWS: the bytes, the signature and
the published key together prove what was reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from cadran.contracts.documents.periods import SlaContractsDocument, encode_sla_contract
from cadran.contracts.documents.settlement import encode_settlement
from cadran.contracts.reader import ContractReader, Report
from cadran.contracts.rest.contracts import CODE, CONTRACTS
from cadran.contracts.statement.statement import localize
from cadran.domain.answer import Freshness
from cadran.errors import QuestionRefused
from cadran.rest import encode, table
from cadran.rest.context import NO_STORE, RequestContext
from cadran.rest.encode import EncodedBody
from cadran.rest.operation import FAILED, READING, Link
from cadran.rest.parameter import Parameter
from cadran.rest.responses import add_header, describe_found, describe_uncached
from cadran.telemetry import stage
from cadran.web.authentication import JWKS_PATH

_PERIOD: Final = Parameter(
    "period",
    "The period: a whole month or quarter, as the contract is settled, such as 2015-12, 2015-Q4 or last_month.",
    example="2015-12",
    required=True,
)
_WINDOWS: Final = Parameter(
    "windows", "Adds each measurement window to the terms; CSV then has a row for each window.", "flag"
)
_CSV: Final = (
    "contract,period,sealed,term,label,metric,better,unit,target,attained,met,numerator,denominator,n\r\n"
    "ALTO-2015,2015-12,true,answer,Calls,service_level(within=120),higher,ratio,0.8,0.84,true,"
    "420,500,500\r\n"
)
#: The members of a term whose own members become CSV columns, and the members that CSV leaves out.
_NESTED: Final = ("margin", "forecast")
_LISTS: Final = ("penalty", "by_window")
SIGNATURE: Final = "Cadran-Signature"


@CONTRACTS.get(
    "/v1/sla",
    "listSla",
    "List what may be settled: the contracts that the caller may see, with their terms, the periods that have begun, "
    "whether each is sealed, and the address of each settlement.",
    describe_uncached("The contracts with their periods.", "SlaContracts"),
    right="contracts",
    is_localized=True,
    link=Link("sla", "The contracts and periods whose settlement may be asked for"),
)
async def list_sla(context: RequestContext) -> Response:
    """Return the contracts that the caller may see, with their periods."""
    reader, now = context.service(ContractReader), context.desk.clock()
    found: SlaContractsDocument = {
        "contracts": [
            encode_sla_contract(each, now, context.language) for each in await reader.known(context.principal)
        ]
    }
    return context.respond(encode.encode_document(found), {**NO_STORE, "content-language": context.language})


@CONTRACTS.get(
    "/v1/sla/{contract}",
    "getSla",
    "Get what is due by a contract for a period. Each term has its figure over the whole period, its measurement "
    "windows, the margin before its target is missed, a forecast for the period, and the amount due, line by line. "
    "A sealed period is shown as it was sealed; restatements list the figures that have changed since. The signature "
    "is a detached JWS (RFC 7515, appendix F) of the bytes of /v1/sla/{contract}/statement.",
    describe_found("The settlement of the period.", "Sla", csv=_CSV),
    right="contracts",
    in_path=(CODE,),
    parameters=(_PERIOD, _WINDOWS),
    is_localized=True,
)
async def get_sla(context: RequestContext) -> Response:
    """Return the settlement of a contract's period: each term, its margin and the amount due."""
    asked = _period(context.given)
    report = await context.service(ContractReader).report(context.path["contract"], asked, context.principal)
    if report.answers:
        context.depend_on_directory()
    for _, answer in report.answers:
        context.depend_on_answer(answer, period=asked)
    with stage("encode"):
        language, windows = context.language, context.given.get("windows", False)
        if context.is_csv:
            encoded = sla_csv(report, language, windows=windows)
        else:
            encoded = encode.encode_timed(sla_document(report, language, windows=windows), _freshness(report))
    return context.respond(encoded, {"content-language": language})


@CONTRACTS.get(
    "/v1/sla/{contract}/statement",
    "getStatement",
    "Get the sealed statement of a period as canonical JSON (RFC 8785). The header Cadran-Signature has "
    "its detached signature. Its texts are in English and French.",
    add_header(
        describe_uncached("The sealed statement, byte for byte.", "Statement"),
        SIGNATURE,
        "The detached JWS of the response body (RFC 7515, appendix F).",
    ),
    right="contracts",
    refusals=(*READING, *FAILED, "Conflict"),
    in_path=(CODE,),
    parameters=(_PERIOD,),
)
async def get_statement(context: RequestContext) -> Response:
    """Return the sealed statement, byte for byte, with its signature in a header."""
    code, period = context.path["contract"], _period(context.given)
    content, signature = await context.service(ContractReader).sealed_statement(code, period, context.principal)
    return Response(content, headers={SIGNATURE: signature, "cache-control": "private"}, media_type=context.kind)


@CONTRACTS.get(
    JWKS_PATH,
    "getStatementKeys",
    "Get the public keys that verify signatures of statements (RFC 7517).",
    describe_found("The JSON Web Key Set.", "KeySet"),
    right=None,
    refusals=(*READING, "Internal"),
)
async def get_statement_keys(context: RequestContext) -> Response:
    """Return the public keys that verify statements."""
    context.depend_on_directory()
    return context.respond(encode.encode_document(context.service(ContractReader).keys.published()))


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
