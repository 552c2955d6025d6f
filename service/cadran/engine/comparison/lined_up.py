"""The figures of a window next to those of the earlier one, matched by the keys of the rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Final

from cadran.domain.access.suppression import is_about_people, make_comparison_notice
from cadran.domain.answer import Answer, Figures
from cadran.domain.question import Question
from cadran.domain.window import WIDTHS, Grain, find_bucket_start
from cadran.engine.comparison.earlier_window import Shift
from cadran.engine.comparison.groups import add_groups, is_known

#: Clocks are never set forward or back by more than this.
_SET_AT_MOST: Final = timedelta(hours=2)


def line_up(question: Question, now: Answer, then: Answer, shift: Shift, *, sees_people: bool) -> Answer:
    """Return the present answer with the figures of the earlier one. Figures whose comparison would reveal what
    small-cell suppression hides have none."""
    now = add_groups(question, now, then)

    def moved(start: datetime) -> datetime | None:
        return _moved(start, shift, question)

    passing = question.window.start.tzinfo if question.grain in WIDTHS else None
    places: dict[object, dict[timedelta | None, int]] = {}
    for row, (key, offset) in enumerate(_row_keys(then, None, passing)):
        places.setdefault(key, {})[offset] = row
    keys = _row_keys(now, moved, passing)
    rows = [_like(places.get(key, {}), offset) for key, offset in keys]
    # Without a row, nothing happened in a group or bucket, if the earlier window has the bucket and the data reach it.
    empty = [is_known(key, then) for key, _ in keys]
    apart = then.question.window.end <= now.question.window.start
    figures, totals, blank = [], [], list[str]()
    for column, total, earlier, earlier_total in zip(now.figures, now.totals, then.figures, then.totals, strict=True):
        hides = any(each.hidden for each in (column, total, earlier, earlier_total))
        if not apart and (hides or is_about_people(column.call, sees_people=sees_people)):
            # Windows that share days may hide different rows, and together they would reveal what each hides. Even if
            # neither hides a row, their difference shows the figures of the few days that only one of them has.
            blank.append(column.call.name)
            figures.append(replace(column, previous=[None] * len(column.values)))
            totals.append(replace(total, previous=[None]))
        else:
            figures.append(_with_previous(column, earlier, rows, empty))
            totals.append(_with_previous(total, earlier_total, [0], [False]))
    notices = [make_comparison_notice(blank)] if blank else []
    warnings = tuple(dict.fromkeys((*now.warnings, *then.warnings, *notices)))
    freshest = min(now.freshness.stale_after, then.freshness.stale_after)
    freshness = replace(
        now.freshness,
        stale_after=freshest,
        version=max(now.freshness.version, then.freshness.version),
        stale=now.freshness.stale or then.freshness.stale,
    )
    return replace(
        now,
        question=replace(now.question, compare=question.compare),
        figures=tuple(figures),
        totals=tuple(totals),
        warnings=warnings,
        freshness=freshness,
        approximate=now.approximate or then.approximate,
        compared=(then.start, then.end),
        sources=(*now.sources, *then.sources),
    )


def _moved(start: datetime, shift: Shift, question: Question) -> datetime | None:
    """Return the start of the earlier bucket that a bucket is compared with.

    A week is compared with the nearest week, because the dates of weeks differ from year to year. If the window's
    bounds are instants, a day is compared with the earlier day whose start differs at most by a clock change.
    """
    moved, grain = shift(start), question.grain
    if moved is None or grain in WIDTHS:
        return moved
    if grain is Grain.DAY:
        day = find_bucket_start(moved + _SET_AT_MOST, grain)
        return day if question.window.start.tzinfo and abs(day - moved) <= _SET_AT_MOST else moved
    return find_bucket_start(moved + timedelta(days=3) if grain is Grain.WEEK else moved, grain)


def _like(places: dict[timedelta | None, int], offset: timedelta | None) -> int | None:
    """Return the row of a wall-clock time; None if there is none.

    When the clock was set back, a time has two rows: return the row of the same offset, else the first.
    """
    return places.get(offset, next(iter(places.values()), None))


def _row_keys(
    answer: Answer, shift: Shift | None, passing: tzinfo | None
) -> list[tuple[tuple[object, ...], timedelta | None]]:
    """Return the keys of the rows and the UTC offsets of their starts.

    Starts are wall-clock times, shifted if there is a ``shift``. With ``passing``, starts are written in that zone.
    """
    columns: list[list[object]] = []
    offsets: list[timedelta | None] = [None] * answer.rows
    for key in answer.keys:
        if key.name != "start":
            columns.append([*key.ids])
            continue
        written = [datetime.fromisoformat(str(value)) for value in key.values]
        if passing is not None:
            written = [each.astimezone(passing) for each in written]
        offsets = [each.utcoffset() for each in written]
        starts = [each.replace(tzinfo=None) for each in written]
        columns.append([shift(start) if shift else start for start in starts])
    keys = list(zip(*columns, strict=True)) if columns else [()] * answer.rows
    return list(zip(keys, offsets, strict=True))


def _with_previous(ours: Figures, theirs: Figures, rows: list[int | None], empty: list[bool]) -> Figures:
    """Return the column with the earlier values. A hidden figure shows no earlier value either."""
    counted = ours.call.metric.is_counted
    previous: list[float | None] = []
    for place, row in enumerate(rows):
        if place in ours.hidden:
            previous.append(None)
        elif row is not None and row < len(theirs.values):
            previous.append(theirs.values[row])
        else:
            previous.append(0 if counted and empty[place] else None)
    return replace(ours, previous=previous)
