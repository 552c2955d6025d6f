"""The resource ``/v1/staffing``: the staffing calculator, which reads no contacts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from cadran.domain.metric import Parameter as MetricParameter
from cadran.domain.metrics.staffing import AGENTS
from cadran.errors import QuestionRefused
from cadran.insights.documents import StaffingRowDocument
from cadran.insights.rest.schemas import INSIGHT_SCHEMAS
from cadran.insights.staffing import PARAMETERS, REQUIRED, ROWS_MAX, compute_staffing, encode_staffing
from cadran.rest import encode
from cadran.rest.context import RequestContext
from cadran.rest.operation import Link, OperationGroup
from cadran.rest.parameter import Parameter
from cadran.rest.responses import describe_found

_EXAMPLES: Final = {"calls": 350, "handle_time": 320}
_CSV: Final = (
    "agents,positions,overloaded,service_level,asa,occupancy,abandonment\r\n"
    "66,66,false,0.5780867867833945,45.256238029222445,0.9427609427609428,\r\n"
)


def _describe(parameter: MetricParameter) -> Parameter:
    """Return the parameter of the query string for a parameter of a workload."""
    default = "" if parameter.default is None else f" Default: {parameter.default:g}."
    return Parameter(
        parameter.slug,
        f"{parameter.description[0].upper()}{parameter.description[1:]}.{default}",
        "number" if parameter.whole else "decimal",
        _EXAMPLES.get(parameter.slug),
        required=parameter.slug in REQUIRED,
        low=int(parameter.low) if parameter.whole else parameter.low,
        high=int(parameter.high) if parameter.whole else parameter.high,
    )


_PARAMETERS: Final = (
    *map(_describe, PARAMETERS),
    Parameter(
        "agents",
        "The numbers of agents at work whose service is computed, without the shrinkage. Default: the required agents.",
        "list",
        ["65", "66", "67"],
        longest=ROWS_MAX,
    ),
)
_INSIGHTS: Final = OperationGroup("figures", INSIGHT_SCHEMAS)


@_INSIGHTS.get(
    "/v1/staffing",
    "getStaffing",
    "Compute how many agents a workload requires, and the service that numbers of agents give. No contacts are read: "
    "the workload is in the request. The metrics required_agents, expected_service_level, expected_asa, "
    "expected_occupancy and expected_abandonment compute the same from contacts.",
    describe_found("The required agents and the expected service.", "Staffing", csv=_CSV),
    right="figures",
    refusals=("BadRequest", "NotAcceptable", "Refused", "Internal"),
    parameters=_PARAMETERS,
    link=Link(
        "staffing",
        "The service that a number of agents gives, and the agents that a service requires",
        "/v1/staffing?calls=350&interval=1800&handle_time=320&agents=65,66,67",
    ),
)
async def get_staffing(context: RequestContext) -> Response:
    """Return the required agents and the expected service of a workload."""
    context.depend_on_directory()
    agents = [_read_agents(word) for word in context.given.get("agents", ())]
    document = encode_staffing(compute_staffing(context.given, agents))
    if context.is_csv:
        rows: Sequence[StaffingRowDocument] = document["rows"]
        return context.respond(
            encode.encode_csv({name: [dict(row)[name] for row in rows] for name in StaffingRowDocument.__annotations__})
        )
    return context.respond(encode.encode_document(document))


def _read_agents(word: str) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) < 10):
        raise QuestionRefused(
            f"agents must be whole numbers from {AGENTS.low:g} to {AGENTS.high:,g}, separated by commas: 65,66,67.",
            code="bad_parameter",
            parameter="agents",
        )
    return int(word)
