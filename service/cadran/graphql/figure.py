"""What one figure shows: value, parts, interval, words, and what it is compared with."""

from __future__ import annotations

from typing import cast

import strawberry

from cadran.domain.answer import Figures
from cadran.graphql.context import Context
from cadran.graphql.enums import EstimationMethod, TargetStatus
from cadran.graphql.fields import described, resolved
from cadran.graphql.localized import PIECES, Shown


@strawberry.type(description="The bounds within which the true value lies, with 95% confidence.")
class Interval:
    """Wilson's interval for shares, the error bounds of estimates."""

    low: float = strawberry.field(description="Lower bound.")
    high: float = strawberry.field(description="Upper bound.")


def _piece(name: str, description: str) -> float | None:
    def resolve(root: Figure) -> float | None:
        return cast("float | None", PIECES[name](root.figures)[root.row])

    return cast("float | None", resolved(resolve, name, float | None, description))


@strawberry.type(
    description="One figure of a metric. Null values are undefined (no traffic), 0 is a result. Where a figure is about"
    " too few people for the caller, all of it is null; the warning `suppressed` names the metric."
)
class Figure:
    """Row ``row`` of a metric's column."""

    shown: strawberry.Private[Shown]
    figures: strawberry.Private[Figures]
    row: strawberry.Private[int]

    value: float | None = _piece(
        "value",
        "The value: durations in seconds, shares from 0 to 1, counts as numbers. Null where undefined or hidden.",
    )
    numerator: float | None = _piece("numerator", "What the value divides.")
    denominator: float | None = _piece("denominator", "What it is divided by; null for plain counts and sums.")
    n: float | None = _piece("n", "How many observations stand behind the value.")
    previous: float | None = _piece("previous", "The value compared with; null unless the question compares.")
    change: float | None = _piece("change", "Value minus previous, in the metric's unit.")

    @described("How the value is estimated, where there are several ways (expectedWait); null elsewhere.")
    def method(self) -> EstimationMethod | None:
        """The word of the metric's argument."""
        method = self.figures.call.method
        return None if method is None else EstimationMethod(method)

    @described("The 95% interval of a share or an estimate; null where neither applies.")
    def interval(self) -> Interval | None:
        """Wilson's, or the bounds of the estimate."""
        bounds = self.figures.interval(self.row)
        return None if bounds is None else Interval(low=bounds[0], high=bounds[1])

    @described("The target that holds, in the metric's unit; null where none does.")
    def target(self, info: strawberry.Info[Context, None]) -> float | None:
        """The most specific one that is valid when the bucket starts."""
        return cast("float | None", self._verdict("target", info))

    @described("How the value compares with its target; null without a target or a value.")
    def status(self, info: strawberry.Info[Context, None]) -> TargetStatus | None:
        """By the target's bands."""
        status = self._verdict("status", info)
        return None if status is None else TargetStatus(status)

    @described("How far past the target the value is, in the metric's unit; below 0 the target is missed.")
    def distance(self, info: strawberry.Info[Context, None]) -> float | None:
        """In the better direction."""
        return cast("float | None", self._verdict("distance", info))

    def _verdict(self, name: str, info: strawberry.Info[Context, None]) -> object:
        return self.shown.verdict(self.figures, name, info.context.directory)[self.row]

    @described("The value as a screen shows it, in Accept-Language's language: 92%, 5:16, 148,835.")
    def display(self) -> str:
        """The value in words."""
        return self.shown.words(self.figures)[self.row]
