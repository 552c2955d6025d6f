"""The JSON Schemas of what is answered, for the OpenAPI document."""

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
    "description": "RFC 3339 with the zone's offset; without one, each site's own time, where the zone is null.",
}
ZONE: Final[Schema] = {"type": ["string", "null"], "description": "The IANA zone; null where the sites' zones differ."}


def reference(name: str) -> Schema:
    """A reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(about: str, properties: Schema, *, optional: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object with these members. It is open: an answer may gain members within /v1."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "description": about, "required": required, "properties": properties}


def array(items: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items}


def mapping(values: Schema, about: str) -> Schema:
    """An object of any members whose values are these."""
    return {"type": "object", "description": about, "additionalProperties": values}


STATE: Final[Schema] = {
    "as_of": {**INSTANT, "type": ["string", "null"], "description": "How far the data reach; null without data."},
    "generated_at": {**INSTANT, "description": "When this answer was made."},
    "stale_after": {**INSTANT, "description": "Until when it may be shown as present."},
    "data_version": {**TEXT, "description": "Changes whenever the data read do."},
    "stale": {"type": "boolean", "description": "Whether this is an older answer, shown because the database is away."},
    "approximate": {"type": "boolean", "description": "Whether any value is estimated; its interval tells how well."},
    "warnings": array(reference("Notice")),
}
MEANING: Final[Schema] = {
    "label": TEXT,
    "unit": {"enum": sorted({metric.unit for metric in METRICS.values()})},
    "better": {"enum": ["higher", "lower", None]},
}
METHOD: Final[Schema] = {"method": {**TEXT, "description": "How it is estimated, where there are several ways."}}
_PARTS: Final[Schema] = {
    "value": {
        **NUMBER,
        "description": "Null where undefined; all of a figure is null where it is hidden (`suppressed`).",
    },
    "numerator": NUMBER,
    "denominator": NUMBER,
    "n": {**NUMBER, "description": "How many observations stand behind the value."},
    "interval": {"oneOf": [reference("Interval"), {"type": "null"}]},
}
_COMPARED: Final[Schema] = {"display": TEXT, "previous": NUMBER, "change": NUMBER}
_VERDICT: Final[Schema] = {
    "target": {**NUMBER, "description": "What is aimed at; null where no target holds."},
    "status": {"enum": ["good", "warning", "bad", None]},
    "distance": {**NUMBER, "description": "How far past the target, in the metric's unit; below 0 it is missed."},
}
ANNOTATIONS: Final[Schema] = {
    **array(reference("Annotation")),
    "description": "What went on meanwhile, where that is asked for.",
}
_CELL: Final[Schema] = {"anyOf": [NUMBER, WORD, reference("Parts")]}
_QUESTION: Final[Schema] = {
    "metrics": array(TEXT),
    "start": TEXT,
    "end": TEXT,
    "grain": {"enum": list(Grain)},
    "zone": TEXT,
    "by": array({"enum": list(DIMENSIONS)}),
    **{filter_name(slug, negated=negated): array(TEXT) for slug in DIMENSIONS for negated in (False, True)},
    "compare": {"enum": list(Compare)},
    "fill": {"type": "boolean"},
    "order": TEXT,
    "top": {"type": "integer"},
}

SCHEMAS: Final[dict[str, Schema]] = {
    "Indicators": record(
        "Figures by bucket and dimension: either rows or columns.",
        {
            "question": reference("Question"),
            "start": BOUND,
            "end": BOUND,
            "zone": ZONE,
            "grain": {"enum": list(Grain)},
            **STATE,
            "metrics": mapping(reference("Meaning"), "What each metric means, by its name in the rows."),
            "labels": mapping(mapping(TEXT, "Labels by code; none: not given."), "Labels of the codes, by dimension."),
            "rows": array(reference("Row")),
            "columns": mapping(array(_CELL), "The same as rows, by column."),
            "totals": {**reference("Row"), "description": "The figures over all rows, before any cut to the top."},
            "annotations": ANNOTATIONS,
            "sources": array(reference("Source")),
        },
        optional=("rows", "columns", "annotations", "sources"),
    ),
    "Row": mapping(
        _CELL,
        "start (with a grain), the dimensions, and each metric under its name; with compare or display also "
        "qos.previous, qos.change, qos.display; with targets qos.target, qos.status, "
        "qos.distance. With parts, a metric is an object with these words. Agents have qos.n, qos.rank, qos.ranked, "
        "qos.team and qos.group beside.",
    ),
    "Parts": record(
        "A figure with what it is made of.", {**_PARTS, **_COMPARED, **_VERDICT}, optional=(*_COMPARED, *_VERDICT)
    ),
    "Interval": record("The 95% interval (Wilson's for shares).", {"low": NUMBER, "high": NUMBER}),
    "Meaning": record("What a metric's values mean.", MEANING | METHOD, optional=("method",)),
    "Notice": record("Something the reader of a figure should know.", {"code": TEXT, "detail": TEXT}),
    "Source": record("What was read.", {"name": TEXT, "sql": TEXT, "why": TEXT}),
    "Question": record(
        "The question as understood; asked again, it is the same.",
        _QUESTION,
        optional=tuple(name for name in _QUESTION if name not in ("metrics", "start", "end", "grain")),
    ),
    "Scorecard": record(
        "The headline figures of a window.",
        {
            "period": record("The window.", {"start": BOUND, "end": BOUND, "zone": ZONE}),
            "question": reference("Question"),
            **STATE,
            "figures": array(reference("Figure")),
            "annotations": ANNOTATIONS,
            "sources": array(reference("Source")),
        },
        optional=("annotations", "sources"),
    ),
    "Figure": record(
        "One headline figure.",
        {
            "metric": TEXT,
            **MEANING,
            **METHOD,
            **_PARTS,
            "display": {**TEXT, "description": "The value as a screen shows it."},
            **_VERDICT,
            "previous": NUMBER,
            "change": NUMBER,
        },
        optional=("method", "previous", "change"),
    ),
    "Annotation": record(
        "Something that happened while the figures were made.",
        {
            "annotation": {**TEXT, "description": "Its id."},
            "kind": {"enum": ["campaign", "incident", "strike", "release", "other"]},
            "label": TEXT,
            "start": BOUND,
            "end": {
                **BOUND,
                "type": ["string", "null"],
                "description": "The first instant after it; null: it goes on.",
            },
        },
    ),
    "Catalogue": record(
        "Everything that the caller may ask.",
        {
            "metrics": array(reference("Metric")),
            "families": mapping(array(TEXT), "The metrics by family."),
            "scorecard": array(TEXT),
            "dimensions": array(reference("Dimension")),
            "grains": array({"enum": list(Grain)}),
            "compare": array({"enum": list(Compare)}),
            "currency": {**TEXT, "description": "ISO 4217."},
        },
    ),
    "Metric": record(
        "A metric of the catalogue.",
        {
            "metric": TEXT,
            "definition": TEXT,
            **MEANING,
            "kind": TEXT,
            "family": TEXT,
            "basis": {**TEXT, "description": "Which instant a contact or case belongs to."},
            "also": {**array(TEXT), "description": "Its names in other systems."},
            "parameters": array(reference("Argument")),
            "dimensions": {**array({"enum": list(DIMENSIONS)}), "description": "What it can be split by."},
        },
    ),
    "Argument": record(
        "An argument of a metric.",
        {
            "parameter": TEXT,
            "kind": {"enum": ["number", "choice", "code"]},
            "description": TEXT,
            "choices": array(TEXT),
            "low": {"type": "number"},
            "high": {"type": "number"},
            "default": {"type": ["number", "string", "null"]},
        },
        optional=("choices", "low", "high"),
    ),
    "Dimension": record(
        "A dimension; people are not listed.",
        {
            "dimension": TEXT,
            "label": TEXT,
            "kind": {"enum": ["member", "calendar"]},
            "low": {"type": "integer"},
            "high": {"type": "integer"},
            "parent": {**TEXT, "description": "The dimension its members belong to."},
            "members": array(reference("Member")),
        },
        optional=("low", "high", "parent", "members"),
    ),
    "Member": record(
        "A value of a dimension.",
        {"code": TEXT, "label": TEXT, "parent": WORD, "zone": WORD},
        optional=("parent", "zone"),
    ),
    "Health": record(
        "How the service is.",
        {"status": {"enum": ["live", "ready", "unready"]}, "checks": mapping(TEXT, "ok, or why not.")},
        optional=("checks",),
    ),
    "Index": record(
        "Where everything is.",
        {
            "name": TEXT,
            "version": TEXT,
            "links": array(record("A link.", {"href": TEXT, "rel": TEXT, "title": TEXT})),
        },
    ),
    "ProblemKind": record(
        "What a kind of problem means.",
        {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "code": TEXT, "description": TEXT},
    ),
    "Problem": record(
        "A problem (RFC 9457).",
        {
            "type": {**TEXT, "format": "uri-reference"},
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {**TEXT, "description": "What is wrong, and what to do."},
            "code": {**TEXT, "description": "Stable; the same in GraphQL's extensions."},
            "instance": {
                **TEXT,
                "format": "uri-reference",
                "description": "The path of the request; absent where its head could not be read.",
            },
            "request_id": {
                **TEXT,
                "description": "The id of the request in the log; absent where its head could not be read.",
            },
            "parameter": {**TEXT, "description": "Which parameter to change."},
            "suggestions": {**array(TEXT), "description": "What to try instead."},
            "cost": {"type": "integer", "description": "Of `too_costly`: the values that the response might show."},
            "limit": {"type": "integer", "description": "Of `too_costly`: what it may cost."},
        },
        optional=("instance", "request_id", "parameter", "suggestions", "cost", "limit"),
    ),
}
