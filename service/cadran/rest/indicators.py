"""REST resources of plain figures: indicators, scorecard, now, catalogue.

Each resource parses the request, asks the desk, records the cache metadata and encodes the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.domain.answer import Answer
from cadran.engine.desk import Desk
from cadran.engine.offload import run_aside
from cadran.rest import encode, params
from cadran.rest.catalogue import catalogue_document
from cadran.rest.desk import answer_question, check_explain
from cadran.rest.encode import EncodedBody
from cadran.rest.params import FiguresRequest
from cadran.rest.respond import add_csv_routes, make_answer_response, make_response, read_accept
from cadran.rest.table import View
from cadran.telemetry import stage
from cadran.web.authentication import get_principal
from cadran.web.cache_policy import NoteMaker, set_note
from cadran.web.negotiate import CSV, JSON, choose_language, choose_media_type

_Encode = Callable[[Answer, FiguresRequest, View], EncodedBody]


@dataclass(frozen=True, slots=True)
class Figures:
    """The REST handlers of plain figures, with the desk and the maker of cache metadata."""

    desk: Desk
    keeper: NoteMaker

    def routes(self) -> list[Route]:
        """Return the routes of these handlers, including the CSV-only routes."""
        return [
            Route("/v1/catalogue", self.catalogue),
            *add_csv_routes(
                Route("/v1/indicators", self.indicators),
                Route("/v1/scorecard", self.scorecard),
                Route("/v1/now", self.now),
            ),
        ]

    async def indicators(self, request: Request) -> Response:
        """Handle ``/v1/indicators``: answer figures by time bucket and dimension."""
        with stage("parse"):
            kind = choose_media_type(read_accept(request), (JSON, CSV))
            asked = params.parse_indicators(request.scope["query_string"])
        return await self._answered(request, asked, kind, _INDICATORS)

    async def scorecard(self, request: Request) -> Response:
        """Handle ``/v1/scorecard``: answer the headline figures of a window."""
        principal = get_principal(request.scope)
        with stage("parse"):
            kind = choose_media_type(read_accept(request), (JSON, CSV))
            asked = params.parse_scorecard(
                request.scope["query_string"], lambda named: self.desk.scorecard(principal, named)
            )
        return await self._answered(request, asked, kind, _SCORECARD)

    async def now(self, request: Request) -> Response:
        """Handle ``/v1/now``: answer the figures of the present."""
        principal = get_principal(request.scope)
        with stage("parse"):
            kind = choose_media_type(read_accept(request), (JSON, CSV))
            asked = params.parse_now(request.scope["query_string"], lambda named: self.desk.live(principal, named))
        return await self._answered(request, asked, kind, _SCORECARD)

    async def catalogue(self, request: Request) -> Response:
        """Handle ``/v1/catalogue``: answer the metrics and dimensions that the caller may ask for."""
        choose_media_type(read_accept(request), (JSON,))
        params.parse_nothing(request.scope["query_string"])
        chosen, principal = choose_language(request.headers.get("accept-language")), get_principal(request.scope)
        set_note(request.scope, self.keeper.of_directory(self.keeper.epoch()))
        encoded = encode.encode_document(catalogue_document(self.desk.directory_of(principal), principal, chosen))
        return make_response(encoded, JSON, {"content-language": chosen})

    async def _answered(
        self, request: Request, asked: FiguresRequest, kind: str, encoded_by: Mapping[str, _Encode]
    ) -> Response:
        check_explain(request, explain=asked.explain)
        principal = get_principal(request.scope)
        question = self.desk.understand(asked.ask, principal)
        sheet = asked.sheet(question, by_row=kind == CSV)
        async with self.desk.reserve_response([sheet], principal):
            answer = await answer_question(self.desk, self.keeper, request, question, asked.ask)
            directory = self.desk.directory_of(principal)
            chosen = choose_language(request.headers.get("accept-language"))
            view = View(asked.parts, asked.display, chosen, self.desk.directory().currency)

            def encoded() -> tuple[EncodedBody, Answer]:
                dressed = asked.dressed(answer, directory, by_row=kind == CSV)
                return encoded_by[kind](dressed, asked, view), dressed

            with stage("encode"):
                content, dressed = await run_aside(answer.rows * sheet.width, encoded)
        return make_answer_response(content, kind, chosen, dressed)


def _indicators(answer: Answer, asked: FiguresRequest, view: View) -> EncodedBody:
    return encode.encode_indicators(answer, view, columns=asked.columns, explain=asked.explain)


def _indicators_csv(answer: Answer, _: FiguresRequest, view: View) -> EncodedBody:
    return encode.encode_indicators_csv(answer, view)


def _scorecard(answer: Answer, asked: FiguresRequest, view: View) -> EncodedBody:
    return encode.encode_scorecard(answer, view, explain=asked.explain)


def _scorecard_csv(answer: Answer, _: FiguresRequest, view: View) -> EncodedBody:
    return encode.encode_scorecard_csv(answer, view)


_INDICATORS: Final[Mapping[str, _Encode]] = {JSON: _indicators, CSV: _indicators_csv}
_SCORECARD: Final[Mapping[str, _Encode]] = {JSON: _scorecard, CSV: _scorecard_csv}
