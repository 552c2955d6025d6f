"""The resource ``/v1/recovery``, the customers still to be called: its parameters, handler and encoding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.compiler.supported_dimensions import supports
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.filter_name import split_filter_name
from cadran.domain.parts.parts import PARTS
from cadran.domain.question_params import question_document
from cadran.domain.verdicts import add_verdicts
from cadran.engine.desk import Desk
from cadran.lists.documents import CustomerToCallDocument, encode_rows
from cadran.lists.reader import Lists
from cadran.lists.statements.customers_to_call import LIMIT, LIMIT_MAX, ORDERS, CustomersToCallPage
from cadran.rest.document_schemas import describe_documents
from cadran.rest.encode import EncodedBody, describe_state, encode_csv, encode_timed, make_headline
from cadran.rest.figure_schemas import STATE, WINDOW
from cadran.rest.parameter import Parameter, index_by_name, read_parameters
from cadran.rest.params import AFTER, FILTERS, PERIOD, parse_common
from cadran.rest.respond import add_csv_routes, make_response, read_accept
from cadran.rest.schemas import WORD, Schema, make_array, make_record, refer_to
from cadran.rest.table import View
from cadran.telemetry import stage
from cadran.web.authentication import get_principal
from cadran.web.negotiate import CSV, JSON, choose_language, choose_media_type

PARAMETERS: Final = (
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
_BY_NAME: Final = index_by_name(PARAMETERS)
_WINDOW: Final = make_record("The window of the question.", WINDOW)
RECOVERY_SCHEMAS: Final[dict[str, Schema]] = {
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


@dataclass(frozen=True, slots=True)
class Recovery:
    """The handler of customers to call, with the services that it uses."""

    desk: Desk
    lists: Lists

    def routes(self) -> list[Route]:
        """Return the routes."""
        return add_csv_routes(Route("/v1/recovery", self.recovery))

    async def recovery(self, request: Request) -> Response:
        """Return the customers who did not get through or were promised a callback, and were not reached since."""
        with stage("parse"):
            kind = choose_media_type(read_accept(request), (JSON, CSV))
            given = read_parameters(request.scope["query_string"], _BY_NAME)
            order, limit, after = given.get("order", ORDERS[0]), given.get("limit", LIMIT), given.get("after")
        ask = Ask(metrics=(), **parse_common(given))
        principal = get_principal(request.scope)
        answer, page = await self.lists.recovery(ask, principal, order=order, limit=limit, after=after)
        answer = add_verdicts(answer, self.desk.directory_of(principal))
        with stage("encode"):
            chosen = choose_language(request.headers.get("accept-language"))
            if kind == CSV:
                encoded = encode_csv(dict(page.columns))
            else:
                view = View(language=chosen, currency=self.desk.directory().currency)
                encoded = _document(answer, page, order, view)
        # Facts about single people are never cached.
        headers = {"cache-control": "no-store", "content-language": chosen}
        return make_response(encoded, kind, headers | ({"cadran-next": page.after} if page.after is not None else {}))


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
