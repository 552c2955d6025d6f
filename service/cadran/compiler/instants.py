"""The instants at which a stock is measured: the ends of a question's buckets, on the clock of each site.

Gives one list of buckets for each clock. There is one clock if the question names a zone or all sites share one.
Otherwise each time zone of the sites has its clock. A bucket ends at the latest at the window's end.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from cadran.compiler.timing import Timing
from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.domain.window import WIDTHS, Grain, find_bucket_start, find_next_start, load_zone, to_instant


class Bucket(NamedTuple):
    """A bucket: its clock ("": one for all sites), number, key (None: the whole window), bounds, and the local day of
    its end."""

    zone: str
    number: int
    start: date | datetime | None
    begins: datetime
    ends: datetime
    end_day: date


def buckets(question: Question, timing: Timing, directory: Directory) -> list[Bucket]:
    """Return all buckets, clock by clock, in order of time."""
    one = timing.zone or timing.shared
    if one is not None:
        return _on_clock(question.grain, timing, one, "")
    sites = sites_in(question.where, directory)
    zones = {directory.zones[site] for site in (directory.zones if sites is None else sites)} or {"UTC"}
    return [bucket for zone in sorted(zones) for bucket in _on_clock(question.grain, timing, zone, zone)]


def _on_clock(grain: Grain, timing: Timing, zone: str, clock: str) -> list[Bucket]:
    spans = timing.spans_on(zone)
    begins, ends = spans[0][0], spans[-1][1]
    found: list[Bucket] = []

    def add(start: date | datetime | None, first: datetime, last: datetime) -> None:
        last = min(last, ends)
        found.append(
            Bucket(clock, len(found), start, max(first, begins), last, last.astimezone(load_zone(zone)).date())
        )

    if grain is Grain.TOTAL:
        add(None, begins, ends)
    elif grain in WIDTHS:
        current = begins
        for first, end in spans:
            current = max(current, first)
            while current < end:
                local = current.astimezone(load_zone(zone))
                # An hour starts at :00 by the UTC offset in force at that time.
                current -= local - find_bucket_start(local, grain)
                add(current, current, current + WIDTHS[grain])
                current += WIDTHS[grain]
    else:
        bucket = find_bucket_start(begins.astimezone(load_zone(zone)).replace(tzinfo=None), grain)
        last = ends.astimezone(load_zone(zone)).replace(tzinfo=None)
        while bucket < last:
            following = find_next_start(bucket, grain)
            add(bucket.date(), to_instant(bucket, zone), to_instant(following, zone))
            bucket = following
    return found


def by_whole_days(question: Question, timing: Timing) -> bool:
    """Return whether every bucket ends at the end of a local day."""
    return (
        timing.local is not None
        and question.grain not in WIDTHS
        and all(bound.time() == time.min for bound in timing.local)
    )


def safe_day(moment: datetime) -> date:
    """Return a day such that all earlier local days, in every zone, end before the instant."""
    return moment.astimezone(UTC).date() - timedelta(days=1)
