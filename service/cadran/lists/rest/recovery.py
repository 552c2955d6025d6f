"""The resource ``/v1/recovery``, the customers still to be called: its parameters, handler and encoding."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from cadran.compiler.supported_dimensions import supports
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.filter_name import split_filter_name
from cadran.domain.parts.parts import PARTS
from cadran.domain.question_params import question_document
from cadran.lists.documents import CustomerToCallDocument, encode_rows
from cadran.lists.reader import Lists
from cadran.lists.statements.customers_to_call import LIMIT, LIMIT_MAX, ORDERS, CustomersToCallPage
from cadran.rest.context import RequestContext
from cadran.rest.document_schemas import describe_documents
from cadran.rest.encode import EncodedBody, describe_state, encode_csv, encode_timed, make_headline
from cadran.rest.figure_schemas import STATE, WINDOW
from cadran.rest.operation import Link, OperationGroup
from cadran.rest.parameter import Parameter
from cadran.rest.params import AFTER, FILTERS, PERIOD, parse_common
from cadran.rest.responses import describe_page
from cadran.rest.schemas import WORD, Schema, make_array, make_record, refer_to
from cadran.rest.table import View
from cadran.telemetry import stage

_PARAMETERS: Final = (
    *PERIOD,
    *(each for each in FILTERS if supports(PARTS["customers_open"], split_filter_name(each.name)[0])),
    Parameter(
        "order",
        "The order of the customers: the highest lifetime value first (value), or the longest wait first (age).",
        "choice",
        "value",
        ORDERS,
    ),
    Parameter("limit", f"The page size: 1 to {LIMIT_MAX} customers; default: {LIMIT}.", "number", 100),
    AFTER,
)
_WINDOW: Final = make_record("The window of the question.", WINDOW)
_SCHEMAS: Final[dict[str, Schema]] = {
    "Recovery": make_record(
        "The customers still to be called at the end of the window, and the share of its losses that were recovered.",
        {
            "period": _WINDOW,
            "question": {**refer_to("Question"), "description": "The question as the service understood it."},
            **STATE,
            "order": {
                "enum": list(ORDERS),
                "description": "The order of the customers: the highest lifetime value first (value), or the longest "
                "wait first (age).",
            },
            "customers_to_call": {
                **refer_to("Figure"),
                "description": "The number of customers to call, on all pages.",
            },
            "recovered_losses": {
                **refer_to("Figure"),
                "description": "The share of the window's losses that were recovered within a day.",
            },
            "customers": {**make_array(refer_to("CustomerToCall")), "description": "The customers of this page."},
            "next": {**WORD, "description": "The cursor of the next page, for after; null on the last page."},
        },
    ),
    **describe_documents({"CustomerToCall": CustomerToCallDocument}),
}
_RECOVERY: Final = OperationGroup("figures", _SCHEMAS)


@_RECOVERY.get(
    "/v1/recovery",
    "listRecovery",
    "List the customers who are still to be called, page by page. They did not get through or were "
    "promised a callback in the thirty days before the end of the window, and were not reached since. "
    "Without a window, the list is that of the present. The answer also has the number of customers "
    "and the share of the window's losses that was recovered. CSV has the next cursor in Cadran-Next.",
    describe_page("Recovery"),
    right="people",
    parameters=_PARAMETERS,
    is_localized=True,
    link=Link(
        "recovery",
        "Customers who did not get through and are still to be called",
        "/v1/recovery?period=2015-12&order=value",
    ),
)
async def list_recovery(context: RequestContext) -> Response:
    """Return the customers who did not get through or were promised a callback, and were not reached since."""
    given = context.given
    order, limit, after = given.get("order", ORDERS[0]), given.get("limit", LIMIT), given.get("after")
    ask = Ask(metrics=(), **parse_common(given))
    answer, page = await context.service(Lists).recovery(ask, context.principal, order=order, limit=limit, after=after)
    with stage("encode"):
        encoded = (
            encode_csv(dict(page.columns)) if context.is_csv else _document(answer, page, order, context.make_view())
        )
    return context.respond_page(encoded, page.after, {"content-language": context.language})


def _document(answer: Answer, page: CustomersToCallPage, order: str, view: View) -> EncodedBody:
    open_, recovered = answer.totals
    shown = {
        "period": {"start": answer.start, "end": answer.end, "zone": answer.zone},
        "question": question_document(answer),
        **describe_state(answer, view.language),
        "order": order,
        "customers_to_call": make_headline(open_, view),
        "recovered_losses": make_headline(recovered, view),
        "customers": encode_rows(page.columns),
        "next": page.after,
    }
    return encode_timed(shown, answer.freshness)
