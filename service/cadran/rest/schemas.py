"""The JSON Schemas of what is answered, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.question import Compare
from cadran.domain.window import Grain

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_NUMBER: Final[Schema] = {"type": ["number", "null"]}
_WORD: Final[Schema] = {"type": ["string", "null"]}
_INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}
_BOUND: Final[Schema] = {
    "type": "string",
    "description": "RFC 3339 with the zone's offset; without one, each site's own time, where the zone is null.",
}
_ZONE: Final[Schema] = {"type": ["string", "null"], "description": "The IANA zone; null where the sites' zones differ."}


def reference(name: str) -> Schema:
    """A reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(about: str, properties: Schema, *, optional: tuple[str, ...] = (), closed: bool = True) -> Schema:
    required = [name for name in properties if name not in optional]
    found: Schema = {"type": "object", "description": about, "required": required, "properties": properties}
    return {**found, "additionalProperties": False} if closed else found


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _map(values: Schema, about: str) -> Schema:
    return {"type": "object", "description": about, "additionalProperties": values}


_STATE: Final[Schema] = {
    "as_of": {**_INSTANT, "type": ["string", "null"], "description": "How far the data reach; null without data."},
    "generated_at": {**_INSTANT, "description": "When this answer was made."},
    "stale_after": {**_INSTANT, "description": "Until when it may be shown as present."},
    "data_version": {**_TEXT, "description": "Changes whenever the data read do."},
    "stale": {"type": "boolean", "description": "Whether this is an older answer, shown because the database is away."},
    "approximate": {"type": "boolean", "description": "Whether any value is estimated; its interval tells how well."},
    "warnings": _list(reference("Notice")),
}
_MEANING: Final[Schema] = {
    "label": _TEXT,
    "unit": {"enum": sorted({metric.unit for metric in METRICS.values()})},
    "better": {"enum": ["higher", "lower", None]},
}
_PARTS: Final[Schema] = {
    "value": _NUMBER,
    "numerator": _NUMBER,
    "denominator": _NUMBER,
    "n": {**_NUMBER, "description": "How many observations stand behind the value."},
    "interval": {"oneOf": [reference("Interval"), {"type": "null"}]},
}
_COMPARED: Final[Schema] = {"display": _TEXT, "previous": _NUMBER, "change": _NUMBER}
_CELL: Final[Schema] = {"anyOf": [_NUMBER, _WORD, reference("Parts")]}
_QUESTION: Final[Schema] = {
    "metrics": _list(_TEXT),
    "start": _TEXT,
    "end": _TEXT,
    "grain": {"enum": list(Grain)},
    "zone": _TEXT,
    "by": _list({"enum": list(DIMENSIONS)}),
    **{f"{slug}{sign}": _list(_TEXT) for slug in DIMENSIONS for sign in ("", "!")},
    "compare": {"enum": list(Compare)},
    "fill": {"type": "boolean"},
    "order": _TEXT,
    "top": {"type": "integer"},
}

