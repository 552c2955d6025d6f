"""The clock of a question's buckets, and the tables whose rows are fine enough for the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from cadran.compiler.lattice import Table
from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.domain.window import Grain, Window, is_ambiguous, load_zone, to_instant
from cadran.errors import QuestionRefused

CALENDAR = ("year", "month", "day", "weekday", "time_of_day")
#: The calendar dimensions that tables by month have in addition to year and month.
_WITHIN_MONTH: Mapping[str, set[str]] = {
    "month": set(),
    "clock": {"time_of_day"},
    "usual": {"weekday", "time_of_day"},
}
_COARSE = (Grain.MONTH, Grain.YEAR, Grain.TOTAL)


@dataclass(frozen=True, slots=True)
class Timing:
    """The bounds and the clock of a question. ``local`` bounds are wall-clock times of each site, ``instants`` are UTC.
    Exactly one of the two is set.

    ``zone`` names the clock of the buckets (None: the clock of each site). ``shared`` is the zone that all sites in
    scope have (None: they have different zones).
    """

    local: tuple[datetime, datetime] | None
    instants: tuple[datetime, datetime] | None
    zone: str | None
    shared: str | None

    @property
    def shown(self) -> str | None:
        """Return the zone of the rows' times; None when each row has its site's zone."""
        return self.zone or self.shared

    def suits(self, table: Table, question: Question) -> bool:
        """Return whether the table's rows are fine enough for the question's bounds, grain, splits and filters."""
        if table.time == "instant":
            return True
        bounds = self.local or self.instants
        assert bounds is not None
        if not all(_on_quarter(bound) for bound in bounds):
            return False
        if table.time == "quarter":
            return True
        if self.local is None or not all(bound.time() == time.min for bound in bounds):
            return False
        named = {dimension for dimension in CALENDAR if question.names(dimension)}
        if table.time == "day":
            return question.grain not in (Grain.HOUR, Grain.QUARTER_HOUR) and "time_of_day" not in named
        if question.grain not in _COARSE or any(bound.day != 1 for bound in bounds):
            return False
        return named <= {"year", "month"} | _WITHIN_MONTH[table.time]


def _is_odd(window: Window, zone: str) -> bool:
    return window.start.tzinfo is None and (is_ambiguous(window.start, zone) or is_ambiguous(window.end, zone))


def _on_quarter(moment: datetime) -> bool:
    return moment.minute % 15 == 0 and moment.second == 0 and moment.microsecond == 0


def choose_timing(question: Question, directory: Directory) -> Timing:
    """Return the clock of a question.

    If the named zone is the zone of all sites in scope, the question uses the sites' local time, so that rollups by day
    can answer it. The exception is a bound that the clocks show twice or never: such a bound becomes one instant.
    Raises QuestionRefused with ``bad_window``."""
    window = question.window
    shared = directory.zone_of(sites_in(question.where, directory))
    if window.zone is not None and (window.zone != shared or _is_odd(window, window.zone)):
        return Timing(None, window.instants, window.zone, shared)
    if window.start.tzinfo is not None:
        return _from_instants(window, shared)
    if all(_on_quarter(bound) for bound in (window.start, window.end)):
        return Timing((window.start, window.end), None, None, shared)
    if shared is None:
        raise QuestionRefused(
            "The sites in scope have different time zones: bounds must fall on quarter-hours,"
            " or name one zone (zone=Europe/Paris).",
            code="bad_window",
            parameter="start",
        )
    return Timing(None, (to_instant(window.start, shared), to_instant(window.end, shared)), None, shared)


def _from_instants(window: Window, shared: str | None) -> Timing:
    bounds = window.instants
    assert bounds is not None
    if shared is not None:
        start, end = (bound.astimezone(load_zone(shared)).replace(tzinfo=None) for bound in bounds)
        if start.time() == end.time() == time.min and (to_instant(start, shared), to_instant(end, shared)) == bounds:
            return Timing((start, end), None, None, shared)
    return Timing(None, bounds, None, shared)
