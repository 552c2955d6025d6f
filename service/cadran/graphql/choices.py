"""Enums of the schema: grains, comparisons, and the enums made from the catalogue (dimensions, formulas)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

import strawberry

from cadran.domain.dimension import DIMENSIONS
from cadran.domain.metric import Metric, Parameter, Ratio, Term
from cadran.graphql.names import lower_first, raise_first, to_camel_case, to_constant_case, to_pascal_case


@strawberry.enum(description="The width of a time bucket, in local time.")
class Grain(Enum):
    """The values of ``domain.window.Grain``, with descriptions."""

    QUARTER_HOUR = strawberry.enum_value("quarter_hour", description="Buckets of fifteen minutes.")
    HALF_HOUR = strawberry.enum_value("half_hour", description="Buckets of thirty minutes.")
    HOUR = strawberry.enum_value("hour", description="Buckets of one hour.")
    DAY = strawberry.enum_value("day", description="Buckets of one day.")
    WEEK = strawberry.enum_value("week", description="ISO weeks, which begin on Monday.")
    MONTH = strawberry.enum_value("month", description="Buckets of one month.")
    YEAR = strawberry.enum_value("year", description="Buckets of one year.")
    TOTAL = strawberry.enum_value("total", description="One bucket for the whole window.")


@strawberry.enum(description="The window that the figures are compared with.")
class Compare(Enum):
    """The values of ``domain.question.Compare``, with descriptions."""

    PREVIOUS_PERIOD = strawberry.enum_value(
        "previous_period",
        description="The period of the same length just before; before month_to_date the same days of the month before,"
        " before week_to_date and year_to_date likewise.",
    )
    PREVIOUS_MONTH = strawberry.enum_value("previous_month", description="The same dates a month before.")
    SAME_WEEKDAY = strawberry.enum_value(
        "same_weekday", description="The same weekdays before, as many whole weeks back as the window covers."
    )
    SAME_TIME_LAST_WEEK = strawberry.enum_value("same_time_last_week", description="The same times seven days before.")
    PREVIOUS_YEAR = strawberry.enum_value("previous_year", description="The same dates a year before.")
    PREVIOUS_YEAR_WEEKDAYS = strawberry.enum_value(
        "previous_year_weekdays", description="The same weekdays a year (52 weeks) before."
    )


@strawberry.enum(description="The width of rows by time of day.")
class Step(Enum):
    """The grains of ``domain.window.WIDTHS``, with descriptions."""

    QUARTER_HOUR = strawberry.enum_value("quarter_hour", description="Buckets of fifteen minutes.")
    HALF_HOUR = strawberry.enum_value("half_hour", description="Buckets of thirty minutes.")
    HOUR = strawberry.enum_value("hour", description="Buckets of one hour.")


@strawberry.enum(description="The kinds of gestures that count.")
class GoodwillKind(Enum):
    """The values of the parameter ``kind`` of metrics about gestures."""

    ALL = strawberry.enum_value("all", description="Gestures of both kinds.")
    GOODWILL = strawberry.enum_value("goodwill", description="Commercial gestures, after something went wrong.")
    PREVENTION = strawberry.enum_value("prevention", description="Preventive actions, before a customer leaves.")


def make_choices(name: str, values: Mapping[str, str], description: str) -> Any:
    """Return an enum made from slugs and their descriptions. The values of the enum are the slugs."""
    members = {to_constant_case(slug): strawberry.enum_value(slug, description=text) for slug, text in values.items()}
    # The functional form takes a computed name, so there is no class statement that mypy could check.
    make: Any = Enum
    return strawberry.enum(make(name, members), name=name, description=description)


#: The enum of all dimensions, whose values are their slugs.
DIMENSION: Final = make_choices(
    "Dimension",
    {slug: f"Figures by {lower_first(each.label.en)}." for slug, each in DIMENSIONS.items()},
    "The dimensions that figures can be grouped by.",
)


def make_argument_choices(metric: Metric, parameter: Parameter) -> Any:
    """Return the enum of a metric's parameter.

    The description of a value is its part of the parameter's description, with its formula where the parameter chooses
    among formulas by name. Raises KeyError for a choice that the parameter's description leaves out.
    """
    meanings = dict(parameter.list_meanings())
    texts = {choice: f"{raise_first(meanings[choice])}." for choice in parameter.choices}
    about = f"The values of the argument `{parameter.slug}` of `{to_camel_case(metric.slug)}`."
    if metric.variant == parameter.slug == "formula":
        texts = {slug: f"{text} Computed as {_ratio(metric.formulas[slug])}." for slug, text in texts.items()}
        about += (
            " In the formulas, (within) and (short) limit the wait; overdue contacts still wait after the threshold."
        )
    return make_choices(to_pascal_case(metric.slug) + to_pascal_case(parameter.slug), texts, about)


def _ratio(ratio: Ratio) -> str:
    sums = filter(None, (ratio.numerator, ratio.denominator))
    return " / ".join(_sum(terms) if len(terms) == 1 else f"({_sum(terms)})" for terms in sums)


def _sum(terms: tuple[Term, ...]) -> str:
    words = []
    for place, term in enumerate(terms):
        sign = "-" if term.sign < 0 else "+" if place else ""
        words.append(" ".join(filter(None, (sign, term.part, term.within and f"({term.within})"))))
    return " ".join(words)
