"""The resource ``/v1/contacts``, the contacts behind a figure: its parameters, handler and JSON Schemas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.domain.ask import Ask
from cadran.lists.descriptions import CONTACT
from cadran.lists.reader import Lists
from cadran.lists.statements.contacts import COLUMNS
from cadran.lists.statements.cursor import LIMIT, LIMIT_MAX
from cadran.rest import table
from cadran.rest.encode import csv_of, document
from cadran.rest.parameter import Parameter, by_name, read
from cadran.rest.params import AFTER, FILTERS, PERIOD, common
from cadran.rest.respond import accepted, response, with_csv
from cadran.rest.schemas import NUMBER, WORD, Schema, array, record, reference
from cadran.telemetry import stage
from cadran.web.authentication import principal_of
from cadran.web.negotiate import CSV, JSON, media_type

CONTACTS: Final = (
    *PERIOD,
    *FILTERS,
    Parameter("limit", f"The most contacts of a page, 1 to {LIMIT_MAX}; {LIMIT} unless given.", "number", 100),
    AFTER,
)
_BY_NAME: Final = by_name(CONTACTS)
_FLAG: Final[Schema] = {"type": ["boolean", "null"]}
_KINDS: Final[dict[str, Schema]] = {
    **dict.fromkeys(("wait", "talk", "hold", "acw", "cost", "revenue"), NUMBER),
    **dict.fromkeys(("identified", "escalated", "overflowed", "resolved", "recalled", "repeated"), _FLAG),
}
CONTACT_SCHEMAS: Final[dict[str, Schema]] = {
    "Contacts": record(
        "A page of contacts, in the order in which they were offered.",
        {
            "contacts": {**array(reference("Contact")), "description": "The contacts of this page."},
            "next": {**WORD, "description": "The cursor of the next page, for after; null on the last page."},
        },
    ),
    "Contact": record(
        "A contact. Members of dimensions are codes. The customer is not shown.",
        {name: {**_KINDS.get(name, WORD), "description": CONTACT[name]} for name in COLUMNS},
    ),
}


@dataclass(frozen=True, slots=True)
class ContactResource:
    """The handler of contacts, with the reader that it uses."""

    lists: Lists

    def routes(self) -> list[Route]:
        """Return its route."""
        return with_csv(Route("/v1/contacts", self.contacts))

    async def contacts(self, request: Request) -> Response:
        """Answer with a page of the contacts behind a figure."""
        with stage("parse"):
            kind = media_type(accepted(request), (JSON, CSV))
            given = read(request.scope["query_string"], _BY_NAME)
            ask, limit, after = Ask(metrics=(), **common(given)), given.get("limit", LIMIT), given.get("after")
        page = await self.lists.contacts(ask, principal_of(request.scope), limit=limit, after=after)
        with stage("encode"):
            if kind == CSV:
                encoded = csv_of(dict(page.columns))
            else:
                encoded = document({"contacts": table.rows(page.columns), "next": page.after})
        # Facts about single contacts are never cached.
        headers = {"cache-control": "no-store"} | ({"cadran-next": page.after} if page.after is not None else {})
        return response(encoded, kind, headers)
