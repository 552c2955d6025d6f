"""The GraphQL field ``recovery``: the customers still to be called, page by page."""

from __future__ import annotations

from enum import Enum

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.answer_interface import Answer
from cadran.graphql.context import Context
from cadran.graphql.declaration.document_types import declare_type
from cadran.graphql.fields import describe_field
from cadran.graphql.figure import Figure
from cadran.lists.documents import CustomerToCallDocument, encode_rows
from cadran.lists.graphql.kinds import KINDS
from cadran.lists.reader import Lists
from cadran.lists.statements.customers_to_call import COLUMNS


@strawberry.enum(description="The order of the customers to call.")
class RecoveryOrder(Enum):
    """The values of ``ORDERS``, with descriptions."""

    VALUE = strawberry.enum_value(
        "value", description="The highest lifetime value first; among equal values, the longest wait first."
    )
    AGE = strawberry.enum_value("age", description="The customer who has waited longest first.")


@declare_type(KINDS, CustomerToCallDocument)
class CustomerToCall:
    """A customer to call as GraphQL shows it."""

    document: strawberry.Private[CustomerToCallDocument]


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
    rows = [CustomerToCall(document=each) for each in encode_rows(page.columns)]
    context.spend(len(rows) * len(COLUMNS))
    shown = context.localize(answer)
    return Recovery(shown=shown, customers=rows, next=page.after)
