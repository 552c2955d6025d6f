"""How far a key result has come, how far it should have come by now, and what to call the difference.

Progress is (current − baseline) / (target − baseline): 0 at the start, 1 at the target, beyond it above 1 and below 0
where things got worse; its sign follows the way from baseline to target, which creation holds to the metric's better
direction. Expected is the share of the period that has passed, or what the stated path says. The pace sets one against
the other with the bands by which scores of objectives are read (Doerr, Measure What Matters, 2018: from 0.7 green, from
0.4 yellow, below red), applied to the share of what was to be done by now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Final, Literal, TypeAlias

Pace: TypeAlias = Literal["ahead", "on_track", "at_risk", "off"]
PACES: Final[tuple[Pace, ...]] = ("ahead", "on_track", "at_risk", "off")
#: From this share of what was to be done by now.
AHEAD, ON_TRACK, AT_RISK = 1.1, 0.7, 0.4


def progress(current: float | None, *, baseline: float, target: float) -> float | None:
    """The share of the way from baseline to target; undefined without a value, and where there is no way to go."""
    if current is None or target == baseline:
        return None
    return (current - baseline) / (target - baseline)


def expected(today: date, *, start: date, deadline: date, path: Sequence[tuple[date, float]] = ()) -> float:
    """The share that is to be done before ``today`` begins: even over the days from start to deadline, or straight
    from point to point of the path. From 0 at the start to 1 at the deadline, unless the path says otherwise."""
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


def pace(done: float | None, due: float) -> Pace | None:
    """What to call it; undefined where progress is. Whoever is there is never late, and where nothing is due yet only
    a step back is."""
    if done is None:
        return None
    if due <= 0:
        return "ahead" if done > 0 else "on_track" if done == 0 else "at_risk"
    share = done / due
    if done >= 1 or share >= AHEAD:
        # At the deadline 1 is what was due, and all there is to be had.
        return "ahead" if due < 1 or done > 1 else "on_track"
    return "on_track" if share >= ON_TRACK else "at_risk" if share >= AT_RISK else "off"


def score(done: float | None) -> float | None:
    """The score that progress amounts to at the close: between 0.0 and 1.0."""
    return None if done is None else round(min(1.0, max(0.0, done)), 2)


def mean(values: Sequence[float | None]) -> float | None:
    """The plain mean of what is known; undefined of nothing."""
    known = [each for each in values if each is not None]
    return sum(known) / len(known) if known else None
