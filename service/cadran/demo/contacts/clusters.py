"""Hidden traits of the customers: how satisfied they are, their potential, and what they cost.

Every customer belongs to one of four kinds and varies around it. No row contains the kind itself: an analyst can
rediscover the kinds as groups in satisfaction, potential and cost.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from cadran.demo.world import SEGMENTS


@dataclass(frozen=True, slots=True)
class Cluster:
    """A kind of customer: satisfaction from 0 to 10, potential from 0 to 1, management cost in euros a year.

    ``need`` weighs how often and how long customers are in touch. ``leaving`` weighs how readily they leave.
    """

    name: str
    satisfaction: float
    potential: float
    cost: float
    need: float
    leaving: float


# In order: satisfied with high potential at low cost; satisfied but demanding; high potential but about to leave; the
# majority.
CLUSTERS = (
    Cluster("perfect", satisfaction=8.7, potential=0.86, cost=9.0, need=0.22, leaving=0.25),
    Cluster("promising", satisfaction=7.9, potential=0.78, cost=46.0, need=1.1, leaving=0.45),
    Cluster("endangered", satisfaction=2.9, potential=0.80, cost=63.0, need=2.6, leaving=2.9),
    Cluster("average", satisfaction=5.8, potential=0.40, cost=38.0, need=0.9, leaving=1.0),
)
PERFECT, PROMISING, ENDANGERED, AVERAGE = range(4)

# Shares of the clusters in each segment. Customers who are hardly ever in touch cost next to nothing.
_SHARES = {
    "inactive": (0.60, 0.04, 0.08, 0.28),
    "occasional": (0.05, 0.14, 0.17, 0.64),
    "regular": (0.04, 0.19, 0.19, 0.58),
    "premium": (0.05, 0.27, 0.25, 0.43),
    "business": (0.03, 0.26, 0.28, 0.43),
}
_BY_SEGMENT = tuple(tuple(accumulate(_SHARES[segment.code])) for segment in SEGMENTS)
_LEAVERS = tuple(
    tuple(accumulate(share * cluster.leaving for share, cluster in zip(_SHARES[segment.code], CLUSTERS, strict=True)))
    for segment in SEGMENTS
)
_SATISFACTION_SPREAD, _POTENTIAL_SPREAD, _COST_SPREAD = 0.75, 0.07, 0.28


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of one customer."""

    cluster: int
    satisfaction: float
    potential: float
    cost: float


def traits(random: Random, segment: int, *, left: bool) -> Traits:
    """Draw the traits of a customer of the segment. ``left`` is whether the customer leaves before the end of 2015."""
    shares = (_LEAVERS if left else _BY_SEGMENT)[segment]
    cluster = bisect(shares, random.random() * shares[-1], hi=len(CLUSTERS) - 1)
    kind = CLUSTERS[cluster]
    return Traits(
        cluster,
        min(max(random.gauss(kind.satisfaction, _SATISFACTION_SPREAD), 0.0), 10.0),
        min(max(random.gauss(kind.potential, _POTENTIAL_SPREAD), 0.0), 1.0),
        kind.cost * random.lognormvariate(0.0, _COST_SPREAD),
    )
