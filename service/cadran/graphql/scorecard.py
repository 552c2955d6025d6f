"""The field ``scorecard``: the headline figures, each with its metric."""

from __future__ import annotations

from dataclasses import replace

import strawberry

from cadran.domain.ask import Ask
from cadran.domain.presentation import Presentation
from cadran.graphql.answer_interface import Answer
from cadran.graphql.context import Context
from cadran.graphql.declaration.described_types import describe_type
from cadran.graphql.enums import Better, MetricUnit
from cadran.graphql.fields import describe_field
from cadran.graphql.figure import Figure
from cadran.web.answer_documents import FigureDocument


@describe_type(FigureDocument, description="A headline figure with its metric and label.")
class Headline(Figure):
    """A total with its metric, label, unit and direction."""

    @strawberry.field
    def metric(self) -> str:
        """Return the metric as written in a URL."""
        return self.figures.call.name

    @strawberry.field
    def label(self) -> str:
        """Return the label of the catalogue."""
        return self.figures.call.metric.label[self.shown.language]

    @strawberry.field
    def unit(self) -> MetricUnit:
        """Return the unit of the catalogue."""
        return MetricUnit(self.figures.call.metric.unit)

    @strawberry.field
    def better(self) -> Better | None:
        """Return the direction of the catalogue."""
        better = self.figures.call.metric.better
        return Better(better) if better else None


@strawberry.type(description="The headline figures of a window.")
class Scorecard(Answer):
    """The seven headline figures of the dashboard, or the metrics that the caller named."""

    @describe_field("The figures, in the order of the dashboard or of the argument `metrics`.")
    def figures(self) -> list[Headline]:
        """Return one figure per metric."""
        totals = self.shown.answer.totals
        return [Headline(shown=self.shown, figures=each, row=0) for each in totals]


async def scorecard(context: Context, ask: Ask) -> Scorecard:
    """Return the scorecard of a window. Without metrics, the headline metrics are used."""
    if not ask.metrics:
        ask = replace(ask, metrics=context.desk.scorecard(context.principal, {each.dimension for each in ask.where}))
    return Scorecard(shown=context.localize(await context.ask(ask, Presentation(headlines=True))))
