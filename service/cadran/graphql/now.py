"""The field ``now``: what is told of an instant, told of the present."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

import strawberry

from cadran.domain.ask import NOW, Ask, Condition
from cadran.domain.catalogue import METRICS
from cadran.domain.metric import Metric
from cadran.domain.question import MetricCall
from cadran.graphql.answer_interface import Answer
from cadran.graphql.context import Context
from cadran.graphql.figure import Figure
from cadran.graphql.indicators import Pending
from cadran.graphql.inputs import IndicatorFilter, conditions
from cadran.graphql.metrics import with_metrics

#: What is told of an instant.
_INSTANT: Final[Mapping[str, Metric]] = {
    slug: metric for slug, metric in METRICS.items() if metric.basis in ("instant", "end")
}


@strawberry.type(
    description="The present: the last instant that anything is known of. Only what is selected is computed."
)
@partial(with_metrics, metrics=_INSTANT)
class Now(Answer):
    """One figure per metric that is told of an instant."""

    def figure(self, call: MetricCall) -> Figure:
        """The figure of a call."""
        return Figure(shown=self.shown, figures=self.shown.totals[call], row=0)


def now(context: Context, site: str | None, zone: str | None, where: IndicatorFilter | None) -> Pending:
    """A pending question about the present."""
    filters = conditions(where)
    if site is not None:
        filters = (Condition("site", (site,)), *filters)
    return Pending(Ask(metrics=(), period=NOW, zone=zone, where=filters), context, made=lambda shown: Now(shown=shown))
