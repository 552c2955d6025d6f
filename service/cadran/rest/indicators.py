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
from cadran.engine.offload import aside
from cadran.rest import encode, params
from cadran.rest.catalogue import catalogue_document
from cadran.rest.desk import answer_to, check_explain
from cadran.rest.encode import Encoded
from cadran.rest.params import Asked
from cadran.rest.respond import accepted, answered, response, with_csv
from cadran.rest.table import View
from cadran.telemetry import stage
from cadran.web.authentication import principal_of
from cadran.web.cache_policy import Keeper, keep
from cadran.web.negotiate import CSV, JSON, language, media_type

_Encode = Callable[[Answer, Asked, View], Encoded]


@dataclass(frozen=True, slots=True)
class Figures:
    """The handlers and the services that they use."""

    desk: Desk
    keeper: Keeper

    def routes(self) -> list[Route]:
        """Return their routes."""
        return [
            Route("/v1/catalogue", self.catalogue),
            *with_csv(
                Route("/v1/indicators", self.indicators),
                Route("/v1/scorecard", self.scorecard),
                Route("/v1/now", self.now),
            ),
        ]

    async def indicators(self, request: Request) -> Response:
        """Answer figures by bucket and dimension."""
        with stage("parse"):
            kind = media_type(accepted(request), (JSON, CSV))
            asked = params.indicators(request.scope["query_string"])
        return await self._answered(request, asked, kind, _INDICATORS)

    async def scorecard(self, request: Request) -> Response:
        """Answer the headline figures of a window."""
        principal = principal_of(request.scope)
        with stage("parse"):
            kind = media_type(accepted(request), (JSON, CSV))
            asked = params.scorecard(request.scope["query_string"], lambda named: self.desk.scorecard(principal, named))
        return await self._answered(request, asked, kind, _SCORECARD)

    async def now(self, request: Request) -> Response:
        """Answer the figures of the present."""
        principal = principal_of(request.scope)
        with stage("parse"):
            kind = media_type(accepted(request), (JSON, CSV))
            asked = params.now(request.scope["query_string"], lambda named: self.desk.live(principal, named))
        return await self._answered(request, asked, kind, _SCORECARD)

    async def catalogue(self, request: Request) -> Response:
        """Answer the metrics and dimensions that the caller may ask for."""
        media_type(accepted(request), (JSON,))
        params.nothing(request.scope["query_string"])
        chosen, principal = language(request.headers.get("accept-language")), principal_of(request.scope)
        keep(request.scope, self.keeper.of_directory(self.keeper.epoch()))
        encoded = encode.document(catalogue_document(self.desk.directory_of(principal), principal, chosen))
        return response(encoded, JSON, {"content-language": chosen})

    async def _answered(self, request: Request, asked: Asked, kind: str, encoded_by: Mapping[str, _Encode]) -> Response:
        check_explain(request, explain=asked.explain)
        principal = principal_of(request.scope)
        question = self.desk.understand(asked.ask, principal)
        sheet = asked.sheet(question, by_row=kind == CSV)
        async with self.desk.showing([sheet], principal):
            answer = await answer_to(self.desk, self.keeper, request, question, asked.ask)
            directory = self.desk.directory_of(principal)
            chosen = language(request.headers.get("accept-language"))
            view = View(asked.parts, asked.display, chosen, self.desk.directory().currency)

            def encoded() -> tuple[Encoded, Answer]:
                dressed = asked.dressed(answer, directory, by_row=kind == CSV)
                return encoded_by[kind](dressed, asked, view), dressed

            with stage("encode"):
                content, dressed = await aside(answer.rows * sheet.width, encoded)
        return answered(content, kind, chosen, dressed)


def _indicators(answer: Answer, asked: Asked, view: View) -> Encoded:
    return encode.indicators(answer, view, columns=asked.columns, explain=asked.explain)


def _indicators_csv(answer: Answer, _: Asked, view: View) -> Encoded:
    return encode.indicators_csv(answer, view)


def _scorecard(answer: Answer, asked: Asked, view: View) -> Encoded:
    return encode.scorecard(answer, view, explain=asked.explain)


def _scorecard_csv(answer: Answer, _: Asked, view: View) -> Encoded:
    return encode.scorecard_csv(answer, view)


_INDICATORS: Final[Mapping[str, _Encode]] = {JSON: _indicators, CSV: _indicators_csv}
_SCORECARD: Final[Mapping[str, _Encode]] = {JSON: _scorecard, CSV: _scorecard_csv}
