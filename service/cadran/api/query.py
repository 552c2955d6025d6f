"""The root of GraphQL queries: indicators, the scorecard, insights and the catalogue."""

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
from cadran.graphql.fields import describe_field
from cadran.graphql.indicators import Indicators, PendingQuestion
from cadran.graphql.inputs import IndicatorFilter, PeriodInput, make_ask
from cadran.graphql.now import Now, now
from cadran.graphql.root import Info, Period, Zone, make_fallible
from cadran.graphql.scorecard import Scorecard, scorecard
from cadran.insights import usual_day
from cadran.insights.agents import METRICS as AGENT_METRICS
from cadran.insights.graphql.agents import Agents, agents
from cadran.insights.graphql.change import Change, change
from cadran.insights.graphql.distribution import ACROSS, Distribution, distribution
from cadran.insights.graphql.goodwill_return import GoodwillReturn, goodwill_return
from cadran.insights.graphql.report import NAME, Report, report
from cadran.lists.graphql.contacts import ContactPage, contacts
from cadran.lists.graphql.query import SurveyQuery
from cadran.lists.graphql.recovery import Recovery, RecoveryOrder, recovery
from cadran.objectives.graphql.query import ObjectiveQuery

Where = Annotated[IndicatorFilter | None, strawberry.argument(description="The filters of the contacts.")]
Comparison = Annotated[Compare | None, strawberry.argument(description="The window to compare the figures with.")]
By = Annotated[
    list[Any],
    strawberry.argument(
        graphql_type=list[DIMENSION],
        description=f"The dimensions to group by, at most {len(DIMENSIONS)} dimensions; others are null in the rows.",
    ),
]
Order = Annotated[
    str | None,
    strawberry.argument(
        description="The selected metric that orders the groups: qos ascends, -qos descends, -wait(percentile=0.9)."
    ),
]
AGENT_DEFAULTS = ", ".join(AGENT_METRICS)
After = Annotated[str | None, strawberry.argument(description="The cursor: `next` of the previous page.")]


