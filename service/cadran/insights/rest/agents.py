"""The REST resource of the agents: its parameters and its handler."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response

from cadran.compiler.cost import make_sheet
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.metric_ref import Order, parse_columns
from cadran.engine.offload import run_aside
from cadran.insights import agents as insight
from cadran.insights.rest.report_schemas import REPORT_SCHEMAS
from cadran.rest import encode, examples, table
from cadran.rest.context import RequestContext
from cadran.rest.encode import EncodedBody
from cadran.rest.operation import Link, OperationGroup
from cadran.rest.parameter import Parameter
from cadran.rest.params import (
    ANNOTATIONS,
    DISPLAY,
    FILTERS,
    METRICS,
    PARTS,
    PERIOD,
    TARGETS,
    FiguresRequest,
    parse_common,
)
from cadran.rest.responses import describe_found
from cadran.telemetry import stage

_DEFAULTS: Final = ", ".join(each.name for each in insight.METRICS)
_PARAMETERS: Final = (
    replace(
        METRICS,
        about=f"The metrics to show, each with the dimension agent; default: {_DEFAULTS}.",
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
_AGENTS: Final = OperationGroup("figures", REPORT_SCHEMAS)


@_AGENTS.get(
    "/v1/agents",
    "getAgents",
    "Get figures per agent, in the team that the agent worked in. Next to each value are its n, its rank among the "
    "agents ranked (1 is best), the team's figure and the group's figure; for counts these are means per agent. A"
    " filter on agents selects the rows to show and not the agents to compare with. Small teams and groups are left"
    " out, with a warning.",
    describe_found("The figures of the agents.", "Indicators", csv=examples.AGENTS_CSV),
    right="people",
    parameters=_PARAMETERS,
    is_localized=True,
    link=Link("agents", "Agents side by side, with ranks", "/v1/agents?period=2015-12&site=PAU"),
)
async def get_agents(context: RequestContext) -> Response:
    """Return the figures of each agent, with rank, team and group."""
    given = context.given
    names = parse_columns(given.get("metrics", ()))
    ask = Ask(metrics=tuple(names), order=Order.parse(given.get("order"), names), **parse_common(given))
    shown = FiguresRequest.of(ask, given, names)
    asked = insight.make_questions(ask, context.understand)
    members = table.count_members(asked.by_agent, **_looks(given)) + len(insight.BESIDE)
    sheet = make_sheet(asked.by_agent, members=members, beside=1)
    async with context.reserve_response([sheet]):
        answers = await asyncio.gather(*(context.answer(each, ask) for each in asked.all()))
        present = context.make_presenter(shown.presentation(by_row=context.is_csv))
        view = context.make_view(parts=shown.parts, display=shown.display, names=names)
        group_agents_min = context.desk.group_agents_min

        def finish() -> tuple[EncodedBody, Answer]:
            found = insight.compare_agents(asked, answers, group_agents_min)
            answer = present(found.answer)
            if context.is_csv:
                return encode.encode_indicators_csv(answer, view, found.make_rank_columns(view.name)), answer
            document = encode.make_indicators_document(
                answer, view, columns=False, explain=False, beside=found.make_rank_columns(view.name)
            )
            return encode.encode_timed(document, answer.freshness), answer

        with stage("encode"):
            body, answer = await run_aside(answers[0].rows * sheet.width, finish)
    return context.respond_figures(body, answer)


def _looks(given: Mapping[str, Any]) -> dict[str, bool]:
    return {name: given.get(name, False) for name in ("parts", "display", "targets")}
