"""JSON Schemas of answers, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.filter_name import filter_name
from cadran.domain.question import Compare
from cadran.domain.window import Grain

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": ["number", "null"]}
WORD: Final[Schema] = {"type": ["string", "null"]}
INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}
BOUND: Final[Schema] = {
    "type": "string",
    "description": "A bound of the window: start is included, end is not. RFC 3339 with the offset of the zone;"
    " local time of each site if the zone is null.",
}
ZONE: Final[Schema] = {
    "type": ["string", "null"],
    "description": "The IANA time zone; null if the zones of the sites differ.",
}


def refer_to(name: str) -> Schema:
    """Return a reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def make_record(about: str, properties: Schema, *, optional: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object with these members. The schema is open: answers may gain members within /v1."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "description": about, "required": required, "properties": properties}


def describe(schema: Schema, about: str) -> Schema:
    """Return the schema with a description."""
    return {**schema, "description": about}


def make_text(about: str) -> Schema:
    """Return the schema of a text with a description."""
    return describe(TEXT, about)


def make_array(items: Schema, about: str = "") -> Schema:
    """Return the schema of a list of these items."""
    return {"type": "array", "items": items, **({"description": about} if about else {})}


def make_mapping(values: Schema, about: str) -> Schema:
    """Return the schema of an object with any members, whose values have this schema."""
    return {"type": "object", "description": about, "additionalProperties": values}


STATE: Final[Schema] = {
    "as_of": {
        **INSTANT,
        "type": ["string", "null"],
        "description": "The last instant that the data reach; null without data.",
    },
    "generated_at": {**INSTANT, "description": "The instant at which the answer was computed."},
    "stale_after": {
        **INSTANT,
        "description": "The instant until which the answer counts as current; ask again after it.",
    },
    "data_version": {**TEXT, "description": "The version of the data; it changes whenever the data do."},
    "stale": {"type": "boolean", "description": "True for an older answer, sent while the database is unavailable."},
    "approximate": {
        "type": "boolean",
        "description": "Whether a figure is estimated or interpolated; a warning names the figure.",
    },
    "warnings": make_array(refer_to("Notice"), "Warnings about the figures; empty if there are none."),
}
MEANING: Final[Schema] = {
    "label": make_text("The name of the metric, in the language of Accept-Language."),
    "unit": describe(
        {"enum": sorted({metric.unit for metric in METRICS.values()})}, "The unit of the metric's values."
    ),
    "better": describe({"enum": ["higher", "lower", None]}, "Which direction is better; null if neither is."),
}
METHOD: Final[Schema] = {"method": make_text("The estimation method; present if the metric has several.")}
_PARTS: Final[Schema] = {
    "value": describe(
        NUMBER,
        "The value: durations in seconds, shares from 0 to 1, counts as numbers; null if undefined or suppressed.",
    ),
    "numerator": describe(NUMBER, "The numerator of the value; null if suppressed."),
    "denominator": describe(NUMBER, "The denominator of the value; null for counts and sums, or if suppressed."),
    "n": describe(NUMBER, "The number of observations behind the value; null if suppressed."),
    "interval": {
        "oneOf": [refer_to("Interval"), {"type": "null"}],
        "description": "The 95% interval of a share, a mean score or an estimate; null for other values.",
    },
}
_PREVIOUS: Final = describe(NUMBER, "The value in the comparison window; null if undefined.")
_CHANGE: Final = describe(NUMBER, "Value minus previous, in the metric's unit; null if either is null.")
_DISPLAY: Final = make_text("The value as display text, such as 92%.")
_COMPARED: Final[Schema] = {"display": _DISPLAY, "previous": _PREVIOUS, "change": _CHANGE}
_VERDICT: Final[Schema] = {
    "target": describe(NUMBER, "The target value; null if no target applies."),
    "status": describe({"enum": ["good", "warning", "bad", None]}, "The verdict; null without a target or a value."),
    "distance": describe(
        NUMBER,
        "The margin by which the value is better than the target, in the metric's unit; negative if the"
        " target is missed, null without a target.",
    ),
}
ANNOTATIONS: Final = make_array(refer_to("Annotation"), "The events that overlap the window; present on request.")
_GRAIN: Final[Schema] = {"enum": list(Grain), "description": "The width of the time buckets of the rows."}
_SOURCES: Final = make_array(refer_to("Source"), "The tables that were read; present with explain.")
_UNDERSTOOD: Final = describe(refer_to("Question"), "The question as the service understood it.")
_CELL: Final[Schema] = {"anyOf": [NUMBER, WORD, refer_to("Parts")]}
_QUESTION: Final[Schema] = {
    "metrics": make_array(TEXT, "The metrics, with their arguments in parentheses."),
    "start": make_text("The start of the window; local time of the zone without an offset."),
    "end": make_text("The end of the window, which the window excludes."),
    "grain": _GRAIN,
    "zone": make_text("The IANA time zone of the window; absent: each site's zone."),
    "by": make_array({"enum": list(DIMENSIONS)}, "The dimensions that the rows are grouped by."),
    **{
        filter_name(slug, negated=negated): make_array(
            TEXT, f"{each.label.en}: the members that are {'excluded' if negated else 'included'}."
        )
        for slug, each in DIMENSIONS.items()
        for negated in (False, True)
    },
    "compare": {"enum": list(Compare), "description": "The window that the figures are compared with."},
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
    "Indicators": make_record(
        "Figures by bucket and dimension, in rows or in columns.",
        {
            "question": _UNDERSTOOD,
            "start": BOUND,
            "end": BOUND,
            "zone": ZONE,
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
            "annotations": ANNOTATIONS,
            "sources": _SOURCES,
        },
        optional=("rows", "columns", "annotations", "sources"),
    ),
    "Row": make_mapping(
        _CELL,
        "A row: start (with a grain), the dimensions, and each metric under its name. With compare or display, it "
        "also has qos.previous, qos.change and qos.display; with targets, qos.target, qos.status and qos.distance. "
        "With parts, a metric is an object with these words as members. Rows of agents also have qos.n, qos.rank, "
        "qos.ranked, qos.team and qos.group.",
    ),
    "Parts": make_record(
        "A figure with its numerator, denominator, n and interval.",
        {**_PARTS, **_COMPARED, **_VERDICT},
        optional=(*_COMPARED, *_VERDICT),
    ),
    "Interval": make_record(
        "The 95% interval (Wilson's for shares).",
        {"low": describe(NUMBER, "The lower bound."), "high": describe(NUMBER, "The upper bound.")},
    ),
    "Meaning": make_record("The label, unit and direction of a metric.", MEANING | METHOD, optional=("method",)),
    "Notice": make_record(
        "A warning about the figures.",
        {
            "code": make_text("The stable code of the warning."),
            "detail": make_text("The warning as a sentence, in the language of Accept-Language."),
        },
    ),
    "Source": make_record(
        "A statement that read the data.",
        {
            "name": make_text("The name of the table or rollup."),
            "sql": make_text("The SQL text of the statement."),
            "why": make_text("Why the table was chosen."),
        },
    ),
    "Question": make_record(
        "The question as the service understood it. The same question gives the same answer for the same data.",
        _QUESTION,
        optional=tuple(name for name in _QUESTION if name not in ("metrics", "start", "end", "grain")),
    ),
    "Scorecard": make_record(
        "The headline figures of a window.",
        {
            "period": make_record("The window of the figures.", {"start": BOUND, "end": BOUND, "zone": ZONE}),
            "question": _UNDERSTOOD,
            **STATE,
            "figures": make_array(refer_to("Figure"), "The figures, one for each metric."),
            "annotations": ANNOTATIONS,
            "sources": _SOURCES,
        },
        optional=("annotations", "sources"),
    ),
    "Figure": make_record(
        "One headline figure.",
        {
            "metric": make_text("The metric, with its arguments in parentheses."),
            **MEANING,
            **METHOD,
            **_PARTS,
            "display": _DISPLAY,
            **_VERDICT,
            "previous": _PREVIOUS,
            "change": _CHANGE,
        },
        optional=("method", "previous", "change"),
    ),
    "Annotation": make_record(
        "An event that overlaps the window, such as a campaign or an incident.",
        {
            "annotation": make_text("The code of the annotation."),
            "kind": {
                "enum": ["campaign", "incident", "strike", "release", "other"],
                "description": "The kind of event.",
            },
            "label": make_text("The name of the event, in the language of Accept-Language."),
            "start": describe(BOUND, "The first instant of the event."),
            "end": {
                **BOUND,
                "type": ["string", "null"],
                "description": "The first instant after the event; null while the event lasts.",
            },
        },
    ),
    "Health": make_record(
        "The health of the service.",
        {
            "status": {"enum": ["live", "ready", "unready"], "description": "The state of the process."},
            "checks": make_mapping(TEXT, "The result of each check: ok, or the reason of the failure."),
            "unfilled": make_mapping(
                {"type": "integer"},
                "The rollups that a worker is filling after an upgrade, each with the number of columns that are read"
                " from the facts until then. Absent if there are none.",
            ),
        },
        optional=("checks", "unfilled"),
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
