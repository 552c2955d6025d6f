"""The additive parts of goodwill gestures and of churn. See ``parts``.

A gesture's revenue is the revenue that its source attributes to it. A gesture without known revenue counts in no
return. A gesture is within its limit if its cost is at most the limit that the catalogue gives on its day; a gesture
whose limit is not known is neither within nor above it. A gesture is within the month's limit if its agent has given at
most this limit since the start of the calendar month, the gesture included. Customers who left are counted on their
last day. A ``helped`` customer got a gesture within a year before the bucket, or in it.
"""

from __future__ import annotations

from typing import Final

from cadran.domain.parts.part import Part

#: A customer who got a gesture in this many days before the bucket, or in the bucket, counts as helped.
HELPED_DAYS: Final = 365

KINDS: Final = ("goodwill", "prevention")


def _of_kind(kind: str) -> tuple[Part, ...]:
    test = f"f.kind = '{kind}'"
    return (
        Part(f"{kind}_count", "goodwill", test, direction="any"),
        Part(f"{kind}_cost", "goodwill", test, "f.cost", direction="any"),
        Part(f"{kind}_cost_returned", "goodwill", f"{test} AND f.revenue IS NOT NULL", "f.cost", direction="any"),
        Part(f"{kind}_returned", "goodwill", f"{test} AND f.revenue IS NOT NULL", direction="any"),
        Part(f"{kind}_revenue", "goodwill", test, "f.revenue", direction="any"),
        Part(f"{kind}_within_limit", "goodwill", f"{test} AND f.cost <= f.limit_amount", direction="any"),
        Part(f"{kind}_above_limit", "goodwill", f"{test} AND f.cost > f.limit_amount", direction="any"),
        Part(f"{kind}_limit_unknown", "goodwill", f"{test} AND f.limit_amount IS NULL", direction="any"),
    )


GOODWILL_PARTS = tuple(part for kind in KINDS for part in _of_kind(kind))


def _of_month(kind: str) -> tuple[Part, ...]:
    test = f"f.kind = '{kind}'"
    return (
        Part(f"{kind}_of_month", "goodwill_month", test, direction="any"),
        Part(
            f"{kind}_within_month_limit", "goodwill_month", f"{test} AND f.month_cost <= f.month_limit", direction="any"
        ),
        Part(
            f"{kind}_above_month_limit", "goodwill_month", f"{test} AND f.month_cost > f.month_limit", direction="any"
        ),
        Part(f"{kind}_month_limit_unknown", "goodwill_month", f"{test} AND f.month_limit IS NULL", direction="any"),
    )


#: Read from the facts: what an agent has given in a month depends on other days than the gesture's own, which a refresh
#: of the gesture's day does not recompute.
GOODWILL_MONTH_PARTS = tuple(part for kind in KINDS for part in _of_month(kind))

#: Counted separately for every group, as distinct people are (see ``compiler/special/churn``).
CHURN_PARTS = (
    Part("churned", "churn", direction="any"),
    Part("churned_valued", "churn", direction="any"),
    Part("churned_value", "churn", direction="any"),
    Part("churned_helped", "churn", direction="any"),
    Part("churned_valued_helped", "churn", direction="any"),
    Part("churned_value_helped", "churn", direction="any"),
    Part("customers_helped", "helped", direction="any"),
)
