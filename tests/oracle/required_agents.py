"""Oracle of required agents: it counts quarter-hours one by one, and tries numbers of agents one by one. See
``figures``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import ceil
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.figures import Figure, contacts, of, oracle, total
from tests.oracle.question import Key
from tests.oracle.queueing import in_time, in_time_with_patience
from tests.oracle.selection import SelectedGroup, Selection

QUARTER = timedelta(minutes=15)
CALENDAR = ("year", "month", "day", "weekday", "time_of_day")


def arguments_of(slug: str, random: Random) -> dict[str, Any]:
    """Return random arguments for ``required_agents``."""
    if slug != "required_agents":
        return {}
    promise = {"within": random.choice([0, 2.5, 20, 90]), "level": random.choice([0.01, 0.5, 0.8, 0.95])}
    more: list[dict[str, Any]] = [{}, {"shrinkage": 0.3}, {"shrinkage": 0.95}, {"formula": "erlang_a", "patience": 60}]
    return promise | random.choice(more)


def seconds(selection: Selection, key: Key) -> float:
    """Return the seconds of the window that a row covers, up to the end of the last quarter-hour with data."""
    asked = selection.asked
    zone = asked.zone or selection.shared_zone
    assert zone is not None
    start, end = (
        (bound if bound.tzinfo is not None else bound.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
        for bound in (asked.start, asked.end)
    )
    horizon = selection.world.horizon
    assert horizon is not None
    end = min(end, horizon + QUARTER - timedelta(seconds=horizon.timestamp() % 900))
    site = next(code for code, row in selection.world.sites.items() if asked.zone or row["zone"] == zone)
    parts = [name for name in asked.keys if name == "start" or name in CALENDAR]
    wanted = [value for name, value in zip(asked.keys, key, strict=True) if name in parts]
    if asked.grain in ("hour", "quarter_hour") and isinstance(wanted[0], datetime):
        # Other quarter-hours cannot belong to the bucket.
        start, end = max(start, wanted[0]), min(end, wanted[0] + timedelta(hours=1))
    found = 0.0
    while start < end:
        row = {"offered_at": start, "offered_site": site}
        told = [selection.start(row) if name == "start" else selection.value(row, name) for name in parts]
        passes = all(
            (selection.value(row, name) in values) != negated
            for name, values, negated in asked.where
            if name in CALENDAR
        )
        found += 900 if passes and told == wanted else 0
        start += QUARTER
    return found


@oracle("required_agents")
def _required(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    rows = [row for row in contacts(group) if not row["asynchronous"]]
    arrived = [row for row in rows if row["outcome"] != "self_served"]
    timed = [row for row in of(rows, "handled") if row["talk"] is not None]
    handle = float(total(timed, "talk", "hold", "acw"))
    value = None
    if group.key and arrived and handle:
        length = seconds(group.selection, group.key)
        value = _agents(len(arrived) / length, handle / len(timed), arguments)
    return Figure(value, None, None, len(arrived))


def _agents(rate: float, handle: float, arguments: dict[str, Any]) -> int:
    within, patience = arguments.get("within", 20), arguments.get("patience")
    reached: Callable[[int], float] = lambda agents: (  # noqa: E731  # a choice of two formulas
        in_time(rate, handle, agents, within)
        if patience is None
        else in_time_with_patience(rate, handle, patience, agents, within)
    )
    agents = 1
    while reached(agents) < arguments.get("level", 0.8):
        agents += 1
    return ceil(round(agents / (1 - arguments.get("shrinkage", 0)), 6))
