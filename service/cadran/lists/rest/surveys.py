"""The resources ``/v1/survey-eligibility`` and ``/v1/survey-lists``.

Responses with facts about people are never cached.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.lists.documents import SurveyListDocument, encode_eligibility, encode_rows, encode_verdict
from cadran.lists.reader import Lists
from cadran.lists.rest import survey_params
from cadran.rest.encode import EncodedBody, encode_csv, encode_document
from cadran.rest.respond import add_csv_routes, make_response, read_accept
from cadran.rest.table import Column
from cadran.telemetry import stage
from cadran.web.authentication import get_principal
from cadran.web.negotiate import CSV, JSON, choose_media_type


@dataclass(frozen=True, slots=True)
class Surveys:
    """The handlers of surveys, with the reader that they use."""

    lists: Lists

    def routes(self) -> list[Route]:
        """Return the routes."""
        return add_csv_routes(
            Route("/v1/survey-eligibility", self.eligibility),
            Route("/v1/survey-lists", self.survey_list),
        )

    async def eligibility(self, request: Request) -> Response:
        """Return the customers who may be surveyed, or whether one customer may be surveyed."""
        with stage("parse"):
            kind = choose_media_type(read_accept(request), (JSON, CSV))
            paged, rules, customer = survey_params.parse_eligibility(request.scope["query_string"])
        principal = get_principal(request.scope)
        if customer is not None:
            verdict = await self.lists.judge_eligibility(customer, principal, rules)
            shown = encode_verdict(verdict)
            columns: dict[str, Column] = {name: [value] for name, value in shown.items() if name != "rules"}
            encoded = encode_csv(columns) if kind == CSV else encode_document(shown)
            return _uncached(encoded, kind, None)
        found = await self.lists.survey_eligibility(paged.ask, principal, rules, limit=paged.limit, after=paged.after)
        with stage("encode"):
            document = encode_eligibility(found)
            encoded = encode_csv(dict(found.listing.columns)) if kind == CSV else encode_document(document)
        return _uncached(encoded, kind, found.listing.after)

    async def survey_list(self, request: Request) -> Response:
        """Return a page of a list."""
        with stage("parse"):
            kind = choose_media_type(read_accept(request), (JSON, CSV))
            paged, wanted = survey_params.parse_survey_list(request.scope["query_string"])
        principal = get_principal(request.scope)
        found = await self.lists.survey_list(paged.ask, principal, wanted, limit=paged.limit, after=paged.after)
        with stage("encode"):
            if kind == CSV:
                encoded = encode_csv(dict(found.columns))
            else:
                surveys = encode_rows(found.columns)
                document: SurveyListDocument = {"list": wanted.list, "surveys": surveys, "next": found.after}
                encoded = encode_document(document)
        return _uncached(encoded, kind, found.after)


def _uncached(encoded: EncodedBody, kind: str, after: str | None) -> Response:
    headers = {"cache-control": "no-store"} | ({"cadran-next": after} if after is not None else {})
    return make_response(encoded, kind, headers)
