"""The JSON Schemas of figures that are derived from answers, for the OpenAPI document."""

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
    make_array,
    make_mapping,
    make_record,
    refer_to,
)

_METRIC: Final = make_record(
    "The metric, and how to read its values.",
    {"metric": {**TEXT, "description": "The metric reference, as in a question."}, **MEANING, **METHOD},
    optional=("method",),
)
_LABELS: Final = make_mapping(
    make_mapping(TEXT, "Labels by code; `none` is for contacts without a value."),
    "The labels of the codes, by dimension.",
)
_COUNTS: Final = {
    **make_array({"type": ["integer", "null"]}),
    "description": "The count of each bin; null if it is hidden because it could reveal fewer than five people.",
}
_SUM: Final = {"type": ["integer", "null"], "description": "The sum of the counts; null if suppressed."}
_SUMS: Final[Schema] = {
    "value": {**NUMBER, "description": "The rate in the window; null if its denominator is 0."},
    "previous": {**NUMBER, "description": "The rate in the earlier window; null if its denominator is 0."},
    "numerator": {**NUMBER, "description": "The numerator of the rate in the window; null if suppressed."},
    "denominator": {**NUMBER, "description": "The denominator of the rate in the window; null if suppressed."},
    "previous_numerator": {
        **NUMBER,
        "description": "The numerator of the rate in the earlier window; null if suppressed.",
    },
    "previous_denominator": {
        **NUMBER,
        "description": "The denominator of the rate in the earlier window; null if suppressed.",
    },
    "rate": {
        **NUMBER,
        "description": "The effect of rates that changed within groups; null if the change is undefined.",
    },
    "mix": {
        **NUMBER,
        "description": "The effect of volume that moved between groups; null if the change is undefined.",
    },
}


def _window(about: str) -> Schema:
    return make_record(about, {"start": BOUND, "end": BOUND, "zone": ZONE})


INSIGHT_SCHEMAS: Final[dict[str, Schema]] = {
    "Change": make_record(
        "The change of a ratio between two windows, group by group.",
        {
            "metric": _METRIC,
            "period": _window("The window of the question."),
            "against": _window("The earlier window that the question is compared with."),
            "question": {
                **refer_to("Question"),
                "description": "The question over the window, as the service understood it.",
            },
            **STATE,
            "change": {**NUMBER, "description": "Value minus previous: the rate and mix effects of all groups."},
            **_SUMS,
            "labels": _LABELS,
            "rows": {
                **make_array(refer_to("Contribution")),
                "description": "The groups, the largest contributions first.",
            },
            "annotations": ANNOTATIONS,
            "sources": {
                **make_array(refer_to("Source")),
                "description": "The sources of the answer with their SQL; only with explain.",
            },
        },
        optional=("annotations", "sources"),
    ),
    "Distribution": make_record(
        "The distribution of waits, or of the values of a metric.",
        {
            "of": _METRIC,
            "across": {
                **WORD,
                "description": "The buckets or groups whose values are counted; null if contacts or surveys are"
                " counted one by one.",
            },
            "period": _window("The window of the question."),
            "question": {**refer_to("Question"), "description": "The question as the service understood it."},
            **STATE,
            "edges": {
                **make_array(NUMBER),
                "description": "The edges of the bins, in the metric's unit, one more than the bins; a null"
                " edge is open.",
            },
            "counts": _COUNTS,
            "n": _SUM,
            "undefined": {"type": "integer", "description": "The number of buckets or groups without a value."},
            "labels": _LABELS,
            "rows": {
                **make_array(make_record("A group (its dimensions are members too).", {"counts": _COUNTS, "n": _SUM})),
                "description": "The groups that waits or scores are split by; empty without a split.",
            },
            "annotations": ANNOTATIONS,
            "sources": {
                **make_array(refer_to("Source")),
                "description": "The sources of the answer with their SQL; only with explain.",
            },
        },
        optional=("annotations", "sources"),
    ),
    "Return": make_record(
        "The cost and the return of gestures, next to the cost of losing customers.",
        {
            "period": _window("The window of the question."),
            "question": {
                **refer_to("Question"),
                "description": "The question about gestures, as the service understood it.",
            },
            **STATE,
            "figures": {
                **make_array(refer_to("Figure")),
                "description": "The figures of gestures. Callers who see every site also get those of customers lost: "
                "all, and with or without a gesture.",
            },
            "net": {
                **NUMBER,
                "description": "The revenue minus the cost of the gestures whose revenue is known, in the service's"
                " currency; null without such gestures.",
            },
            "customers_kept": {
                **NUMBER,
                "description": "An estimate of the customers retained by gestures: how many more of the customers"
                " helped would have left at the churn rate of those without a gesture. Negative if more of them left;"
                " null if unknown.",
            },
            "value_kept": {
                **NUMBER,
                "description": "An estimate: customers_kept times the mean value of a lost customer, in the service's "
                "currency; null if unknown.",
            },
            "assumptions": {
                **make_array(
                    make_record(
                        "An assumption behind a figure.",
                        {
                            "code": {**TEXT, "description": "The stable code of the assumption."},
                            "text": {**TEXT, "description": "The assumption, in the language of Accept-Language."},
                        },
                    )
                ),
                "description": "The assumptions behind the figures.",
            },
            "annotations": ANNOTATIONS,
            "sources": {
                **make_array(refer_to("Source")),
                "description": "The sources of the answer with their SQL; only with explain.",
            },
        },
        optional=("annotations", "sources"),
    ),
    "Contribution": make_record(
        "A group (its dimensions are members too) and its contribution to the change.",
        {
            **_SUMS,
            "contribution": {
                **NUMBER,
                "description": "The rate effect plus the mix effect; null if the change is undefined.",
            },
        },
    ),
}
