"""What OpenAPI says of the reports and of the agents: operations and JSON Schemas."""

from __future__ import annotations

from typing import Final

from cadran.insights.reports import REPORTS
from cadran.insights.rest.agents import AGENTS
from cadran.insights.rest.reports import REPORT
from cadran.rest import examples
from cadran.rest.responses import found
from cadran.rest.schemas import ANNOTATIONS, INSTANT, SCHEMAS, TEXT, WORD, Schema, array, record, reference

REPORT_NAME: Final = {
    "name": "name",
    "in": "path",
    "required": True,
    "description": "Which report.",
    "schema": {"type": "string", "enum": list(REPORTS)},
    "example": "received",
}
_REPORT_ABOUT: Final = (
    "One of the five mandatory reports: received, handled, answer-delay, handling-time, resolution. Each section is "
    "the answer to a question of its own, which href asks alone; beside the figures stand columns where a section is "
    "read for peaks or against norms. With the annotations of the window."
)
_AGENTS_ABOUT: Final = (
    "Figures per agent, in the team they worked in, and beside each value its n, its rank among those ranked (1 is "
    "best), the team's figure and the group's; of counts, the mean per agent. A filter on agents chooses whose rows "
    "are told, not with whom they are compared. Small teams and groups are left out, and a warning says so."
)
_REPORT: Final = found("The sections.", "Report", csv=examples.REPORT_CSV)
_AGENTS: Final = found("The agents.", "Indicators", csv=examples.AGENTS_CSV)
#: Name, description, parameters and answer.
REPORT_OPERATION: Final = ("getReport", _REPORT_ABOUT, REPORT, _REPORT)
AGENTS_OPERATION: Final = ("getAgents", _AGENTS_ABOUT, AGENTS, _AGENTS)
#: A section is an answer like any other; when it was made is said once, for the whole report.
_INDICATORS: Final = {
    name: schema
    for name, schema in SCHEMAS["Indicators"]["properties"].items()
    if name not in ("generated_at", "stale_after", "columns", "annotations", "sources")
}
_ROWS: Final = (
    "As the rows of indicators. Peaks have usual, limit and annotations (ids) beside; answer delays answer_norm.good, "
    "answer_norm.bad, status (good, acceptable, bad), share.good, share.acceptable and share.bad."
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
