"""Oracles of cases that a source delivers: flows count their steps, stocks the runs open at an instant. See
``figures``."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.buckets import DAYS, bucket_end
from tests.oracle.calendars import open_seconds
from tests.oracle.cases import horizon
from tests.oracle.figures import Figure, counted, divided, oracle, total
from tests.oracle.question import STEPS
from tests.oracle.selection import SelectedGroup
from tests.oracle.world import Row

WITHIN = {
    "four_hours": timedelta(hours=4), "eight_hours": timedelta(hours=8), "one_day": timedelta(days=1),
    "two_days": timedelta(days=2), "three_days": timedelta(days=3), "five_days": timedelta(days=5),
    "one_week": timedelta(days=7), "two_weeks": timedelta(days=14), "thirty_days": timedelta(days=30),
}  # fmt: skip
WIDTH = {grain: timedelta(minutes=15 * quarters) for grain, quarters in STEPS.items()}


def _steps(group: SelectedGroup, step: str) -> list[Row]:
    return [row for row in group.rows("step") if row["step"] == step]


@oracle("cases_resolved")
def _resolved(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    return counted(len(_settled(group)))


@oracle("cases_opened")
def _opened(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    status = arguments.get("status", "any")
    return counted(len([row for row in _steps(group, "opened") if status in ("any", _status(row))]))


def _status(row: Row) -> str:
    if row["finally_resolved_at"]:
        return "resolved"
    return "closed" if row["finally_closed_at"] else "open"


@oracle("case_first_response_time")
def _first_response(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    rows = [row for row in _steps(group, "opened") if row["answered_at"]]
    if arguments.get("hours") == "open":
        known = [open_seconds(group.world, row["site"], row["opened_at"], row["answered_at"]) for row in rows]
        times = [each for each in known if each is not None]
        return divided(sum(times), len(times))
    return divided(sum(int((row["answered_at"] - row["opened_at"]).total_seconds()) for row in rows), len(rows))


@oracle("resolved_within")
def _resolved_within(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    width = WITHIN[arguments.get("within", "one_day")]
    old = [row for row in _steps(group, "opened") if horizon(group.world) - row["opened_at"] >= width]
    good = [row for row in old if row["finally_resolved_at"] and row["finally_resolved_at"] - row["opened_at"] <= width]
    return divided(len(good), len(old))


@oracle("resolution_rate")
def _resolution_rate(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    rows = [row for row in _steps(group, "opened") if row["mature"]]
    return divided(len([row for row in rows if row["stands_resolved"]]), len(rows))


@oracle("reopen_rate")
def _reopen_rate(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    rows = [row for row in _steps(group, "resolved") if row["first_resolved"] and row["mature"]]
    return divided(len([row for row in rows if not row["last"]]), len(rows))


def _settled(group: SelectedGroup) -> list[Row]:
    return [row for row in _steps(group, "resolved") if row["last"]]


@oracle("resolution_time", "complaint_resolution_time")
def _resolution_time(group: SelectedGroup, arguments: dict[str, Any], slug: str) -> Figure:
    rows = [row for row in _settled(group) if slug == "resolution_time" or row["complaint"]]
    if arguments.get("hours") == "open":
        told = [open_seconds(group.world, row["site"], row["opened_at"], row["resolved_at"]) for row in rows]
        known = [each for each in told if each is not None]
        return divided(sum(known), len(known))
    seconds = [Decimal(str((row["resolved_at"] - row["opened_at"]).total_seconds())) for row in rows]
    return divided(sum(seconds), len(rows))


@oracle("contacts_per_resolution")
def _contacts_per_resolution(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    rows = [row for row in _settled(group) if row["attempts"]]
    return divided(total(rows, arguments.get("count", "contacts")), len(rows))


def told_at(group: SelectedGroup, site: str, known: datetime) -> tuple[datetime, datetime] | None:
    """Return the end of the group's bucket on a site's clock, and the instant that a stock describes.

    That instant is the end of the bucket, or ``known`` if it is earlier. The result is None where the bucket does not
    exist on the site's clock, does not overlap the window, or begins after ``known``.
    """
    asked, world = group.selection.asked, group.world
    zone = ZoneInfo(asked.zone or world.sites[site]["zone"])
    begins, ends = (
        bound if bound.tzinfo is not None else bound.replace(tzinfo=zone) for bound in (asked.start, asked.end)
    )
    start = group.part("start")
    if start is not None and asked.grain in DAYS:
        last = datetime.combine(bucket_end(start, asked.grain), time.min, zone)
        begins, ends = max(begins, datetime.combine(start, time.min, zone)), min(ends, last)
    elif start is not None:
        last = start + WIDTH[asked.grain]
        # The UTC offset at the end decides whether the bucket begins at a full hour on the site's clock.
        offset = (last - timedelta(microseconds=1)).astimezone(zone).utcoffset()
        assert offset is not None
        if (start + offset).minute % (15 * STEPS[asked.grain]):
            return None
        begins, ends = max(begins, start), min(ends, last)
    if begins >= ends or begins > known:
        return None
    return ends, min(ends, known, key=lambda each: each.timestamp())


def _told(group: SelectedGroup) -> dict[str, tuple[datetime, datetime] | None]:
    return {site: told_at(group, site, horizon(group.world)) for site in group.world.sites}


def _runs(group: SelectedGroup) -> list[Row]:
    """Return the runs of the group, whatever their bucket."""
    by = group.selection.asked.by
    return group.selection.runs.get(None if group.key is None else tuple(group.part(name) for name in by), [])


def _standing(group: SelectedGroup) -> list[tuple[Row, float]] | None:
    """Return the open runs, each with the age of its case in seconds; None where no case was ever opened."""
    found, known = [], False
    told = _told(group)
    for run in _runs(group):
        instants = told[run["site"]]
        if instants is None or run["began_at"] >= instants[0]:
            continue
        known = True
        if run["ended_at"] is None or run["ended_at"] >= instants[0]:
            found.append((run, instants[1].timestamp() - run["opened_at"].timestamp()))
    return found if known else None


@oracle("backlog")
def _backlog(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    rows = _standing(group)
    count = None if rows is None else len(rows)
    return Figure(count, count, None, count)


@oracle("backlog_age")
def _age(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    rows = _standing(group) or []
    return divided(sum(age for _, age in rows), len(rows))


@oracle("oldest_open")
def _oldest(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    oldest = max((age for _, age in _standing(group) or []), default=None)
    return Figure(oldest, oldest, None, None)


@oracle("days_to_clear")
def _days_to_clear(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    rows, cleared = _standing(group) or [], 0
    told = _told(group)
    for run in _runs(group):
        instants = told[run["site"]]
        if instants is None or run["ended_at"] is None:
            continue
        zone = ZoneInfo(group.world.sites[run["site"]]["zone"])
        today: date = instants[1].astimezone(zone).date()
        cleared += today - timedelta(days=7) <= run["ended_at"].astimezone(zone).date() < today
    return divided(7 * len(rows), cleared, len(rows))
