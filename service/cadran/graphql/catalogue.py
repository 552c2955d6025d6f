"""The field ``catalogue``: every metric and dimension with its definition, for pickers and glossaries."""

from __future__ import annotations

import strawberry

from cadran.compiler.supported_dimensions import find_answerable_metrics, list_dimensions
from cadran.domain.access.principal import Principal
from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import declare
from cadran.domain.directory import Directory
from cadran.domain.metric import Metric, Parameter
from cadran.graphql.declaration.document_types import GraphQLKinds, declare_type
from cadran.graphql.enums import Better, DimensionKind, MetricUnit
from cadran.graphql.names import to_camel_case
from cadran.web.catalogue_documents import BASIS, BASIS_RELATIONSHIP, MetricRevisionDocument, encode_revisions


@strawberry.type(description="A parameter that a metric takes.")
class MetricParameter:
    """A parameter: a number within bounds, a choice, or a code."""

    name: str = strawberry.field(description="The name of the parameter in URLs, and of the argument.")
    description: str = strawberry.field(description="The meaning of the parameter.")
    default: str | None = strawberry.field(description="The default value; null: see the definition of the metric.")
    choices: list[str] = strawberry.field(
        description="The values of a parameter that is a choice; empty for other parameters."
    )
    low: float | None = strawberry.field(description="The least number allowed; null unless the parameter is a number.")
    high: float | None = strawberry.field(
        description="The greatest number allowed; null unless the parameter is a number."
    )


@declare_type(GraphQLKinds({}), MetricRevisionDocument)
class MetricRevision:
    """A change of a definition, in the reader's language."""

    document: strawberry.Private[MetricRevisionDocument]


@strawberry.type(description="A metric of the catalogue.")
class CatalogueMetric:
    """One row of the catalogue, in the reader's language."""

    slug: str = strawberry.field(description="The name of the metric in URLs, columns and orders.")
    field: str = strawberry.field(description="The name of the metric's field in rows and totals.")
    label: str = strawberry.field(description="The display name, in the language of Accept-Language.")
    definition: str = strawberry.field(description="The definition of the metric, in the language of Accept-Language.")
    family: str = strawberry.field(description="The family of the metric.")
    unit: MetricUnit = strawberry.field(description="The unit of the metric's values.")
    better: Better | None = strawberry.field(description="Which direction is better; null if neither is.")
    basis: str = strawberry.field(description=BASIS)
    basis_relationship: str | None = strawberry.field(description=BASIS_RELATIONSHIP)
    also: list[str] = strawberry.field(description="Names of the metric in other systems.")
    version: str = strawberry.field(description="The version of the definition: v1, and one more for each revision.")
    revisions: list[MetricRevision] = strawberry.field(description="The changes of the definition, the oldest first.")
    parameters: list[MetricParameter] = strawberry.field(description="The parameters that the metric takes.")


@strawberry.type(description="A dimension that figures can be grouped and filtered by.")
class CatalogueDimension:
    """One dimension, in the reader's language."""

    slug: str = strawberry.field(description="The name of the dimension in URLs and columns.")
    field: str = strawberry.field(
        description="The name of the dimension's field in rows and filters; `attribute` for the contacts' own"
        " attributes, whose slug is the argument `name`."
    )
    label: str = strawberry.field(description="The display name, in the language of Accept-Language.")
    kind: DimensionKind = strawberry.field(description="The kind of the dimension's values.")


@strawberry.type(description="The metrics and dimensions that the caller may ask for.")
class Catalogue:
    """All metrics and dimensions that the caller may ask for."""

    metrics: list[CatalogueMetric] = strawberry.field(description="The metrics, ordered by family.")
    dimensions: list[CatalogueDimension] = strawberry.field(description="The dimensions to group and filter by.")


def catalogue(directory: Directory, principal: Principal, language: str) -> Catalogue:
    """Return the part of the catalogue that a principal may ask for, in one language."""
    dimensions = [
        CatalogueDimension(
            slug=slug,
            field=to_camel_case(declare(slug)),
            label=each.label[language],
            kind=DimensionKind(each.kind),
        )
        for slug in list_dimensions(principal, directory.attributes)
        if (each := directory.find_dimension(slug)) is not None
    ]
    metrics = [_metric(METRICS[slug], language) for slug in find_answerable_metrics(METRICS, principal)]
    return Catalogue(metrics=metrics, dimensions=dimensions)


def _metric(metric: Metric, language: str) -> CatalogueMetric:
    return CatalogueMetric(
        slug=metric.slug,
        field=to_camel_case(metric.slug),
        label=metric.label[language],
        definition=metric.definition[language],
        family=metric.family,
        unit=MetricUnit(metric.unit),
        better=Better(metric.better) if metric.better else None,
        basis=metric.bases[0],
        basis_relationship=metric.bases[1],
        also=list(metric.also),
        version=metric.version,
        revisions=[MetricRevision(document=each) for each in encode_revisions(metric, language)],
        parameters=[_parameter(parameter) for parameter in metric.parameters],
    )


def _parameter(parameter: Parameter) -> MetricParameter:
    number = parameter.kind == "number"
    default = parameter.default
    return MetricParameter(
        name=parameter.slug,
        description=parameter.description,
        default=f"{default:g}" if isinstance(default, float) else default,
        choices=list(parameter.choices),
        low=parameter.low if number else None,
        high=parameter.high if number else None,
    )
