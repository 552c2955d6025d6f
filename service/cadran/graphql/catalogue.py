"""The field ``catalogue``: every metric and dimension with its definition, for pickers and glossaries."""

from __future__ import annotations

import strawberry

from cadran.compiler.supported_dimensions import listed_for
from cadran.domain.access.permit import permitted_metrics
from cadran.domain.access.principal import Principal
from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.metric import Metric, Parameter
from cadran.graphql.enums import Better, DimensionKind, MetricUnit
from cadran.graphql.names import camel


@strawberry.type(description="A parameter of a metric.")
class MetricParameter:
    """A number within bounds, or one of a list of words."""

    name: str = strawberry.field(description="As written in a URL and as the argument's name.")
    description: str = strawberry.field(description="What it does.")
    default: str | None = strawberry.field(description="What holds unless given; null: see the metric's definition.")
    choices: list[str] = strawberry.field(description="The words to choose from; none: it is a number.")
    low: float | None = strawberry.field(description="The least number allowed.")
    high: float | None = strawberry.field(description="The greatest number allowed.")


@strawberry.type(description="A metric of the catalogue.")
class CatalogueMetric:
    """One row of the catalogue, in the reader's language."""

    slug: str = strawberry.field(description="Its name in URLs, columns and orders.")
    field: str = strawberry.field(description="The name of its field in rows and totals.")
    label: str = strawberry.field(description="What a screen calls it.")
    definition: str = strawberry.field(description="One sentence.")
    family: str = strawberry.field(description="The group it is listed in.")
    unit: MetricUnit = strawberry.field(description="The unit of its values.")
    better: Better | None = strawberry.field(description="Which direction is better; null where neither is.")
    also: list[str] = strawberry.field(description="What others call it.")
    parameters: list[MetricParameter] = strawberry.field(description="Its arguments.")


@strawberry.type(description="A dimension that figures can be split by and filtered on.")
class CatalogueDimension:
    """One dimension, in the reader's language."""

    slug: str = strawberry.field(description="Its name in URLs and columns.")
    field: str = strawberry.field(description="The name of its field in rows and filters.")
    label: str = strawberry.field(description="What a screen calls it.")
    kind: DimensionKind = strawberry.field(description="How its values are written.")


@strawberry.type(description="What can be asked.")
class Catalogue:
    """All metrics and dimensions."""

    metrics: list[CatalogueMetric] = strawberry.field(description="The metrics, by family.")
    dimensions: list[CatalogueDimension] = strawberry.field(description="The dimensions.")


def catalogue(principal: Principal, language: str) -> Catalogue:
    """The catalogue in one language, as far as a principal may ask."""
    dimensions = [
        CatalogueDimension(slug=slug, field=camel(slug), label=each.label[language], kind=DimensionKind(each.kind))
        for slug, each in DIMENSIONS.items()
        if slug in listed_for(principal)
    ]
    metrics = [_metric(METRICS[slug], language) for slug in permitted_metrics(METRICS, principal)]
    return Catalogue(metrics=metrics, dimensions=dimensions)


def _metric(metric: Metric, language: str) -> CatalogueMetric:
    return CatalogueMetric(
        slug=metric.slug,
        field=camel(metric.slug),
        label=metric.label[language],
        definition=metric.definition[language],
        family=metric.family,
        unit=MetricUnit(metric.unit),
        better=Better(metric.better) if metric.better else None,
        also=list(metric.also),
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
