"""The JSON Schemas of what follows from answers, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.rest.schemas import (
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
            "sources": array(reference("Source")),
        },
        optional=("sources",),
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
            "sources": array(reference("Source")),
        },
        optional=("sources",),
    ),
    "Contribution": record(
        "A group (its dimensions beside) and what it contributed.",
        {**_SUMS, "contribution": {**NUMBER, "description": "Rate and mix together."}},
        closed=False,
    ),
}
