"""The field ``goodwillReturn``: what gestures cost and bring back, beside what losing customers costs."""

from __future__ import annotations

import asyncio

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.answer_interface import Answer
from cadran.graphql.context import Context
from cadran.graphql.fields import described
from cadran.graphql.localized import Shown
from cadran.graphql.scorecard import Headline
from cadran.insights import goodwill_return as insight


@strawberry.type(description="What a figure takes for granted.")
class Assumption:
    """A stable code and a sentence."""

    code: str = strawberry.field(description="A stable code.")
    text: str = strawberry.field(description="A sentence, in the language of Accept-Language.")


@strawberry.type(description="What gestures cost and bring back, beside what losing customers costs.")
class GoodwillReturn(Answer):
    """The figures of ``insight.goodwill_return``, and what follows from them."""

    found: strawberry.Private[insight.Return]

    @described(
        "The figures: of gestures; then, for those who see every site, of customers lost, all and with or without one."
    )
    def figures(self) -> list[Headline]:
        """The totals of the questions."""
        return [Headline(shown=self.shown, figures=each, row=0) for each in self.found.answer.totals]

    @described("Revenue minus cost of the gestures whose revenue is known; null where there are none.")
    def net(self) -> float | None:
        """In the currency."""
        return self.found.net

    @described("How many more of those helped would have left at the rate of the others: an estimate.")
    def customers_kept(self) -> float | None:
        """Negative where more of them left."""
        return self.found.customers_kept

    @described("Customers kept times the mean value of a customer lost: an estimate.")
    def value_kept(self) -> float | None:
        """In the currency."""
        return self.found.value_kept

    @described("What the figures take for granted.")
    def assumptions(self) -> list[Assumption]:
        """All of them."""
        language = self.shown.language
        return [Assumption(code=each.code, text=each.text[language]) for each in self.found.assumptions]


async def goodwill_return(context: Context, ask: Ask, kind: str | None) -> GoodwillReturn:
    """The computation over a window, under filters."""
    questions = insight.asked(ask, kind, context.told_of)
    found = insight.goodwill_return(*await asyncio.gather(*map(context.ask, questions)))
    shown = Shown(found.answer, context.language, context.directory.currency)
    return GoodwillReturn(shown=shown, found=found)
