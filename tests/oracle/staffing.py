"""Oracles of agents' time. See ``figures``."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.oracle.agent_time import QUARTER, bucket_of
from tests.oracle.figures import Figure, Group, divided, oracle, total
from tests.oracle.truth import inbound
from tests.oracle.world import Row

TWO_HOURS = timedelta(hours=2)


@oracle("occupancy")
def _occupancy(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = group.rows("time")
    return divided(total(rows, "oc"), total(rows, "oc", "idle"))


@oracle("utilisation")
def _utilisation(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = group.rows("time")
    return divided(total(rows, "oc"), total(rows, "login"))


@oracle("adherence")
def _adherence(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = group.rows("time")
    return divided(total(rows, "adherent"), total(rows, "planned"))


@oracle("shrinkage")
def _shrinkage(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = group.rows("time")
    return divided(total(rows, "unavailable"), total(rows, "rostered"))


@oracle("contacts_per_agent_hour")
def _per_hour(group: Group, arguments: dict[str, Any]) -> Figure:
    # The service rounds hours to four decimals.
    hours = round(total(group.rows("time"), "login") / 3600, 4)
    return divided(len(group.rows("taken")), hours)


@oracle("late_login", "early_logout")
def _punctual(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    rows = group.rows("shift")
    return divided(total(rows, "late" if slug == "late_login" else "early"), len(rows))


@oracle("turnover")
def _turnover(group: Group, arguments: dict[str, Any]) -> Figure:
    first, end = group.days()
    rows = [row for row in group.staff() if row["joined_on"] < end and row["left_on"] >= first]
    days = sum((min(row["left_on"], end - timedelta(days=1)) - max(row["joined_on"], first)).days + 1 for row in rows)
    return divided(len([row for row in rows if row["left_on"] < end]), round(days / (end - first).days, 4))


@oracle("tired_agents")
def _tired(group: Group, arguments: dict[str, Any]) -> Figure:
    first, end = group.days()
    shifts = group.every("worked")
    last = max((row["day"] for row in shifts), default=None)
    if last is None or first > last:
        return divided(0, 0)
    end = min(end, last + timedelta(days=1))
    legs = defaultdict(list)
    for leg in group.every("taken"):
        legs[leg["agent"]].append(leg)
    judged = tired = 0
    for agent in {row["agent"] for row in shifts}:
        counted = _counted([row for row in shifts if row["agent"] == agent], end)
        if len(counted) >= 5 and group.holds(max(counted, key=lambda row: row["offered_at"])):
            judged += 1
            tired += _busy(counted) and _slowed(counted, legs[agent])
    return divided(tired, judged)


def _counted(shifts: list[Row], end: date) -> list[Row]:
    """Return the agent's long shifts, five hours or more, on the last ten worked days within the sixty days before
    ``end``."""
    recent = [row for row in shifts if end - timedelta(days=60) <= row["day"] < end]
    days = sorted({row["day"] for row in recent})[-10:]
    return [row for row in recent if row["day"] in days and row["login"] >= 5 * 3600]


def _busy(shifts: list[Row]) -> bool:
    return bool(total(shifts, "oc") * 100 > 85 * total(shifts, "oc", "idle"))


def _slowed(shifts: list[Row], legs: list[Row]) -> bool:
    """Return whether contacts take over a fifth longer in the last two hours of shifts than in the first two.

    Contacts are compared within the same channel and moment, weighted by their number.
    """
    sides: dict[Any, tuple[list[Decimal], list[Decimal]]] = defaultdict(lambda: ([], []))
    for shift in shifts:
        for leg in legs:
            side = _side(shift, bucket_of(leg["offered_at"]))
            if side is not None and leg["talk"] is not None and inbound(leg):
                handle = leg["talk"] + (leg["hold"] or 0) + (leg["acw"] or 0)
                sides[leg["channel"], leg["moment"]][side].append(handle)
    early = late = Decimal(0)
    for before, after in sides.values():
        if before and after:
            early += (len(before) + len(after)) * sum(before, Decimal(0)) / len(before)
            late += (len(before) + len(after)) * sum(after, Decimal(0)) / len(after)
    return late * 10 > early * 12


def _side(shift: Row, bucket: datetime) -> int | None:
    """Return 0 if a quarter-hour is one of the shift's first eight, 1 if it is one of the last eight, else None."""
    starts, ends = shift["offered_at"], shift["ends"]
    if starts <= bucket < starts + TWO_HOURS:
        return 0
    return 1 if ends - TWO_HOURS <= bucket <= ends - QUARTER else None
