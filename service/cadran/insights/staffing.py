"""The staffing calculator: required agents and expected service of a workload that the caller names.

Takes the contacts of an interval and their handle time instead of contacts of the data. Returns figures of the same
model (``domain/erlang``) as the metrics of staffing. Refuses values beyond the bounds of their parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cadran.domain.bounds import check_list
from cadran.domain.erlang import Line, Service, positions, predict_service, required_agents
from cadran.domain.metric import Parameter
from cadran.domain.metrics.staffing import AGENTS, CONCURRENCY, LEVEL, OCCUPANCY_MAX, PATIENCE, SHRINKAGE, WITHIN
from cadran.errors import QuestionRefused
from cadran.insights.documents import StaffingDocument, StaffingRowDocument

#: The most numbers of agents in one answer.
ROWS_MAX: Final = 100
#: The most Erlangs of a workload. The time to compute the service grows with the square root of the load.
_LOAD_MAX: Final = 100_000
#: The parameters of a workload. A parameter without default is required, except patience.
PARAMETERS: Final = (
    Parameter("calls", "number", "contacts that arrive in the interval", low=0.01, high=1_000_000),
    Parameter("interval", "number", "seconds of the interval", 1800.0, low=60, high=86_400),
    Parameter("handle_time", "number", "mean seconds that an agent needs for a contact", low=1, high=86_400),
    WITHIN,
    LEVEL,
    PATIENCE,
    OCCUPANCY_MAX,
    CONCURRENCY,
    SHRINKAGE,
)
REQUIRED: Final = tuple(each.slug for each in PARAMETERS if each.default is None and each is not PATIENCE)


@dataclass(frozen=True, slots=True)
class StaffingResult:
    """The result of the calculator: the checked values of the parameters, the load in Erlangs, the required agents,
    and the numbers of agents with the service that each gives (None: they cannot handle the load)."""

    values: Mapping[str, Any]
    load: float
    required: int
    rows: Sequence[tuple[int, Service | None]]


def compute_staffing(given: Mapping[str, float | None], agents: Sequence[float]) -> StaffingResult:
    """Return the required agents of a workload, and the service of each number of ``agents`` (none: of the required
    agents). Raises QuestionRefused."""
    values = {each.slug: _check(each, given.get(each.slug)) for each in PARAMETERS}
    check_list("agents", agents, ROWS_MAX)
    tried = [int(_check(AGENTS, each) or 0) for each in agents]
    known = {name: value for name, value in values.items() if value is not None}
    line = Line(known["calls"] / known["interval"], known["handle_time"], values["patience"])
    if line.load > _LOAD_MAX:
        raise _refuse(
            "calls", f"calls · handle_time / interval is {line.load:,.0f} Erlangs; the most is {_LOAD_MAX:,}."
        )
    within, concurrency = known["within"], int(known["concurrency"])
    required = required_agents(
        line, within, known["level"], occupancy_max=known["max_occupancy"], concurrency=concurrency
    )
    rows = [(number, predict_service(line, number, within, concurrency=concurrency)) for number in tried or [required]]
    return StaffingResult(values, line.load, required, rows)


def encode_staffing(found: StaffingResult) -> StaffingDocument:
    """Return the document of a result."""
    values = found.values
    shrinkage: float = values["shrinkage"]
    return {
        "calls": values["calls"],
        "interval": values["interval"],
        "handle_time": values["handle_time"],
        "within": values["within"],
        "level": values["level"],
        "patience": values["patience"],
        "max_occupancy": values["max_occupancy"],
        "concurrency": int(values["concurrency"]),
        "shrinkage": shrinkage,
        "load": found.load,
        "required_agents": found.required,
        "required_positions": positions(found.required, shrinkage),
        "rows": [_encode_row(agents, service, shrinkage, values["patience"]) for agents, service in found.rows],
    }


def _encode_row(agents: int, service: Service | None, shrinkage: float, patience: float | None) -> StaffingRowDocument:
    return {
        "agents": agents,
        "positions": positions(agents, shrinkage),
        "overloaded": service is None,
        "service_level": None if service is None else service.service_level,
        "asa": None if service is None else service.asa,
        "occupancy": None if service is None else service.occupancy,
        "abandonment": None if service is None or patience is None else service.abandonment,
    }


def _check(parameter: Parameter, value: float | None) -> float | None:
    if value is None:
        if parameter.slug in REQUIRED:
            raise _refuse(parameter.slug, f"{parameter.slug} is missing: give the {parameter.description}.")
        return None if parameter.default is None else float(parameter.default)
    if not parameter.low <= value <= parameter.high or (parameter.whole and value != int(value)):
        kind = "a whole number" if parameter.whole else "a number"
        raise _refuse(
            parameter.slug,
            f"{parameter.slug} must be {kind} from {parameter.low:,.10g} to {parameter.high:,.10g}:"
            f" {parameter.description}.",
        )
    return float(value)


def _refuse(parameter: str, detail: str) -> QuestionRefused:
    return QuestionRefused(detail, code="bad_parameter", parameter=parameter)
