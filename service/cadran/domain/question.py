"""The question: what is asked, validated, canonical and frozen. Equal questions are equal values: the question is the
cache key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cadran.domain.catalogue import METRICS
from cadran.domain.metric import Metric
from cadran.domain.window import Grain, Window


class Compare(StrEnum):
    """What to set the figures against."""

    PREVIOUS_PERIOD = "previous_period"
    PREVIOUS_YEAR = "previous_year"
    PREVIOUS_YEAR_WEEKDAYS = "previous_year_weekdays"


@dataclass(frozen=True, slots=True)
class MetricCall:
    """A metric with its arguments, sorted by name; only those that differ from the default."""

    slug: str
    arguments: tuple[tuple[str, float | str], ...] = ()

    @property
    def metric(self) -> Metric:
        """The catalogue's row."""
        return METRICS[self.slug]

    @property
    def name(self) -> str:
        """As written in a URL: ``service_level(within=20)``."""
        if not self.arguments:
            return self.slug
        inner = ",".join(
            f"{key}={value:.15g}" if isinstance(value, float) else f"{key}={value}" for key, value in self.arguments
        )
        return f"{self.slug}({inner})"

    @property
    def method(self) -> str | None:
        """How its values are estimated, where there are several ways."""
        found = self.values().get("method")
        return None if found is None else str(found)

    def values(self) -> Mapping[str, float | str]:
        """All arguments, defaults filled in; a parameter without default and without argument is absent."""
        given = dict(self.arguments)
        for parameter in self.metric.parameters:
            if parameter.default is not None:
                given.setdefault(parameter.slug, parameter.default)
        return given


@dataclass(frozen=True, slots=True)
class Filter:
    """Rows whose dimension has one of the values (or, negated, none of them).

    Member dimensions: codes as the directory writes them, "" for "not given". Calendar dimensions: numbers, as text.
    """

    dimension: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Metrics over a window, by grain and dimensions, under filters.

    ``fill`` adds the empty buckets; ``order`` names the metric that ranks the groups (descending unless
    ``ascending``) and ``top`` keeps that many. Who is outside of ``scope`` has no name: in splits and filters he is as
    one who is not given.
    """

    metrics: tuple[MetricCall, ...]
    window: Window
    grain: Grain = Grain.TOTAL
    by: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    compare: Compare | None = None
    fill: bool = False
    order: MetricCall | None = None
    ascending: bool = False
    top: int | None = None
    scope: tuple[Filter, ...] = ()

    def names(self, dimension: str) -> bool:
        """Whether the question splits by or filters on the dimension."""
        return dimension in self.by or any(each.dimension == dimension for each in self.where)
