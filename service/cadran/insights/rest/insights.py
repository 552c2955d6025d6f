"""The REST resources of figures that are derived from answers: each asks the desk one question or two."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.directory import Directory
from cadran.domain.verdicts import add_verdicts
from cadran.engine.desk import Desk
from cadran.engine.offload import run_aside
from cadran.insights import change, distribution, goodwill_return, usual_day
from cadran.insights.rest import encoders, params
from cadran.rest import encode
from cadran.rest.desk import answer_ask, answer_question, check_explain
from cadran.rest.encode import EncodedBody
from cadran.rest.params import FiguresRequest
from cadran.rest.respond import add_csv_routes, make_answer_response, read_accept
from cadran.rest.table import View
from cadran.telemetry import stage
from cadran.web.authentication import get_principal
from cadran.web.cache_policy import NoteMaker
from cadran.web.negotiate import CSV, JSON, choose_language, choose_media_type


@dataclass(frozen=True, slots=True)
class Insights:
    """The handlers of the figures that are derived from answers."""

    desk: Desk
    keeper: NoteMaker

    def routes(self) -> list[Route]:
        """Return the routes of the resources."""
        return add_csv_routes(
            Route("/v1/usual-day", self.usual_day),
            Route("/v1/change", self.change),
            Route("/v1/distribution", self.distribution),
            Route("/v1/goodwill-return", self.goodwill_return),
        )

    async def usual_day(self, request: Request) -> Response:
        """Return figures by time of day."""
        with stage("parse"):
            kind = choose_media_type(read_accept(request), (JSON, CSV))
            asked, step = params.parse_usual_day(request.scope["query_string"])
        check_explain(request, explain=asked.explain)
        principal = get_principal(request.scope)
        question = self.desk.understand(asked.ask, principal)
        sheet = asked.sheet(question, by_row=kind == CSV)
        async with self.desk.reserve_response([sheet], principal):
            found = await answer_question(self.desk, self.keeper, request, question, asked.ask)
            view, directory = self._view(request, asked), self._directory(request)

            def encoded() -> tuple[EncodedBody, Answer]:
                answer = usual_day.compute_usual_day(found, step)
                answer = asked.dressed(answer, directory, by_row=kind == CSV)
                if kind == CSV:
                    return encode.encode_indicators_csv(answer, view), answer
                return encode.encode_indicators(answer, view, columns=asked.columns, explain=asked.explain), answer

            with stage("encode"):
                body, answer = await run_aside(found.rows * sheet.width, encoded)
        return make_answer_response(body, kind, view.language, answer)

    async def change(self, request: Request) -> Response:
        """Return the effects behind the change of a ratio."""
        with stage("parse"):
            kind = choose_media_type(read_accept(request), (JSON, CSV))
            asked, against = params.parse_change(request.scope["query_string"])
        check_explain(request, explain=asked.explain)
        principal = get_principal(request.scope)
        question = self.desk.understand(asked.ask, principal)
        earlier = self.desk.understand(against, principal)
        zones = self.desk.directory().zones.values()
        change.check_windows(earlier, question, zones, sees_people=principal.sees_people)
        sheet = asked.sheet(question, beside=len(change.EFFECT_COLUMNS), by_row=kind == CSV)
        async with self.desk.reserve_response([sheet], principal):
            now, before = await asyncio.gather(
                answer_question(self.desk, self.keeper, request, question, asked.ask),
                answer_question(self.desk, self.keeper, request, earlier, against),
            )
            chosen, directory = choose_language(request.headers.get("accept-language")), self._directory(request)

            def encoded() -> tuple[EncodedBody, Answer]:
                found = change.explain_change(before, now)
                found = replace(found, answer=asked.dressed(found.answer, directory, by_row=kind == CSV))
                if kind == CSV:
                    return encoders.encode_change_csv(found), found.answer
                return encoders.encode_change(found, chosen, explain=asked.explain), found.answer

            with stage("encode"):
                body, answer = await run_aside(now.rows * sheet.width, encoded)
        return make_answer_response(body, kind, chosen, answer)

    async def distribution(self, request: Request) -> Response:
        """Return waits, or the values of a metric, in bins."""
        with stage("parse"):
            kind = choose_media_type(read_accept(request), (JSON, CSV))
            asked, across, bins = params.parse_distribution(request.scope["query_string"])
        check_explain(request, explain=asked.explain)
        principal = get_principal(request.scope)
        question = self.desk.understand(asked.ask, principal)
        # CSV has a row for each bin of a group.
        each = len(asked.ask.by) + 3 if kind == CSV else 1
        sheet = asked.sheet(question, beside=distribution.count_bins_max(question, across) * each, by_row=kind == CSV)
        async with self.desk.reserve_response([sheet], principal):
            answer = await answer_question(self.desk, self.keeper, request, question, asked.ask)
            chosen, directory = choose_language(request.headers.get("accept-language")), self._directory(request)

            def encoded() -> tuple[EncodedBody, Answer]:
                found = distribution.compute_distribution(answer, across, bins)
                found = replace(found, answer=asked.dressed(found.answer, directory, by_row=kind == CSV))
                if kind == CSV:
                    return encoders.encode_distribution_csv(found), found.answer
                return encoders.encode_distribution(found, chosen, explain=asked.explain), found.answer

            with stage("encode"):
                body, shown = await run_aside(answer.rows * sheet.width, encoded)
        return make_answer_response(body, kind, chosen, shown)

    async def goodwill_return(self, request: Request) -> Response:
        """Return the cost and the return of gestures."""
        with stage("parse"):
            kind = choose_media_type(read_accept(request), (JSON, CSV))
            asked, which = params.parse_goodwill_return(request.scope["query_string"])
        check_explain(request, explain=asked.explain)
        select_metrics = partial(self.desk.select_metrics, principal=get_principal(request.scope))
        questions = goodwill_return.build_asks(asked.ask, which, select_metrics)
        found = goodwill_return.compute_goodwill_return(
            *await asyncio.gather(*(self._ask(request, each) for each in questions))
        )
        directory = self._directory(request)
        found = replace(found, answer=asked.dressed(add_verdicts(found.answer, directory), directory))
        with stage("encode"):
            view = self._view(request, asked)
            if kind == CSV:
                encoded = encode.encode_scorecard_csv(found.answer, view)
            else:
                encoded = encoders.encode_goodwill_return(found, view, explain=asked.explain)
        return make_answer_response(encoded, kind, view.language, found.answer)

    async def _ask(self, request: Request, ask: Ask) -> Answer:
        return await answer_ask(self.desk, self.keeper, request, ask)

    def _directory(self, request: Request) -> Directory:
        return self.desk.directory_of(get_principal(request.scope))

    def _view(self, request: Request, asked: FiguresRequest) -> View:
        chosen = choose_language(request.headers.get("accept-language"))
        return View(asked.parts, asked.display, chosen, self.desk.directory().currency)