@strawberry.type(description="The root of all queries.")
class Query(ContractQuery, ObjectiveQuery, SurveyQuery):
    """The root fields of queries."""

    @make_fallible("Figures over a window. The metrics are those selected under rows and totals.")
    def indicators(
        self,
        info: Info,
        *,
        period: Period,
        zone: Zone = None,
        grain: Annotated[Grain, strawberry.argument(description="The width of the time buckets.")] = Grain.TOTAL,
        by: By = (),  # type: ignore[assignment]  # an immutable default; strawberry hands in a list
        where: Where = None,
        compare: Comparison = None,
        fill: Annotated[bool, strawberry.argument(description="Whether buckets without data get a row.")] = False,
        order: Order = None,
        top: Annotated[int | None, strawberry.argument(description="The maximum number of groups, 1 to 10000.")] = None,
    ) -> Indicators | None:
        """Return a pending question. The executor completes it."""
        ask = replace(
            make_ask(period, zone=zone, where=where, compare=compare),
            grain=str(grain.value),
            by=tuple(each.value for each in by),
            fill=fill,
            order=order,
            top=top,
        )
        return PendingQuestion(ask, info.context)  # type: ignore[return-value]  # the executor turns it into Indicators

    @make_fallible("Figures by time of day over all days of a window, without gaps between the first and the last.")
    def usual_day(
        self,
        info: Info,
        *,
        period: Period,
        zone: Zone = None,
        by: By = (),  # type: ignore[assignment]  # an immutable default; strawberry hands in a list
        where: Where = None,
        step: Annotated[Step, strawberry.argument(description="The width of a row.")] = Step.QUARTER_HOUR,
    ) -> Indicators | None:
        """Return a pending question by time of day."""
        width = usual_day.Step(str(step.value))
        ask = replace(make_ask(period, zone=zone, where=where, compare=None), by=tuple(each.value for each in by))
        return PendingQuestion(  # type: ignore[return-value]  # the executor turns it into Indicators
            ask,
            info.context,
            partial(usual_day.split_by_time, step=width),
            partial(usual_day.compute_usual_day, step=width),
        )

    @make_fallible("Why a ratio changed between two windows.")
    async def change(
        self,
        info: Info,
        *,
        metric: Annotated[str, strawberry.argument(description="The ratio that changed, as in a URL: aht.")],
        period: Period,
        against: Annotated[PeriodInput, strawberry.argument(description="The earlier window to compare with.")],
        by: By,
        zone: Zone = None,
        where: Where = None,
    ) -> Change | None:
        """Return the effects of each group's rate and of the mix of volumes."""
        ask = make_ask(period, zone=zone, where=where, compare=None)
        ask = replace(ask, metrics=split_list(metric), by=tuple(each.value for each in by))
        return await change(info.context, ask, make_ask(against, zone=zone, where=where, compare=None))

    @make_fallible("The distribution of waits, or of the values of a metric across buckets or groups.")
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
            metrics=split_list(of),
            by=tuple(each.value for each in by),
        )
        return await distribution(info.context, ask, None if across is None else across.value, bins)

    @make_fallible("The contacts behind a figure, page by page.")
    async def contacts(
        self,
        info: Info,
        *,
        period: Period,
        zone: Zone = None,
        where: Where = None,
        limit: Annotated[int, strawberry.argument(description="The page size: 1 to 1000 contacts.")] = 100,
        after: After = None,
    ) -> ContactPage | None:
        """Return a page of contacts."""
        return await contacts(info.context, make_ask(period, zone=zone, where=where, compare=None), limit, after)

    @make_fallible("The cost and the return of gestures, and the cost of losing customers.")
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

    @make_fallible(
        "Customers who did not get through or were promised a callback, and were not reached since, page by page."
    )
    async def recovery(
        self,
        info: Info,
        *,
        period: Annotated[
            PeriodInput | None, strawberry.argument(description="The window; default: the last thirty days.")
        ] = None,
        zone: Zone = None,
        where: Where = None,
        order: Annotated[
            RecoveryOrder, strawberry.argument(description="The order of the customers.")
        ] = RecoveryOrder.VALUE,
        limit: Annotated[int, strawberry.argument(description="The page size: 1 to 1000 customers.")] = 100,
        after: After = None,
    ) -> Recovery | None:
        """Return a page of customers, with the figures about the customers of all pages."""
        ask = make_ask(period or PeriodInput(), zone=zone, where=where, compare=None)
        return await recovery(info.context, ask, str(order.value), limit, after)

    @make_fallible("The headline figures of a window.")
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
                " default: the headline metrics."
            ),
        ] = None,
    ) -> Scorecard | None:
        """Return the headline figures."""
        ask = make_ask(period, zone=zone, where=where, compare=compare)
        return await scorecard(info.context, replace(ask, metrics=metrics or ()))

    @make_fallible("The figures of the present. The metrics are those selected.")
    def now(
        self,
        info: Info,
        *,
        site: Annotated[str | None, strawberry.argument(description="The code of a site; default: all sites.")] = None,
        zone: Zone = None,
        where: Where = None,
    ) -> Now | None:
        """Return a pending question about the present. The executor completes it."""
        return now(info.context, site, zone, where)  # type: ignore[return-value]  # the executor turns it into Now

    @make_fallible("Agents side by side: figures with rank, team and group.")
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
        ask = replace(make_ask(period, zone=zone, where=where, compare=None), metrics=metrics or (), order=order)
        return await agents(info.context, ask)

    @make_fallible("One of the five mandatory reports, as a ready-made set of questions.")
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

    @make_fallible("The statement of a contract's period: how far each term was attained, and the amounts due.")
    async def sla(
        self,
        info: Info,
        *,
        contract: Annotated[str, strawberry.argument(description="The code of the contract.")],
        period: Annotated[
            str,
            strawberry.argument(description="A whole settlement period of the contract: 2015-12, 2015-Q4, this_month."),
        ],
    ) -> Sla | None:
        """Return the statement of the period."""
        return await sla(info.context, contract, period)

    @describe_field("The metrics and dimensions that the caller may ask for, with their definitions.")
    def catalogue(self, info: Info) -> Catalogue:
        """Return the catalogue in the reader's language."""
        return catalogue(info.context.principal, info.context.language)
