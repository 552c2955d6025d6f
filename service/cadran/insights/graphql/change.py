"""The field ``change``: why a ratio moved between two windows, group by group."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.answer_interface import Answer, AnswerWindow
from cadran.graphql.context import Context
from cadran.graphql.fields import described, resolved
from cadran.graphql.localized import Shown
from cadran.graphql.rows import with_dimensions
from cadran.graphql.scalars import DateTime
from cadran.insights import change as insight

_TEXTS = {
    "value": "The rate in the window; null where there is nothing to divide by.",
    "previous": "The rate in the window set against.",
    "numerator": "What the rate divides, in the window.",
    "denominator": "What it is divided by, in the window.",
    "previous_numerator": "What the rate divides, in the window set against.",
    "previous_denominator": "What it is divided by, in the window set against.",
    "rate": "What came from the own rate; null where the change is undefined.",
    "mix": "What came from the share of the volumes.",
    "contribution": "Rate and mix together; over all groups, the change.",
}


def _told(name: str) -> float | None:
    def resolve(root: Contribution) -> float | None:
        return root.told[name]

    return cast("float | None", resolved(resolve, name, float | None, _TEXTS[name]))


@strawberry.interface(description="What a part of the contacts, or all of them, contributed to a change.")
class Contribution:
    """The pieces of ``insight.change``."""

    told: strawberry.Private[dict[str, float | None]]

    value: float | None = _told("value")
    previous: float | None = _told("previous")
    numerator: float | None = _told("numerator")
    denominator: float | None = _told("denominator")
    previous_numerator: float | None = _told("previous_numerator")
    previous_denominator: float | None = _told("previous_denominator")
    rate: float | None = _told("rate")
    mix: float | None = _told("mix")
    contribution: float | None = _told("contribution")


@strawberry.type(description="The sums over all groups.")
class ChangeTotal(Contribution):
    """The change itself."""


@strawberry.type(description="One group and what it contributed.")
@with_dimensions
class ChangeRow(Contribution):
    """Row ``index``."""

    shown: strawberry.Private[Shown]
    index: strawberry.Private[int]


@strawberry.type(description="Why a ratio moved: what came from each group's own rate, and what from the mix.")
class Change(Answer):
    """The symmetric (midpoint) decomposition of Kitagawa, 1955."""

    found: strawberry.Private[insight.Change]

    @described("The metric's name, as written in a URL.")
    def metric(self) -> str:
        """The metric that moved."""
        return self.found.call.name

    @described("The window set against.")
    def against(self) -> AnswerWindow:
        """Bounds and zone."""
        before = self.found.before
        return AnswerWindow(start=DateTime(before.start), end=DateTime(before.end), zone=before.zone)

    @described("The sums over all groups: contribution is the change.")
    def total(self) -> ChangeTotal:
        """The whole."""
        return ChangeTotal(told=self.found.sums())

    @described("The groups, the largest contributions first.")
    def rows(self, info: strawberry.Info[Context, None]) -> list[ChangeRow]:
        """One per group."""
        columns = self.found.columns()
        info.context.spend(self.found.answer.rows * len(columns))
        cells: Any = zip(*columns.values(), strict=True)
        return [
            ChangeRow(told=dict(zip(columns, row, strict=True)), shown=self.shown, index=index)
            for index, row in enumerate(cells)
        ]


async def change(context: Context, ask: Ask, against: Ask) -> Change:
    """The change from one window to the other, under the same filters."""
    insight.check(ask)
    before = replace(ask, period=against.period, start=against.start, end=against.end)
    answers = await asyncio.gather(context.ask(before), context.ask(ask))
    found = insight.change(*answers)
    return Change(shown=Shown(found.answer, context.language, context.directory.currency), found=found)
