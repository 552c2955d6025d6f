"""The field ``recovery``: the customers still to be called, page by page."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.answer_interface import Answer
from cadran.graphql.context import Context
from cadran.graphql.enums import CallReason
from cadran.graphql.fields import described
from cadran.graphql.figure import Figure
from cadran.graphql.localized import Shown
from cadran.graphql.paged import with_columns
from cadran.graphql.scalars import DateTime
from cadran.lists.reader import Lists
from cadran.lists.statements.customers_to_call import COLUMNS

_TEXTS: Final = {
    "customer": "The customer's code; null where the asker may not see people.",
    "reason": "Why the customer is to be called.",
    "first_attempt": "The first loss or promise that is open.",
    "last_attempt": "The last one.",
    "attempts": "How many contacts and promises are open.",
    "due_at": "When the first open promise is due.",
    "lifetime_value": "What the customer is worth, as far as known then.",
    "age": "Seconds since the first attempt.",
    "site": "The site of the last attempt.",
    "segment": "The customer's segment at the last attempt.",
    "channel": "The channel of the last attempt.",
    "moment": "The moment of truth of the last attempt.",
}
_TYPES: Final[dict[str, Any]] = {
    **dict.fromkeys(("first_attempt", "last_attempt"), DateTime),
    "due_at": DateTime | None,
    "attempts": int,
    "lifetime_value": float | None,
    "age": float,
    "reason": CallReason,
}


@strawberry.enum(description="Which customers come first.")
class RecoveryOrder(Enum):
    """As ``compiler.recontact.ORDERS``, with descriptions."""

    VALUE = strawberry.enum_value("value", description="The most valuable, and whoever waits longest among equals.")
    AGE = strawberry.enum_value("age", description="Whoever waits longest.")


@strawberry.type(description="A customer who was not reached since a loss or a promise.")
@with_columns({name: (_TYPES.get(name, str | None), _TEXTS[name]) for name in COLUMNS})
class CustomerToCall:
    """Row ``index`` of a page."""

    columns: strawberry.Private[Any]
    index: strawberry.Private[int]


@strawberry.type(description="Who is still to be called at the window's end, and the share of losses recovered in it.")
class Recovery(Answer):
    """As REST has it."""

    customers: list[CustomerToCall] = strawberry.field(description="The customers of this page.")
    next: str | None = strawberry.field(description="What to give as after for the next page; null on the last.")

    @described("How many customers there are on all pages.")
    def customers_to_call(self) -> Figure:
        """The metric, by the ordinary path."""
        return Figure(shown=self.shown, figures=self.shown.answer.totals[0], row=0)

    @described("The share of the window's losses that was recovered within a day.")
    def recovered_losses(self) -> Figure:
        """The metric, by the ordinary path."""
        return Figure(shown=self.shown, figures=self.shown.answer.totals[1], row=0)


async def recovery(context: Context, ask: Ask, order: str, limit: int, after: str | None) -> Recovery:
    """A page of the customers that the filters leave, with the figures beside it."""
    context.page(limit)
    context.uncached = True
    answer, page = await context.service(Lists).recovery(ask, context.principal, order=order, limit=limit, after=after)
    size = len(page.columns["attempts"])
    context.spend(size * len(COLUMNS))
    rows = [CustomerToCall(columns=page.columns, index=index) for index in range(size)]
    shown = Shown(answer, context.language, context.directory.currency)
    return Recovery(shown=shown, customers=rows, next=page.after)
