"""The model of parts. A part is a count, a sum or a maximum over one fact.

It can be read in two ways: by an SQL expression over the fact table (alias ``f``), or from a column of the same name in
a rollup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fact = Literal[
    "contact",
    "pending",
    "response",
    "pending_hours",
    "queued",
    "queued_within",
    "visit",
    "visit_within",
    "waiting_visit",
    "handling",
    "waits",
    "handle_times",
    "answer_times",
    "surveyed_waits",
    "sending",
    "sending_waits",
    "within",
    "within_open",
    "leg",
    "shared",
    "answered",
    "case",
    "step",
    "stock",
    "oldest",
    "pace",
    "customer",
    "reach",
    "tried",
    "open",
    "base",
    "churn",
    "helped",
    "budget",
    "callback",
    "survey",
    "score",
    "employee",
    "goodwill",
    "goodwill_month",
    "time",
    "shift",
    "taken",
    "strain",
    "staff",
    "queue",
    "lately",
    "doing",
    "interval",
    "interval_within",
]

#: The edges of the wait-time bins, in seconds; a threshold on an edge is exact in every rollup.
WAIT_EDGES: tuple[int, ...] = (
    *(5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600, 900, 1800, 3600),
    *(hours * 3600 for hours in (2, 4, 8, 24, 48, 72)),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a figure; additive, unless it counts different contacts.

    ``condition`` is the SQL test of the rows that count. ``expression`` is aggregated over them by ``merge`` (empty:
    rows are counted). The merge "distinct" counts the different contacts of the rows, so the part is not additive.
    ``direction`` "inbound" counts only inbound contacts; "named" does so unless the question names a direction; "any"
    counts both; "outbound" counts only outbound contacts. ``only`` selects channels or moments of a kind, which the
    directory knows. ``of`` is the part that this part narrows. ``binned`` parts also have a histogram of the column
    ``measure``, in seconds. ``ignores`` are dimensions that neither filter nor group the part.
    """

    slug: str
    fact: Fact
    condition: str = ""
    expression: str = ""
    merge: Literal["sum", "max", "min", "distinct"] = "sum"
    direction: Literal["inbound", "named", "any", "outbound"] = "inbound"
    only: Literal["", "synchronous", "phone", "complaint"] = ""
    of: str = ""
    binned: bool = False
    measure: str = "wait"
    ignores: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """Return the rollup column of the part: its own column, or the column of the part that it narrows (``of``)."""
        return self.of or self.slug

    @property
    def total(self) -> Literal["sum", "max", "min", ""]:
        """Return how the part's values of groups merge into that of the whole; "" if they do not."""
        return "" if self.merge == "distinct" else self.merge
