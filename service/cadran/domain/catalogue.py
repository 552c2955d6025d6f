"""The catalogue: all metrics by name. API fields, their descriptions and the tests' oracles are derived from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from cadran.domain.metric import VERSION, Metric, Parameter
from cadran.domain.metrics.agents import AGENTS
from cadran.domain.metrics.answers import ANSWERS
from cadran.domain.metrics.cases import CASES
from cadran.domain.metrics.cost import COST
from cadran.domain.metrics.customers import CUSTOMERS
from cadran.domain.metrics.handling import HANDLING
from cadran.domain.metrics.live import LIVE
from cadran.domain.metrics.loyalty import LOYALTY
from cadran.domain.metrics.queues import QUEUES
from cadran.domain.metrics.recovery import RECOVERY
from cadran.domain.metrics.resolution import RESOLUTION
from cadran.domain.metrics.responses import RESPONSES
from cadran.domain.metrics.service import SERVICE
from cadran.domain.metrics.staffing import STAFFING
from cadran.domain.metrics.surveys import SURVEYS
from cadran.domain.metrics.volume import VOLUME

FAMILIES: Final[Mapping[str, tuple[Metric, ...]]] = {
    "volume": VOLUME,
    "service": SERVICE,
    "queues": QUEUES,
    "responses": RESPONSES,
    "handling": HANDLING,
    "resolution": RESOLUTION,
    "cases": CASES,
    "customers": CUSTOMERS,
    "recovery": RECOVERY,
    "surveys": (*SURVEYS, *ANSWERS),
    "agents": (*AGENTS, *STAFFING),
    "live": LIVE,
    "cost": COST,
    "loyalty": LOYALTY,
}


def complete_metric(metric: Metric, family: str) -> Metric:
    """Return a metric with its family, and with the parameter ``version`` if earlier versions can be computed."""
    versions = tuple(metric.computable)
    if len(versions) == 1:
        return replace(metric, family=family)
    texts = [
        f"v{number}: the definition before {each.since}, when this changed: {each.change.en.rstrip('.')}"
        for number, each in enumerate(metric.revisions, 1)
        if each.replaced
    ]
    chosen = Parameter(
        VERSION,
        "choice",
        "; ".join([*texts, f"{metric.version}: the present definition"]),
        default=metric.version,
        choices=versions,
    )
    return replace(metric, family=family, parameters=(*metric.parameters, chosen))


METRICS: Final[Mapping[str, Metric]] = {
    metric.slug: complete_metric(metric, family) for family, metrics in FAMILIES.items() for metric in metrics
}

#: The headline figures of the dashboard, in their order.
SCORECARD: Final[tuple[str, ...]] = (
    "contact_share_of_customers",
    "contacts",
    "share_by_phone",
    "fcr",
    "qos",
    "aht",
    "budget_consumed",
)
