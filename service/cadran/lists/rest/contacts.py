"""The resource ``/v1/contacts``, the contacts behind a figure: its parameters, handler and JSON Schemas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.domain.ask import Ask
from cadran.lists.documents import ContactDocument, ContactsDocument, encode_rows
from cadran.lists.reader import Lists
from cadran.lists.statements.cursor import LIMIT, LIMIT_MAX
from cadran.rest.document_schemas import describe_documents
from cadran.rest.encode import encode_csv, encode_document
from cadran.rest.parameter import Parameter, index_by_name, read_parameters
from cadran.rest.params import AFTER, FILTERS, PERIOD, parse_common
from cadran.rest.respond import add_csv_routes, make_response, read_accept
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
CONTACT_SCHEMAS: Final = describe_documents({"Contacts": ContactsDocument, "Contact": ContactDocument})


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
                document: ContactsDocument = {"contacts": encode_rows(page.columns), "next": page.after}
                encoded = encode_document(document)
        # Facts about single contacts are never cached.
        headers = {"cache-control": "no-store"} | ({"cadran-next": page.after} if page.after is not None else {})
        return make_response(encoded, kind, headers)
