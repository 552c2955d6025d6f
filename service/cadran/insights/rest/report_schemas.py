"""The operations and JSON Schemas of the reports and the agents, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.insights.reports import REPORTS
from cadran.insights.rest.agents import AGENTS
from cadran.insights.rest.reports import REPORT
from cadran.rest import examples
from cadran.rest.figure_schemas import DETAILS, SCHEMAS
from cadran.rest.responses import describe_found
from cadran.rest.schemas import INSTANT, TEXT, WORD, Schema, make_array, make_record, refer_to

REPORT_NAME: Final = {
    "name": "name",
    "in": "path",
    "required": True,
    "description": "The name of the report.",
    "schema": {"type": "string", "enum": list(REPORTS)},
    "example": "received",
}
_REPORT_ABOUT: Final = (
    "Get one of the five mandatory reports. They are received, handled, answer-delay, handling-time and resolution."
    " Each section is the answer to a separate question, which href asks alone. Sections about peaks or answer norms"
    " have extra columns. The report also holds the annotations of the window."
)
_AGENTS_ABOUT: Final = (
    "Get figures per agent, in the team that the agent worked in. Next to each value are its n, its rank among the "
    "agents ranked (1 is best), the team's figure and the group's figure; for counts these are means per agent. A"
    " filter on agents selects the rows to show and not the agents to compare with. Small teams and groups are left"
    " out, with a warning."
)
_REPORT: Final = describe_found("The report with its sections.", "Report", csv=examples.REPORT_CSV)
_AGENTS: Final = describe_found("The figures of the agents.", "Indicators", csv=examples.AGENTS_CSV)
#: The name, description, parameters and answer of each operation.
REPORT_OPERATION: Final = ("getReport", _REPORT_ABOUT, REPORT, _REPORT)
AGENTS_OPERATION: Final = ("getAgents", _AGENTS_ABOUT, AGENTS, _AGENTS)
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
