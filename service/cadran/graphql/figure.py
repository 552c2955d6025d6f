"""Fields of one figure: value, parts, interval, display text, comparison and verdict."""

from __future__ import annotations

from typing import cast

import strawberry

from cadran.domain.answer import Figures
from cadran.graphql.declaration.described_types import describe_type
from cadran.graphql.enums import EstimationMethod, TargetStatus
from cadran.graphql.fields import describe_field, resolve_field
from cadran.graphql.localized import PIECES, LocalizedAnswer
from cadran.web.answer_documents import FigureDocument, IntervalDocument


@describe_type(IntervalDocument)
class Interval:
    """The bounds of an interval: Wilson's for shares, error bounds for estimates."""

    low: float
    high: float


def _piece(name: str, description: str | None = None) -> float | None:
    def resolve(root: Figure) -> float | None:
        return cast("float | None", PIECES[name](root.figures)[root.row])

    return cast("float | None", resolve_field(resolve, name, float | None, description))


@describe_type(
    FigureDocument,
    description="One figure of a metric. A null value is undefined (no traffic); 0 is a result. If a figure is about"
    " too few people for the caller, all its values are null, and the warning `suppressed` names the metric.",
)
class Figure:
    """One figure: the row ``row`` of a metric's column."""

    shown: strawberry.Private[LocalizedAnswer]
    figures: strawberry.Private[Figures]
    row: strawberry.Private[int]

    value: float | None = _piece("value")
    numerator: float | None = _piece("numerator")
    denominator: float | None = _piece("denominator")
    n: float | None = _piece("n")
    previous: float | None = _piece(
        "previous", "The value in the comparison window; null if undefined, or if the question does not compare."
    )
    change: float | None = _piece("change")
    p10: float | None = _piece("p10", "The 10th percentile of the values of the row's days; null without bands.")
    p90: float | None = _piece("p90", "The 90th percentile of the values of the row's days; null without bands.")

    @describe_field("The estimation method of a metric that has several (expectedWait); null for other metrics.")
    def method(self) -> EstimationMethod | None:
        """Return the argument ``method`` of the metric."""
        method = self.figures.call.method
        return None if method is None else EstimationMethod(method)

    @strawberry.field
    def interval(self) -> Interval | None:
        """Return Wilson's interval, or the error bounds of the estimate."""
        bounds = self.figures.interval(self.row)
        return None if bounds is None else Interval(low=bounds[0], high=bounds[1])

    @strawberry.field
    def target(self) -> float | None:
        """Return the most specific target that is valid when the bucket starts."""
        return cast("float | None", self._verdict("target"))

    @strawberry.field
    def status(self) -> TargetStatus | None:
        """Return the status according to the bands of the target."""
        status = self._verdict("status")
        return None if status is None else TargetStatus(status)

    @strawberry.field
    def distance(self) -> float | None:
        """Return the distance in the better direction."""
        return cast("float | None", self._verdict("distance"))

    def _verdict(self, name: str) -> object:
        verdict = self.shown.verdicts(self.figures)[self.row]
        return None if verdict is None else getattr(verdict, name)

    @strawberry.field
    def display(self) -> str:
        """Return the value as display text."""
        return self.shown.words(self.figures)[self.row]
