"""The JSON Schemas of figures, of the service's state and of problems, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.domain.dimension import DIMENSIONS
from cadran.domain.filter_name import filter_name
from cadran.domain.question import Compare
from cadran.domain.window import WIDTHS, Grain
from cadran.rest.document_schemas import SHARED, describe_documents
from cadran.rest.schemas import (
    NUMBER,
    TEXT,
    WORD,
    Schema,
    describe,
    make_array,
    make_mapping,
    make_record,
    make_text,
    refer_to,
)
from cadran.web.answer_documents import (
    ComparedDocument,
    DetailsDocument,
    MetricLabelDocument,
    PartsDocument,
    ScorecardDocument,
    StateDocument,
    TimesDocument,
    WindowDocument,
)


def _describe_members(*documents: type) -> Schema:
    """Return the schemas of the members of documents, for a schema that is written by hand."""
    found: Schema = describe_documents({"": documents})[""]["properties"]
    return found


WINDOW: Final = _describe_members(WindowDocument)
STATE: Final = _describe_members(StateDocument, TimesDocument)
METRIC_LABEL: Final = _describe_members(MetricLabelDocument)
DETAILS: Final = _describe_members(DetailsDocument)
_GRAIN: Final[Schema] = {"enum": list(Grain), "description": "The width of the time buckets of the rows."}
_UNDERSTOOD: Final = describe(refer_to("Question"), "The question as the service understood it.")
_CELL: Final[Schema] = {"anyOf": [NUMBER, WORD, {"type": "boolean"}, refer_to("Parts")]}
_QUESTION: Final[Schema] = {
    "metrics": make_array(TEXT, "The metrics, with their arguments in parentheses."),
    "start": make_text("The start of the window; local time of the zone without an offset."),
    "end": make_text("The end of the window, which the window excludes."),
    "grain": _GRAIN,
    "zone": make_text("The IANA time zone of the window; absent: each site's zone."),
    "by": make_array({"anyOf": [{"enum": list(DIMENSIONS)}, TEXT]}, "The dimensions that the rows are grouped by."),
    **{
        filter_name(slug, negated=negated): make_array(
            TEXT, f"{each.label.en}: the members that are {'excluded' if negated else 'included'}."
        )
        for slug, each in DIMENSIONS.items()
        for negated in (False, True)
    },
    "compare": {"enum": list(Compare), "description": "The window that the figures are compared with."},
    "step": {"enum": list(WIDTHS), "description": "The width of rows by time of day; absent: quarter_hour."},
    "bands": {"type": "boolean", "description": "Whether figures have bands."},
    "fill": {"type": "boolean", "description": "Whether buckets without data have rows."},
    "order": make_text("The metric that orders the groups; descending with a minus sign."),
    "top": {"type": "integer", "description": "The maximum number of groups."},
}

_LINK: Final[Schema] = {
    "href": make_text("The address of the resource."),
    "rel": make_text("The relation of the link."),
    "title": make_text("A description of the resource."),
}

SCHEMAS: Final[dict[str, Schema]] = {
    **describe_documents(
        {**SHARED, "Parts": (PartsDocument, ComparedDocument), "Scorecard": (ScorecardDocument, TimesDocument)}
    ),
    "Indicators": make_record(
        "Figures by bucket and dimension, in rows or in columns.",
        {
            "question": _UNDERSTOOD,
            **WINDOW,
            "grain": _GRAIN,
            **STATE,
            "metrics": make_mapping(refer_to("Meaning"), "What each metric means, by its name in the rows."),
            "labels": make_mapping(
                make_mapping(TEXT, "Labels by code; `none` is for contacts without a value."),
                "The labels of the codes, by dimension.",
            ),
            "rows": make_array(refer_to("Row"), "The figures, one object for each bucket and group."),
            "columns": make_mapping(make_array(_CELL), "The figures, one list for each column."),
            "totals": {**refer_to("Row"), "description": "The figures over all groups, including those beyond top."},
            **DETAILS,
        },
        optional=("rows", "columns", "compared", "annotations", "sources"),
    ),
    "Row": make_mapping(
        _CELL,
        "A row: start (with a grain), the dimensions, and each metric under its name. If the window cuts buckets, "
        "partial is whether it has only a part of the row's bucket. By time of day or weekday, days is the number of "
        "open days of which counts are means. With bands, it also has contacts.p10 and contacts.p90. With compare or "
        "display, it also has qos.previous, qos.change and qos.display; with targets, qos.target, qos.status and "
        "qos.distance. With parts, a metric is an object with these words as members. Rows of agents also have qos.n, "
        "qos.rank, qos.ranked, qos.team and qos.group.",
    ),
    "Question": make_record(
        "The question as the service understood it. The same question gives the same answer for the same data.",
        _QUESTION,
        optional=tuple(name for name in _QUESTION if name not in ("metrics", "start", "end", "grain")),
    ),
    "Health": make_record(
        "Whether the process lives.", {"status": {"enum": ["live"], "description": "The state of the process."}}
    ),
    "Index": make_record(
        "The index of all resources.",
        {
            "name": make_text("The name of the service."),
            "version": make_text("The release of the service."),
            "links": make_array(make_record("A link to a resource.", _LINK), "Links to the resources."),
        },
    ),
    "ProblemKind": make_record(
        "A kind of problem.",
        {
            "type": make_text("The URI of the kind of problem."),
            "title": make_text("A summary of the problem."),
            "status": {"type": "integer", "description": "The HTTP status code."},
            "code": make_text("The stable code of the problem."),
            "description": make_text("What the problem means and what to do."),
        },
    ),
    "Problem": make_record(
        "A problem (RFC 9457).",
        {
            "type": {**make_text("The URI of the kind of problem."), "format": "uri-reference"},
            "title": make_text("A summary of the kind of problem."),
            "status": {"type": "integer", "minimum": 400, "maximum": 599, "description": "The HTTP status code."},
            "detail": make_text("What is wrong, and what to do."),
            "code": make_text("The stable code of the problem; GraphQL has the same in extensions."),
            "instance": {
                **TEXT,
                "format": "uri-reference",
                "description": "The path of the request; absent if the request head is unreadable.",
            },
            "request_id": make_text("The id of the request in the log; absent if the request head is unreadable."),
            "parameter": make_text("The name of the parameter to change."),
            "suggestions": make_array(TEXT, "Values to try instead."),
            "cost": {"type": "integer", "description": "With `too_costly`: the number of values of the response."},
            "limit": {"type": "integer", "description": "With `too_costly`: the number of values allowed."},
        },
        optional=("instance", "request_id", "parameter", "suggestions", "cost", "limit"),
    ),
}
