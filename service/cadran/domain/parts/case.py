"""The additive parts of figures about cases that a source provides, over ``case_step_fact`` (see ``parts``).

Steps are 1 opened, 2 resolved, 3 reopened, 4 closed. The parts of a stock are read from running sums of flows. The
oldest open case and the pace are read from the steps themselves (see ``compiler/special/stock``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from cadran.domain.parts.part import Part

#: The times within which cases may be resolved, by their names: SQL intervals.
RESOLVED_WITHIN: Final[Mapping[str, str]] = {
    "four_hours": "4 hours",
    "eight_hours": "8 hours",
    "one_day": "1 day",
    "two_days": "2 days",
    "three_days": "3 days",
    "five_days": "5 days",
    "one_week": "7 days",
    "two_weeks": "14 days",
    "thirty_days": "30 days",
}
#: What became of opened cases, and how ``case_step`` stores it.
STATUSES: Final[Mapping[str, int]] = {"open": 1, "resolved": 2, "closed": 3}


def _list_resolved_within() -> Iterator[Part]:
    """Yield for each time the cases that were opened at least so long ago, and those of them resolved within it."""
    for name, width in RESOLVED_WITHIN.items():
        old = f"f.step = 1 AND f.happened_at <= f.known_until - interval '{width}'"
        yield Part(f"cases_older_{name}", "step", old, direction="any")
        within = f"f.resolved_after <= extract(epoch FROM interval '{width}')"
        yield Part(f"cases_resolved_{name}", "step", f"{old} AND {within}", direction="any")


STEP_PARTS = (
    Part("cases_opened", "step", "f.step = 1", direction="any"),
    *(
        Part(f"cases_opened_{status}", "step", f"f.step = 1 AND f.status = {number}", direction="any")
        for status, number in STATUSES.items()
    ),
    Part("cases_answered", "step", "f.step = 1 AND f.answered_after IS NOT NULL", direction="any"),
    Part("case_answer_seconds", "step", "f.step = 1", "f.answered_after", direction="any"),
    Part("cases_answered_open", "step", "f.step = 1 AND f.answered_after_open IS NOT NULL", direction="any"),
    Part("case_answer_seconds_open", "step", "f.step = 1", "f.answered_after_open", direction="any"),
    *_list_resolved_within(),
    Part("given_cases", "step", "f.step = 1 AND f.mature", direction="any"),
    Part("given_cases_resolved", "step", "f.step = 1 AND f.mature AND f.settled", direction="any"),
    Part("first_resolutions", "step", "f.step = 2 AND f.first AND f.mature", direction="any"),
    Part("cases_reopened", "step", "f.step = 2 AND f.first AND f.mature AND f.reopened", direction="any"),
    Part("resolutions", "step", "f.step = 2 AND f.settled", direction="any"),
    Part("resolution_seconds", "step", "f.step = 2 AND f.settled", "f.seconds", direction="any"),
    Part("resolutions_open", "step", "f.step = 2 AND f.settled AND f.seconds_open IS NOT NULL", direction="any"),
    Part("resolution_seconds_open", "step", "f.step = 2 AND f.settled", "f.seconds_open", direction="any"),
    Part("resolutions_linked", "step", "f.step = 2 AND f.settled AND f.attempts > 0", direction="any"),
    Part("resolution_contacts", "step", "f.step = 2 AND f.settled", "f.contacts", direction="any"),
    Part("resolution_attempts", "step", "f.step = 2 AND f.settled", "f.attempts", direction="any"),
    Part("case_flow", "step", "", "f.flow", direction="any"),
    Part("case_flow_opened", "step", "", "f.flow * EXTRACT(epoch FROM f.opened_at)", direction="any"),
    Part("cases_cleared", "step", "f.flow = -1", direction="any"),
)

#: The parts of resolutions, for complaint moments only.
COMPLAINT_STEP_PARTS = (
    Part("complaint_resolutions", "step", direction="any", of="resolutions", only="complaint"),
    Part("complaint_resolution_seconds", "step", direction="any", of="resolution_seconds", only="complaint"),
    Part("complaint_resolutions_open", "step", direction="any", of="resolutions_open", only="complaint"),
    Part("complaint_resolution_seconds_open", "step", direction="any", of="resolution_seconds_open", only="complaint"),
)

#: The cases that are open at an instant. These parts do not add up over time.
STOCK_PARTS = (
    Part("backlog", "stock", direction="any"),
    Part("backlog_seconds", "stock", direction="any"),
    Part("backlog_weeks", "stock", direction="any"),
    Part("backlog_oldest", "oldest", merge="max", direction="any"),
    Part("cleared_in_week", "pace", direction="any"),
)
STOCK_FACTS = frozenset(part.fact for part in STOCK_PARTS)
