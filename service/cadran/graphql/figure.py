"""Fields of one figure: value, parts, interval, display text, comparison and verdict."""

from __future__ import annotations

from typing import cast

import strawberry

from cadran.domain.answer import Figures
from cadran.graphql.enums import EstimationMethod, TargetStatus
from cadran.graphql.fields import describe_field, resolve_field
from cadran.graphql.localized import PIECES, LocalizedAnswer


@strawberry.type(description="The bounds of the 95% confidence interval.")
class Interval:
    """The bounds of an interval: Wilson's for shares, error bounds for estimates."""

    low: float = strawberry.field(description="The lower bound.")
    high: float = strawberry.field(description="The upper bound.")


def _piece(name: str, description: str) -> float | None:
    def resolve(root: Figure) -> float | None:
        return cast("float | None", PIECES[name](root.figures)[root.row])

    return cast("float | None", resolve_field(resolve, name, float | None, description))


@strawberry.type(
    description="One figure of a metric. A null value is undefined (no traffic); 0 is a result. If a figure is about"
    " too few people for the caller, all its values are null, and the warning `suppressed` names the metric."
)
class Figure:
    """One figure: the row ``row`` of a metric's column."""

    shown: strawberry.Private[LocalizedAnswer]
    figures: strawberry.Private[Figures]
    row: strawberry.Private[int]

    value: float | None = _piece(
        "value",
        "The value: durations in seconds, shares from 0 to 1, counts as numbers; null if undefined or suppressed.",
    )
    numerator: float | None = _piece("numerator", "The numerator of the value; null if suppressed.")
    denominator: float | None = _piece(
        "denominator", "The denominator of the value; null for counts and sums, or if suppressed."
    )
    n: float | None = _piece("n", "The number of observations behind the value; null if suppressed.")
    previous: float | None = _piece(
        "previous", "The value in the comparison window; null if undefined, or if the question does not compare."
    )
    change: float | None = _piece("change", "Value minus previous, in the metric's unit; null if either is null.")

    @describe_field("The estimation method of a metric that has several (expectedWait); null for other metrics.")
    def method(self) -> EstimationMethod | None:
        """Return the argument ``method`` of the metric."""
        method = self.figures.call.method
        return None if method is None else EstimationMethod(method)

    @describe_field("The 95% interval of a share or an estimate; null for other values.")
    def interval(self) -> Interval | None:
        """Return Wilson's interval, or the error bounds of the estimate."""
        bounds = self.figures.interval(self.row)
        return None if bounds is None else Interval(low=bounds[0], high=bounds[1])

    @describe_field("The target value, in the metric's unit; null if no target applies.")
    def target(self) -> float | None:
        """Return the most specific target that is valid when the bucket starts."""
        return cast("float | None", self._verdict("target"))

    @describe_field("The verdict on the value against its target; null without a target or a value.")
    def status(self) -> TargetStatus | None:
        """Return the status according to the bands of the target."""
        status = self._verdict("status")
        return None if status is None else TargetStatus(status)

    @describe_field(
        "The margin by which the value is better than the target, in the metric's unit;"
        " negative if the target is missed, null without a target."
    )
    def distance(self) -> float | None:
        """Return the distance in the better direction."""
        return cast("float | None", self._verdict("distance"))

    def _verdict(self, name: str) -> object:
        verdict = self.shown.verdicts(self.figures)[self.row]
        return None if verdict is None else getattr(verdict, name)

    @describe_field("The value as display text, in the language of Accept-Language: 92%, 5:16, 148,835.")
    def display(self) -> str:
        """Return the value as display text."""
        return self.shown.words(self.figures)[self.row]
