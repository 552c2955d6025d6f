"""Time to live of answers: long for a closed past, which changes only with a notification, short for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from cadran.engine.versions import Reach


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Times to live in seconds: of an answer that reaches the present, and of an answer about a closed past."""

    fresh_seconds: float
    closed_seconds: float

    def seconds(self, reach: Reach, horizon: datetime | None) -> float:
        """Return the time to live of an answer with this reach, if the data end at ``horizon`` (None: no data).

        A past is closed if it ends before the horizon's day in UTC. A reach extends some days beyond the window. So a
        closed past has ended in every time zone and contains nothing pending.
        """
        closed = horizon is not None and reach.end_day <= horizon.astimezone(UTC).date()
        return self.closed_seconds if closed else self.fresh_seconds
