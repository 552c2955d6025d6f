"""The instants at which a stock is told: the ends of a question's buckets, on the clock of each site.

Gives one list of buckets for every clock that there is: the zone that is named or that all sites share, else the zone
of each site. A bucket's end is cut to the window's.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from cadran.compiler.timing import Timing
from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.domain.window import Grain, bucket_start, instant, next_start, zone_info

_WIDTH = {Grain.HOUR: timedelta(hours=1), Grain.QUARTER_HOUR: timedelta(minutes=15)}


class Bucket(NamedTuple):
    """The clock it is on ("": every site's), its place, what its row is known by (None: the whole window), its bounds,
    and the local day that its end begins."""

    zone: str
    number: int
    start: date | datetime | None
    begins: datetime
    ends: datetime
    end_day: date


def buckets(question: Question, timing: Timing, directory: Directory) -> list[Bucket]:
    """All buckets, clock by clock, each clock's in order."""
    one = timing.zone or timing.shared
    if one is not None:
        return _on_clock(question.grain, timing, one, "")
    sites = sites_in(question.where, directory)
    zones = {directory.zones[site] for site in (directory.zones if sites is None else sites)} or {"UTC"}
    return [bucket for zone in sorted(zones) for bucket in _on_clock(question.grain, timing, zone, zone)]


def _on_clock(grain: Grain, timing: Timing, zone: str, called: str) -> list[Bucket]:
    begins, ends = timing.instants or tuple(instant(bound, zone) for bound in timing.local or ())
    found: list[Bucket] = []

    def add(start: date | datetime | None, first: datetime, last: datetime) -> None:
        last = min(last, ends)
        found.append(
            Bucket(called, len(found), start, max(first, begins), last, last.astimezone(zone_info(zone)).date())
        )

    if grain is Grain.TOTAL:
        add(None, begins, ends)
    elif grain in _WIDTH:
        current = begins
        while current < ends:
            local = current.astimezone(zone_info(zone))
            # An hour starts when the clock shows :00, were it set as it is then.
            current -= local - bucket_start(local, grain)
            add(current, current, current + _WIDTH[grain])
            current += _WIDTH[grain]
    else:
        bucket = bucket_start(begins.astimezone(zone_info(zone)).replace(tzinfo=None), grain)
        last = ends.astimezone(zone_info(zone)).replace(tzinfo=None)
        while bucket < last:
            following = next_start(bucket, grain)
            add(bucket.date(), instant(bucket, zone), instant(following, zone))
            bucket = following
    return found


def by_whole_days(question: Question, timing: Timing) -> bool:
    """Whether every bucket ends as a site's own day does."""
    return (
        timing.local is not None
        and question.grain not in _WIDTH
        and all(bound.time() == time.min for bound in timing.local)
    )


def safe_day(moment: datetime) -> date:
    """A day that has ended in every zone by that instant's own UTC day: local days before it lie before the instant."""
    return moment.astimezone(UTC).date() - timedelta(days=1)
