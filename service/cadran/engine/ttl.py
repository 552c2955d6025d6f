"""How long an answer may be shown: a past that only a notified change can alter for long, what still moves shortly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from cadran.engine.versions import Reach


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Seconds: of an answer that reaches the present, and of one about a closed past."""

    fresh_seconds: float
    closed_seconds: float

    def seconds(self, reach: Reach, horizon: datetime | None) -> float:
        """Those of an answer that reads this, where the data reach to ``horizon`` (None: nothing is known). Closed is
        what lies whole before the horizon's day in UTC, far enough back that in every zone it has ended, and nothing
        pending is left in it."""
        closed = horizon is not None and reach.end_day <= horizon.astimezone(UTC).date()
        return self.closed_seconds if closed else self.fresh_seconds
