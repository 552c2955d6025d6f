"""The usual day: figures by time of day over all days of a window, without gaps between the first and the last time."""

from __future__ import annotations

from dataclasses import replace

from cadran.domain.ask import Ask

TIME = "time_of_day"


def split_by_time(ask: Ask) -> Ask:
    """Return the ask grouped by time of day, then by its other dimensions, with a row for each time."""
    return replace(ask, by=(TIME, *(name for name in ask.by if name != TIME)), fill=True)
