"""The field ``distribution``: waits, or the values of a metric across buckets or groups, in bins."""

from __future__ import annotations

from typing import Any, Final

import strawberry

from cadran.domain.ask import Ask
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.window import Grain
from cadran.graphql.answer_interface import Answer
from cadran.graphql.choices import make_choices
from cadran.graphql.context import Context
from cadran.graphql.declaration.described_types import describe_type
from cadran.graphql.fields import describe_field
from cadran.graphql.localized import LocalizedAnswer
from cadran.graphql.names import lower_first
from cadran.graphql.rows import add_dimensions
from cadran.insights import distribution as insight
from cadran.insights.documents import DistributionDocument, DistributionRowDocument

_GRAINS: Final = frozenset(each.value for each in Grain)


def _describe_across(slug: str) -> str:
    """Return the description of the buckets or groups. A day is a date here, not a day of the month."""
    word = slug.replace("_", "-") if slug in _GRAINS else lower_first(DIMENSIONS[slug].label.en)
    return f"One value for each {word}."


#: The enum of the buckets and groups that values are counted across.
ACROSS: Final = make_choices(
    "DistributionAcross",
    {slug: _describe_across(slug) for slug in insight.ACROSS},
    "The buckets or groups whose values are counted.",
)


@describe_type(DistributionRowDocument, description="The counts of one group in each bin.")
@add_dimensions
class DistributionRow:
    """The row ``index`` of the answer."""

    shown: strawberry.Private[LocalizedAnswer]
    index: strawberry.Private[int]
    counts: list[float | None]


@describe_type(DistributionDocument)
class Distribution(Answer):
    """The edges and counts of the bins."""

    found: strawberry.Private[insight.Distribution]

    @describe_field("The metric that is distributed, as written in a URL.")
    def metric(self) -> str:
        """Return the metric's name."""
        return self.found.call.name

    @describe_field(None, kind=ACROSS | None)
    def across(self) -> Any:
        """Return the buckets or groups of the question."""
        return self.found.across

    @strawberry.field
    def edges(self) -> list[float | None]:
        """Return the edges. Waits include the upper edge of a bin, values the lower edge."""
        return list(self.found.edges)

    @strawberry.field
    def counts(self) -> list[float | None]:
        """Return the counts over all groups."""
        return list(self.found.total)

    @strawberry.field
    def undefined(self) -> int:
        """Return the number; 0 for waits."""
        return self.found.undefined

    @strawberry.field
    def rows(self, info: strawberry.Info[Context, None]) -> list[DistributionRow]:
        """Return one row for each group; none without a split."""
        if not self.found.answer.keys:
            return []
        info.context.spend(len(self.found.rows) * len(self.found.total))
        return [
            DistributionRow(shown=self.shown, index=index, counts=list(counts))
            for index, counts in enumerate(self.found.rows)
        ]


async def distribution(context: Context, ask: Ask, across: str | None, bins: int | None) -> Distribution:
    """Return the distribution of the ask's metric."""
    found = insight.compute_distribution(await context.ask(insight.build_ask(ask, across, bins)), across, bins)
    return Distribution(shown=context.localize(found.answer), found=found)
