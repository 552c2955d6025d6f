"""Rows for groups that only the earlier window of a comparison has. Nothing happened in them since: they count 0.

Such a row has no ratio, mean or percentile. A group that is hidden in the earlier window stays hidden. With a grain, an
order or a top, and by time of day or weekday, no row is added: the rows are then those of the present window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cadran.domain.answer import Answer, Figures, KeyColumn
from cadran.domain.question import Question
from cadran.domain.window import Grain

Key = tuple[tuple[bool, object], ...]


def add_groups(question: Question, now: Answer, then: Answer) -> Answer:
    """Return the present answer with a row for each group of the earlier answer, in the order of the groups."""
    if not now.keys or question.grain is not Grain.TOTAL or question.order is not None or now.days is not None:
        return now
    ours, theirs = _list_keys(now), _list_keys(then)
    known = set(ours)
    missing = [row for row, key in enumerate(theirs) if key not in known]
    if not missing:
        return now
    every = [*ours, *(theirs[row] for row in missing)]
    order = sorted(range(len(every)), key=every.__getitem__)
    keys = tuple(_join(*each, missing).take(order) for each in zip(now.keys, then.keys, strict=True))
    figures = tuple(
        _extend(column, [row in earlier.hidden for row in missing], order)
        for column, earlier in zip(now.figures, then.figures, strict=True)
    )
    return replace(now, rows=len(every), keys=keys, figures=figures)


def is_known(key: tuple[object, ...], then: Answer) -> bool:
    """Return whether the earlier window has the bucket of a key, and data have begun by then."""
    start = next((each for each in key if isinstance(each, datetime)), None)
    bounds = [datetime.fromisoformat(text).replace(tzinfo=None) for text in (then.start, then.end)]
    since = then.freshness.since
    if then.keys and then.keys[0].name == "start":
        return start is not None and bounds[0] <= start < bounds[1] and since is not None and start.date() >= since
    return since is not None and bounds[1].date() > since


def _list_keys(answer: Answer) -> list[Key]:
    rows = zip(*(key.ids for key in answer.keys), strict=True)
    return [tuple((value is not None, value) for value in values) for values in rows]


def _join(ours: KeyColumn, theirs: KeyColumn, rows: Sequence[int]) -> KeyColumn:
    more = theirs.take(rows)
    members = None if ours.members is None else [*ours.members, *(more.members or ())]
    return KeyColumn(ours.name, [*ours.values, *more.values], members)


def _extend(column: Figures, hides: Sequence[bool], order: Sequence[int]) -> Figures:
    """Return a column with further rows in which nothing happened, in the given order of the rows. ``hides`` is whether
    each further row is hidden."""
    counted = column.call.metric.is_counted
    ratio = any(value is not None for value in column.denominators)

    def extend(values: Sequence[float | None], empty: float | None) -> list[float | None]:
        every = [*values, *(None if hidden else empty for hidden in hides)]
        return [every[row] for row in order]

    bounds = None if column.bounds is None else [*column.bounds, *[None] * len(hides)]
    bins = None
    if column.bins is not None:
        bins = [*column.bins, *((None if hidden else 0,) * (len(column.edges) - 1) for hidden in hides)]
    further = len(column.values)
    return replace(
        column,
        values=extend(column.values, 0 if counted else None),
        numerators=extend(column.numerators, 0 if counted or ratio else None),
        denominators=extend(column.denominators, 0 if ratio else None),
        n=extend(column.n, None if column.call.metric.kind == "max" else 0),
        bounds=None if bounds is None else [bounds[row] for row in order],
        bins=None if bins is None else [bins[row] for row in order],
        hidden=frozenset(
            place
            for place, row in enumerate(order)
            if (row in column.hidden if row < further else hides[row - further])
        ),
    )
