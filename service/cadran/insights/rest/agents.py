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

from cadran.compiler.cost import sheet_of
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.verdicts import judged, noted
from cadran.engine.desk import Desk
from cadran.engine.offload import aside
from cadran.insights import agents as insight
from cadran.rest import encode, table
from cadran.rest.desk import answer_to
from cadran.rest.encode import Encoded
from cadran.rest.parameter import Parameter, by_name, read
from cadran.rest.params import ANNOTATIONS, DISPLAY, FILTERS, METRICS, PARTS, PERIOD, TARGETS, common
from cadran.rest.respond import accepted, answered, with_csv
from cadran.rest.table import View
from cadran.telemetry import stage
from cadran.web.authentication import principal_of
from cadran.web.cache_policy import Keeper
from cadran.web.negotiate import CSV, JSON, language, media_type

AGENTS: Final = (
    replace(
        METRICS,
        about=f"The metrics to show, each with the dimension agent; {', '.join(insight.METRICS)} unless given.",
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
_AGENTS_BY_NAME: Final = by_name(AGENTS)


@dataclass(frozen=True, slots=True)
class Agents:
    """The handler of the agents' resource."""

    desk: Desk
    keeper: Keeper

    def routes(self) -> list[Route]:
        """Return the routes of the resource."""
        return with_csv(Route("/v1/agents", self.agents))

    async def agents(self, request: Request) -> Response:
        """Return the figures of each agent, with rank, team and group."""
        with stage("parse"):
            kind = media_type(accepted(request), (JSON, CSV))
            given = read(request.scope["query_string"], _AGENTS_BY_NAME)
            ask = Ask(metrics=given.get("metrics", ()), order=given.get("order"), **common(given))
            principal = principal_of(request.scope)
            self.desk.check_people(principal)
            asked = insight.questions(ask, partial(self.desk.understand, principal=principal))
            members = table.members(asked.by_agent, **_looks(given)) + len(insight.BESIDE)
            sheet = sheet_of(asked.by_agent, members=members, beside=1)
        async with self.desk.showing([sheet], principal):
            answers = await asyncio.gather(
                *(answer_to(self.desk, self.keeper, request, each, ask) for each in asked.all())
            )
            directory = self.desk.directory_of(principal)
            chosen = language(request.headers.get("accept-language"))
            view = View(given.get("parts", False), given.get("display", False), chosen, directory.currency)

            def encoded() -> tuple[Encoded, Answer]:
                found = insight.agents(asked, answers, self.desk.group_agents_min)
                answer = judged(found.answer, directory) if given.get("targets") else found.answer
                answer = noted(answer, directory, by_row=kind == CSV) if given.get("annotations") else answer
                if kind == CSV:
                    return encode.indicators_csv(answer, view, found.beside()), answer
                document = encode.indicators_document(answer, view, columns=False, explain=False, beside=found.beside())
                return encode.timed(document, answer.freshness), answer

            with stage("encode"):
                body, answer = await aside(answers[0].rows * sheet.width, encoded)
        return answered(body, kind, chosen, answer)


def _looks(given: Mapping[str, Any]) -> dict[str, bool]:
    return {name: given.get(name, False) for name in ("parts", "display", "targets")}
