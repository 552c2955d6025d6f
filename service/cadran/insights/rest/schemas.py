"""The JSON Schemas of what follows from answers, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.lists.statements.contacts import COLUMNS
from cadran.lists.statements.customers_to_call import COLUMNS as TO_CALL
from cadran.lists.statements.customers_to_call import ORDERS
from cadran.rest.schemas import (
    ANNOTATIONS,
    BOUND,
    MEANING,
    METHOD,
    NUMBER,
    STATE,
    TEXT,
    WORD,
    ZONE,
    Schema,
    array,
    mapping,
    record,
    reference,
)

_METRIC: Final = record(
    "The metric and what its values mean.", {"metric": TEXT, **MEANING, **METHOD}, optional=("method",)
)
_LABELS: Final = mapping(mapping(TEXT, "Labels by code; none: not given."), "Labels of the codes, by dimension.")
_WINDOW: Final = record("A window.", {"start": BOUND, "end": BOUND, "zone": ZONE})
_FLAG: Final[Schema] = {"type": ["boolean", "null"]}
_KINDS: Final[dict[str, Schema]] = {
    **dict.fromkeys(("wait", "talk", "hold", "acw", "cost", "revenue"), NUMBER),
    **dict.fromkeys(("identified", "escalated", "overflowed", "resolved", "recalled", "repeated"), _FLAG),
}
_TO_CALL: Final[Schema] = {
    **dict.fromkeys(TO_CALL, WORD),
    "customer": {**WORD, "description": "The customer's code; null where the asker may not see people."},
    "reason": {"enum": ["lost", "callback_promised"]},
    "attempts": {"type": "integer", "description": "How many contacts and promises are open."},
    "due_at": {**WORD, "description": "When the first open promise is due."},
    "lifetime_value": {**NUMBER, "description": "What the customer is worth, as far as known then."},
    "age": {"type": "number", "description": "Seconds since the first attempt."},
    "site": {**WORD, "description": "Of the last attempt, as segment, channel and moment are."},
}
_COUNTS: Final = {
    **array({"type": ["integer", "null"]}),
    "description": "How many are in each bin; null: hidden, as it would tell of fewer than five people.",
}
_SUM: Final = {"type": ["integer", "null"], "description": "The sum of the counts; null: hidden."}
_SUMS: Final[Schema] = {
    "value": {**NUMBER, "description": "The rate in the window; null where there is nothing to divide by."},
    "previous": {**NUMBER, "description": "The rate in the window set against."},
    "numerator": NUMBER,
    "denominator": NUMBER,
    "previous_numerator": NUMBER,
    "previous_denominator": NUMBER,
    "rate": {**NUMBER, "description": "What came from the own rate; null where the change is undefined."},
    "mix": {**NUMBER, "description": "What came from the share of the volumes."},
}

INSIGHT_SCHEMAS: Final[dict[str, Schema]] = {
    "Change": record(
        "Why a ratio moved, group by group.",
        {
            "metric": _METRIC,
            "period": _WINDOW,
            "against": _WINDOW,
            "question": reference("Question"),
            **STATE,
            "change": {**NUMBER, "description": "Value minus previous: rate and mix over all groups."},
            **_SUMS,
            "labels": _LABELS,
            "rows": array(reference("Contribution")),
            "annotations": ANNOTATIONS,
            "sources": array(reference("Source")),
        },
        optional=("annotations", "sources"),
    ),
    "Distribution": record(
        "How waits, or the values of a metric, are distributed.",
        {
            "of": _METRIC,
            "across": {**WORD, "description": "The buckets or groups counted; null: contacts are."},
            "period": _WINDOW,
            "question": reference("Question"),
            **STATE,
            "edges": {**array(NUMBER), "description": "One more than the bins; null: open."},
            "counts": _COUNTS,
            "n": _SUM,
            "undefined": {"type": "integer", "description": "Buckets or groups without a value."},
            "labels": _LABELS,
            "rows": array(
                record(
                    "A group (its dimensions beside).",
                    {"counts": _COUNTS, "n": _SUM},
                    closed=False,
                )
            ),
            "annotations": ANNOTATIONS,
            "sources": array(reference("Source")),
        },
        optional=("annotations", "sources"),
    ),
    "Return": record(
        "What gestures cost and bring back, beside what losing customers costs.",
        {
            "period": _WINDOW,
            "question": reference("Question"),
            **STATE,
            "figures": {
                **array(reference("Figure")),
                "description": "Of gestures, then of customers lost: all, and with or without a gesture.",
            },
            "net": {**NUMBER, "description": "Revenue minus cost of the gestures whose revenue is known."},
            "customers_kept": {
                **NUMBER,
                "description": "How many more of those helped would have left at the rate of the others: an estimate.",
            },
            "value_kept": {**NUMBER, "description": "Customers kept times the mean value of a customer lost."},
            "assumptions": array(
                record("What a figure takes for granted.", {"code": TEXT, "text": TEXT}),
            ),
            "annotations": ANNOTATIONS,
            "sources": array(reference("Source")),
        },
        optional=("annotations", "sources"),
    ),
    "Contacts": record(
        "A page of contacts, in the order of their offer.",
        {
            "contacts": array(reference("Contact")),
            "next": {**WORD, "description": "What to give as after for the next page; null on the last."},
        },
    ),
    "Contact": record(
        "A contact, in codes; seconds; times on its site's clock. Whose it is stays untold.",
        {name: _KINDS.get(name, WORD) for name in COLUMNS},
    ),
    "Recovery": record(
        "Who is still to be called at the window's end, and the share of losses recovered in it.",
        {
            "period": _WINDOW,
            "question": reference("Question"),
            **STATE,
            "order": {"enum": list(ORDERS)},
            "to_recontact": {**reference("Figure"), "description": "How many customers there are on all pages."},
            "recovered_losses": {**reference("Figure"), "description": "The share of losses recovered within a day."},
            "customers": array(reference("CustomerToCall")),
            "next": {**WORD, "description": "What to give as after for the next page; null on the last."},
        },
    ),
    "CustomerToCall": record(
        "A customer not reached since a loss or a promise; times on the clock of the last attempt's site.",
        _TO_CALL,
    ),
    "Contribution": record(
        "A group (its dimensions beside) and what it contributed.",
        {**_SUMS, "contribution": {**NUMBER, "description": "Rate and mix together."}},
        closed=False,
    ),
}
