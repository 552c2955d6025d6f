"""Verdicts and annotations of answers, from the targets and annotations of the directory.

Takes an answer of the rings and the current directory. Returns the answer with a verdict on each value
(``add_verdicts``) or with the annotations that overlap it (``add_annotations``). Neither is cached with the answer, so
that a changed target takes effect at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from cadran.domain.access.question_members import (
    CoveredMembers,
    find_covered_members,
    is_all_of,
    narrow_members,
    touches,
)
from cadran.domain.annotation import Annotation
from cadran.domain.answer import Answer, Figures, KeyColumn
from cadran.domain.directory import Directory
from cadran.domain.target import SCOPES, Target, Verdict, most_specific
from cadran.domain.window import Window, load_zone

#: The dimensions whose members decide which target is valid for a row.
_TARGET_DIMENSIONS: Final = frozenset((*SCOPES, "agent", "reason"))


def add_verdicts(answer: Answer, directory: Directory) -> Answer:
    """Return the answer with verdicts.

    A target applies to a row that is wholly within its scope. It must be valid on the day on which the row's bucket
    (without a grain, the window) starts.
    """
    outer = find_covered_members(answer.question.where, directory)
    rows = _rows(answer, outer, directory)
    whole = [(outer, _day(answer.start))]
    return replace(
        answer,
        figures=tuple(_with_verdicts(each, rows, directory) for each in answer.figures),
        totals=tuple(_with_verdicts(each, whole, directory) for each in answer.totals),
    )


def _with_verdicts(figures: Figures, rows: Sequence[tuple[CoveredMembers, date]], directory: Directory) -> Figures:
    targets = [target for target in directory.targets if target.metric == figures.call.name]
    better = figures.call.metric.better
    found: dict[tuple[int, date], Target | None] = {}
    results: list[Verdict | None] = []
    for (covers, day), value in zip(rows, figures.values, strict=True):
        # Rows of the same members share one mapping.
        key = (id(covers), day)
        if key not in found:
            found[key] = most_specific(each for each in targets if each.holds(day) and is_all_of(each.scope, covers))
        target = found[key]
        results.append(None if target is None else target.judge(value, better))
    return replace(figures, verdicts=results)


def _rows(answer: Answer, outer: CoveredMembers, directory: Directory) -> list[tuple[CoveredMembers, date]]:
    """Return the members that each row covers, and the day on which the row starts."""
    keys = {key.name: key for key in answer.keys}
    starts = keys.get("start")
    days = [_day(answer.start)] * answer.rows if starts is None else [_day(str(start)) for start in starts.values]
    grouped = [key for key in answer.keys if key.name in _TARGET_DIMENSIONS and key.members is not None]
    known: dict[tuple[int, ...], CoveredMembers] = {}
    found = []
    for row, day in enumerate(days):
        ids = tuple(_member(key, row) for key in grouped)
        if ids not in known:
            names = [key.name for key in grouped]
            known[ids] = narrow_members(outer, dict(zip(names, ids, strict=True)), directory) if ids else outer
        found.append((known[ids], day))
    return found


def _member(key: KeyColumn, row: int) -> int:
    assert key.members is not None
    return key.members[row].member_id


def _day(start: str) -> date:
    return date.fromisoformat(start[:10])


def add_annotations(answer: Answer, directory: Directory, *, by_row: bool = False) -> Answer:
    """Return the answer with the annotations that overlap its window, in each site's time, and concern its members.

    With ``by_row``, the answer also has the codes of the annotations of each row's bucket and members.
    """
    covers = find_covered_members(answer.question.where, directory)
    found = find_overlapping(answer.question.window, covers, directory)
    codes = _of_rows(answer, found, covers, directory) if by_row else None
    return replace(answer, annotations=found, noted=codes)


def _of_rows(
    answer: Answer, annotations: Sequence[Annotation], outer: CoveredMembers, directory: Directory
) -> list[tuple[str, ...]]:
    starts = next((key for key in answer.keys if key.name == "start"), None)
    known: dict[tuple[int, str], tuple[str, ...]] = {}
    found = []
    for row, (covers, _) in enumerate(_rows(answer, outer, directory)):
        # Rows of the same members share one mapping.
        place = (id(covers), "" if starts is None else str(starts.values[row]))
        if place not in known:
            window = answer.question.window if starts is None else _bucket(answer.question.window, starts, row)
            test = _overlap(window, covers, directory)
            known[place] = tuple(
                each.code for each in annotations if touches(each.scope, covers, directory) and test(each)
            )
        found.append(known[place])
    return found


def _bucket(window: Window, starts: KeyColumn, row: int) -> Window:
    """Return the window of a row, in wall-clock times or instants as the answer's window is."""
    start, end = (datetime.fromisoformat(str(each[row])) for each in (starts.values, starts.ends or ()))
    if window.instants is None:
        return Window(start.replace(tzinfo=None), end.replace(tzinfo=None))
    return Window(start, end)


def find_overlapping(window: Window, covers: CoveredMembers, directory: Directory) -> tuple[Annotation, ...]:
    """Return the annotations that concern the covered members within a window, oldest first."""
    test = _overlap(window, covers, directory)
    return tuple(each for each in directory.annotations if touches(each.scope, covers, directory) and test(each))


def _overlap(window: Window, covers: CoveredMembers, directory: Directory) -> Callable[[Annotation], bool]:
    bounds = window.instants
    if bounds is None:
        return lambda each: each.overlaps(window.start, window.end)
    start, end = bounds
    walls = {site: (_wall(start, zone), _wall(end, zone)) for site, zone in directory.zones.items()}

    def test(each: Annotation) -> bool:
        concerned = narrow_members(covers, dict(each.scope), directory).get("site", frozenset(walls))
        return any(each.overlaps(*walls[site]) for site in concerned if site in walls)

    return test


def _wall(bound: datetime, zone: str) -> datetime:
    return bound.astimezone(load_zone(zone)).replace(tzinfo=None)


def find_on_day(annotations: Sequence[Annotation], day: date) -> list[Annotation]:
    """Return the annotations that overlap a calendar day."""
    midnight = datetime.combine(day, datetime.min.time())
    return [each for each in annotations if each.overlaps(midnight, midnight + timedelta(days=1))]
