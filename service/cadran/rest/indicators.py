"""The resources: each reads what is asked, lets the desk answer, notes what its bytes depend on, and encodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from cadran.api.index import index_document, index_page
from cadran.api.openapi import document as openapi_document
from cadran.domain.answer import Answer
from cadran.engine.desk import Desk
from cadran.engine.offload import aside
from cadran.errors import absent
from cadran.insights.rest.agents import Agents
from cadran.insights.rest.insights import Insights
from cadran.insights.rest.reports import Reports
from cadran.lists.rest.recovery import Recovery
from cadran.lists.rest.surveys import Surveys
from cadran.rest import encode, params
from cadran.rest.catalogue import catalogue_document
from cadran.rest.desk import answer_to, check_explain
from cadran.rest.encode import Encoded
from cadran.rest.params import Asked
from cadran.rest.respond import accepted, answered, response
from cadran.rest.table import View
from cadran.telemetry import stage
from cadran.web.authentication import principal_of
from cadran.web.cache_policy import Keeper, keep
from cadran.web.negotiate import CSV, JSON, language, media_type
from cadran.web.problem import KIND_SLUGS, kind_document

HTML: Final = "text/html"
_Encode = Callable[[Answer, Asked, View], Encoded]


def routes(desk: Desk, *, keeper: Keeper, version: str) -> list[Route]:
    """The REST resources, the OpenAPI document and the index."""
    resources = Resources(desk, keeper, version)
    return [
        Route("/", resources.index),
        Route("/openapi.json", resources.openapi),
        Route("/problems/{code}", resources.problem),
        Route("/v1/catalogue", resources.catalogue),
        Route("/v1/indicators", resources.indicators),
        Route("/v1/scorecard", resources.scorecard),
        Route("/v1/now", resources.now),
        *Insights(desk, keeper).routes(),
        *Surveys(desk).routes(),
        *Recovery(desk).routes(),
        *Reports(desk, keeper).routes(),
        *Agents(desk, keeper).routes(),
    ]


@dataclass(frozen=True, slots=True)
class Resources:
    """The handlers, with what they need."""

    desk: Desk
    keeper: Keeper
    version: str

    async def indicators(self, request: Request) -> Response:
        """Figures by bucket and dimension."""
        with stage("parse"):
            kind = media_type(accepted(request), (JSON, CSV))
            asked = params.indicators(request.scope["query_string"])
        return await self._answered(request, asked, kind, _INDICATORS)

    async def scorecard(self, request: Request) -> Response:
        """The headline figures of a window."""
        principal = principal_of(request.scope)
        with stage("parse"):
            kind = media_type(accepted(request), (JSON, CSV))
            asked = params.scorecard(request.scope["query_string"], lambda named: self.desk.scorecard(principal, named))
        return await self._answered(request, asked, kind, _SCORECARD)

    async def now(self, request: Request) -> Response:
        """What is happening now."""
        principal = principal_of(request.scope)
        with stage("parse"):
            kind = media_type(accepted(request), (JSON, CSV))
            asked = params.now(request.scope["query_string"], lambda named: self.desk.live(principal, named))
        return await self._answered(request, asked, kind, _SCORECARD)

    async def catalogue(self, request: Request) -> Response:
        """What the caller may ask."""
        media_type(accepted(request), (JSON,))
        params.nothing(request.scope["query_string"])
        chosen, principal = language(request.headers.get("accept-language")), principal_of(request.scope)
        keep(request.scope, self.keeper.of_directory(self.keeper.epoch()))
        encoded = encode.document(catalogue_document(self.desk.directory_of(principal), principal, chosen))
        return response(encoded, JSON, {"content-language": chosen})

    async def openapi(self, request: Request) -> Response:
        """The contract."""
        media_type(accepted(request), (JSON,))
        keep(request.scope, self.keeper.of_directory(self.keeper.epoch()))
        return response(encode.document(openapi_document(self.version)), JSON, {})

    async def problem(self, request: Request) -> Response:
        """What a kind of problem means."""
        found = kind_document(request.path_params["code"])
        if found is None:
            raise absent("kind of problem", request.path_params["code"], KIND_SLUGS, listed="/openapi.json")
        return response(encode.document(found), JSON, {})

    async def index(self, request: Request) -> Response:
        """Where everything is."""
        if media_type(accepted(request), (JSON, HTML)) == HTML:
            return HTMLResponse(index_page(self.version))
        return response(encode.document(index_document(self.version)), JSON, {})

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
                told, dressed = await aside(answer.rows * sheet.width, encoded)
        return answered(told, kind, chosen, dressed)


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
