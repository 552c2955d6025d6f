"""The GraphQL field ``recovery``: the customers still to be called, page by page."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.answer_interface import Answer
from cadran.graphql.context import Context
from cadran.graphql.enums import CallReason
from cadran.graphql.fields import describe_field
from cadran.graphql.figure import Figure
from cadran.graphql.paged import add_columns
from cadran.graphql.scalars import DateTime
from cadran.lists.descriptions import CUSTOMER_TO_CALL
from cadran.lists.reader import Lists
from cadran.lists.statements.customers_to_call import COLUMNS

_TYPES: Final[dict[str, Any]] = {
    **dict.fromkeys(("first_attempt", "last_attempt"), DateTime),
    "due_at": DateTime | None,
    "attempts": int,
    "lifetime_value": float | None,
    "age": float,
    "reason": CallReason,
}


@strawberry.enum(description="The order of the customers to call.")
class RecoveryOrder(Enum):
    """The values of ``ORDERS``, with descriptions."""

    VALUE = strawberry.enum_value(
        "value", description="The highest lifetime value first; among equal values, the longest wait first."
    )
    AGE = strawberry.enum_value("age", description="The customer who has waited longest first.")


@strawberry.type(
    description="A customer who was not reached since a loss or a promise. Members of dimensions are codes."
)
@add_columns({name: (_TYPES.get(name, str | None), CUSTOMER_TO_CALL[name]) for name in COLUMNS})
class CustomerToCall:
    """The row ``index`` of a page of customers to call."""

    columns: strawberry.Private[Any]
    index: strawberry.Private[int]


@strawberry.type(
    description="The customers still to be called at the end of the window, and the share of its losses that were"
    " recovered."
)
class Recovery(Answer):
    """The GraphQL counterpart of ``/v1/recovery``."""

    customers: list[CustomerToCall] = strawberry.field(description="The customers of this page.")
    next: str | None = strawberry.field(description="The cursor of the next page, for after; null on the last page.")

    @describe_field("The number of customers to call, on all pages.")
    def customers_to_call(self) -> Figure:
        """Return the figure of the metric ``customers_to_call``."""
        return Figure(shown=self.shown, figures=self.shown.answer.totals[0], row=0)

    @describe_field("The share of the window's losses that were recovered within a day.")
    def recovered_losses(self) -> Figure:
        """Return the figure of the metric ``recovered_losses``."""
        return Figure(shown=self.shown, figures=self.shown.answer.totals[1], row=0)


async def recovery(context: Context, ask: Ask, order: str, limit: int, after: str | None) -> Recovery:
    """Return a page of the customers to call, with the figures over the same window and filters."""
    context.page(limit)
    context.uncached = True
    answer, page = await context.service(Lists).recovery(ask, context.principal, order=order, limit=limit, after=after)
    size = len(page.columns["attempts"])
    context.spend(size * len(COLUMNS))
    rows = [CustomerToCall(columns=page.columns, index=index) for index in range(size)]
    shown = context.localize(answer)
    return Recovery(shown=shown, customers=rows, next=page.after)
