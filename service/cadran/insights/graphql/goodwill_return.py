"""The field ``goodwillReturn``: the cost and the return of gestures, next to the cost of losing customers."""

from __future__ import annotations

import asyncio

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.answer_interface import Answer
from cadran.graphql.context import Context
from cadran.graphql.declaration.described_types import describe_type
from cadran.graphql.fields import describe_field
from cadran.graphql.localized import LocalizedAnswer
from cadran.graphql.rows import Member
from cadran.graphql.scorecard import Headline
from cadran.insights import goodwill_return as insight
from cadran.insights.documents import AssumptionDocument, GestureDocument, ReturnDocument
from cadran.insights.gestures import find_gestures


@describe_type(AssumptionDocument)
class Assumption:
    """A stable code and a sentence."""

    code: str
    text: str


@describe_type(GestureDocument)
class GestureReturn:
    """The row ``index`` of the answer."""

    shown: strawberry.Private[LocalizedAnswer]
    found: strawberry.Private[insight.Return]
    index: strawberry.Private[int]

    @describe_field("The gesture; its code is null for gestures whose source names none.")
    def gesture(self) -> Member:
        """Return the member of the row."""
        member = find_gestures(self.found.answer)[self.index]
        return Member(code=member.code, label=member.label(self.shown.language))

    @strawberry.field
    def limit(self) -> float | None:
        """Return the limit of the row."""
        return self.found.limits[self.index]

    @strawberry.field
    def figures(self) -> list[Headline]:
        """Return the figures of the row."""
        return [Headline(shown=self.shown, figures=each, row=self.index) for each in self.found.answer.figures]


@describe_type(ReturnDocument)
class GoodwillReturn(Answer):
    """The figures of ``insights.goodwill_return``, and the values computed from them."""

    found: strawberry.Private[insight.Return]

    @strawberry.field
    def figures(self) -> list[Headline]:
        """Return the totals of the questions."""
        return [Headline(shown=self.shown, figures=each, row=0) for each in self.found.answer.totals]

    @strawberry.field
    def gestures(self, info: strawberry.Info[Context, None]) -> list[GestureReturn]:
        """Return one row for each gesture."""
        answer = self.found.answer
        info.context.spend(answer.rows * len(answer.figures))
        return [GestureReturn(shown=self.shown, found=self.found, index=row) for row in range(answer.rows)]

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
    questions = insight.build_asks(ask, kind, context.select_metrics, context.directory)
    found = insight.compute_goodwill_return(context.directory, *await asyncio.gather(*map(context.ask, questions)))
    shown = context.localize(found.answer)
    return GoodwillReturn(shown=shown, found=found)
