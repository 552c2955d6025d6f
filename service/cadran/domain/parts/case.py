"""The additive parts of figures about cases that a source provides, over ``case_step_fact`` (see ``parts``).

Steps are 1 opened, 2 resolved, 3 reopened, 4 closed. The parts of a stock are read from running sums of flows. The
oldest open case and the pace are read from the steps themselves (see ``compiler/special/stock``).
"""

from __future__ import annotations

from cadran.domain.parts.part import Part

STEP_PARTS = (
    Part("cases_opened", "step", "f.step = 1", direction="any"),
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
