"""The GraphQL root fields of figures that are derived from answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import strawberry

from cadran.domain.bounds import METRICS_MAX, SECTIONS_MAX, check_list
from cadran.domain.metric_ref import Order as AskedOrder
from cadran.domain.metric_ref import parse_metric_refs, split_list
from cadran.graphql.choices import GoodwillKind, Step
from cadran.graphql.declaration.field_cost import ONE_QUESTION, QUESTIONS, RECORD
from cadran.graphql.indicators import Indicators, PendingQuestion
from cadran.graphql.inputs import PeriodInput, make_ask
from cadran.graphql.root import (
    Bands,
    By,
    ByAttributes,
    Comparison,
    Info,
    Order,
    Period,
    StepWidth,
    Where,
    Zone,
    make_fallible,
    make_splits,
)
from cadran.insights.agents import METRICS as AGENT_METRICS
from cadran.insights.graphql import staffing as arguments
from cadran.insights.graphql.agents import Agents, agents
from cadran.insights.graphql.change import Change, change
from cadran.insights.graphql.distribution import ACROSS, Distribution, distribution
from cadran.insights.graphql.goodwill_return import GoodwillReturn, goodwill_return
from cadran.insights.graphql.report import NAME, Report, report
from cadran.insights.graphql.staffing import StaffingResult, staffing
from cadran.insights.usual_day import split_by_time

AGENT_DEFAULTS = ", ".join(each.name for each in AGENT_METRICS)


@strawberry.type
class InsightQuery:
    """The fields that answer figures derived from answers."""

    @make_fallible(
        "Figures by time of day over all days of a window, without gaps between the first and the last.",
        cost=ONE_QUESTION,
    )
    def usual_day(
        self,
        info: Info,
        *,
        period: Period,
        zone: Zone = None,
        by: By = (),  # type: ignore[assignment]  # an immutable default; strawberry hands in a list
        by_attributes: ByAttributes = (),  # type: ignore[assignment]  # likewise
        where: Where = None,
        compare: Comparison = None,
        step: StepWidth = Step.QUARTER_HOUR,
        bands: Bands = False,
    ) -> Indicators | None:
        """Return a pending question by time of day."""
        ask = replace(
            make_ask(period, zone=zone, where=where, compare=compare),
            by=make_splits(by, by_attributes),
            step=str(step.value),
            bands=bands,
        )
        return PendingQuestion(split_by_time(ask), info.context)  # type: ignore[return-value]  # the executor turns it into Indicators

    @make_fallible("Why a ratio changed between two windows.", cost=QUESTIONS)
    async def change(
        self,
        info: Info,
        *,
        metric: Annotated[str, strawberry.argument(description="The ratio that changed, as in a URL: aht.")],
        period: Period,
        against: Annotated[PeriodInput, strawberry.argument(description="The earlier window to compare with.")],
        by: By,
        by_attributes: ByAttributes = (),  # type: ignore[assignment]  # an immutable default; strawberry hands in a list
        zone: Zone = None,
        where: Where = None,
    ) -> Change | None:
        """Return the effects of each group's rate and of the mix of volumes."""
        ask = make_ask(period, zone=zone, where=where, compare=None)
        ask = replace(ask, metrics=parse_metric_refs(split_list(metric)), by=make_splits(by, by_attributes))
        return await change(info.context, ask, make_ask(against, zone=zone, where=where, compare=None))

    @make_fallible("The distribution of waits, or of the values of a metric across buckets or groups.", cost=QUESTIONS)
    async def distribution(
        self,
        info: Info,
        *,
        of: Annotated[
            str,
            strawberry.argument(description="The distributed quantity: wait, handle_time, or any metric as in a URL."),
        ],
        period: Period,
        zone: Zone = None,
        by: By = (),  # type: ignore[assignment]  # an immutable default; strawberry hands in a list
        by_attributes: ByAttributes = (),  # type: ignore[assignment]  # likewise
        where: Where = None,
        across: Annotated[
            Any,
            strawberry.argument(
                graphql_type=ACROSS | None,
                description="The buckets or groups whose values are counted. Without it, waits and scores are"
                " counted one by one, and other metrics by day.",
            ),
        ] = None,
        bins: Annotated[
            int | None, strawberry.argument(description="The number of bins of equal width, 1 to 100; default: 10.")
        ] = None,
    ) -> Distribution | None:
        """Return the edges and counts of the bins."""
        ask = replace(
            make_ask(period, zone=zone, where=where, compare=None),
            metrics=parse_metric_refs(split_list(of)),
            by=make_splits(by, by_attributes),
        )
        return await distribution(info.context, ask, None if across is None else across.value, bins)

    @make_fallible("The cost and the return of gestures, and the cost of losing customers.", cost=QUESTIONS)
    async def goodwill_return(
        self,
        info: Info,
        *,
        period: Period,
        zone: Zone = None,
        where: Where = None,
        kind: Annotated[
            GoodwillKind, strawberry.argument(description="The kinds of gestures that count.")
        ] = GoodwillKind.ALL,
    ) -> GoodwillReturn | None:
        """Return the computation with its assumptions."""
        ask = make_ask(period, zone=zone, where=where, compare=None)
        return await goodwill_return(info.context, ask, str(kind.value))

    @make_fallible("Agents side by side: figures with rank, team and group.", cost=QUESTIONS)
    async def agents(
        self,
        info: Info,
        *,
        period: Period,
        zone: Zone = None,
        where: Where = None,
        metrics: Annotated[
            list[str] | None,
            strawberry.argument(
                description=f'Metrics as in a URL, ["aht", "fcr"], at most {METRICS_MAX} metrics; the default is'
                f" {AGENT_DEFAULTS}."
            ),
        ] = None,
        order: Order = None,
    ) -> Agents | None:
        """Return the agents that match the filters."""
        ask = make_ask(period, zone=zone, where=where, compare=None)
        ask = replace(ask, metrics=parse_metric_refs(metrics or ()), order=AskedOrder.parse(order))
        return await agents(info.context, ask)

    @make_fallible("One of the five mandatory reports, as a ready-made set of questions.", cost=QUESTIONS)
    async def report(
        self,
        info: Info,
        *,
        name: Annotated[Any, strawberry.argument(graphql_type=NAME, description="The name of the report.")],
        period: Period,
        zone: Zone = None,
        where: Where = None,
        compare: Comparison = None,
        sections: Annotated[
            list[str] | None,
            strawberry.argument(description=f"The sections, at most {SECTIONS_MAX} sections; default: all."),
        ] = None,
    ) -> Report | None:
        """Return the report with its sections."""
        ask = make_ask(period, zone=zone, where=where, compare=compare)
        check_list("sections", sections or (), SECTIONS_MAX)
        return await report(info.context, name, ask, sections or ())

    @make_fallible(
        "The agents that a workload requires, and the service that numbers of agents give. No contacts are read.",
        cost=RECORD,
    )
    def staffing(
        self,
        *,
        calls: arguments.Calls,
        handle_time: arguments.HandleTime,
        interval: arguments.Interval = 1800,
        agents: arguments.Agents = None,
        within: arguments.Within = 20,
        level: arguments.Level = 0.8,
        patience: arguments.Patience = None,
        max_occupancy: arguments.MaxOccupancy = 1,
        concurrency: arguments.Concurrency = 1,
        shrinkage: arguments.Shrinkage = 0,
    ) -> StaffingResult | None:
        """Return the required agents and the expected service."""
        given = {
            "calls": calls,
            "handle_time": handle_time,
            "interval": interval,
            "within": within,
            "level": level,
            "patience": patience,
            "max_occupancy": max_occupancy,
            "concurrency": concurrency,
            "shrinkage": shrinkage,
        }
        return staffing(given, agents)
