"""The question: a checked, canonical and frozen request. Equal questions are equal values, so it is a cache key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.metric import VERSION, Metric
from cadran.domain.window import Grain, Window


class Compare(StrEnum):
    """The earlier window that the figures are compared with."""

    PREVIOUS_PERIOD = "previous_period"
    PREVIOUS_MONTH = "previous_month"
    SAME_WEEKDAY = "same_weekday"
    SAME_TIME_LAST_WEEK = "same_time_last_week"
    PREVIOUS_YEAR = "previous_year"
    PREVIOUS_YEAR_WEEKDAYS = "previous_year_weekdays"

    def of_period(self, name: str | None) -> Compare:
        """Return the comparison for a named period. Before one that has run for a part of a calendar unit, the previous
        period is the same part of the unit before."""
        return _BEFORE.get(name or "", self) if self is Compare.PREVIOUS_PERIOD else self


_BEFORE: Final[Mapping[str, Compare]] = {
    "week_to_date": Compare.SAME_TIME_LAST_WEEK,
    "month_to_date": Compare.PREVIOUS_MONTH,
    "year_to_date": Compare.PREVIOUS_YEAR,
}


#: The splits by which counts are means of the days: the usual day and the usual week.
USUAL: Final = frozenset({"time_of_day", "weekday"})


@dataclass(frozen=True, slots=True)
class MetricRef:
    """A metric reference: a metric with the arguments that differ from their default, sorted by name."""

    slug: str
    arguments: tuple[tuple[str, float | str], ...] = ()

    @property
    def metric(self) -> Metric:
        """Return the metric's row in the catalogue."""
        return METRICS[self.slug]

    @property
    def name(self) -> str:
        """Return the metric reference as a URL has it: ``service_level(within=20)``."""
        if not self.arguments:
            return self.slug
        inner = ",".join(
            f"{key}={value:.15g}" if isinstance(value, float) else f"{key}={value}" for key, value in self.arguments
        )
        return f"{self.slug}({inner})"

    @property
    def method(self) -> str | None:
        """Return the method by which the metric's values are estimated; None if the metric has no choice of methods."""
        found = self.values().get("method")
        return None if found is None else str(found)

    @property
    def version(self) -> str:
        """Return the version of the metric's definition that computes the figures."""
        return str(self.values().get(VERSION, self.metric.version))

    def values(self) -> Mapping[str, float | str]:
        """Return all arguments, including defaults. A parameter without default and without argument is absent."""
        given = dict(self.arguments)
        for parameter in self.metric.parameters:
            if parameter.default is not None:
                given.setdefault(parameter.slug, parameter.default)
        return given


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: rows whose dimension has one of the values (negated: none of the values).

    Member dimensions: codes as the directory writes them, "" for "not given". Calendar dimensions: numbers, as text.
    """

    dimension: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question: metrics over a window, by grain and dimensions, under filters.

    ``step`` is the width of rows by time of day. ``fill`` adds the empty buckets, and the times of day between the
    first and the last. ``bands`` adds percentiles over the days of each row. ``order`` is the metric that ranks the
    groups (descending unless ``ascending``). ``top`` is how many groups remain. In groups and filters, members outside
    ``scope`` count as "not given". ``binned`` asks the histograms of durations instead of their percentiles.
    """

    metrics: tuple[MetricRef, ...]
    window: Window
    grain: Grain = Grain.TOTAL
    by: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    compare: Compare | None = None
    fill: bool = False
    order: MetricRef | None = None
    ascending: bool = False
    top: int | None = None
    step: Grain = Grain.QUARTER_HOUR
    bands: bool = False
    scope: tuple[Filter, ...] = ()
    binned: bool = False

    @property
    def attributes(self) -> list[str]:
        """Return the attributes that the question groups by or filters on, sorted."""
        named = {*self.by, *(each.dimension for each in self.where)}
        return sorted(name for name in named if name not in DIMENSIONS)

    def names(self, dimension: str) -> bool:
        """Return whether the question groups by the dimension or filters on it."""
        return dimension in self.by or any(each.dimension == dimension for each in self.where)
