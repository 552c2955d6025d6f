"""The JSON Schemas of objectives, for the OpenAPI document: what is told by hand, what is sent from its forms."""

from __future__ import annotations

from typing import Any, Final

from cadran.objectives.model.objective import OWNERS, STATES
from cadran.objectives.model.pace import PACES
from cadran.objectives.rest.forms import CheckInSent, KeyResultChange, KeyResultSent, ObjectiveChange, ObjectiveSent
from cadran.rest.document_shape import without_defaults
from cadran.rest.schemas import INSTANT, NUMBER, TEXT, WORD, Schema, array, mapping, record, reference

FORMS: Final = (ObjectiveSent, ObjectiveChange, KeyResultSent, KeyResultChange, CheckInSent)
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_AT: Final[Schema] = {**INSTANT, "type": ["string", "null"]}
_NUMBER: Final[Schema] = {"type": "integer", "minimum": 1}
_SHARE: Final[Schema] = {"type": "number", "minimum": 0, "maximum": 1}
_SURE: Final[Schema] = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_PACE: Final[Schema] = {"enum": [*PACES, None], "description": "Progress set against what was to be expected by now."}
_PROGRESS: Final[Schema] = {**NUMBER, "description": "The share of the way from baseline to target; 1 is the target."}


def _or_null(name: str) -> Schema:
    return {"oneOf": [reference(name), {"type": "null"}]}


def _sent() -> dict[str, Schema]:
    """The forms of the bodies, each definition under its own name."""
    found: dict[str, Any] = {}
    for form in FORMS:
        schema = without_defaults(form.model_json_schema(ref_template="#/components/schemas/{model}"))
        found |= schema.pop("$defs", {})
        found[form.__name__] = schema
    return found


OBJECTIVE_SCHEMAS: Final[dict[str, Schema]] = {
    **_sent(),
    "Objective": record(
        "What a site, a team or the company wants to reach within a period; as of a day.",
        {
            "objective": _NUMBER,
            "title": TEXT,
            "description": TEXT,
            "owner": record("Whose it is.", {"kind": {"enum": list(OWNERS)}, "code": WORD, "label": WORD}),
            "start": _DAY,
            "end": {**_DAY, "description": "The first day after it."},
            "zone": {**TEXT, "description": "Whose wall clock its days are on."},
            "parent": {"type": ["integer", "null"], "description": "The objective that it is aligned to."},
            "state": {"enum": list(STATES)},
            "version": {**TEXT, "description": "The ETag: a change sends it as If-Match."},
            "as_of": {**_DAY, "description": "As of which day, which is not counted itself."},
            "data_as_of": {**_AT, "description": "How far the data behind what is measured reach."},
            "progress": {**NUMBER, "description": "The mean of its key results', each held within 0 to 1."},
            "expected": {**NUMBER, "description": "The mean of what was to be done by then."},
            "pace": _PACE,
            "confidence": {**NUMBER, "description": "The mean of its key results'."},
            "score": {**NUMBER, "description": "The mean of its key results', given at the close."},
            "key_results": array(reference("KeyResult")),
            "withheld": {"type": "integer", "description": "How many key results you may not see."},
            "retrospective": WORD,
            "created_at": INSTANT,
            "created_by": {**TEXT, "description": "By whom; empty for an embed token."},
            "changed_at": INSTANT,
            "closed_at": _AT,
            "warnings": array(reference("Notice")),
        },
    ),
    "KeyResult": record(
        "A result by which one sees whether an objective is reached.",
        {
            "key_result": _NUMBER,
            "title": TEXT,
            "metric": {**WORD, "description": "What measures it; null: its check-ins tell its value."},
            "label": WORD,
            "where": mapping(array(TEXT), "Over what it is measured, in the words of a question."),
            "unit": TEXT,
            "better": {"enum": ["higher", "lower"]},
            "baseline": {"type": "number"},
            "target": {"type": "number"},
            "deadline": {**_DAY, "description": "The first day after it."},
            "path": array(record("What is to be done before a day begins.", {"on": _DAY, "share": _SHARE})),
            "value": {**NUMBER, "description": "Null where it is undefined, or nobody has told it."},
            "display": TEXT,
            "numerator": NUMBER,
            "denominator": NUMBER,
            "n": {**NUMBER, "description": "How many observations, or check-ins, stand behind the value."},
            "interval": _or_null("Interval"),
            "approximate": {"type": "boolean"},
            "progress": _PROGRESS,
            "expected": {"type": "number", "description": "The share that was to be done by then."},
            "pace": _PACE,
            "reached": {"type": ["boolean", "null"]},
            "confidence": {**_SURE, "description": "That of the last check-in."},
            "projection": _or_null("KeyResultProjection"),
            "score": _SURE,
            "problem": {
                "oneOf": [record("Why it cannot be measured.", {"code": TEXT, "detail": TEXT}), {"type": "null"}]
            },
            "check_ins": array(reference("CheckIn")),
        },
    ),
    "KeyResultProjection": record(
        "The value at the deadline if it goes on along a straight line (least squares over whole weeks, or months of a"
        " longer time), with the bounds of a prediction at 95%; null with fewer than five points.",
        {
            "value": {"type": "number"},
            "low": {"type": "number"},
            "high": {"type": "number"},
            "points": {"type": "integer"},
            "method": {"enum": ["level", "sum", "mean"], "description": "What the points are to the value."},
        },
    ),
    "CheckIn": record(
        "What somebody said of a key result; it is never altered.",
        {
            "check_in": _NUMBER,
            "on": _DAY,
            "value": NUMBER,
            "confidence": _SURE,
            "comment": {**TEXT, "description": "Why; empty for an embed token."},
            "author": {**TEXT, "description": "Who said it; empty for an embed token."},
            "recorded_at": INSTANT,
        },
    ),
    "CheckIns": record("What was said of a key result, the oldest first.", {"check_ins": array(reference("CheckIn"))}),
    "Objectives": record(
        "A page of objectives.",
        {
            "edges": array(
                record("An objective with its place.", {"cursor": TEXT, "node": reference("Objective")}),
            ),
            "page_info": record(
                "Whether more follow.",
                {
                    "has_next_page": {"type": "boolean"},
                    "has_previous_page": {"type": "boolean"},
                    "start_cursor": WORD,
                    "end_cursor": WORD,
                },
            ),
        },
    ),
}
