"""The field ``distribution``: waits, or the values of a metric across buckets or groups, in bins."""

from __future__ import annotations

from typing import Any, Final

import strawberry

from cadran.domain.ask import Ask
from cadran.domain.dimension import DIMENSIONS
from cadran.graphql.answer_interface import Answer
from cadran.graphql.choices import choices
from cadran.graphql.context import Context
from cadran.graphql.fields import described
from cadran.graphql.localized import Shown
from cadran.graphql.rows import with_dimensions
from cadran.insights import distribution as insight

_COUNTS: Final = "How many are in each bin; null: hidden, as it would tell of fewer than five people."
#: What the values of a metric are counted across.
ACROSS: Final = choices(
    "DistributionAcross",
    {
        slug: DIMENSIONS[slug].label.en + "." if slug in DIMENSIONS else f"Buckets of a {slug.replace('_', ' ')}."
        for slug in insight.ACROSS
    },
    "The buckets or groups whose values are counted.",
)


@strawberry.type(description="The counts of one group.")
@with_dimensions
class DistributionRow:
    """Row ``index``."""

    shown: strawberry.Private[Shown]
    index: strawberry.Private[int]
    counts: list[float | None] = strawberry.field(description=_COUNTS)


@strawberry.type(description="How waits, or the values of a metric, are distributed.")
class Distribution(Answer):
    """Edges and counts."""

    found: strawberry.Private[insight.Distribution]

    @described("The metric's name, as written in a URL.")
    def metric(self) -> str:
        """What is distributed."""
        return self.found.call.name

    @described("The buckets or groups counted; null: contacts are.", kind=ACROSS | None)
    def across(self) -> Any:
        """As asked."""
        return self.found.across

    @described("The edges of the bins, one more than there are bins; null: open.")
    def edges(self) -> list[float | None]:
        """Upper edges are included for waits, lower edges for values."""
        return list(self.found.edges)

    @described(f"Over all groups. {_COUNTS}")
    def counts(self) -> list[float | None]:
        """The whole."""
        return list(self.found.total)

    @described("How many buckets or groups have no value.")
    def undefined(self) -> int:
        """0 for waits."""
        return self.found.undefined

    @described("The groups that waits are split by.")
    def rows(self, info: strawberry.Info[Context, None]) -> list[DistributionRow]:
        """One per group; none without a split."""
        if not self.found.answer.keys:
            return []
        info.context.spend(len(self.found.rows) * len(self.found.total))
        return [
            DistributionRow(shown=self.shown, index=index, counts=list(counts))
            for index, counts in enumerate(self.found.rows)
        ]


async def distribution(context: Context, ask: Ask, across: str | None, bins: int | None) -> Distribution:
    """The distribution asked for."""
    found = insight.distribution(await context.ask(insight.asked(ask, across, bins)), across, bins)
    return Distribution(shown=Shown(found.answer, context.language, context.directory.currency), found=found)
