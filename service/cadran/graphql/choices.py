"""The enums of the schema: grains, comparisons, and those of the catalogue (dimensions, formulas)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

import strawberry

from cadran.domain.dimension import DIMENSIONS
from cadran.domain.metric import Metric, Parameter, Ratio, Term
from cadran.graphql.names import constant, pascal


@strawberry.enum(description="The width of a time bucket, in local time.")
class Grain(Enum):
    """As ``domain.window.Grain``, with descriptions."""

    QUARTER_HOUR = strawberry.enum_value("quarter_hour", description="Quarters of an hour.")
    HOUR = strawberry.enum_value("hour", description="Hours.")
    DAY = strawberry.enum_value("day", description="Days.")
    WEEK = strawberry.enum_value("week", description="ISO weeks, from Monday.")
    MONTH = strawberry.enum_value("month", description="Months.")
    YEAR = strawberry.enum_value("year", description="Years.")
    TOTAL = strawberry.enum_value("total", description="The whole window as one.")


@strawberry.enum(description="What to set the figures against.")
class Compare(Enum):
    """As ``domain.question.Compare``, with descriptions."""

    PREVIOUS_PERIOD = strawberry.enum_value("previous_period", description="The period of the same length just before.")
    PREVIOUS_YEAR = strawberry.enum_value("previous_year", description="The same dates a year before.")
    PREVIOUS_YEAR_WEEKDAYS = strawberry.enum_value(
        "previous_year_weekdays", description="The same weekdays a year (52 weeks) before."
    )


@strawberry.enum(description="The width of a row of the usual day.")
class Step(Enum):
    """As ``insight.usual_day.Step``, with descriptions."""

    QUARTER_HOUR = strawberry.enum_value("quarter_hour", description="Quarters of an hour.")
    HOUR = strawberry.enum_value("hour", description="Hours: the sums of their quarters, for what adds up.")


@strawberry.enum(description="Which gestures.")
class GoodwillKind(Enum):
    """As the parameter ``kind`` of the metrics over gestures."""

    ALL = strawberry.enum_value("all", description="Both kinds.")
    GOODWILL = strawberry.enum_value("goodwill", description="Commercial gestures, after something went wrong.")
    PREVENTION = strawberry.enum_value("prevention", description="Preventive actions, before a customer leaves.")


def choices(name: str, values: Mapping[str, str], description: str) -> Any:
    """An enum from slugs and what each means; its values are the slugs."""
    members = {constant(slug): strawberry.enum_value(slug, description=text) for slug, text in values.items()}
    # The functional form with a computed name: there is no class statement to check.
    make: Any = Enum
    return strawberry.enum(make(name, members), name=name, description=description)


#: The enum of all dimensions.
DIMENSION: Final = choices(
    "Dimension", {slug: each.label.en + "." for slug, each in DIMENSIONS.items()}, "What figures can be split by."
)


def argument_choices(metric: Metric, parameter: Parameter) -> Any:
    """The enum of a metric's parameter; where it chooses the formula, each value is described by its formula."""
    texts = {
        choice: _ratio(metric.formulas[choice]) if metric.variant == parameter.slug else f"{choice}."
        for choice in parameter.choices
    }
    name = pascal(metric.slug) + pascal(parameter.slug)
    return choices(name, texts, f"{metric.label.en}: {parameter.description}.")


def _ratio(ratio: Ratio) -> str:
    return " / ".join(
        _sum(terms) if len(terms) == 1 else f"({_sum(terms)})" for terms in (ratio.numerator, ratio.denominator)
    )


def _sum(terms: tuple[Term, ...]) -> str:
    words = []
    for place, term in enumerate(terms):
        sign = "-" if term.sign < 0 else "+" if place else ""
        words.append(" ".join(filter(None, (sign, term.part, term.within and f"({term.within})"))))
    return " ".join(words)
