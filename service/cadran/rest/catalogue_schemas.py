"""JSON Schemas of the catalogue, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.domain.dimension import DIMENSIONS
from cadran.domain.question import Compare
from cadran.domain.window import Grain
from cadran.rest.document_schemas import describe_documents
from cadran.rest.figure_schemas import METRIC_LABEL
from cadran.rest.schemas import (
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
from cadran.web.catalogue_documents import BASIS, BASIS_RELATIONSHIP, MetricRevisionDocument

#: The declared dimensions, or the name of an attribute.
_SPLITS: Final[Schema] = {"anyOf": [{"enum": list(DIMENSIONS)}, TEXT]}
#: The schemas of ``/v1/catalogue``, by name.
CATALOGUE_SCHEMAS: Final[dict[str, Schema]] = {
    "Catalogue": make_record(
        "All metrics and dimensions that the caller may ask for.",
        {
            "metrics": make_array(refer_to("Metric"), "The metrics that the caller may ask for."),
            "families": make_mapping(make_array(TEXT), "The metrics of each family."),
            "scorecard": make_array(TEXT, "The headline metrics of the scorecard."),
            "dimensions": make_array(refer_to("Dimension"), "The dimensions to group and filter by."),
            "grains": make_array({"enum": list(Grain)}, "The widths of time buckets."),
            "compare": make_array({"enum": list(Compare)}, "The windows to compare figures with."),
            "currency": make_text("The ISO 4217 code of the currency of all amounts."),
        },
    ),
    "Metric": make_record(
        "A metric of the catalogue.",
        {
            "metric": make_text("The name of the metric in requests."),
            "definition": make_text("The definition of the metric, in the language of Accept-Language."),
            **METRIC_LABEL,
            "kind": make_text("The kind of computation, such as ratio or percentile."),
            "family": make_text("The family of the metric."),
            "basis": make_text(BASIS),
            "basis_relationship": {"type": ["string", "null"], "description": BASIS_RELATIONSHIP},
            "version": make_text("The version of the definition: v1, and one more for each revision."),
            "revisions": make_array(refer_to("MetricRevision"), "The changes of the definition, the oldest first."),
            "also": make_array(TEXT, "Names of the metric in other systems."),
            "parameters": make_array(refer_to("Argument"), "The parameters that the metric takes."),
            "dimensions": make_array(_SPLITS, "The dimensions that can split the metric."),
        },
    ),
    **describe_documents({"MetricRevision": MetricRevisionDocument}),
    "Argument": make_record(
        "An argument of a metric.",
        {
            "parameter": make_text("The name of the argument."),
            "kind": {"enum": ["number", "choice", "code"], "description": "The type of the argument."},
            "description": make_text("The meaning of the argument."),
            "choices": make_array(TEXT, "The values of an argument of kind choice."),
            "low": {"type": "number", "description": "The least number allowed, for an argument of kind number."},
            "high": {"type": "number", "description": "The greatest number allowed, for an argument of kind number."},
            "default": {
                "type": ["number", "string", "null"],
                "description": "The default value; null: see the definition of the metric.",
            },
        },
        optional=("choices", "low", "high"),
    ),
    "Dimension": make_record(
        "A dimension. Dimensions of people have no list of members.",
        {
            "dimension": make_text("The name of the dimension in requests."),
            "label": make_text("The name of the dimension, in the language of Accept-Language."),
            "kind": {
                "enum": ["member", "calendar"],
                "description": "Whether values are members or parts of the calendar.",
            },
            "low": {"type": "integer", "description": "The least value of a calendar dimension."},
            "high": {"type": "integer", "description": "The greatest value of a calendar dimension."},
            "parent": make_text("The dimension whose members are the parents of these members."),
            "members": make_array(refer_to("Member"), "The members that the caller may see."),
        },
        optional=("low", "high", "parent", "members"),
    ),
    "Member": make_record(
        "A member of a dimension.",
        {
            "code": make_text("The code of the member in requests."),
            "label": make_text("The name of the member, in the language of Accept-Language."),
            "parent": describe(WORD, "The code of the parent of this member; null if there is none."),
            "zone": describe(WORD, "The IANA time zone of a site; null if unknown."),
        },
        optional=("parent", "zone"),
    ),
}
