"""The clock of a question's buckets, and the tables whose rows are fine enough for the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from cadran.compiler.lattice.table import Table
from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.domain.window import WIDTHS, Grain, Span, Spans, Window, find_spans, load_zone, to_instant
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
    """The bounds and the clock of a question. ``local`` bounds are wall-clock times of each site, ``spans`` are the
    window's instants in UTC. Exactly one of the two is set.

    ``zone`` names the clock of the buckets (None: the clock of each site). ``shared`` is the zone that all sites in
    scope have (None: they have different zones).
    """

    local: tuple[datetime, datetime] | None
    spans: Spans | None
    zone: str | None
    shared: str | None

    @property
    def shown(self) -> str | None:
        """Return the zone of the rows' times; None when each row has its site's zone."""
        return self.zone or self.shared

    @property
    def instants(self) -> Span | None:
        """Return the first instant and the end of the last one; None if they differ from site to site."""
        return None if self.spans is None else (self.spans[0][0], self.spans[-1][1])

    def spans_on(self, zone: str) -> Spans:
        """Return the instants of the window on the clock of a zone."""
        if self.local is not None:
            return find_spans(*self.local, zone)
        assert self.spans is not None
        return self.spans

    def suits(self, table: Table, question: Question) -> bool:
        """Return whether the table's rows are fine enough for the question's bounds, grain, splits and filters."""
        if table.time == "instant":
            return True
        bounds = self.local or [bound for span in self.spans or () for bound in span]
        if not all(_on_quarter(bound) for bound in bounds):
            return False
        if table.time == "quarter":
            return True
        if self.local is None or not all(bound.time() == time.min for bound in bounds):
            return False
        named = {dimension for dimension in CALENDAR if question.names(dimension)}
        if table.time == "day":
            return question.grain not in WIDTHS and "time_of_day" not in named
        if question.grain not in _COARSE or any(bound.day != 1 for bound in bounds):
            return False
        return named <= {"year", "month"} | _WITHIN_MONTH[table.time]


def _on_quarter(moment: datetime) -> bool:
    return moment.minute % 15 == 0 and moment.second == 0 and moment.microsecond == 0


def choose_timing(question: Question, directory: Directory) -> Timing:
    """Return the clock of a question.

    If the named zone is the zone of all sites in scope, the question uses the sites' local time, so that rollups by day
    can answer it. Raises QuestionRefused with ``bad_window``."""
    window = question.window
    shared = directory.zone_of(sites_in(question.where, directory))
    if window.zone is not None and window.zone != shared:
        return Timing(None, window.spans, window.zone, shared)
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
    return Timing(None, find_spans(window.start, window.end, shared), None, shared)


def _from_instants(window: Window, shared: str | None) -> Timing:
    bounds = window.instants
    assert bounds is not None
    if shared is not None:
        start, end = (bound.astimezone(load_zone(shared)).replace(tzinfo=None) for bound in bounds)
        if start.time() == end.time() == time.min and (to_instant(start, shared), to_instant(end, shared)) == bounds:
            return Timing((start, end), None, None, shared)
    return Timing(None, (bounds,), None, shared)
