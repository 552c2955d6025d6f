"""The field ``contacts``: those behind a figure, page by page."""

from __future__ import annotations

from typing import Any, Final

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.context import Context
from cadran.graphql.enums import ContactDirection, ContactOutcome
from cadran.graphql.paged import with_columns
from cadran.graphql.scalars import DateTime
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


_FIELDS: Final = {name: (_kind(name), f"As the column {name} of a contact's file or of its facts.") for name in COLUMNS}


@strawberry.type(description="A contact, in codes; whose it is stays untold.")
@with_columns(_FIELDS)
class Contact:
    """Row ``index`` of a page."""

    columns: strawberry.Private[Any]
    index: strawberry.Private[int]


@strawberry.type(description="A page of contacts, in the order of their offer.")
class ContactPage:
    """As REST has it."""

    contacts: list[Contact] = strawberry.field(description="The contacts.")
    next: str | None = strawberry.field(description="What to give as after for the next page; null on the last.")


async def contacts(context: Context, ask: Ask, limit: int, after: str | None) -> ContactPage:
    """The contacts that the window and the filters leave."""
    context.page(limit)
    page = await context.service(Lists).contacts(ask, context.principal, limit=limit, after=after)
    context.uncached = True
    size = len(page.columns["contact"])
    context.spend(size * len(COLUMNS))
    rows = [Contact(columns=page.columns, index=index) for index in range(size)]
    return ContactPage(contacts=rows, next=page.after)
