"""The JSON Schemas of objectives in the OpenAPI document. The schemas of request bodies are generated from the
forms."""

from __future__ import annotations

from typing import Any, Final

from cadran.objectives.model.objective import OWNERS, STATES
from cadran.objectives.model.pace import PACES
from cadran.objectives.rest.forms import CheckInBody, KeyResultBody, KeyResultChange, ObjectiveBody, ObjectiveChange
from cadran.rest.document_shape import remove_defaults
from cadran.rest.schemas import INSTANT, NUMBER, TEXT, WORD, Schema, make_array, make_mapping, make_record, refer_to

FORMS: Final = (ObjectiveBody, ObjectiveChange, KeyResultBody, KeyResultChange, CheckInBody)
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_AT: Final[Schema] = {**INSTANT, "type": ["string", "null"]}
_NUMBER: Final[Schema] = {"type": "integer", "minimum": 1}
_SHARE: Final[Schema] = {"type": "number", "minimum": 0, "maximum": 1}
_SURE: Final[Schema] = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_PACE: Final[Schema] = {
    "enum": [*PACES, None],
    "description": "Progress divided by expected progress: ahead from 1.1, on_track from 0.7, at_risk from 0.4, else"
    " off; null if progress is unknown.",
}
_PROGRESS: Final[Schema] = {
    **NUMBER,
    "description": "The share of the way from baseline to target, 1 at the target; null without a value.",
}


def _described(schema: Schema, about: str) -> Schema:
    return {**schema, "description": about}


def _or_null(name: str, about: str) -> Schema:
    return {"oneOf": [refer_to(name), {"type": "null"}], "description": about}


def _sent() -> dict[str, Schema]:
    """Return the schemas of the bodies, each definition under its own name."""
    found: dict[str, Any] = {}
    for form in FORMS:
        schema = remove_defaults(form.model_json_schema(ref_template="#/components/schemas/{model}"))
        found |= schema.pop("$defs", {})
        found[form.__name__] = schema
    return found


