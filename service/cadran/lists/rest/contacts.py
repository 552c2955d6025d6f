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
from cadran.rest.encode import encode_csv, encode_document
from cadran.rest.parameter import Parameter, index_by_name, read_parameters
from cadran.rest.params import AFTER, FILTERS, PERIOD, parse_common
from cadran.rest.respond import add_csv_routes, make_response, read_accept
from cadran.rest.schemas import NUMBER, WORD, Schema, make_array, make_record, refer_to
from cadran.telemetry import stage
from cadran.web.authentication import get_principal
from cadran.web.negotiate import CSV, JSON, choose_media_type

CONTACTS: Final = (
    *PERIOD,
    *FILTERS,
    Parameter("limit", f"The page size: 1 to {LIMIT_MAX} contacts; default: {LIMIT}.", "number", 100),
    AFTER,
)
_BY_NAME: Final = index_by_name(CONTACTS)
_FLAG: Final[Schema] = {"type": ["boolean", "null"]}
_KINDS: Final[dict[str, Schema]] = {
    **dict.fromkeys(("wait", "talk", "hold", "acw", "cost", "revenue"), NUMBER),
    **dict.fromkeys(("identified", "escalated", "overflowed", "resolved", "recalled", "repeated"), _FLAG),
}
CONTACT_SCHEMAS: Final[dict[str, Schema]] = {
    "Contacts": make_record(
        "A page of contacts, in the order in which they were offered.",
        {
            "contacts": {**make_array(refer_to("Contact")), "description": "The contacts of this page."},
            "next": {**WORD, "description": "The cursor of the next page, for after; null on the last page."},
        },
    ),
    "Contact": make_record(
        "A contact. Members of dimensions are codes. The customer is not shown.",
        {name: {**_KINDS.get(name, WORD), "description": CONTACT[name]} for name in COLUMNS},
    ),
}


@dataclass(frozen=True, slots=True)
class ContactResource:
    """The handler of contacts, with the reader that it uses."""

    lists: Lists

    def routes(self) -> list[Route]:
        """Return the routes of the resource."""
        return add_csv_routes(Route("/v1/contacts", self.contacts))

    async def contacts(self, request: Request) -> Response:
        """Answer with a page of the contacts behind a figure."""
        with stage("parse"):
            kind = choose_media_type(read_accept(request), (JSON, CSV))
            given = read_parameters(request.scope["query_string"], _BY_NAME)
            ask, limit, after = Ask(metrics=(), **parse_common(given)), given.get("limit", LIMIT), given.get("after")
        page = await self.lists.contacts(ask, get_principal(request.scope), limit=limit, after=after)
        with stage("encode"):
            if kind == CSV:
                encoded = encode_csv(dict(page.columns))
            else:
                encoded = encode_document({"contacts": table.make_rows(page.columns), "next": page.after})
        # Facts about single contacts are never cached.
        headers = {"cache-control": "no-store"} | ({"cadran-next": page.after} if page.after is not None else {})
        return make_response(encoded, kind, headers)
