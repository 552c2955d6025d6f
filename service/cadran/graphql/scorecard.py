"""The field ``scorecard``: the headline figures, each with its name."""

from __future__ import annotations

from dataclasses import replace

import strawberry

from cadran.domain.ask import Ask
from cadran.domain.scorecard import weighed
from cadran.graphql.answer_interface import Answer
from cadran.graphql.context import Context
from cadran.graphql.enums import Better, MetricUnit
from cadran.graphql.fields import described
from cadran.graphql.figure import Figure
from cadran.graphql.localized import Shown


@strawberry.type(description="A headline figure with its name.")
class Headline(Figure):
    """A total, with what the catalogue says of it."""

    @described("The metric's name.")
    def metric(self) -> str:
        """As written in a URL."""
        return self.figures.call.name

    @described("What a screen calls it, in the language of Accept-Language.")
    def label(self) -> str:
        """The catalogue's label."""
        return self.figures.call.metric.label[self.shown.language]

    @described("The unit of its value.")
    def unit(self) -> MetricUnit:
        """The catalogue's unit."""
        return MetricUnit(self.figures.call.metric.unit)

    @described("Which direction is better; null where neither is.")
    def better(self) -> Better | None:
        """The catalogue's direction."""
        better = self.figures.call.metric.better
        return Better(better) if better else None


@strawberry.type(description="The headline figures of a window.")
class Scorecard(Answer):
    """The seven figures of the dashboard's headline row, or those that were named."""

    @described("The figures, in the dashboard's order or as they were named.")
    def figures(self) -> list[Headline]:
        """One per metric."""
        totals = self.shown.answer.totals
        return [Headline(shown=self.shown, figures=each, row=0) for each in totals]


async def scorecard(context: Context, ask: Ask) -> Scorecard:
    """The scorecard of a window, under filters; of the headline metrics unless others are named."""
    if not ask.metrics:
        ask = replace(ask, metrics=context.desk.scorecard(context.principal, {each.dimension for each in ask.where}))
    answer = await context.ask(ask)
    return Scorecard(shown=Shown(weighed(answer), context.language, context.directory.currency))
