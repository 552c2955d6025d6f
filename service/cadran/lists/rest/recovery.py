"""The resource ``/v1/recovery``, the customers still to be called: its parameters, handler and encoding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.compiler.supported_dimensions import has
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.filter_name import split_filter_name
from cadran.domain.parts.parts import PARTS
from cadran.domain.question_params import question_document
from cadran.domain.verdicts import judged
from cadran.engine.desk import Desk
from cadran.lists.descriptions import CUSTOMER_TO_CALL
from cadran.lists.reader import Lists
from cadran.lists.statements.customers_to_call import COLUMNS, LIMIT, LIMIT_MAX, ORDERS, RecontactPage
from cadran.rest import table
from cadran.rest.encode import Encoded, csv_of, headline, state, timed
from cadran.rest.parameter import Parameter, by_name, read
from cadran.rest.params import AFTER, FILTERS, PERIOD, common
from cadran.rest.respond import accepted, response, with_csv
from cadran.rest.schemas import BOUND, NUMBER, STATE, WORD, ZONE, Schema, array, record, reference
from cadran.rest.table import View
from cadran.telemetry import stage
from cadran.web.authentication import principal_of
from cadran.web.negotiate import CSV, JSON, language, media_type

PARAMETERS: Final = (
    *PERIOD,
    *(each for each in FILTERS if has(PARTS["customers_open"], split_filter_name(each.name)[0])),
    Parameter(
        "order",
        "The order of the customers: the highest lifetime value first (value), or the longest wait first (age).",
        "choice",
        "value",
        ORDERS,
    ),
    Parameter("limit", f"The most customers of a page, 1 to {LIMIT_MAX}; {LIMIT} unless given.", "number", 100),
    AFTER,
)
_BY_NAME: Final = by_name(PARAMETERS)
_KINDS: Final[dict[str, Schema]] = {
    "reason": {"enum": ["lost", "callback_promised"]},
    "attempts": {"type": "integer"},
    "lifetime_value": NUMBER,
    "age": {"type": "number"},
}
_TO_CALL: Final[Schema] = {name: {**_KINDS.get(name, WORD), "description": CUSTOMER_TO_CALL[name]} for name in COLUMNS}
_WINDOW: Final = record("The window of the question.", {"start": BOUND, "end": BOUND, "zone": ZONE})
RECOVERY_SCHEMAS: Final[dict[str, Schema]] = {
    "Recovery": record(
        "The customers still to be called at the end of the window, and the share of its losses that were recovered.",
        {
            "period": _WINDOW,
            "question": {**reference("Question"), "description": "The question as cadran understood it."},
            **STATE,
            "order": {
                "enum": list(ORDERS),
                "description": "The order of the customers: the highest lifetime value first (value), or the longest "
                "wait first (age).",
            },
            "customers_to_call": {
                **reference("Figure"),
                "description": "The number of customers to call, on all pages.",
            },
            "recovered_losses": {
                **reference("Figure"),
                "description": "The share of the window's losses that were recovered within a day.",
            },
            "customers": {**array(reference("CustomerToCall")), "description": "The customers of this page."},
            "next": {**WORD, "description": "The cursor of the next page, for after; null on the last page."},
        },
    ),
    "CustomerToCall": record(
        "A customer who was not reached since a loss or a promise. Members of dimensions are codes.",
        _TO_CALL,
    ),
}


@dataclass(frozen=True, slots=True)
class Recovery:
    """The handler of customers to call, with the services that it uses."""

    desk: Desk
    lists: Lists

    def routes(self) -> list[Route]:
        """Return the routes."""
        return with_csv(Route("/v1/recovery", self.recovery))

    async def recovery(self, request: Request) -> Response:
        """Return the customers who did not get through or were promised a callback, and were not reached since."""
        with stage("parse"):
            kind = media_type(accepted(request), (JSON, CSV))
            given = read(request.scope["query_string"], _BY_NAME)
            order, limit, after = given.get("order", ORDERS[0]), given.get("limit", LIMIT), given.get("after")
        ask = Ask(metrics=(), **common(given))
        principal = principal_of(request.scope)
        answer, page = await self.lists.recovery(ask, principal, order=order, limit=limit, after=after)
        answer = judged(answer, self.desk.directory_of(principal))
        with stage("encode"):
            chosen = language(request.headers.get("accept-language"))
            if kind == CSV:
                encoded = csv_of(dict(page.columns))
            else:
                view = View(language=chosen, currency=self.desk.directory().currency)
                encoded = _document(answer, page, order, view)
        # Facts about single people are never cached.
        headers = {"cache-control": "no-store", "content-language": chosen}
        return response(encoded, kind, headers | ({"cadran-next": page.after} if page.after is not None else {}))


def _document(answer: Answer, page: RecontactPage, order: str, view: View) -> Encoded:
    open_, recovered = answer.totals
    shown = {
        "period": {"start": answer.start, "end": answer.end, "zone": answer.zone},
        "question": question_document(answer),
        **state(answer, view.language),
        "order": order,
        "customers_to_call": headline(open_, view),
        "recovered_losses": headline(recovered, view),
        "customers": table.rows(page.columns),
        "next": page.after,
    }
    return timed(shown, answer.freshness)
