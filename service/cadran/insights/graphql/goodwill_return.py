"""The field ``goodwillReturn``: the cost and the return of gestures, next to the cost of losing customers."""

from __future__ import annotations

import asyncio

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.answer_interface import Answer
from cadran.graphql.context import Context
from cadran.graphql.declaration.described_types import describe_type
from cadran.graphql.scorecard import Headline
from cadran.insights import goodwill_return as insight
from cadran.insights.documents import AssumptionDocument, ReturnDocument


@describe_type(AssumptionDocument)
class Assumption:
    """A stable code and a sentence."""

    code: str
    text: str


@describe_type(ReturnDocument)
class GoodwillReturn(Answer):
    """The figures of ``insights.goodwill_return``, and the values computed from them."""

    found: strawberry.Private[insight.Return]

    @strawberry.field
    def figures(self) -> list[Headline]:
        """Return the totals of the questions."""
        return [Headline(shown=self.shown, figures=each, row=0) for each in self.found.answer.totals]

    @strawberry.field
    def net(self) -> float | None:
        """Return the net return in the currency."""
        return self.found.net

    @strawberry.field
    def customers_kept(self) -> float | None:
        """Return the estimate; negative if more of the customers helped left than expected."""
        return self.found.customers_kept

    @strawberry.field
    def value_kept(self) -> float | None:
        """Return the estimate in the currency."""
        return self.found.value_kept

    @strawberry.field
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
