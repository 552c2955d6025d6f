"""The JSON Schemas of the reports, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.insight.reports import REPORTS
from cadran.rest.schemas import ANNOTATIONS, INSTANT, SCHEMAS, TEXT, WORD, Schema, array, record, reference

#: A section is an answer like any other; when it was made is said once, for the whole report.
_INDICATORS: Final = {
    name: schema
    for name, schema in SCHEMAS["Indicators"]["properties"].items()
    if name not in ("generated_at", "stale_after", "columns", "annotations", "sources")
}
_ROWS: Final = (
    "As the rows of indicators. Peaks have usual, limit and annotations (ids) beside; answer delays norm.good, "
    "norm.bad, status (good, acceptable, bad), share.good, share.acceptable and share.bad."
)

REPORT_SCHEMAS: Final[dict[str, Schema]] = {
    "Report": record(
        "A report: a ready set of questions with their answers.",
        {
            "report": {"enum": list(REPORTS)},
            "title": TEXT,
            "generated_at": {**INSTANT, "description": "When the oldest of its answers was made."},
            "stale_after": {**INSTANT, "description": "Until when all of them may be shown as present."},
            "sections": array(reference("ReportSection")),
            "annotations": ANNOTATIONS,
        },
    ),
    "ReportSection": record(
        "One question of a report with its answer.",
        {
            "section": TEXT,
            "title": TEXT,
            "about": {**WORD, "description": "How to read it, where that needs saying."},
            "href": {**TEXT, "format": "uri-reference", "description": "Where the question is asked alone."},
            **_INDICATORS,
            "rows": {**array(reference("ReportRow")), "description": _ROWS},
        },
    ),
    "ReportRow": {
        "type": "object",
        "description": "start (with a grain), the dimensions, each metric under its name, and what stands beside.",
        "additionalProperties": {
            "anyOf": [{"type": ["number", "string", "null"]}, array(TEXT), reference("Parts")],
        },
    },
}