SCHEMAS: Final[dict[str, Schema]] = {
    "Indicators": _object(
        "Figures by bucket and dimension: either rows or columns.",
        {
            "question": reference("Question"),
            "start": _BOUND,
            "end": _BOUND,
            "zone": _ZONE,
            "grain": {"enum": list(Grain)},
            **_STATE,
            "metrics": _map(reference("Meaning"), "What each metric means, by its name in the rows."),
            "labels": _map(_map(_TEXT, "Labels by code; none: not given."), "Labels of the codes, by dimension."),
            "rows": _list(reference("Row")),
            "columns": _map(_list(_CELL), "The same as rows, by column."),
            "totals": {**reference("Row"), "description": "The figures over all rows, before any cut to the top."},
            "sources": _list(reference("Source")),
        },
        optional=("rows", "columns", "sources"),
    ),
    "Row": _map(
        _CELL,
        "start (with a grain), the dimensions, and each metric under its name; with compare or display also "
        "qos.previous, qos.change, qos.display. With parts, a metric is an object with these words.",
    ),
    "Parts": _object("A figure with what it is made of.", {**_PARTS, **_COMPARED}, optional=tuple(_COMPARED)),
    "Interval": _object("The 95 % interval (Wilson's for shares).", {"low": _NUMBER, "high": _NUMBER}),
    "Meaning": _object("What a metric's values mean.", _MEANING),
    "Notice": _object("Something the reader of a figure should know.", {"code": _TEXT, "detail": _TEXT}),
    "Source": _object("What was read.", {"name": _TEXT, "sql": _TEXT, "why": _TEXT}),
    "Question": _object(
        "The question as understood; asked again, it is the same.",
        _QUESTION,
        optional=tuple(name for name in _QUESTION if name not in ("metrics", "start", "end", "grain")),
    ),
    "Scorecard": _object(
        "The headline figures of a window.",
        {
            "period": _object("The window.", {"start": _BOUND, "end": _BOUND, "zone": _ZONE}),
            "question": reference("Question"),
            **_STATE,
            "figures": _list(reference("Figure")),
            "sources": _list(reference("Source")),
        },
        optional=("sources",),
    ),
    "Figure": _object(
        "One headline figure.",
        {
            "metric": _TEXT,
            **_MEANING,
            **_PARTS,
            "display": {**_TEXT, "description": "The value as a screen shows it."},
            "previous": _NUMBER,
            "change": _NUMBER,
        },
        optional=("previous", "change"),
    ),
    "Catalogue": _object(
        "Everything that can be asked.",
        {
            "metrics": _list(reference("Metric")),
            "families": _map(_list(_TEXT), "The metrics by family."),
            "scorecard": _list(_TEXT),
            "dimensions": _list(reference("Dimension")),
            "grains": _list({"enum": list(Grain)}),
            "compare": _list({"enum": list(Compare)}),
            "currency": {**_TEXT, "description": "ISO 4217."},
        },
    ),
    "Metric": _object(
        "A metric of the catalogue.",
        {
            "metric": _TEXT,
            "definition": _TEXT,
            **_MEANING,
            "kind": _TEXT,
            "family": _TEXT,
            "basis": {**_TEXT, "description": "Which instant a contact or case belongs to."},
            "also": {**_list(_TEXT), "description": "Its names in other systems."},
            "parameters": _list(reference("Argument")),
            "dimensions": {**_list({"enum": list(DIMENSIONS)}), "description": "What it can be split by."},
        },
    ),
    "Argument": _object(
        "An argument of a metric.",
        {
            "parameter": _TEXT,
            "kind": {"enum": ["number", "choice", "code"]},
            "description": _TEXT,
            "choices": _list(_TEXT),
            "low": {"type": "number"},
            "high": {"type": "number"},
            "default": {"type": ["number", "string", "null"]},
        },
        optional=("choices", "low", "high"),
    ),
    "Dimension": _object(
        "A dimension; people are not listed.",
        {
            "dimension": _TEXT,
            "label": _TEXT,
            "kind": {"enum": ["member", "calendar"]},
            "low": {"type": "integer"},
            "high": {"type": "integer"},
            "parent": {**_TEXT, "description": "The dimension its members belong to."},
            "members": _list(reference("Member")),
        },
        optional=("low", "high", "parent", "members"),
    ),
    "Member": _object(
        "A value of a dimension.",
        {"code": _TEXT, "label": _TEXT, "parent": _WORD, "zone": _WORD},
        optional=("parent", "zone"),
    ),
    "Health": _object(
        "How the service is.",
        {"status": {"enum": ["live", "ready", "unready"]}, "checks": _map(_TEXT, "ok, or why not.")},
        optional=("checks",),
    ),
    "Index": _object(
        "Where everything is.",
        {
            "name": _TEXT,
            "version": _TEXT,
            "links": _list(_object("A link.", {"href": _TEXT, "rel": _TEXT, "title": _TEXT})),
        },
    ),
    "ProblemKind": _object(
        "What a kind of problem means.",
        {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "code": _TEXT, "description": _TEXT},
    ),
    "Problem": _object(
        "A problem (RFC 9457).",
        {
            "type": {**_TEXT, "format": "uri-reference"},
            "title": _TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {**_TEXT, "description": "What is wrong, and what to do."},
            "code": {**_TEXT, "description": "Stable; the same in GraphQL's extensions."},
            "instance": {**_TEXT, "format": "uri-reference"},
            "request_id": {**_TEXT, "description": "Finds the request in the log."},
            "parameter": {**_TEXT, "description": "Which parameter to change."},
            "suggestions": {**_list(_TEXT), "description": "What to try instead."},
        },
        optional=("parameter", "suggestions"),
    ),
}
