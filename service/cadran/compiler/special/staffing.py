"""Staffing of a bucket's contacts: the agents that they require, and the service that a number of agents gives.

Takes the handle time, the handled contacts and the arrivals of each row, and the row's length (``row_length``). Gives
the figures by ``domain/erlang`` for the arrival rate over that length. Rows shorter than a quarter-hour have no figure,
and neither have rows whose contacts are more than the agents can handle, if customers have endless patience.

Refuses buckets longer than an hour, because arrivals are no steady stream over them, unless rows are by time of day.
Refuses windows that begin or end within a quarter-hour, and sites of several zones together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cadran.compiler.special.row_length import QUARTER_SECONDS, TIME
from cadran.compiler.timing import Timing
from cadran.domain.answer import Figures, Notice
from cadran.domain.erlang import Line, is_overloaded, positions, predict_service, required_agents
from cadran.domain.metric import Label
from cadran.domain.metrics.staffing import SERVICE_MEMBERS
from cadran.domain.question import MetricRef, Question
from cadran.domain.window import QUARTERS
from cadran.errors import QuestionRefused

Values = Sequence[float | None]


def check(question: Question, timing: Timing) -> None:
    """Refuse a question for which figures of staffing cannot be computed. Questions without such a metric pass."""
    for call in question.metrics:
        if call.metric.kind == "computed":
            _check_arguments(call)
            _check_window(call, question, timing)


def _check_arguments(call: MetricRef) -> None:
    arguments = call.values()
    detail = None
    if call.slug in SERVICE_MEMBERS and "agents" not in arguments:
        detail = f"{call.slug} needs agents=…, the number of agents at work."
    elif call.slug == "expected_abandonment" and "patience" not in arguments:
        detail = f"{call.slug} needs patience=…, the mean seconds before a waiting customer leaves."
    elif "formula" in arguments and (arguments["formula"] == "erlang_a") != ("patience" in arguments):
        detail = (
            "formula=erlang_a needs patience=…, the mean seconds before a waiting customer leaves; erlang_c has none."
        )
    if detail is not None:
        raise QuestionRefused(detail, code="bad_parameter", parameter="metrics")


def _check_window(call: MetricRef, question: Question, timing: Timing) -> None:
    if question.grain not in QUARTERS and TIME not in question.by:
        raise QuestionRefused(
            f"{call.slug} needs grain=hour, half_hour or quarter_hour, or by=time_of_day (a usual day): over longer"
            " buckets contacts do not arrive in a steady stream.",
            code="impossible_grain",
            parameter="grain",
            suggestions=("hour", "half_hour", "quarter_hour"),
        )
    if timing.shown is None:
        raise QuestionRefused(
            f"{call.slug} needs one clock, and the sites in scope have different time zones:"
            " name one (zone=Europe/Paris) or filter on a site.",
            code="bad_window",
            parameter="zone",
        )
    if any(bound.minute % 15 or bound.second or bound.microsecond for bound in timing.local or timing.instants or ()):
        raise QuestionRefused(
            f"{call.slug} is computed by whole quarter-hours: the window's start and end must fall on quarter-hours.",
            code="bad_window",
            parameter="start",
        )


def make_lines(
    call: MetricRef, handle: Values, handled: Values, arrivals: Values, seconds: Values
) -> list[Line | None]:
    """Return the load of each row; None without arrivals, without a handle time, or below a quarter-hour."""
    patience = call.values().get("patience")
    return [
        Line(arrived / length, time / number, None if patience is None else float(patience))
        if time and number and arrived and length and length >= QUARTER_SECONDS
        else None
        for time, number, arrived, length in zip(handle, handled, arrivals, seconds, strict=True)
    ]


def figures(call: MetricRef, lines: Sequence[Line | None], arrivals: Values) -> Figures:
    """Return the figure of each row; None without a load, or where the agents cannot handle it."""
    nothing: list[float | None] = [None] * len(arrivals)
    values = [None if line is None else _compute(call, line) for line in lines]
    return Figures(call, values, nothing, nothing, arrivals)


def _compute(call: MetricRef, line: Line) -> float | None:
    arguments = call.values()
    within, concurrency = float(arguments.get("within", 0.0)), int(arguments["concurrency"])
    if call.slug in SERVICE_MEMBERS:
        found = predict_service(line, int(arguments["agents"]), within, concurrency=concurrency)
        return None if found is None else float(getattr(found, SERVICE_MEMBERS[call.slug]))
    occupancy_max = float(arguments["max_occupancy"])
    agents = required_agents(
        line, within, float(arguments["level"]), occupancy_max=occupancy_max, concurrency=concurrency
    )
    return positions(agents, float(arguments["shrinkage"]))


def notices(found: Iterable[tuple[MetricRef, Sequence[Line | None]]]) -> tuple[Notice, ...]:
    """Return a notice for each metric with rows whose contacts are more than the agents can handle."""
    made = []
    for call, lines in found:
        if call.slug not in SERVICE_MEMBERS:
            continue
        loaded = [line for line in lines if line is not None]
        agents, concurrency = (int(call.values()[name]) for name in ("agents", "concurrency"))
        overloaded = sum(is_overloaded(line, agents, concurrency=concurrency) for line in loaded)
        if overloaded:
            detail = Label(
                f"{call.name}: these agents cannot handle the contacts of {overloaded} of {len(loaded)} rows"
                " (occupancy of 100% or more), and the queue would grow without end. Name more agents, or patience=….",
                f"{call.name} : ces agents ne peuvent traiter les contacts de {overloaded} lignes sur {len(loaded)}"
                " (occupation de 100 % ou plus), et la file croîtrait sans fin. Donnez plus d'agents, ou patience=….",
            )
            made.append(Notice("overloaded", detail, (call.slug,)))
    return tuple(made)
