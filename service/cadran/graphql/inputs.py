"""What is asked: the period and the filters as typed inputs, turned into the same words that a URL uses."""

from __future__ import annotations

from typing import Any, TypeVar

import strawberry

from cadran.domain.ask import Ask, Condition
from cadran.domain.bounds import VALUES_MAX
from cadran.domain.dimension import DIMENSIONS, Dimension
from cadran.graphql.choices import Compare

Carrier = TypeVar("Carrier", bound=type)


@strawberry.input(description="The window: either `named`, or `start` and `end`.")
class PeriodInput:
    """As the parameters period, start and end of a URL."""

    named: str | None = strawberry.field(
        default=None,
        description="today, yesterday, last_7_days, this_week, month_to_date, …, or 2015, 2015-Q4, 2015-12, 2015-W50,"
        " 2015-12-24.",
    )
    start: str | None = strawberry.field(
        default=None,
        description="The first instant: 2015-12-01, 2015-12-01T09:00 (site's own time) or with an offset.",
    )
    end: str | None = strawberry.field(default=None, description="The first instant after it, written like start.")


def _values(about: str, what: str, *, name: str | None = None) -> Any:
    """Make a field of values, whose description names how many there may be."""
    return strawberry.field(name=name, default=None, description=f"{about}. At most {VALUES_MAX:,} {what}.")


@strawberry.input(description="Values of a dimension, by code.")
class MemberFilter:
    """Codes; "none" stands for "not given"."""

    among: list[str] | None = strawberry.field(
        name="in",
        default=None,
        description=f'Keep these codes, at most {VALUES_MAX:,} codes; "none" stands for "not given".',
    )
    not_in: list[str] | None = strawberry.field(
        default=None, description=f"Leave these codes out, at most {VALUES_MAX:,} codes."
    )


@strawberry.input(description="Values of a calendar dimension, as numbers.")
class NumberFilter:
    """Years, months, days of the month, weekdays from 1 (Monday) to 7."""

    among: list[int] | None = strawberry.field(
        name="in", default=None, description=f"Keep these numbers, at most {VALUES_MAX:,} numbers."
    )
    not_in: list[int] | None = strawberry.field(
        default=None, description=f"Leave these numbers out, at most {VALUES_MAX:,} numbers."
    )


@strawberry.input(description="Times of day, local: quarter-hours (12:15) or ranges (12:15..13:00, the end left out).")
class TimeOfDayFilter:
    """Quarter-hours as text."""

    among: list[str] | None = strawberry.field(
        name="in", default=None, description=f"Keep these quarter-hours or ranges, at most {VALUES_MAX:,} items."
    )
    not_in: list[str] | None = strawberry.field(
        default=None, description=f"Leave these quarter-hours or ranges out, at most {VALUES_MAX:,} items."
    )


def _filter_of(dimension: Dimension) -> type:
    if dimension.kind == "member":
        return MemberFilter
    return TimeOfDayFilter if dimension.slug == "time_of_day" else NumberFilter


def _with_filters(carrier: Carrier) -> Carrier:
    annotations: dict[str, Any] = {}
    for slug, dimension in DIMENSIONS.items():
        setattr(carrier, slug, strawberry.field(default=None, description=f"{dimension.label.en}."))
        annotations[slug] = _filter_of(dimension) | None
    carrier.__annotations__ = annotations
    return carrier


@strawberry.input(description="Which contacts count. All conditions must hold.")
@_with_filters
class IndicatorFilter:
    """One filter per dimension."""


def conditions(where: IndicatorFilter | None) -> tuple[Condition, ...]:
    """The filters in the words that an ``Ask`` takes."""
    found: list[Condition] = []
    for slug in DIMENSIONS:
        given = getattr(where, slug, None)
        if given is None:
            continue
        for values, negated in ((given.among, False), (given.not_in, True)):
            if values is not None:
                found.append(Condition(slug, tuple(str(value) for value in values), negated))
    return tuple(found)


def asked(period: PeriodInput, *, zone: str | None, where: IndicatorFilter | None, compare: Compare | None) -> Ask:
    """What every question has, in the words that a URL uses; its metrics are still missing."""
    return Ask(
        metrics=(),
        period=period.named,
        start=period.start,
        end=period.end,
        zone=zone,
        where=conditions(where),
        compare=str(compare.value) if compare else None,
    )
