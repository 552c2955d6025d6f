"""The keys of an answer's rows: their order, the filled gaps, and their text (codes, labels, RFC 3339 times)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import repeat
from operator import or_
from typing import Final

from cadran.compiler.plan import Plan
from cadran.compiler.timing import Timing
from cadran.domain.answer import DaySet, KeyColumn
from cadran.domain.ask import sites_in
from cadran.domain.dimension import is_calendar
from cadran.domain.directory import Directory
from cadran.domain.question import USUAL
from cadran.domain.window import QUARTERS, WIDTHS, Grain, find_bucket_start, find_next_start, load_zone

Key = tuple[object, ...]
#: The entries of each cache of bounds. A year of hours on one clock has 8,760 bounds; an entry takes some 270 bytes.
_BOUNDS_MAX: Final = 16_384


def order(key: Key) -> Key:
    """Return the sort key of a key: empty values come first."""
    return tuple((value is not None, value) for value in key)


def filled(plan: Plan, ordered: list[Key], directory: Directory) -> list[Key]:
    """Return the keys with all buckets of the window for each group that has a row. Without splits, there is one
    group."""
    if not plan.keys or plan.keys[0] != "start":
        return _fill_times(plan, ordered) if "time_of_day" in plan.keys else ordered
    groups = sorted({key[1:] for key in ordered} or ({()} if len(plan.keys) == 1 else set()), key=order)
    if plan.timing.shown is not None:
        expected = [(start, *group) for start in _starts(plan, plan.timing.shown) for group in groups]
    else:
        expected = sorted({(start, *group) for group in groups for start in _clocks(plan, group, directory)}, key=order)
    # Rows whose start is not expected stay in the answer.
    others = set(ordered).difference(expected)
    return sorted([*expected, *others], key=order) if others else expected


def _fill_times(plan: Plan, ordered: list[Key]) -> list[Key]:
    """Return the keys with all times of day from the first to the last, for each group that has a row."""
    place, step = plan.keys.index("time_of_day"), QUARTERS[plan.question.step]
    times = [int(str(key[place])) for key in ordered]
    groups = {(key[:place], key[place + 1 :]) for key in ordered}
    every = range(min(times, default=0), max(times, default=-1) + 1, step)
    return sorted(((*before, each, *after) for before, after in groups for each in every), key=order)


def _clocks(plan: Plan, group: Key, directory: Directory) -> Iterator[date | datetime]:
    """Return the buckets of a group where the sites' zones differ: on its site's clock, or on each clock in scope."""
    if "site" in plan.keys:
        zones = {directory.zones.get(group[plan.keys.index("site") - 1], "UTC")}  # type: ignore[call-overload]  # a site's id
    else:
        sites = sites_in(plan.question.where, directory)
        zones = {directory.zones[site] for site in (directory.zones if sites is None else sites)}
    for zone in zones:
        yield from _starts(plan, zone)


def _starts(plan: Plan, zone: str) -> Iterator[date | datetime]:
    """Return the buckets of the window on one clock. An hour starts at :00 by the UTC offset in force at that time."""
    question, timing = plan.question, plan.timing
    if question.grain in WIDTHS:
        shown, width = load_zone(zone), WIDTHS[question.grain]
        reached = datetime.min.replace(tzinfo=UTC)
        for start, end in timing.spans_on(zone):
            current = max(start, reached)
            while current < end:
                local = current.astimezone(shown)
                current -= local - find_bucket_start(local, question.grain)
                yield current
                current += width
            reached = current
        return
    local_start, local_end = timing.local or tuple(
        bound.astimezone(load_zone(zone)).replace(tzinfo=None) for bound in timing.instants or ()
    )
    bucket = find_bucket_start(local_start, question.grain)
    while bucket < local_end:
        yield bucket.date()
        bucket = find_next_start(bucket, question.grain)


def key_columns(plan: Plan, ordered: list[Key], directory: Directory) -> tuple[KeyColumn, ...]:
    """Return the key columns with codes, members and RFC 3339 times."""
    columns = []
    for name, raw in zip(plan.keys, zip(*ordered, strict=True) if ordered else repeat(()), strict=False):
        if name == "start":
            columns.append(_start_column(plan, raw, ordered, directory))
        elif is_calendar(name):
            columns.append(KeyColumn(name, [_calendar(name, value) for value in raw]))
        else:
            known = {value: directory.member(name, value) for value in set(raw)}
            codes = {value: member.code for value, member in known.items()}
            columns.append(KeyColumn(name, list(map(codes.get, raw)), list(map(known.__getitem__, raw))))
    return tuple(columns)


def mark_cut(columns: tuple[KeyColumn, ...], cut: Sequence[bool]) -> tuple[KeyColumn, ...]:
    """Return the key columns with the buckets of these rows marked partial, besides those that the window cuts."""
    if not columns or columns[0].name != "start" or not any(cut):
        return columns
    return (replace(columns[0], partial=list(map(or_, cut, columns[0].partial or repeat(False)))), *columns[1:])


def add_days(columns: Sequence[KeyColumn], days: Sequence[DaySet]) -> tuple[KeyColumn, ...]:
    """Return the key columns with the open days of each row, at the first column of a usual day or week."""
    first = next(column for column in columns if column.name in USUAL)
    return tuple(replace(column, days=days) if column is first else column for column in columns)


def _calendar(name: str, value: object) -> str | int:
    number = int(value)  # type: ignore[call-overload]  # an integer column
    return f"{number // 4:02d}:{number % 4 * 15:02d}" if name == "time_of_day" else number


def _start_column(plan: Plan, raw: Sequence[object], ordered: list[Key], directory: Directory) -> KeyColumn:
    """Return the bounds of buckets as text: with the UTC offset of the row's zone, or as wall-clock time where the
    sites of a row have different zones."""
    timing, grain, shown = plan.timing, plan.question.grain, plan.timing.shown
    of_rows: Sequence[date | datetime] = raw  # type: ignore[assignment]  # the buckets' starts
    ends = {start: _find_end(start, grain) for start in set(of_rows)}
    if shown is None and "site" in plan.keys and timing.zone is None:
        site = plan.keys.index("site")
        zones = [directory.zones.get(key[site]) for key in ordered]  # type: ignore[call-overload]  # a site's id
        cuts = {zone: find_cut(timing, grain, zone or "UTC") for zone in set(zones)}
        return KeyColumn(
            "start",
            list(map(_bound_text, of_rows, zones)),
            None,
            list(map(_bound_text, map(ends.__getitem__, of_rows), zones)),
            [start in cuts[zone] for start, zone in zip(of_rows, zones, strict=True)] if any(cuts.values()) else None,
        )
    texts = {bound: _bound_text(bound, shown) for bound in {*ends, *ends.values()}}
    bounds = {start: (texts[start], texts[end]) for start, end in ends.items()}
    starts_and_ends = zip(*map(bounds.__getitem__, of_rows), strict=True)
    start_texts, end_texts = map(list, starts_and_ends) if of_rows else ([], [])
    clocks = set(directory.zones.values()) if shown is None else {shown}
    cut = frozenset[date | datetime]().union(*(find_cut(timing, grain, zone) for zone in clocks))
    return KeyColumn(
        "start",
        start_texts,
        None,
        end_texts,
        [start in cut for start in of_rows] if cut else None,
    )


def find_cut(timing: Timing, grain: Grain, zone: str) -> frozenset[date | datetime]:
    """Return the starts of the buckets, on the clock of a zone, of which the window has only a part."""
    clock = load_zone(zone)
    if grain in WIDTHS:
        found = set()
        for edge in (bound for span in timing.spans_on(zone) for bound in span):
            wall = edge.astimezone(clock).replace(tzinfo=None)
            found.add((edge - (wall - find_bucket_start(wall, grain)), edge))
        return frozenset(start for start, edge in found if start != edge)
    bounds = timing.local or tuple(bound.astimezone(clock).replace(tzinfo=None) for bound in timing.instants or ())
    starts = {(find_bucket_start(bound, grain), bound) for bound in bounds}
    return frozenset(start.date() for start, bound in starts if start != bound)


@lru_cache(maxsize=_BOUNDS_MAX)
def _find_end(start: date | datetime, grain: Grain) -> date | datetime:
    """Return the end of a bucket that has this start."""
    if isinstance(start, datetime):
        return start + WIDTHS[grain]
    return find_next_start(datetime.combine(start, time.min), grain).date()


@lru_cache(maxsize=_BOUNDS_MAX)
def _bound_text(bound: date | datetime, zone: str | None) -> str:
    if isinstance(bound, datetime):
        return bound.astimezone(load_zone(zone or "UTC")).isoformat()
    return local_text(datetime.combine(bound, time.min), zone)


def local_text(local: datetime, zone: str | None) -> str:
    """Return a wall-clock time as RFC 3339 with its zone's offset; without an offset if no single zone applies."""
    return local.isoformat() if zone is None else local.replace(tzinfo=load_zone(zone)).isoformat()


def window_text(plan: Plan, directory: Directory) -> tuple[str, str]:
    """Return the window's bounds as RFC 3339 text."""
    zone = plan.timing.shown
    if plan.timing.local is not None:
        start, end = plan.timing.local
        return local_text(start, zone), local_text(end, zone)
    assert plan.timing.instants is not None
    start, end = (bound.astimezone(load_zone(zone or "UTC")) for bound in plan.timing.instants)
    return start.isoformat(), end.isoformat()
