"""The resource ``/v1/contacts``, the contacts behind a figure: its parameters, handler and JSON Schemas."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from cadran.domain.ask import Ask
from cadran.lists.descriptions import CONTACT
from cadran.lists.reader import Lists
from cadran.lists.statements.contacts import COLUMNS
from cadran.lists.statements.cursor import LIMIT, LIMIT_MAX
from cadran.rest import table
from cadran.rest.context import RequestContext
from cadran.rest.encode import encode_csv, encode_document
from cadran.rest.operation import Link, OperationGroup
from cadran.rest.parameter import Parameter
from cadran.rest.params import AFTER, FILTERS, PERIOD, parse_common
from cadran.rest.responses import describe_page
from cadran.rest.schemas import NUMBER, WORD, Schema, make_array, make_record, refer_to
from cadran.telemetry import stage

_PARAMETERS: Final = (
    *PERIOD,
    *FILTERS,
    Parameter("limit", f"The page size: 1 to {LIMIT_MAX} contacts; default: {LIMIT}.", "number", 100),
    AFTER,
)
_FLAG: Final[Schema] = {"type": ["boolean", "null"]}
_KINDS: Final[dict[str, Schema]] = {
    **dict.fromkeys(("wait", "talk", "hold", "acw", "cost", "revenue"), NUMBER),
    **dict.fromkeys(("identified", "escalated", "overflowed", "resolved", "recalled", "repeated"), _FLAG),
}
_SCHEMAS: Final[dict[str, Schema]] = {
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
            encoded = encode_csv(dict(page.columns))
        else:
            encoded = encode_document({"contacts": table.make_rows(page.columns), "next": page.after})
    return context.respond_page(encoded, page.after)
