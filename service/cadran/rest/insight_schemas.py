"""The JSON Schemas of what follows from answers, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.compiler.contacts import COLUMNS
from cadran.rest.schemas import (
    ANNOTATIONS,
    BOUND,
    MEANING,
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

_METRIC: Final = record("The metric and what its values mean.", {"metric": TEXT, **MEANING})
_LABELS: Final = mapping(mapping(TEXT, "Labels by code; none: not given."), "Labels of the codes, by dimension.")
_WINDOW: Final = record("A window.", {"start": BOUND, "end": BOUND, "zone": ZONE})
_FLAG: Final[Schema] = {"type": ["boolean", "null"]}
_KINDS: Final[dict[str, Schema]] = {
    **dict.fromkeys(("wait", "talk", "hold", "acw", "cost", "revenue"), NUMBER),
    **dict.fromkeys(("identified", "escalated", "overflowed", "resolved", "recalled", "repeated"), _FLAG),
}
_COUNTS: Final = {**array({"type": "integer"}), "description": "How many are in each bin."}
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
            "n": {"type": "integer", "description": "The sum of the counts."},
            "undefined": {"type": "integer", "description": "Buckets or groups without a value."},
            "labels": _LABELS,
            "rows": array(
                record(
                    "A group (its dimensions beside).",
                    {"counts": _COUNTS, "n": {"type": "integer", "description": "The sum of the counts."}},
                    closed=False,
                )
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
    "Contribution": record(
        "A group (its dimensions beside) and what it contributed.",
        {**_SUMS, "contribution": {**NUMBER, "description": "Rate and mix together."}},
        closed=False,
    ),
}
