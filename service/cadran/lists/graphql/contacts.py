"""The GraphQL field ``contacts``: the contacts behind a figure, page by page."""

from __future__ import annotations

from typing import Any, Final

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.context import Context
from cadran.graphql.enums import ContactDirection, ContactOutcome
from cadran.graphql.paged import add_columns
from cadran.graphql.scalars import DateTime
from cadran.lists.descriptions import CONTACT
from cadran.lists.reader import Lists
from cadran.lists.statements.contacts import COLUMNS

_NUMBERS: Final = ("wait", "talk", "hold", "acw", "cost", "revenue")
_FLAGS: Final = ("identified", "escalated", "overflowed", "resolved", "recalled", "repeated")


_KINDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("offered_at", "answered_at", "ended_at"), DateTime | None),
    "direction": ContactDirection | None,
    "outcome": ContactOutcome | None,
}


def _kind(name: str) -> Any:
    if name in _KINDS:
        return _KINDS[name]
    return float | None if name in _NUMBERS else bool | None if name in _FLAGS else str | None


_FIELDS: Final = {name: (_kind(name), CONTACT[name]) for name in COLUMNS}


@strawberry.type(description="A contact. Members of dimensions are codes. The customer is not shown.")
@add_columns(_FIELDS)
class Contact:
    """The row ``index`` of a page of contacts."""

    columns: strawberry.Private[Any]
    index: strawberry.Private[int]


@strawberry.type(description="A page of contacts, in the order in which they were offered.")
class ContactPage:
    """The GraphQL counterpart of ``/v1/contacts``."""

    contacts: list[Contact] = strawberry.field(description="The contacts of this page.")
    next: str | None = strawberry.field(description="The cursor of the next page, for after; null on the last page.")


async def contacts(context: Context, ask: Ask, limit: int, after: str | None) -> ContactPage:
    """Return a page of the contacts within the window and the filters of an ask."""
    context.page(limit)
    page = await context.service(Lists).contacts(ask, context.principal, limit=limit, after=after)
    context.uncached = True
    size = len(page.columns["contact"])
    context.spend(size * len(COLUMNS))
    rows = [Contact(columns=page.columns, index=index) for index in range(size)]
    return ContactPage(contacts=rows, next=page.after)
