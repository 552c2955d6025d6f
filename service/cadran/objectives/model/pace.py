"""Progress of a key result, the progress expected by now, and the pace that compares the two.

Progress is (current − baseline) / (target − baseline): 0 at the start, 1 at the target, above 1 beyond the target, and
below 0 if the value got worse. Its sign follows the way from baseline to target; a new key result is refused unless
this way follows the metric's better direction. Expected progress is the share of the period that has passed, or the
share that the path requires. The pace is progress divided by expected progress, read in the bands of objective scores
(Doerr, Measure What Matters, 2018: green from 0.7, yellow from 0.4, red below).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Final, Literal, TypeAlias

Pace: TypeAlias = Literal["ahead", "on_track", "at_risk", "off"]
PACES: Final[tuple[Pace, ...]] = ("ahead", "on_track", "at_risk", "off")
#: The lowest ratio of progress to expected progress of each pace.
AHEAD, ON_TRACK, AT_RISK = 1.1, 0.7, 0.4


def compute_progress(current: float | None, *, baseline: float, target: float) -> float | None:
    """Return the share of the way from baseline to target; None without a value, or if target equals baseline."""
    if current is None or target == baseline:
        return None
    return (current - baseline) / (target - baseline)


def compute_expected(today: date, *, start: date, deadline: date, path: Sequence[tuple[date, float]] = ()) -> float:
    """Return the share of the way that is due before ``today`` begins. The share grows evenly from start to deadline,
    or linearly between the points of the path. It is 0 at the start and 1 at the deadline, unless the path says
    otherwise."""
    points = dict(path)
    points.setdefault(start, 0.0)
    points.setdefault(deadline, 1.0)
    days = sorted(points.items())
    if today <= days[0][0]:
        return days[0][1]
    for (before, low), (after, high) in pairwise(days):
        if today <= after:
            return low + (high - low) * ((today - before).days / (after - before).days)
    return days[-1][1]


def judge_pace(done: float | None, due: float) -> Pace | None:
    """Return the pace; None if progress is undefined. A key result that has reached its target is never late. While
    nothing is due yet, a key result is at risk only if its value got worse."""
    if done is None:
        return None
    if due <= 0:
        return "ahead" if done > 0 else "on_track" if done == 0 else "at_risk"
    share = done / due
    if done >= 1 or share >= AHEAD:
        # At the deadline 1 is due: progress of exactly 1 is on track, not ahead.
        return "ahead" if due < 1 or done > 1 else "on_track"
    return "on_track" if share >= ON_TRACK else "at_risk" if share >= AT_RISK else "off"


def compute_score(done: float | None) -> float | None:
    """Return the score that this progress gives at the close: between 0.0 and 1.0, rounded to two decimals."""
    return None if done is None else round(min(1.0, max(0.0, done)), 2)


def compute_mean(values: Sequence[float | None]) -> float | None:
    """Return the arithmetic mean of the known values; None if no value is known."""
    known = [each for each in values if each is not None]
    return sum(known) / len(known) if known else None
