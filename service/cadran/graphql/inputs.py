"""Typed inputs for the period and the filters, and their conversion to the ``Ask`` that a URL would make."""

from __future__ import annotations

from typing import Any, TypeVar

import strawberry

from cadran.domain.ask import Ask, Condition
from cadran.domain.bounds import VALUES_MAX, check_list
from cadran.domain.dimension import ATTRIBUTES_MAX, DIMENSIONS, Dimension
from cadran.graphql.choices import Compare
from cadran.graphql.names import lower_first

Carrier = TypeVar("Carrier", bound=type)


@strawberry.input(description="The window: either `named`, or `start` and `end`.")
class PeriodInput:
    """The window, as the parameters period, start and end of a URL."""

    named: str | None = strawberry.field(
        default=None,
        description="A named window: today, yesterday, last_7_days, this_week, month_to_date, …, or 2015, 2015-Q4,"
        " 2015-12, 2015-W50, 2015-12-24.",
    )
    start: str | None = strawberry.field(
        default=None,
        description="The first instant: 2015-12-01, 2015-12-01T09:00 (local time of each site), or with an offset.",
    )
    end: str | None = strawberry.field(
        default=None, description="The first instant after the window, in the same form as start."
    )


def _values(about: str, what: str, *, name: str | None = None) -> Any:
    """Return a field of values, whose description states how many values are allowed."""
    return strawberry.field(name=name, default=None, description=f"{about}. At most {VALUES_MAX:,} {what}.")


@strawberry.input(description="Values of a dimension, by code.")
class MemberFilter:
    """Codes of members. "none" selects contacts without a value."""

    among: list[str] | None = strawberry.field(
        name="in",
        default=None,
        description=f'Only these codes count, at most {VALUES_MAX:,} codes; "none" selects contacts without a value.',
    )
    not_in: list[str] | None = strawberry.field(
        default=None, description=f"These codes do not count, at most {VALUES_MAX:,} codes."
    )


@strawberry.input(description="Values of a calendar dimension, as numbers.")
class NumberFilter:
    """Years, months, days of the month, or weekdays from 1 (Monday) to 7."""

    among: list[int] | None = strawberry.field(
        name="in", default=None, description=f"Only these numbers count, at most {VALUES_MAX:,} numbers."
    )
    not_in: list[int] | None = strawberry.field(
        default=None, description=f"These numbers do not count, at most {VALUES_MAX:,} numbers."
    )


@strawberry.input(description="Local times of day: quarter-hours (12:15) or ranges (12:15..13:00, end excluded).")
class TimeOfDayFilter:
    """Quarter-hours or ranges, as text."""

    among: list[str] | None = strawberry.field(
        name="in", default=None, description=f"Only these quarter-hours or ranges count, at most {VALUES_MAX:,} items."
    )
    not_in: list[str] | None = strawberry.field(
        default=None, description=f"These quarter-hours or ranges do not count, at most {VALUES_MAX:,} items."
    )


@strawberry.input(description="Values of one of the contacts' own attributes, by code.")
class AttributeFilter(MemberFilter):
    """Codes of the values of an attribute. The schema cannot name the attributes, because each database has its own."""

    name: str = strawberry.field(description="The name of the attribute, as in `catalogue`.")


def _filter_of(dimension: Dimension) -> type:
    if dimension.kind == "member":
        return MemberFilter
    return TimeOfDayFilter if dimension.slug == "time_of_day" else NumberFilter


def _with_filters(carrier: Carrier) -> Carrier:
    annotations: dict[str, Any] = {}
    for slug, dimension in DIMENSIONS.items():
        setattr(
            carrier, slug, strawberry.field(default=None, description=f"A filter by {lower_first(dimension.label.en)}.")
        )
        annotations[slug] = _filter_of(dimension) | None
    about = f"Filters by the contacts' own attributes, at most {ATTRIBUTES_MAX} filters."
    carrier.attributes = strawberry.field(default=None, description=about)  # type: ignore[attr-defined]  # a new field
    annotations["attributes"] = list[AttributeFilter] | None
    carrier.__annotations__ = annotations
    return carrier


@strawberry.input(description="The filters by dimension. A contact counts if it matches all of them.")
@_with_filters
class IndicatorFilter:
    """Filters, one for each dimension."""


def make_conditions(where: IndicatorFilter | None) -> tuple[Condition, ...]:
    """Return the filters as conditions of an ``Ask``."""
    found: list[Condition] = []
    named = [(slug, getattr(where, slug, None)) for slug in DIMENSIONS]
    attributes = getattr(where, "attributes", None) or ()
    check_list("attributes", attributes, ATTRIBUTES_MAX)
    named += [(each.name, each) for each in attributes]
    for slug, given in named:
        if given is None:
            continue
        for values, negated in ((given.among, False), (given.not_in, True)):
            if values is not None:
                found.append(Condition(slug, tuple(str(value) for value in values), negated))
    return tuple(found)


def make_ask(period: PeriodInput, *, zone: str | None, where: IndicatorFilter | None, compare: Compare | None) -> Ask:
    """Return an ``Ask`` with everything but the metrics."""
    return Ask(
        metrics=(),
        period=period.named,
        start=period.start,
        end=period.end,
        zone=zone,
        where=make_conditions(where),
        compare=str(compare.value) if compare else None,
    )
