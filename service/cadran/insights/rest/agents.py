"""The REST resource of the agents: its parameters and its handler."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.compiler.cost import make_sheet
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.verdicts import add_annotations, add_verdicts
from cadran.engine.desk import Desk
from cadran.engine.offload import run_aside
from cadran.insights import agents as insight
from cadran.rest import encode, table
from cadran.rest.desk import answer_question
from cadran.rest.encode import EncodedBody
from cadran.rest.parameter import Parameter, index_by_name, read_parameters
from cadran.rest.params import ANNOTATIONS, DISPLAY, FILTERS, METRICS, PARTS, PERIOD, TARGETS, parse_common
from cadran.rest.respond import add_csv_routes, make_answer_response, read_accept
from cadran.rest.table import View
from cadran.telemetry import stage
from cadran.web.authentication import get_principal
from cadran.web.cache_policy import NoteMaker
from cadran.web.negotiate import CSV, JSON, choose_language, choose_media_type

AGENTS: Final = (
    replace(
        METRICS,
        about=f"The metrics to show, each with the dimension agent; default: {', '.join(insight.METRICS)}.",
        example=["aht", "fcr"],
        required=False,
    ),
    *PERIOD,
    *FILTERS,
    Parameter(
        "order", "The metric that orders the rows: aht for ascending, -aht for descending order.", example="-aht"
    ),
    PARTS,
    DISPLAY,
    TARGETS,
    ANNOTATIONS,
)
_AGENTS_BY_NAME: Final = index_by_name(AGENTS)


@dataclass(frozen=True, slots=True)
class Agents:
    """The handler of the agents' resource."""

    desk: Desk
    keeper: NoteMaker

    def routes(self) -> list[Route]:
        """Return the routes of the resource."""
        return add_csv_routes(Route("/v1/agents", self.agents))

    async def agents(self, request: Request) -> Response:
        """Return the figures of each agent, with rank, team and group."""
        with stage("parse"):
            kind = choose_media_type(read_accept(request), (JSON, CSV))
            given = read_parameters(request.scope["query_string"], _AGENTS_BY_NAME)
            ask = Ask(metrics=given.get("metrics", ()), order=given.get("order"), **parse_common(given))
            principal = get_principal(request.scope)
            self.desk.check_people(principal)
            asked = insight.make_questions(ask, partial(self.desk.understand, principal=principal))
            members = table.count_members(asked.by_agent, **_looks(given)) + len(insight.BESIDE)
            sheet = make_sheet(asked.by_agent, members=members, beside=1)
        async with self.desk.reserve_response([sheet], principal):
            answers = await asyncio.gather(
                *(answer_question(self.desk, self.keeper, request, each, ask) for each in asked.all())
            )
            directory = self.desk.directory_of(principal)
            chosen = choose_language(request.headers.get("accept-language"))
            view = View(given.get("parts", False), given.get("display", False), chosen, directory.currency)

            def encoded() -> tuple[EncodedBody, Answer]:
                found = insight.compare_agents(asked, answers, self.desk.group_agents_min)
                answer = add_verdicts(found.answer, directory) if given.get("targets") else found.answer
                answer = add_annotations(answer, directory, by_row=kind == CSV) if given.get("annotations") else answer
                if kind == CSV:
                    return encode.encode_indicators_csv(answer, view, found.beside()), answer
                document = encode.make_indicators_document(
                    answer, view, columns=False, explain=False, beside=found.beside()
                )
                return encode.encode_timed(document, answer.freshness), answer

            with stage("encode"):
                body, answer = await run_aside(answers[0].rows * sheet.width, encoded)
        return make_answer_response(body, kind, chosen, answer)


def _looks(given: Mapping[str, Any]) -> dict[str, bool]:
    return {name: given.get(name, False) for name in ("parts", "display", "targets")}
