"""The resource ``/v1/contacts``, the contacts behind a figure: its parameters, handler and JSON Schemas."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from cadran.domain.ask import Ask
from cadran.lists.documents import ContactDocument, ContactsDocument, encode_rows
from cadran.lists.reader import Lists
from cadran.lists.statements.cursor import LIMIT, LIMIT_MAX
from cadran.rest.context import RequestContext
from cadran.rest.document_schemas import describe_documents
from cadran.rest.encode import encode_csv, encode_document
from cadran.rest.operation import Link, OperationGroup
from cadran.rest.parameter import Parameter
from cadran.rest.params import AFTER, FILTERS, PERIOD, parse_common
from cadran.rest.responses import describe_page
from cadran.telemetry import stage

_PARAMETERS: Final = (
    *PERIOD,
    *FILTERS,
    Parameter("limit", f"The page size: 1 to {LIMIT_MAX} contacts; default: {LIMIT}.", "number", 100),
    AFTER,
)
_SCHEMAS: Final = describe_documents({"Contacts": ContactsDocument, "Contact": ContactDocument})
_CONTACTS: Final = OperationGroup("figures", _SCHEMAS)


@_CONTACTS.get(
    "/v1/contacts",
    "listContacts",
    "List the contacts behind a figure, page by page. Window and filters are those of /v1/indicators. The "
    "default direction is inbound. Contacts do not name their customers. CSV has the cursor of the next "
    "page in Cadran-Next.",
    describe_page("Contacts"),
    right="contacts",
    parameters=_PARAMETERS,
    link=Link("contacts", "The contacts behind a figure", "/v1/contacts?period=2015-12-24&outcome=abandoned"),
)
async def list_contacts(context: RequestContext) -> Response:
    """Return a page of the contacts behind a figure."""
    given = context.given
    ask, limit, after = Ask(metrics=(), **parse_common(given)), given.get("limit", LIMIT), given.get("after")
    page = await context.service(Lists).contacts(ask, context.principal, limit=limit, after=after)
    with stage("encode"):
        if context.is_csv:
            joined = ["; ".join(values) for values in page.columns["attributes"]]  # type: ignore[arg-type]  # lists of texts
            encoded = encode_csv({**page.columns, "attributes": joined})
        else:
            document: ContactsDocument = {"contacts": encode_rows(page.columns), "next": page.after}
            encoded = encode_document(document)
    return context.respond_page(encoded, page.after)
