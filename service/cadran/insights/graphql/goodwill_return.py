"""The field ``goodwillReturn``: the cost and the return of gestures, next to the cost of losing customers."""

from __future__ import annotations

import asyncio

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.answer_interface import Answer
from cadran.graphql.context import Context
from cadran.graphql.fields import describe_field
from cadran.graphql.scorecard import Headline
from cadran.insights import goodwill_return as insight


@strawberry.type(description="An assumption behind a figure.")
class Assumption:
    """A stable code and a sentence."""

    code: str = strawberry.field(description="The stable code of the assumption.")
    text: str = strawberry.field(description="The assumption as a sentence, in the language of Accept-Language.")


@strawberry.type(description="The cost and the return of gestures, next to the cost of losing customers.")
class GoodwillReturn(Answer):
    """The figures of ``insights.goodwill_return``, and the values computed from them."""

    found: strawberry.Private[insight.Return]

    @describe_field(
        "The figures of gestures. Callers who see every site also get those of customers lost: all, and with or"
        " without a gesture."
    )
    def figures(self) -> list[Headline]:
        """Return the totals of the questions."""
        return [Headline(shown=self.shown, figures=each, row=0) for each in self.found.answer.totals]

    @describe_field(
        "The revenue minus the cost of the gestures whose revenue is known, in the service's currency; null without"
        " such gestures."
    )
    def net(self) -> float | None:
        """Return the net return in the currency."""
        return self.found.net

    @describe_field(
        "An estimate of the customers retained by gestures: how many more of the customers helped would have left at"
        " the churn rate of those without a gesture. Negative if more of them left; null if unknown."
    )
    def customers_kept(self) -> float | None:
        """Return the estimate; negative if more of the customers helped left than expected."""
        return self.found.customers_kept

    @describe_field(
        "An estimate: customersKept times the mean value of a lost customer, in the service's currency; null if"
        " unknown."
    )
    def value_kept(self) -> float | None:
        """Return the estimate in the currency."""
        return self.found.value_kept

    @describe_field("The assumptions behind the figures.")
    def assumptions(self) -> list[Assumption]:
        """Return all assumptions in the caller's language."""
        language = self.shown.language
        return [Assumption(code=each.code, text=each.text[language]) for each in self.found.assumptions]


async def goodwill_return(context: Context, ask: Ask, kind: str | None) -> GoodwillReturn:
    """Return the figures over the window and filters of an ask. ``kind`` limits the gestures; None means all."""
    questions = insight.build_asks(ask, kind, context.select_metrics)
    found = insight.compute_goodwill_return(*await asyncio.gather(*map(context.ask, questions)))
    shown = context.localize(found.answer)
    return GoodwillReturn(shown=shown, found=found)
