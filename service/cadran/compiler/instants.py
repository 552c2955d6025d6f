"""The instants at which a window's buckets begin and end: for what is told of an instant, not summed over a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from cadran.compiler.timing import Timing
from cadran.domain.directory import Directory
from cadran.domain.window import Grain, bucket_start, instant, next_start, zone_info

_WIDTH = {Grain.HOUR: timedelta(hours=1), Grain.QUARTER_HOUR: timedelta(minutes=15)}


class Span(NamedTuple):
    """A bucket as far as it lies in the window: the clock that it is read on (None: any), the start that it is known
    by (a local day, an instant below a day, None for the whole window), and its bounds."""

    zone: str | None
    start: date | datetime | None
    begins: datetime
    ends: datetime


def spans(grain: Grain, timing: Timing, directory: Directory) -> list[Span]:
    """The buckets of the window; for every zone a set of its own where each site has its own clock."""
    if timing.shown is not None:
        return [Span(None, *found) for found in _on_clock(grain, timing, timing.shown)]
    if grain is Grain.TOTAL and timing.instants is not None:
        return [Span(None, None, *timing.instants)]
    zones = sorted(set(directory.zones.values())) or ["UTC"]
    return [Span(zone, *found) for zone in zones for found in _on_clock(grain, timing, zone)]


def _on_clock(grain: Grain, timing: Timing, zone: str) -> Iterator[tuple[date | datetime | None, datetime, datetime]]:
    start, end = timing.instants or tuple(instant(bound, zone) for bound in timing.local or ())
    if grain is Grain.TOTAL:
        yield None, start, end
    elif grain in _WIDTH:
        yield from _short(grain, (start, end), zone)
    else:
        yield from _long(grain, (start, end), timing, zone)


def _short(grain: Grain, bounds: tuple[datetime, datetime], zone: str) -> Iterator[tuple[datetime, datetime, datetime]]:
    """Buckets below a day. An hour starts when the clock shows :00, were it set as it is then."""
    start, end = bounds
    shown, current = zone_info(zone), start
    while current < end:
        local = current.astimezone(shown)
        begins = current - (local - bucket_start(local, grain))
        following = begins + _WIDTH[grain]
        yield begins, max(begins, start), min(following, end)
        current = following


def _long(
    grain: Grain, bounds: tuple[datetime, datetime], timing: Timing, zone: str
) -> Iterator[tuple[date, datetime, datetime]]:
    """Buckets of a day and coarser."""
    start, end = bounds
    first, last = timing.local or (bound.astimezone(zone_info(zone)).replace(tzinfo=None) for bound in bounds)
    bucket = bucket_start(first, grain)
    while bucket < last:
        following = next_start(bucket, grain)
        yield bucket.date(), max(instant(bucket, zone), start), min(instant(following, zone), end)
        bucket = following
