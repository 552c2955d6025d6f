"""The GraphQL root fields of plain figures, and of the catalogue."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import strawberry

from cadran.domain.bounds import METRICS_MAX
from cadran.domain.metric_ref import Order as AskedOrder
from cadran.domain.metric_ref import parse_metric_refs
from cadran.graphql.catalogue import Catalogue, catalogue
from cadran.graphql.choices import Grain, Step
from cadran.graphql.declaration.field_cost import FREE, ONE_QUESTION, QUESTIONS
from cadran.graphql.fields import describe_field
from cadran.graphql.indicators import Indicators, PendingQuestion
from cadran.graphql.inputs import make_ask
from cadran.graphql.now import Now, now
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
from cadran.graphql.scorecard import Scorecard, scorecard


@strawberry.type
class FigureQuery:
    """The fields that answer plain figures."""

    @make_fallible("Figures over a window. The metrics are those selected under rows and totals.", cost=ONE_QUESTION)
    def indicators(
        self,
        info: Info,
        *,
        period: Period,
        zone: Zone = None,
        grain: Annotated[Grain, strawberry.argument(description="The width of the time buckets.")] = Grain.TOTAL,
        by: By = (),  # type: ignore[assignment]  # an immutable default; strawberry hands in a list
        by_attributes: ByAttributes = (),  # type: ignore[assignment]  # likewise
        where: Where = None,
        compare: Comparison = None,
        step: StepWidth = Step.QUARTER_HOUR,
        bands: Bands = False,
        fill: Annotated[bool, strawberry.argument(description="Whether buckets without data get a row.")] = False,
        order: Order = None,
        top: Annotated[int | None, strawberry.argument(description="The maximum number of groups, 1 to 10000.")] = None,
    ) -> Indicators | None:
        """Return a pending question. The executor completes it."""
        ask = replace(
            make_ask(period, zone=zone, where=where, compare=compare),
            grain=str(grain.value),
            by=make_splits(by, by_attributes),
            step=None if step is Step.QUARTER_HOUR else str(step.value),
            bands=bands,
            fill=fill,
            order=AskedOrder.parse(order),
            top=top,
        )
        return PendingQuestion(ask, info.context)  # type: ignore[return-value]  # the executor turns it into Indicators

    @make_fallible("The headline figures of a window.", cost=QUESTIONS)
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
        return await scorecard(info.context, replace(ask, metrics=parse_metric_refs(metrics or ())))

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

    @describe_field("The metrics and dimensions that the caller may ask for, with their definitions.", cost=FREE)
    def catalogue(self, info: Info) -> Catalogue:
        """Return the catalogue in the reader's language."""
        return catalogue(info.context.desk.directory(), info.context.principal, info.context.language)
