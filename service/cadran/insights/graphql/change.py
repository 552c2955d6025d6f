"""The field ``change``: why a ratio changed between two windows, group by group."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Final, cast

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.answer_interface import Answer, AnswerWindow
from cadran.graphql.context import Context
from cadran.graphql.declaration.described_types import describe_type
from cadran.graphql.declaration.document_types import GraphQLKinds, declare_type
from cadran.graphql.fields import describe_field
from cadran.graphql.localized import LocalizedAnswer
from cadran.graphql.rows import add_dimensions
from cadran.graphql.scalars import DateTime
from cadran.insights import change as insight
from cadran.insights.documents import ChangeDocument, ContributionDocument

KINDS: Final = GraphQLKinds({})


@declare_type(
    KINDS,
    ContributionDocument,
    is_interface=True,
    description="The contribution of one group, or of all groups, to a change.",
)
class Contribution:
    """The columns of ``insights.change`` for one group, or for all groups together."""

    document: strawberry.Private[ContributionDocument]


@strawberry.type(description="The sums over all groups of a change.")
class ChangeTotal(Contribution):
    """The change itself."""


@strawberry.type(description="One group and its contribution to the change.")
@add_dimensions
class ChangeRow(Contribution):
    """The row ``index`` of the answer."""

    shown: strawberry.Private[LocalizedAnswer]
    index: strawberry.Private[int]


@describe_type(ChangeDocument)
class Change(Answer):
    """The symmetric (midpoint) decomposition of Kitagawa, 1955."""

    found: strawberry.Private[insight.Change]

    @describe_field("The metric that changed, as written in a URL.")
    def metric(self) -> str:
        """Return the metric's name."""
        return self.found.call.name

    @strawberry.field
    def against(self) -> AnswerWindow:
        """Return the bounds and the zone."""
        before = self.found.before
        return AnswerWindow(start=DateTime(before.start), end=DateTime(before.end), zone=before.zone)

    @describe_field("The sums over all groups; contribution is the change.")
    def total(self) -> ChangeTotal:
        """Return the sums over all groups."""
        return ChangeTotal(document=cast("ContributionDocument", self.found.sums()))

    @strawberry.field
    def rows(self, info: strawberry.Info[Context, None]) -> list[ChangeRow]:
        """Return one row for each group."""
        columns = self.found.columns()
        info.context.spend(self.found.answer.rows * len(columns))
        rows: Any = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
        return [ChangeRow(document=document, shown=self.shown, index=index) for index, document in enumerate(rows)]


async def change(context: Context, ask: Ask, against: Ask) -> Change:
    """Return the change from the window of ``against`` to the window of ``ask``, under the filters of ``ask``."""
    insight.check(ask)
    before = replace(ask, period=against.period, start=against.start, end=against.end)
    earlier, question = context.understand(before), context.understand(ask)
    zones = context.desk.directory().zones.values()
    insight.check_windows(earlier, question, zones, sees_people=context.principal.sees_people)
    answers = await asyncio.gather(context.answer(earlier, before), context.answer(question, ask))
    found = insight.explain_change(*answers)
    return Change(shown=context.localize(found.answer), found=found)
