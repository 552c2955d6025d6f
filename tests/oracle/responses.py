"""Oracles of response times in open hours, and of replies after the first. See ``figures``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.oracle.calendars import open_seconds
from tests.oracle.figures import (
    Figure,
    Group,
    Number,
    contacts,
    divided,
    in_time,
    is_left_out,
    norm_of,
    of,
    oracle,
    total,
)
from tests.oracle.truth import LOST
from tests.oracle.world import Row


@oracle("first_response_time")
def _first(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = of(contacts(group), "handled")
    if arguments.get("hours", "calendar") == "calendar":
        return divided(total(rows, "wait"), len([row for row in rows if row["wait"] is not None]))
    rows = [row for row in rows if row["wait_open"] is not None]
    return divided(total(rows, "wait_open"), len(rows))


@oracle("next_reply_time")
def _next(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = [row for row in contacts(group, any_direction=group.names_direction) if row["replies"] is not None]
    return divided(total(rows, "reply_wait"), sum(row["replies"] for row in rows))


@oracle("service_level_open_hours")
def _level(group: Group, arguments: dict[str, Any]) -> Figure:
    """Compute the service level in open hours.

    Contacts count if the calendar of their site is known, each with the threshold that applies to it.
    """
    given, short = arguments.get("within"), arguments.get("short", 5)
    judged: list[tuple[Row, float]] = []
    waiting = 0
    for row in contacts(group):
        limit = given if given is not None else norm_of(group.world, row, "bad")
        if limit is None:
            continue
        if row["hours_known"] and not is_left_out(row, arguments):
            judged.append((row, limit))
        if row["outcome"] == "in_progress":
            assert group.world.horizon is not None
            age = open_seconds(group.world, row["site"], row["offered_at"], group.world.horizon)
            waiting += age is not None and age > limit
    ans, ab = ([each for each in judged if each[0]["outcome"] == name] for name in ("handled", "abandoned"))
    ans_in = sum((in_time(group.world, row["wait_open"], limit) for row, limit in ans), Decimal(0))
    ab_in = sum((in_time(group.world, row["wait_open"], limit) for row, limit in ab), Decimal(0))
    ab_short = sum((in_time(group.world, row["wait_open"], short) for row, _ in ab), Decimal(0))
    all_judged = len(ans) + len(ab) + len(of([row for row, _ in judged], "expired")) + waiting
    incoming = len(of([row for row, _ in judged], "handled", "self_served", *LOST)) + waiting
    levels: dict[str, tuple[Number, Number]] = {
        "offered": (ans_in, all_judged),
        "answered_only": (ans_in, len(ans)),
        "offered_ex_short": (ans_in, all_judged - ab_short),
        "abandon_neutral": (ans_in, all_judged - ab_in),
        "short_as_met": (ans_in + ab_short, all_judged),
        "removed_within": (ans_in + ab_in, all_judged),
        "all_incoming": (ans_in, incoming),
    }
    return divided(*levels[arguments.get("formula", "offered")])
