"""The JSON Schemas of what follows from answers, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

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
    "Contribution": record(
        "A group (its dimensions beside) and what it contributed.",
        {**_SUMS, "contribution": {**NUMBER, "description": "Rate and mix together."}},
    ),
}
