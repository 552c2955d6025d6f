"""The customers still to be called: parameters, resource and encoding of ``/v1/recovery``."""

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
    Parameter("order", "The most valuable first, or whoever waits longest.", "choice", "value", ORDERS),
    Parameter("limit", f"How many customers a page holds, to {LIMIT_MAX}; {LIMIT} unless given.", "number", 100),
    AFTER,
)
_BY_NAME: Final = by_name(PARAMETERS)
_TO_CALL: Final[Schema] = {
    **dict.fromkeys(COLUMNS, WORD),
    "customer": {**WORD, "description": "The customer's code; null where the asker may not see people."},
    "reason": {"enum": ["lost", "callback_promised"]},
    "attempts": {"type": "integer", "description": "How many contacts and promises are open."},
    "due_at": {**WORD, "description": "When the first open promise is due."},
    "lifetime_value": {**NUMBER, "description": "What the customer is worth, as far as known then."},
    "age": {"type": "number", "description": "Seconds since the first attempt."},
    "site": {**WORD, "description": "Of the last attempt, as segment, channel and moment are."},
}
_WINDOW: Final = record("A window.", {"start": BOUND, "end": BOUND, "zone": ZONE})
RECOVERY_SCHEMAS: Final[dict[str, Schema]] = {
    "Recovery": record(
        "Who is still to be called at the window's end, and the share of losses recovered in it.",
        {
            "period": _WINDOW,
            "question": reference("Question"),
            **STATE,
            "order": {"enum": list(ORDERS)},
            "customers_to_call": {**reference("Figure"), "description": "How many customers there are on all pages."},
            "recovered_losses": {**reference("Figure"), "description": "The share of losses recovered within a day."},
            "customers": array(reference("CustomerToCall")),
            "next": {**WORD, "description": "What to give as after for the next page; null on the last."},
        },
    ),
    "CustomerToCall": record(
        "A customer not reached since a loss or a promise; times on the clock of the last attempt's site.",
        _TO_CALL,
    ),
}


@dataclass(frozen=True, slots=True)
class Recovery:
    """The handler, with what it needs."""

    desk: Desk
    lists: Lists

    def routes(self) -> list[Route]:
        """Where it is."""
        return with_csv(Route("/v1/recovery", self.recovery))

    async def recovery(self, request: Request) -> Response:
        """Who did not get through, or was promised a callback, and was not reached since."""
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
        # What is told of single people is kept nowhere.
        headers = {"cache-control": "no-store", "content-language": chosen}
        return response(encoded, kind, headers | ({"cadran-next": page.after} if page.after is not None else {}))


def _document(answer: Answer, page: RecontactPage, order: str, view: View) -> Encoded:
    open_, recovered = answer.totals
    told = {
        "period": {"start": answer.start, "end": answer.end, "zone": answer.zone},
        "question": question_document(answer),
        **state(answer, view.language),
        "order": order,
        "customers_to_call": headline(open_, view),
        "recovered_losses": headline(recovered, view),
        "customers": table.rows(page.columns),
        "next": page.after,
    }
    return timed(told, answer.freshness)
