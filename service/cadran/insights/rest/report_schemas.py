"""The JSON Schemas of the reports, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.insights.reports import REPORTS
from cadran.rest.figure_schemas import DETAILS, SCHEMAS
from cadran.rest.schemas import INSTANT, TEXT, WORD, Schema, make_array, make_record, refer_to

#: A section has the members of any answer, but the report states once when its answers were made.
_INDICATORS: Final = {
    name: schema
    for name, schema in SCHEMAS["Indicators"]["properties"].items()
    if name not in ("generated_at", "stale_after", "columns", "annotations", "sources")
}
_ROWS: Final = (
    "The rows, as those of indicators. Peaks also have usual, limit and annotations (ids). Answer delays also have "
    "answer_norm.good, answer_norm.bad, status (good, acceptable, bad), share.good, share.acceptable and share.bad."
)

REPORT_SCHEMAS: Final[dict[str, Schema]] = {
    "Report": make_record(
        "A report: a fixed set of questions with their answers.",
        {
            "report": {"enum": list(REPORTS), "description": "The name of the report."},
            "title": {**TEXT, "description": "The title of the report, in the language of Accept-Language."},
            "generated_at": {**INSTANT, "description": "When the oldest answer of the report was made."},
            "stale_after": {**INSTANT, "description": "Until when the report may be shown as current."},
            "sections": {
                **make_array(refer_to("ReportSection")),
                "description": "The sections of the report, in the order they are read.",
            },
            "annotations": DETAILS["annotations"],
        },
    ),
    "ReportSection": make_record(
        "One question of a report, with its answer.",
        {
            "section": {**TEXT, "description": "The name of the section, as in a URL."},
            "title": {**TEXT, "description": "The title of the section, in the language of Accept-Language."},
            "about": {**WORD, "description": "How to read the section; null if it needs no explanation."},
            "href": {
                **TEXT,
                "format": "uri-reference",
                "description": "The address that answers the section's question alone.",
            },
            **_INDICATORS,
            "rows": {**make_array(refer_to("ReportRow")), "description": _ROWS},
        },
    ),
    "ReportRow": {
        "type": "object",
        "description": "A row: start (with a grain), the dimensions, each metric under its name, and extra columns.",
        "additionalProperties": {
            "anyOf": [{"type": ["number", "string", "null"]}, make_array(TEXT), refer_to("Parts")],
        },
    },
}
