"""The field ``now``: the present figures of the metrics that describe an instant."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

import strawberry

from cadran.domain.ask import NOW, Ask, Condition
from cadran.domain.catalogue import METRICS
from cadran.domain.metric import Metric
from cadran.domain.question import MetricRef
from cadran.graphql.answer_interface import Answer
from cadran.graphql.context import Context
from cadran.graphql.figure import Figure
from cadran.graphql.indicators import PendingQuestion
from cadran.graphql.inputs import IndicatorFilter, make_conditions
from cadran.graphql.metrics import add_metrics

#: The metrics that describe an instant, by slug.
_INSTANT: Final[Mapping[str, Metric]] = {
    slug: metric for slug, metric in METRICS.items() if metric.basis in ("instant", "end")
}


@strawberry.type(
    description="The figures of the present, which is the last instant of the data. Only selected metrics are computed."
)
@partial(add_metrics, metrics=_INSTANT)
class Now(Answer):
    """The figures of the present: one field for each metric of an instant."""

    def figure(self, call: MetricRef) -> Figure:
        """Return the figure of a metric with its arguments."""
        return Figure(shown=self.shown, figures=self.shown.totals[call], row=0)


def now(context: Context, site: str | None, zone: str | None, where: IndicatorFilter | None) -> PendingQuestion:
    """Return a pending question about the present. The executor completes it."""
    filters = make_conditions(where)
    if site is not None:
        filters = (Condition("site", (site,)), *filters)
    return PendingQuestion(
        Ask(metrics=(), period=NOW, zone=zone, where=filters), context, made=lambda shown: Now(shown=shown)
    )
