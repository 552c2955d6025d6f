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
from cadran.domain.verdicts import judged
from cadran.engine.desk import Desk
from cadran.engine.offload import aside
from cadran.insights import change, distribution, goodwill_return, usual_day
from cadran.insights.rest import encoders, params
from cadran.rest import encode
from cadran.rest.desk import answer_to, answer_to_ask, check_explain
from cadran.rest.encode import Encoded
from cadran.rest.params import Asked
from cadran.rest.respond import accepted, answered, with_csv
from cadran.rest.table import View
from cadran.telemetry import stage
from cadran.web.authentication import principal_of
from cadran.web.cache_policy import Keeper
from cadran.web.negotiate import CSV, JSON, language, media_type


@dataclass(frozen=True, slots=True)
class Insights:
    """The handlers of the resources."""

    desk: Desk
    keeper: Keeper

    def routes(self) -> list[Route]:
        """Return the routes of the resources."""
        return with_csv(
            Route("/v1/usual-day", self.usual_day),
            Route("/v1/change", self.change),
            Route("/v1/distribution", self.distribution),
            Route("/v1/goodwill-return", self.goodwill_return),
        )

    async def usual_day(self, request: Request) -> Response:
        """Return figures by time of day."""
        with stage("parse"):
            kind = media_type(accepted(request), (JSON, CSV))
            asked, step = params.usual_day(request.scope["query_string"])
        check_explain(request, explain=asked.explain)
        principal = principal_of(request.scope)
        question = self.desk.understand(asked.ask, principal)
        sheet = asked.sheet(question, by_row=kind == CSV)
        async with self.desk.showing([sheet], principal):
            found = await answer_to(self.desk, self.keeper, request, question, asked.ask)
            view, directory = self._view(request, asked), self._directory(request)

            def encoded() -> tuple[Encoded, Answer]:
                answer = usual_day.usual_day(found, step)
                answer = asked.dressed(answer, directory, by_row=kind == CSV)
                if kind == CSV:
                    return encode.indicators_csv(answer, view), answer
                return encode.indicators(answer, view, columns=asked.columns, explain=asked.explain), answer

            with stage("encode"):
                body, answer = await aside(found.rows * sheet.width, encoded)
        return answered(body, kind, view.language, answer)

    async def change(self, request: Request) -> Response:
        """Return the effects behind the change of a ratio."""
        with stage("parse"):
            kind = media_type(accepted(request), (JSON, CSV))
            asked, against = params.change(request.scope["query_string"])
        check_explain(request, explain=asked.explain)
        principal = principal_of(request.scope)
        question = self.desk.understand(asked.ask, principal)
        earlier = self.desk.understand(against, principal)
        zones = self.desk.directory().zones.values()
        change.check_windows(earlier, question, zones, sees_people=principal.sees_people)
        sheet = asked.sheet(question, beside=len(change.TOLD), by_row=kind == CSV)
        async with self.desk.showing([sheet], principal):
            now, before = await asyncio.gather(
                answer_to(self.desk, self.keeper, request, question, asked.ask),
                answer_to(self.desk, self.keeper, request, earlier, against),
            )
            chosen, directory = language(request.headers.get("accept-language")), self._directory(request)

            def encoded() -> tuple[Encoded, Answer]:
                found = change.change(before, now)
                found = replace(found, answer=asked.dressed(found.answer, directory, by_row=kind == CSV))
                if kind == CSV:
                    return encoders.change_csv(found), found.answer
                return encoders.change(found, chosen, explain=asked.explain), found.answer

            with stage("encode"):
                body, answer = await aside(now.rows * sheet.width, encoded)
        return answered(body, kind, chosen, answer)

    async def distribution(self, request: Request) -> Response:
        """Return waits, or the values of a metric, in bins."""
        with stage("parse"):
            kind = media_type(accepted(request), (JSON, CSV))
            asked, across, bins = params.distribution(request.scope["query_string"])
        check_explain(request, explain=asked.explain)
        principal = principal_of(request.scope)
        question = self.desk.understand(asked.ask, principal)
        # CSV has a row for each bin of a group.
        each = len(asked.ask.by) + 3 if kind == CSV else 1
        sheet = asked.sheet(question, beside=distribution.bins_of(question, across) * each, by_row=kind == CSV)
        async with self.desk.showing([sheet], principal):
            answer = await answer_to(self.desk, self.keeper, request, question, asked.ask)
            chosen, directory = language(request.headers.get("accept-language")), self._directory(request)

            def encoded() -> tuple[Encoded, Answer]:
                found = distribution.distribution(answer, across, bins)
                found = replace(found, answer=asked.dressed(found.answer, directory, by_row=kind == CSV))
                if kind == CSV:
                    return encoders.distribution_csv(found), found.answer
                return encoders.distribution(found, chosen, explain=asked.explain), found.answer

            with stage("encode"):
                body, shown = await aside(answer.rows * sheet.width, encoded)
        return answered(body, kind, chosen, shown)

    async def goodwill_return(self, request: Request) -> Response:
        """Return the cost and the return of gestures."""
        with stage("parse"):
            kind = media_type(accepted(request), (JSON, CSV))
            asked, which = params.goodwill_return(request.scope["query_string"])
        check_explain(request, explain=asked.explain)
        told_of = partial(self.desk.told_of, principal=principal_of(request.scope))
        questions = goodwill_return.asked(asked.ask, which, told_of)
        found = goodwill_return.goodwill_return(
            *await asyncio.gather(*(self._ask(request, each) for each in questions))
        )
        directory = self._directory(request)
        found = replace(found, answer=asked.dressed(judged(found.answer, directory), directory))
        with stage("encode"):
            view = self._view(request, asked)
            if kind == CSV:
                encoded = encode.scorecard_csv(found.answer, view)
            else:
                encoded = encoders.goodwill_return(found, view, explain=asked.explain)
        return answered(encoded, kind, view.language, found.answer)

    async def _ask(self, request: Request, ask: Ask) -> Answer:
        return await answer_to_ask(self.desk, self.keeper, request, ask)

    def _directory(self, request: Request) -> Directory:
        return self.desk.directory_of(principal_of(request.scope))

    def _view(self, request: Request, asked: Asked) -> View:
        chosen = language(request.headers.get("accept-language"))
        return View(asked.parts, asked.display, chosen, self.desk.directory().currency)
