"""JSON Schemas of the catalogue, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.domain.dimension import DIMENSIONS
from cadran.domain.question import Compare
from cadran.domain.window import Grain
from cadran.rest.schemas import MEANING, TEXT, WORD, Schema, array, described, mapping, record, reference, text

_SPLITS: Final[Schema] = {"enum": list(DIMENSIONS)}
#: The schemas of ``/v1/catalogue``, by name.
CATALOGUE_SCHEMAS: Final[dict[str, Schema]] = {
    "Catalogue": record(
        "All metrics and dimensions that the caller may ask for.",
        {
            "metrics": array(reference("Metric"), "The metrics that the caller may ask for."),
            "families": mapping(array(TEXT), "The metrics of each family."),
            "scorecard": array(TEXT, "The headline metrics of the scorecard."),
            "dimensions": array(reference("Dimension"), "The dimensions to group and filter by."),
            "grains": array({"enum": list(Grain)}, "The widths of time buckets."),
            "compare": array({"enum": list(Compare)}, "The windows to compare figures with."),
            "currency": text("The ISO 4217 code of the currency of all amounts."),
        },
    ),
    "Metric": record(
        "A metric of the catalogue.",
        {
            "metric": text("The name of the metric in requests."),
            "definition": text("The definition of the metric, in the language of the response."),
            **MEANING,
            "kind": text("The kind of computation, such as ratio or percentile."),
            "family": text("The family of the metric."),
            "basis": text("The instant that assigns a contact or case to a bucket."),
            "also": array(TEXT, "Names of the metric in other systems."),
            "parameters": array(reference("Argument"), "The arguments that the metric takes."),
            "dimensions": array(_SPLITS, "The dimensions that can split the metric."),
        },
    ),
    "Argument": record(
        "An argument of a metric.",
        {
            "parameter": text("The name of the argument."),
            "kind": {"enum": ["number", "choice", "code"], "description": "The type of the argument."},
            "description": text("The meaning of the argument."),
            "choices": array(TEXT, "The values of a choice."),
            "low": {"type": "number", "description": "The least number allowed."},
            "high": {"type": "number", "description": "The greatest number allowed."},
            "default": {
                "type": ["number", "string", "null"],
                "description": "The default value; null: see the definition of the metric.",
            },
        },
        optional=("choices", "low", "high"),
    ),
    "Dimension": record(
        "A dimension. Dimensions of people have no list of members.",
        {
            "dimension": text("The name of the dimension in requests."),
            "label": text("The name of the dimension, in the language of the response."),
            "kind": {
                "enum": ["member", "calendar"],
                "description": "Whether values are members or parts of the calendar.",
            },
            "low": {"type": "integer", "description": "The least value of a calendar dimension."},
            "high": {"type": "integer", "description": "The greatest value of a calendar dimension."},
            "parent": text("The dimension that the members belong to."),
            "members": array(reference("Member"), "The members that the caller may see."),
        },
        optional=("low", "high", "parent", "members"),
    ),
    "Member": record(
        "A member of a dimension.",
        {
            "code": text("The code of the member in requests."),
            "label": text("The name of the member, in the language of the response."),
            "parent": described(WORD, "The code of the member above; null where there is none."),
            "zone": described(WORD, "The IANA time zone of a site; null where unknown."),
        },
        optional=("parent", "zone"),
    ),
}
