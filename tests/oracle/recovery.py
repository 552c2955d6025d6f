"""Oracles of lost contacts: callbacks kept, customers reached later, and customers still to call. See ``figures``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from tests.oracle.buckets import DAYS, bucket_end
from tests.oracle.callbacks import DAY, LOST, MONTH, is_open
from tests.oracle.figures import Figure, Group, contacts, counted, divided, of, oracle
from tests.oracle.question import STEPS, Key
from tests.oracle.selection import SelectedGroup, Selection
from tests.oracle.world import Row


@oracle("callback_kept_rate")
def _kept(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = [row for row in group.rows("callback") if row["due_come"]]
    which = "called_at" if arguments.get("counts", "made") == "made" else "called_reached_at"
    return divided(len([row for row in rows if row[which] is not None and row[which] <= row["due"]]), len(rows))


def _in_time(row: Row) -> bool:
    return row["reached_at"] is not None and row["reached_at"] <= row["offered_at"] + DAY


@oracle("recovered_losses")
def _recovered(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = [row for row in of(contacts(group), *LOST) if row["customer"] is not None and row["judged"]]
    return divided(len([row for row in rows if _in_time(row)]), len(rows))


@oracle("customer_reach")
def _reach(group: Group, arguments: dict[str, Any]) -> Figure:
    """Compute the share of customers reached within a day of their first attempt in the group. Attempts at the same
    instant count as one."""
    people: dict[str, list[Row]] = {}
    for row in contacts(group):
        if row["customer"] is not None:
            people.setdefault(row["customer"], []).append(row)
    tried, through = 0, 0
    for rows in people.values():
        first = min(row["offered_at"] for row in rows)
        firsts = [row for row in rows if row["offered_at"] == first]
        tried += firsts[0]["judged"]
        through += firsts[0]["judged"] and any(map(_in_time, firsts))
    return divided(through, tried)


@oracle("customers_to_call")
def _open(group: Group, arguments: dict[str, Any]) -> Figure:
    selected = cast("SelectedGroup", group)
    return counted(len(openings(selected.selection).get(selected.key, ())))


def openings(selection: Selection) -> dict[Key | None, set[str]]:
    """Return the customers to call at the end of each group's bucket, by key; for None at the end of the window."""
    if selection.openings is None:
        selection.openings = {}
        for row in selection.truth.entries:
            if all((row[name] in values) != negated for name, values, negated in selection.asked.where):
                for key in _keys(selection, row):
                    selection.openings.setdefault(key, set()).add(row["customer"])
    return selection.openings


def _keys(selection: Selection, row: Row) -> Iterator[Key | None]:
    """Yield the keys of the groups at whose end the entry is open."""
    begins, ends = _window(selection, row)
    by = tuple(row[name] for name in selection.asked.by)
    if _is_open(selection, row, begins, ends):
        yield None
        if selection.asked.grain == "total":
            yield by
    if selection.asked.grain != "total":
        for start in _starts(selection, row, begins, ends):
            if _is_open(selection, row, *_bounds(selection, row, start)):
                yield (start, *by)


def _is_open(selection: Selection, row: Row, begins: datetime, ends: datetime) -> bool:
    horizon = selection.world.horizon
    assert horizon is not None
    return begins < ends and begins <= horizon and is_open(selection.world, row, ends)


def _clock(selection: Selection, row: Row) -> ZoneInfo:
    return ZoneInfo(selection.asked.zone or selection.world.sites[row["site"]]["zone"])


def _window(selection: Selection, row: Row) -> tuple[datetime, datetime]:
    zone = _clock(selection, row)
    bounds = (selection.asked.start, selection.asked.end)
    start, end = (bound if bound.tzinfo is not None else bound.replace(tzinfo=zone) for bound in bounds)
    return start.astimezone(UTC), end.astimezone(UTC)


def _bounds(selection: Selection, row: Row, start: Any) -> tuple[datetime, datetime]:
    """Return the start and end of the bucket, limited to the window, on the clock of the entry's site."""
    begins, ends = _window(selection, row)
    grain = selection.asked.grain
    if grain not in DAYS:
        width = timedelta(minutes=15 * STEPS[grain])
        return max(begins, start), min(ends, start + width)
    zone = _clock(selection, row)
    days = (start, bucket_end(start, grain))
    first, last = (datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC) for day in days)
    return max(begins, first), min(ends, last)


def _starts(selection: Selection, row: Row, begins: datetime, ends: datetime) -> list[Any]:
    """Return the starts of the buckets that overlap the thirty days after the entry was opened."""
    at, until = max(begins, row["offered_at"]), min(ends - timedelta(microseconds=1), row["offered_at"] + MONTH)
    step = timedelta(hours=12) if selection.asked.grain in DAYS else timedelta(minutes=15)
    found: dict[Any, None] = {}
    while at < until:
        found[_start(selection, row, at)] = None
        at += step
    if begins <= until:
        found[_start(selection, row, until)] = None
    return list(found)


def _start(selection: Selection, row: Row, at: datetime) -> Any:
    return selection.start({**row, "offered_at": at, "offered_site": row["site"]})
