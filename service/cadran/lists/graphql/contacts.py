"""The GraphQL field ``contacts``: the contacts behind a figure, page by page."""

from __future__ import annotations

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.context import Context
from cadran.graphql.declaration.document_types import declare_type
from cadran.lists.documents import ContactsDocument, encode_rows
from cadran.lists.graphql.kinds import KINDS
from cadran.lists.reader import Lists
from cadran.lists.statements.contacts import COLUMNS


@declare_type(KINDS, ContactsDocument)
class ContactPage:
    """The document of ``/v1/contacts``."""

    document: strawberry.Private[ContactsDocument]


async def contacts(context: Context, ask: Ask, limit: int, after: str | None) -> ContactPage:
    """Return a page of the contacts within the window and the filters of an ask."""
    context.page(limit)
    page = await context.service(Lists).contacts(ask, context.principal, limit=limit, after=after)
    context.uncached = True
    rows = encode_rows(page.columns)
    context.spend(len(rows) * len(COLUMNS))
    return ContactPage(document={"contacts": rows, "next": page.after})
