"""The field ``change``: why a ratio changed between two windows, group by group."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.answer_interface import Answer, AnswerWindow
from cadran.graphql.context import Context
from cadran.graphql.fields import describe_field, resolve_field
from cadran.graphql.localized import LocalizedAnswer
from cadran.graphql.rows import add_dimensions
from cadran.graphql.scalars import DateTime
from cadran.insights import change as insight

_TEXTS = {
    "value": "The rate in the window; null if its denominator is 0.",
    "previous": "The rate in the earlier window; null if its denominator is 0.",
    "numerator": "The numerator of the rate in the window; null if suppressed.",
    "denominator": "The denominator of the rate in the window; null if suppressed.",
    "previous_numerator": "The numerator of the rate in the earlier window; null if suppressed.",
    "previous_denominator": "The denominator of the rate in the earlier window; null if suppressed.",
    "rate": "The effect of rates that changed within groups; null if the change is undefined.",
    "mix": "The effect of volume that moved between groups; null if the change is undefined.",
    "contribution": "The rate effect plus the mix effect; all contributions add up to the change. Null if undefined.",
}


def _number(name: str) -> float | None:
    def resolve(root: Contribution) -> float | None:
        return root.values[name]

    return cast("float | None", resolve_field(resolve, name, float | None, _TEXTS[name]))


@strawberry.interface(description="The contribution of one group, or of all groups, to a change.")
class Contribution:
    """The columns of ``insights.change`` for one group, or for all groups together."""

    values: strawberry.Private[dict[str, float | None]]

    value: float | None = _number("value")
    previous: float | None = _number("previous")
    numerator: float | None = _number("numerator")
    denominator: float | None = _number("denominator")
    previous_numerator: float | None = _number("previous_numerator")
    previous_denominator: float | None = _number("previous_denominator")
    rate: float | None = _number("rate")
    mix: float | None = _number("mix")
    contribution: float | None = _number("contribution")


@strawberry.type(description="The sums over all groups of a change.")
class ChangeTotal(Contribution):
    """The change itself."""


@strawberry.type(description="One group and its contribution to the change.")
@add_dimensions
class ChangeRow(Contribution):
    """The row ``index`` of the answer."""

    shown: strawberry.Private[LocalizedAnswer]
    index: strawberry.Private[int]


@strawberry.type(description="The change of a ratio: the effects of each group's own rate and of the mix of volumes.")
class Change(Answer):
    """The symmetric (midpoint) decomposition of Kitagawa, 1955."""

    found: strawberry.Private[insight.Change]

    @describe_field("The metric that changed, as written in a URL.")
    def metric(self) -> str:
        """Return the metric's name."""
        return self.found.call.name

    @describe_field("The earlier window that the question is compared with.")
    def against(self) -> AnswerWindow:
        """Return the bounds and the zone."""
        before = self.found.before
        return AnswerWindow(start=DateTime(before.start), end=DateTime(before.end), zone=before.zone)

    @describe_field("The sums over all groups; contribution is the change.")
    def total(self) -> ChangeTotal:
        """Return the sums over all groups."""
        return ChangeTotal(values=self.found.sums())

    @describe_field("The groups, the largest contributions first.")
    def rows(self, info: strawberry.Info[Context, None]) -> list[ChangeRow]:
        """Return one row for each group."""
        columns = self.found.columns()
        info.context.spend(self.found.answer.rows * len(columns))
        cells: Any = zip(*columns.values(), strict=True)
        return [
            ChangeRow(values=dict(zip(columns, row, strict=True)), shown=self.shown, index=index)
            for index, row in enumerate(cells)
        ]


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
