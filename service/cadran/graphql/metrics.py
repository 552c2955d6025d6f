"""One GraphQL field for each metric of the catalogue, described by its definition, with its parameters as arguments."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache, lru_cache
from inspect import Parameter as Argument
from inspect import Signature, get_annotations
from typing import Annotated, Any, Final, TypeVar

import strawberry

from cadran.domain.catalogue import METRICS
from cadran.domain.metric import Metric, Parameter
from cadran.domain.metric_ref import make_metric_ref
from cadran.domain.question import MetricRef
from cadran.graphql.choices import make_argument_choices
from cadran.graphql.figure import Figure
from cadran.graphql.names import raise_first, to_camel_case, to_constant_case

Carrier = TypeVar("Carrier", bound=type)

#: The metrics by the names of their fields.
BY_FIELD: Final[Mapping[str, Metric]] = {to_camel_case(slug): metric for slug, metric in METRICS.items()}

#: The names of all parameters by the names of their arguments.
_SLUGS: Final[Mapping[str, str]] = {
    to_camel_case(parameter.slug): parameter.slug for metric in METRICS.values() for parameter in metric.parameters
}
_BETTER: Final = {"higher": "higher is better", "lower": "lower is better", "": ""}
_UNIT: Final = {
    "count": "a count",
    "ratio": "a ratio, 0–1 for shares",
    "seconds": "seconds",
    "currency": "an amount of money",
    "contacts": "contacts",
    "channels": "channels",
    "points": "points",
    "days": "days",
    "score": "a score on the instrument's scale",
    "per_hour": "a number per hour",
}


def add_metrics(carrier: Carrier, metrics: Mapping[str, Metric] = METRICS) -> Carrier:
    """Add a field for each metric to a class with a method ``figure(call) -> Figure``, and return the class."""
    annotations = dict(get_annotations(carrier))
    for slug, metric in metrics.items():
        setattr(carrier, slug, _field(metric))
        annotations[slug] = Figure
    carrier.__annotations__ = annotations
    return carrier


def read_metric_ref(metric: Metric, arguments: Mapping[str, Any]) -> MetricRef:
    """Return the metric call that a field's arguments make. Invalid arguments are refused as in any question."""
    given = ((_to_slug(name), _plain(value)) for name, value in arguments.items() if value is not None)
    return _call(metric.slug, tuple(given))


@lru_cache(maxsize=4096)
def _call(slug: str, arguments: tuple[tuple[str, str | float], ...]) -> MetricRef:
    return make_metric_ref(METRICS[slug], dict(arguments))


def _to_slug(name: str) -> str:
    """Return the name of a parameter from that of its argument, as GraphQL or as Python writes it."""
    return _SLUGS.get(name, name)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def describe(metric: Metric) -> str:
    """Return the definition, the unit and the better direction of a metric."""
    better = f"; {_BETTER[metric.better]}" if metric.better else ""
    return f"{metric.definition.en} Unit: {_UNIT[metric.unit]}{better}."


def _field(metric: Metric) -> Any:
    def resolve(root: Any, **arguments: Any) -> Figure:
        figure: Figure = root.figure(read_metric_ref(metric, arguments))
        return figure

    given = [_argument(metric, parameter) for parameter in metric.parameters]
    root = Argument("root", Argument.POSITIONAL_OR_KEYWORD, annotation=object)
    # Strawberry reads names, types and defaults of the arguments from the signature of the resolver.
    resolve.__name__ = metric.slug
    resolve.__signature__ = Signature([root, *given], return_annotation=Figure)  # type: ignore[attr-defined]  # functions carry it, typeshed doesn't know
    resolve.__annotations__ = {each.name: each.annotation for each in given} | {"return": Figure}
    return strawberry.field(resolver=resolve, description=describe(metric))


@cache
def _choices_of(slug: str, parameter: str) -> Any:
    """Return the enum of a parameter. All types that have the field share it."""
    metric = METRICS[slug]
    found = metric.parameter(parameter)
    assert found is not None
    return make_argument_choices(metric, found)


def _describe_argument(parameter: Parameter) -> str:
    """Return the description of a parameter, with its choices as the values of the enum: ``OPEN`` for ``open``."""
    if parameter.choices:
        meanings = parameter.list_meanings()
        return "; ".join(f"{to_constant_case(word)}: {text}" if text else word for word, text in meanings)
    return raise_first(parameter.description)


def _argument(metric: Metric, parameter: Parameter) -> Argument:
    kinds: dict[str, Any] = {"number": int if parameter.whole else float, "code": str}
    kind: Any = kinds[parameter.kind] if parameter.kind in kinds else _choices_of(metric.slug, parameter.slug)
    default: Any = parameter.default
    if parameter.kind == "choice" and default is not None:
        default = kind(default)
    if default is None:
        kind = kind | None
    elif parameter.whole:
        default = int(default)
    bounds = f" From {parameter.low:.10g} to {parameter.high:.10g}." if parameter.kind == "number" else ""
    text = f"{_describe_argument(parameter)}.{bounds}"
    return Argument(
        parameter.slug,
        Argument.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, strawberry.argument(description=text)],
    )
