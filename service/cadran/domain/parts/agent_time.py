"""The additive parts of agents' time, shifts, legs taken and staff. See ``parts``.

Seconds come from ``agent_time_fact`` by quarter-hour, shifts from ``shift_fact``, legs at the instant they were taken
from ``taken_fact``. Tired agents and staff are counted separately for every group (``compiler/special/fatigue`` and
``compiler/special/headcount``).
"""

from __future__ import annotations

from cadran.domain.parts.part import Part

_TIMED = "f.handle IS NOT NULL AND NOT f.outbound"

TIME_PARTS = (
    *(
        Part(slug, "time", "", f"f.{slug}", direction="any")
        for slug in ("oc", "idle", "login", "planned", "adherent", "rostered", "unavailable")
    ),
    Part("login_hours", "time", "", "f.login / 3600", direction="any"),
)
SHIFT_PARTS = (
    Part("shifts", "shift", "f.late IS NOT NULL", direction="any"),
    Part("late", "shift", "", "f.late", direction="any"),
    Part("early", "shift", "", "f.early", direction="any"),
)
TAKEN_PARTS = (
    Part("taken", "taken", "", direction="any"),
    Part("taken_timed", "taken", _TIMED, direction="any"),
    Part("taken_handle", "taken", _TIMED, "f.handle", direction="any"),
)
PERSON_PARTS = (
    Part("tired", "strain", direction="any"),
    Part("judged", "strain", direction="any"),
    Part("leavers", "staff", direction="any"),
    Part("mean_staff", "staff", direction="any"),
)
AGENT_PARTS = (*TIME_PARTS, *SHIFT_PARTS, *TAKEN_PARTS, *PERSON_PARTS)
