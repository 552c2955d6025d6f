"""The root: indicators, the scorecard, what follows from them, the catalogue."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated, Any

import strawberry

from cadran.contracts.graphql.query import ContractQuery
from cadran.contracts.graphql.sla import Sla, sla
from cadran.domain.bounds import METRICS_MAX, SECTIONS_MAX, check_list
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.metric_ref import split_list
from cadran.graphql.catalogue import Catalogue, catalogue
from cadran.graphql.choices import DIMENSION, Compare, GoodwillKind, Grain, Step
from cadran.graphql.fields import described
from cadran.graphql.indicators import Indicators, Pending
from cadran.graphql.inputs import IndicatorFilter, PeriodInput, asked
from cadran.graphql.now import Now, now
from cadran.graphql.root import Info, Period, Zone, fallible
from cadran.graphql.scorecard import Scorecard, scorecard
from cadran.insights import usual_day
from cadran.insights.graphql.agents import Agents, agents
from cadran.insights.graphql.change import Change, change
from cadran.insights.graphql.distribution import ACROSS, Distribution, distribution
from cadran.insights.graphql.goodwill_return import GoodwillReturn, goodwill_return
from cadran.insights.graphql.report import NAME, Report, report
from cadran.lists.graphql.contacts import ContactPage, contacts
from cadran.lists.graphql.query import SurveyQuery
from cadran.lists.graphql.recovery import Recovery, RecoveryOrder, recovery
from cadran.objectives.graphql.query import ObjectiveQuery

Where = Annotated[IndicatorFilter | None, strawberry.argument(description="Which contacts count.")]
Comparison = Annotated[Compare | None, strawberry.argument(description="What to set the figures against.")]
By = Annotated[
    list[Any],
    strawberry.argument(
        graphql_type=list[DIMENSION],
        description=f"What to split by, at most {len(DIMENSIONS)} dimensions; the rest is null in the rows.",
    ),
]
Order = Annotated[
    str | None,
    strawberry.argument(
        description="A selected metric that ranks the groups: qos ascends, -qos descends, -wait(percentile=0.9)."
    ),
]


@strawberry.type(description="Everything that can be asked.")
class Query(ContractQuery, ObjectiveQuery, SurveyQuery):
    """The root fields."""

    @fallible("Figures over a window; the metrics are those selected under rows and totals.")
    def indicators(
        self,
        info: Info,
        *,
        period: Period,
        zone: Zone = None,
        grain: Annotated[Grain, strawberry.argument(description="The width of the rows' buckets.")] = Grain.TOTAL,
        by: By = (),  # type: ignore[assignment]  # an immutable default; strawberry hands in a list
        where: Where = None,
        compare: Comparison = None,
        fill: Annotated[bool, strawberry.argument(description="Whether empty buckets get a row.")] = False,
        order: Order = None,
        top: Annotated[int | None, strawberry.argument(description="How many groups to keep, 1 to 10000.")] = None,
    ) -> Indicators | None:
        """A pending question; the executor completes it."""
        ask = replace(
            asked(period, zone=zone, where=where, compare=compare),
            grain=str(grain.value),
            by=tuple(each.value for each in by),
            fill=fill,
            order=order,
            top=top,
        )
        return Pending(ask, info.context)  # type: ignore[return-value]  # the executor turns it into Indicators

    @fallible("Figures by time of day over all days of a window, without gaps between the first and the last.")
    def usual_day(
        self,
        info: Info,
        *,
        period: Period,
        zone: Zone = None,
        by: By = (),  # type: ignore[assignment]  # an immutable default; strawberry hands in a list
        where: Where = None,
        step: Annotated[Step, strawberry.argument(description="The width of the rows.")] = Step.QUARTER_HOUR,
    ) -> Indicators | None:
        """A pending question by time of day."""
        width = usual_day.Step(str(step.value))
        ask = replace(asked(period, zone=zone, where=where, compare=None), by=tuple(each.value for each in by))
        return Pending(  # type: ignore[return-value]  # the executor turns it into Indicators
            ask,
            info.context,
            partial(usual_day.asked_by_time, step=width),
            partial(usual_day.usual_day, step=width),
        )

    @fallible("Why a ratio moved from one window to another.")
    async def change(
        self,
        info: Info,
        *,
        metric: Annotated[str, strawberry.argument(description="The ratio that moved, as in a URL: aht.")],
        period: Period,
        against: Annotated[PeriodInput, strawberry.argument(description="The window before.")],
        by: By,
        zone: Zone = None,
        where: Where = None,
    ) -> Change | None:
        """What came from each group's own rate, and what from the mix of volumes."""
        ask = replace(
            asked(period, zone=zone, where=where, compare=None),
            metrics=split_list(metric),
            by=tuple(each.value for each in by),
        )
        return await change(info.context, ask, asked(against, zone=zone, where=where, compare=None))

    @fallible("How waits, or the values of a metric across buckets or groups, are distributed.")
    async def distribution(
        self,
        info: Info,
        *,
        of: Annotated[
            str, strawberry.argument(description="What is distributed: wait, handle_time, any metric as in a URL.")
        ],
        period: Period,
        zone: Zone = None,
        by: By = (),  # type: ignore[assignment]  # an immutable default; strawberry hands in a list
        where: Where = None,
        across: Annotated[
            Any,
            strawberry.argument(
                graphql_type=ACROSS | None, description="What the values are counted across: DAY unless given."
            ),
        ] = None,
        bins: Annotated[int | None, strawberry.argument(description="How many bins of equal width, 1 to 100.")] = None,
    ) -> Distribution | None:
        """Edges and counts."""
        ask = replace(
            asked(period, zone=zone, where=where, compare=None),
            metrics=split_list(of),
            by=tuple(each.value for each in by),
        )
        return await distribution(info.context, ask, None if across is None else across.value, bins)

    @fallible("The contacts behind a figure, page by page.")
    async def contacts(
        self,
        info: Info,
        *,
        period: Period,
        zone: Zone = None,
        where: Where = None,
        limit: Annotated[int, strawberry.argument(description="How many contacts a page holds, 1 to 1000.")] = 100,
        after: Annotated[str | None, strawberry.argument(description="What the page before told as next.")] = None,
    ) -> ContactPage | None:
        """A page."""
        return await contacts(info.context, asked(period, zone=zone, where=where, compare=None), limit, after)

    @fallible("What gestures cost and bring back, beside what losing customers costs.")
    async def goodwill_return(
        self,
        info: Info,
        *,
        period: Period,
        zone: Zone = None,
        where: Where = None,
        kind: Annotated[GoodwillKind, strawberry.argument(description="Which gestures.")] = GoodwillKind.ALL,
    ) -> GoodwillReturn | None:
        """The computation with its assumptions."""
        return await goodwill_return(info.context, asked(period, zone=zone, where=where, compare=None), str(kind.value))

    @fallible("Who did not get through, or was promised a callback, and was not reached since, page by page.")
    async def recovery(
        self,
        info: Info,
        *,
        period: Annotated[
            PeriodInput | None, strawberry.argument(description="Which window; the last thirty days unless given.")
        ] = None,
        zone: Zone = None,
        where: Where = None,
        order: Annotated[RecoveryOrder, strawberry.argument(description="Who comes first.")] = RecoveryOrder.VALUE,
        limit: Annotated[int, strawberry.argument(description="How many customers a page holds, 1 to 1000.")] = 100,
        after: Annotated[str | None, strawberry.argument(description="What the page before told as next.")] = None,
    ) -> Recovery | None:
        """A page, and the figures beside it."""
        ask = asked(period or PeriodInput(), zone=zone, where=where, compare=None)
        return await recovery(info.context, ask, str(order.value), limit, after)

    @fallible("The headline figures of a window.")
    async def scorecard(
        self,
        info: Info,
        *,
        period: Period,
        zone: Zone = None,
        where: Where = None,
        compare: Comparison = None,
        metrics: Annotated[
            list[str] | None,
            strawberry.argument(
                description=f'Metrics as in a URL, ["qos", "aht"], at most {METRICS_MAX} metrics;'
                " the headline ones unless given."
            ),
        ] = None,
    ) -> Scorecard | None:
        """The dashboard's headline row."""
        ask = asked(period, zone=zone, where=where, compare=compare)
        return await scorecard(info.context, replace(ask, metrics=metrics or ()))

    @fallible("What is happening now; the metrics are those selected.")
    def now(
        self,
        info: Info,
        *,
        site: Annotated[str | None, strawberry.argument(description="The code of a site; all unless given.")] = None,
        zone: Zone = None,
        where: Where = None,
    ) -> Now | None:
        """A pending question; the executor completes it."""
        return now(info.context, site, zone, where)  # type: ignore[return-value]  # the executor turns it into Now

    @fallible("Agents beside each other: figures with rank, team and group.")
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
                description=f'Metrics as in a URL, ["aht", "fcr"], at most {METRICS_MAX} metrics; the usual ones unless'
                " given."
            ),
        ] = None,
        order: Order = None,
    ) -> Agents | None:
        """Those that the filters leave."""
        ask = replace(asked(period, zone=zone, where=where, compare=None), metrics=metrics or (), order=order)
        return await agents(info.context, ask)

    @fallible("One of the five mandatory reports, as a ready set of questions.")
    async def report(
        self,
        info: Info,
        *,
        name: Annotated[Any, strawberry.argument(graphql_type=NAME, description="Which report.")],
        period: Period,
        zone: Zone = None,
        where: Where = None,
        compare: Comparison = None,
        sections: Annotated[
            list[str] | None,
            strawberry.argument(description=f"Only these sections, at most {SECTIONS_MAX} sections; all unless given."),
        ] = None,
    ) -> Report | None:
        """Its sections side by side."""
        ask = asked(period, zone=zone, where=where, compare=compare)
        check_list("sections", sections or (), SECTIONS_MAX)
        return await report(info.context, name, ask, sections or ())

    @fallible("A contract's period: how far each term was attained, what is left of it, what is due.")
    async def sla(
        self,
        info: Info,
        *,
        contract: Annotated[str, strawberry.argument(description="The contract's code.")],
        period: Annotated[str, strawberry.argument(description="A whole period of it: 2015-12, 2015-Q4, this_month.")],
    ) -> Sla | None:
        """Its statement."""
        return await sla(info.context, contract, period)

    @described("What you may ask: each metric and dimension with its definition.")
    def catalogue(self, info: Info) -> Catalogue:
        """The catalogue in the reader's language."""
        return catalogue(info.context.principal, info.context.language)
