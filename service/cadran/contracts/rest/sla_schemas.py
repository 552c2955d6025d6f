"""The JSON Schemas of what is due by a contract for a period, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.rest.schemas import INSTANT, NUMBER, TEXT, WORD, Schema, make_array, make_record, refer_to

_COUNT: Final[Schema] = {"type": "integer"}
_NUMBER: Final[Schema] = {"type": "number"}
_FLAG: Final[Schema] = {"type": "boolean"}
_COUNT_OR_NULL: Final[Schema] = {"type": ["integer", "null"]}
_FLAG_OR_NULL: Final[Schema] = {"type": ["boolean", "null"]}
_LINES: Final[Schema] = make_array(refer_to("SlaLine"))
_INSTANT_OR_NULL: Final[Schema] = {**INSTANT, "type": ["string", "null"]}
_START: Final[Schema] = {
    **TEXT,
    "description": "The first instant, in RFC 3339 with the offset of the contract's zone.",
}
_END: Final[Schema] = {
    **TEXT,
    "description": "The end, which is excluded, in RFC 3339 with the offset of the contract's zone.",
}
_FIGURES: Final[Schema] = {
    "attained": {
        **NUMBER,
        "description": "The figure: numerator over denominator, in the metric's unit; null if the denominator is 0.",
    },
    "numerator": {**_NUMBER, "description": "The numerator of the figure."},
    "denominator": {**_NUMBER, "description": "The denominator of the figure."},
    "n": {**_NUMBER, "description": "The number of observations behind the figure."},
}
_RESTATED_FIGURES: Final[Schema] = {
    "attained": {**NUMBER, "description": "The figure of the term in the metric's unit; null if it is undefined."},
    "numerator": {**NUMBER, "description": "The numerator of the figure."},
    "denominator": {**NUMBER, "description": "The denominator of the figure."},
    "n": {**NUMBER, "description": "The number of observations behind the figure."},
    "windows": {**NUMBER, "description": "The number of windows that met or missed the target."},
    "windows_met": {**NUMBER, "description": "The number of windows that met the target."},
    "amount": {**NUMBER, "description": "The amount due for the term, in the service's currency."},
}
_RESTATEMENT: Final[Schema] = make_record(
    "A term whose figures have changed since its period was sealed.",
    {
        "term": {**TEXT, "description": "The code of the term."},
        "sealed": make_record("The figures as they were sealed.", _RESTATED_FIGURES),
        "now": make_record("The figures as the data are now.", _RESTATED_FIGURES),
        "change": make_record(
            "The figures of now minus the sealed figures; null if one of the two is undefined.", _RESTATED_FIGURES
        ),
    },
)
#: The members that a statement and the response of ``/v1/sla/{contract}`` share.
STATEMENT_MEMBERS: Final[Schema] = {
    "contract": {**TEXT, "description": "The code of the contract."},
    "partner": {**TEXT, "description": "The code of the partner."},
    "version": {**_COUNT, "description": "The version of the contract that settles the period."},
    "period": make_record(
        "The settlement period, by its name and its bounds.",
        {
            "name": {**TEXT, "description": "The name of the period, such as 2015-12 or 2015-Q4."},
            "start": _START,
            "end": _END,
            "zone": {**TEXT, "description": "The IANA zone of the contract's clock."},
        },
    ),
    "over": {**_FLAG, "description": "Whether the loaded data reach the end of the period."},
    "sealed": {**_FLAG, "description": "Whether the period is sealed."},
    "sealed_at": {**_INSTANT_OR_NULL, "description": "When the period was sealed; null if it is not sealed."},
    "as_of": {
        **_INSTANT_OR_NULL,
        "description": "How far the data reached when the figures were computed; null without data.",
    },
    "data_version": {**TEXT, "description": "The version of the data behind the figures."},
    "currency": {**TEXT, "description": "The currency of all amounts, as an ISO 4217 code."},
    "amount": {
        **_NUMBER,
        "description": "The total amount due: the partner owes it above 0, and receives it below 0.",
    },
}
_TERM: Final[Schema] = make_record(
    "A term over the period.",
    {
        "term": {**TEXT, "description": "The code of the term."},
        "label": {**TEXT, "description": "The name of the term, in the language of Accept-Language."},
        "metric": {**TEXT, "description": "The metric with its arguments, such as service_level(within=20)."},
        "better": {"enum": ["higher", "lower"], "description": "Whether higher or lower figures are better."},
        "unit": {**TEXT, "description": "The unit of the metric, such as ratio or seconds."},
        "target": {**_NUMBER, "description": "The target that the figure has to reach, in the metric's unit."},
        **_FIGURES,
        "met": {**_FLAG_OR_NULL, "description": "Whether the figure reaches the target; null if it is undefined."},
        "window": {**TEXT, "description": "The width of a measurement window, such as quarter_hour, day or month."},
        "windows": {**_COUNT, "description": "The number of windows that met or missed the target."},
        "windows_met": {**_COUNT, "description": "The number of windows that met the target."},
        "windows_empty": {**_COUNT, "description": "The number of windows within the hours in which no contact came."},
        "windows_excluded": {**_COUNT, "description": "The number of windows that are excluded from the settlement."},
        "windows_pending": {**_COUNT, "description": "The number of windows that end after the loaded data."},
        "margin": make_record(
            "What is left before the target is missed.",
            {
                "misses_left": {
                    **_COUNT_OR_NULL,
                    "description": "The number of further misses in a row that still meet the target; 0 if it is "
                    "missed already; null for a mean, or if no number of misses would break it.",
                },
                "late_calls_left": {
                    **_COUNT_OR_NULL,
                    "description": "The value of misses_left if the metric is a service level, where a miss is a late "
                    "answer; null for other metrics.",
                },
                "hits_needed": {
                    **_COUNT_OR_NULL,
                    "description": "The number of good contacts in a row that are needed until the target is met "
                    "again; 0 if it is met; null for a mean, or if no number is enough.",
                },
                "seconds_left": {
                    **NUMBER,
                    "description": "The seconds that the contacts of a mean may take in addition, summed over all "
                    "contacts; below 0 if the target is missed; null for a share.",
                },
            },
        ),
        "forecast": make_record(
            "The forecast of the figure at the end of the period.",
            {
                "method": {
                    "enum": ["complete", "weekday_mean", "none"],
                    "description": "How the figure is forecast: complete if the period is over, weekday_mean from the "
                    "means of each weekday over the last eight weeks, none if the history is too short.",
                },
                "value": {
                    **NUMBER,
                    "description": "The forecast figure of the whole period; null without a forecast.",
                },
                "low": {**NUMBER, "description": "The lower bound of the 95% interval; null without a forecast."},
                "high": {**NUMBER, "description": "The upper bound of the 95% interval; null without a forecast."},
            },
        ),
        "penalty": make_record(
            "The amount due for the term.",
            {
                "amount": {
                    **_NUMBER,
                    "description": "The sum of the lines: the partner owes it above 0, and receives it below 0.",
                },
                "lines": {**_LINES, "description": "The lines that the amount consists of."},
            },
        ),
        "by_window": {
            **make_array(refer_to("SlaWindow")),
            "description": "Each measurement window, oldest first; absent without windows=true.",
        },
    },
    optional=("by_window",),
)
#: The schemas of ``/v1/sla/{contract}`` and of its statement, by name.
SLA_RECORDS: Final[dict[str, Schema]] = {
    "Sla": make_record(
        "The settlement of a contract's period: the sealed statement, or the state of the data now.",
        {
            **STATEMENT_MEMBERS,
            "label": {**TEXT, "description": "The name of the contract, in the language of Accept-Language."},
            "terms": {**make_array(refer_to("SlaTerm")), "description": "The terms, in the contract's order."},
            "excluded": {
                **make_array(refer_to("SlaExcluded")),
                "description": "The times that are excluded from the settlement, oldest first.",
            },
            "lines": {**_LINES, "description": "The lines that concern all terms: the contract's cap."},
            "restatements": {
                **make_array(_RESTATEMENT),
                "description": "The terms whose figures have changed since the period was sealed.",
            },
            "signature": {
                **WORD,
                "description": "The detached JWS of the sealed statement; null if the period is not sealed or the "
                "service has no signing key.",
            },
            "warnings": {
                **make_array(refer_to("Notice")),
                "description": "What a reader of these figures should know.",
            },
            "generated_at": {**INSTANT, "description": "When this response was computed."},
            "stale_after": {**INSTANT, "description": "Until when this response may be shown as current."},
        },
    ),
    "SlaTerm": _TERM,
    "SlaWindow": make_record(
        "A measurement window.",
        {
            "start": _START,
            "end": _END,
            **_FIGURES,
            "met": {
                **_FLAG_OR_NULL,
                "description": "Whether the window met the target; null if it is empty, excluded or pending.",
            },
            "state": {
                "enum": ["met", "missed", "empty", "excluded", "pending"],
                "description": "The state of the window: met or missed its target, empty without contacts, excluded "
                "from the settlement, or pending because it ends after the loaded data.",
            },
        },
    ),
    "SlaExcluded": make_record(
        "A time that is excluded from the settlement.",
        {
            "start": _START,
            "end": _END,
            "kind": {
                "enum": ["force_majeure", "volume"],
                "description": "Why the time is excluded: force majeure, or more contacts than forecast.",
            },
            "reason": {**TEXT, "description": "The reason, in the language of Accept-Language."},
            "contacts": {
                **_COUNT_OR_NULL,
                "description": "The contacts that came; null unless the kind is volume.",
            },
            "expected": {
                **_COUNT_OR_NULL,
                "description": "The contacts that were forecast; null unless the kind is volume.",
            },
        },
    ),
    "SlaLine": make_record(
        "A line of the amount due.",
        {
            "code": {
                "enum": ["missed_window", "point", "step", "bonus", "cap"],
                "description": "What the line is for: missed windows, points worse than the target, a step, a bonus, "
                "or the reduction to a cap.",
            },
            "label": {**TEXT, "description": "The text of the line, in the language of Accept-Language."},
            "quantity": {**_NUMBER, "description": "The number of windows or points; 1 for other lines."},
            "rate": {**_NUMBER, "description": "The amount per window or point, before rounding."},
            "amount": {
                **_NUMBER,
                "description": "The amount of the line, rounded to the cent; below 0 for a bonus and a cap.",
            },
        },
    ),
    "Statement": {
        "type": "object",
        "description": "A sealed statement. It has the members of Sla; every text is in English and French, and every "
        "window is included.",
        "required": [*STATEMENT_MEMBERS],
        "properties": STATEMENT_MEMBERS,
    },
    "KeySet": make_record(
        "A JSON Web Key Set (RFC 7517).",
        {"keys": {**make_array({"type": "object"}), "description": "The public keys, as JSON Web Keys."}},
    ),
}