OBJECTIVE_SCHEMAS: Final[dict[str, Schema]] = {
    **_sent(),
    "Objective": make_record(
        "What a site, a team or the company wants to reach within a period, as of a day.",
        {
            "objective": _described(_NUMBER, "The number of the objective."),
            "title": _described(TEXT, "What the objective is to reach."),
            "description": _described(TEXT, "Why the objective matters; may be empty."),
            "owner": make_record(
                "The owner of the objective.",
                {
                    "kind": {"enum": list(OWNERS), "description": "The kind of the owner."},
                    "code": _described(WORD, "The code of the site or team; null for the company."),
                    "label": _described(WORD, "The name of the site or team; null for the company."),
                },
            ),
            "start": _described(_DAY, "The first day of the objective."),
            "end": _described(_DAY, "The first day after the objective."),
            "zone": _described(TEXT, "The IANA time zone of the owner, in which the objective's days begin and end."),
            "parent": {
                "type": ["integer", "null"],
                "description": "The number of the objective that this one is aligned to; null for none, or if you "
                "may not see it.",
            },
            "state": {"enum": list(STATES), "description": "The state of the objective."},
            "version": _described(TEXT, "The ETag of the objective; a change sends it as If-Match."),
            "as_of": _described(_DAY, "The day that the objective is shown as of; figures end before it."),
            "data_as_of": _described(_AT, "How far the measured data reach; null without measured key results."),
            "progress": _described(
                NUMBER, "The mean progress of the key results, each held within 0 to 1; null if unknown."
            ),
            "expected": _described(NUMBER, "The mean of the progress expected by the day, 0 to 1; null if unknown."),
            "pace": _PACE,
            "confidence": _described(NUMBER, "The mean confidence of the key results, 0 to 1; null without check-ins."),
            "score": _described(NUMBER, "The mean score of the key results, 0 to 1; null until the objective closes."),
            "key_results": _described(make_array(refer_to("KeyResult")), "The key results that you may see."),
            "withheld": {"type": "integer", "description": "The number of key results that you may not see."},
            "retrospective": _described(WORD, "What was learned; null until the close, and for embed tokens."),
            "created_at": _described(INSTANT, "When the objective was created."),
            "created_by": _described(TEXT, "The name of the creator; empty for embed tokens."),
            "changed_at": _described(INSTANT, "When the objective or a key result last changed."),
            "closed_at": _described(_AT, "When the objective was closed; null until then."),
            "warnings": _described(make_array(refer_to("Notice")), "Warnings about the figures."),
        },
    ),
    "KeyResult": make_record(
        "A measurable result that shows whether an objective is reached.",
        {
            "key_result": _described(_NUMBER, "The number of the key result."),
            "title": _described(TEXT, "What the key result is to reach."),
            "metric": _described(
                WORD, "The metric reference that measures the key result; null if check-ins give the value."
            ),
            "label": _described(WORD, "The name of the metric, in the language of Accept-Language; null without one."),
            "where": make_mapping(make_array(TEXT), "The filters of the measurement, as in a question."),
            "unit": _described(TEXT, "The unit of the value, baseline and target."),
            "better": {"enum": ["higher", "lower"], "description": "Which direction of the value is better."},
            "baseline": {"type": "number", "description": "The value at the start, in the key result's unit."},
            "target": {
                "type": "number",
                "description": "The value to reach by the deadline, in the key result's unit.",
            },
            "deadline": _described(_DAY, "The first day after the key result."),
            "path": _described(
                make_array(
                    make_record(
                        "The share of the way that is due before a day begins.",
                        {
                            "on": _described(_DAY, "The day before which the share is due."),
                            "share": _described(_SHARE, "The share of the way from baseline to target."),
                        },
                    )
                ),
                "The shares of the way that are due by days; empty for even progress.",
            ),
            "value": _described(
                NUMBER, "The value, in the key result's unit; null if it is undefined or no check-in gives it."
            ),
            "display": _described(TEXT, "The value as a screen shows it."),
            "numerator": _described(NUMBER, "The numerator of the value; null without a metric."),
            "denominator": _described(NUMBER, "The denominator of the value; null if the value is no ratio."),
            "n": _described(NUMBER, "The number of observations, or check-ins, behind the value."),
            "interval": _or_null("Interval", "The 95% interval of the value; null if there is none."),
            "approximate": {"type": "boolean", "description": "Whether the value is estimated."},
            "progress": _PROGRESS,
            "expected": {"type": "number", "description": "The share of the way that was due by the day."},
            "pace": _PACE,
            "reached": {
                "type": ["boolean", "null"],
                "description": "Whether the target is reached; null without a value.",
            },
            "confidence": _described(
                _SURE, "The confidence of the last check-in that has one, 0 to 1; null without any."
            ),
            "projection": _or_null("KeyResultProjection", "The projection to the deadline; null with too few points."),
            "score": _described(_SURE, "The score, 0.0 to 1.0; null until the objective closes."),
            "problem": {
                "oneOf": [
                    make_record(
                        "Why a key result cannot be measured.",
                        {
                            "code": _described(TEXT, "The stable code of the problem."),
                            "detail": _described(TEXT, "What is wrong, in English."),
                        },
                    ),
                    {"type": "null"},
                ],
                "description": "Why the key result is not measured; null if it is.",
            },
            "check_ins": _described(
                make_array(refer_to("CheckIn")), "The check-ins of the key result, the oldest first."
            ),
        },
    ),
    "KeyResultProjection": make_record(
        "The value at the deadline if the course stays a straight line (least squares over whole weeks, or months of a"
        " longer time), with the bounds of a prediction at 95%. There is none with fewer than five points.",
        {
            "value": {
                "type": "number",
                "description": "The projected value at the deadline, in the key result's unit.",
            },
            "low": {"type": "number", "description": "The lower bound of the 95% prediction interval."},
            "high": {"type": "number", "description": "The upper bound of the 95% prediction interval."},
            "points": {"type": "integer", "description": "The number of points that the line is fitted to."},
            "method": {
                "enum": ["level", "sum", "mean"],
                "description": "How the points make up the value: each is a level, they add up, or it is their mean.",
            },
        },
    ),
    "CheckIn": make_record(
        "A dated statement about a key result; it is never altered.",
        {
            "check_in": _described(_NUMBER, "The number of the check-in."),
            "on": _described(_DAY, "The day that the check-in is about."),
            "value": _described(NUMBER, "The value of the key result on that day; null if a metric measures it."),
            "confidence": _described(
                _SURE, "How sure the author is of reaching the target, 0 to 1; null if not stated."
            ),
            "comment": _described(TEXT, "The reason for value or confidence; empty for embed tokens."),
            "author": _described(TEXT, "The name of the author; empty for embed tokens."),
            "recorded_at": _described(INSTANT, "When the check-in was recorded."),
        },
    ),
    "CheckIns": make_record(
        "The check-ins of a key result.",
        {"check_ins": _described(make_array(refer_to("CheckIn")), "The check-ins, the oldest first.")},
    ),
    "Objectives": make_record(
        "A page of objectives.",
        {
            "edges": _described(
                make_array(
                    make_record(
                        "An objective with its cursor.",
                        {
                            "cursor": _described(TEXT, "The cursor of the objective, to give as after."),
                            "node": _described(refer_to("Objective"), "The objective at the cursor."),
                        },
                    ),
                ),
                "The objectives of the page, in the order of their creation.",
            ),
            "page_info": make_record(
                "The place of the page in the list.",
                {
                    "has_next_page": {"type": "boolean", "description": "Whether more objectives follow."},
                    "has_previous_page": {"type": "boolean", "description": "Whether the page begins after a cursor."},
                    "start_cursor": _described(WORD, "The cursor of the first objective; null on an empty page."),
                    "end_cursor": _described(WORD, "The cursor of the last objective; null on an empty page."),
                },
            ),
        },
    ),
}
