"""Oracles of required agents and of the service of a number of agents. See ``figures``.

They count quarter-hours one by one, and try numbers of agents one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import ceil
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.figures import Figure, contacts, of, oracle, total
from tests.oracle.question import STEPS, Key
from tests.oracle.queueing import in_time, in_time_with_patience, wait, with_patience
from tests.oracle.selection import SelectedGroup, Selection

QUARTER = timedelta(minutes=15)
SLUGS = (
    "required_agents",
    "expected_service_level",
    "expected_asa",
    "expected_occupancy",
    "expected_abandonment",
)
CALENDAR = ("year", "month", "day", "weekday", "time_of_day")


def arguments_of(slug: str, random: Random) -> dict[str, Any]:
    """Return random arguments for a metric of staffing."""
    if slug not in SLUGS:
        return {}
    if slug != "required_agents":
        return _expected_arguments(slug, random)
    promise = {"within": random.choice([0, 2.5, 20, 90]), "level": random.choice([0.01, 0.5, 0.8, 0.95])}
    more: list[dict[str, Any]] = [{}, {"shrinkage": 0.3}, {"shrinkage": 0.95}, {"formula": "erlang_a", "patience": 60}]
    bounds: list[dict[str, Any]] = [{}, {}, {"max_occupancy": 0.6}, {"concurrency": 3}]
    return promise | random.choice(more) | random.choice(bounds)


def _expected_arguments(slug: str, random: Random) -> dict[str, Any]:
    found: dict[str, Any] = {"agents": random.choice([1, 1, 2, 7])}
    if slug == "expected_abandonment" or random.random() < 0.5:
        found["patience"] = random.choice([5, 60])
    if slug == "expected_service_level" and random.random() < 0.7:
        found["within"] = random.choice([0, 2.5, 90])
    return found | random.choice([{}, {"concurrency": 3}])


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
    if asked.grain in STEPS and isinstance(wanted[0], datetime):
        # Other quarter-hours cannot belong to the bucket.
        start, end = max(start, wanted[0]), min(end, wanted[0] + timedelta(hours=1))
    found = 0.0
    while start < end:
        row = {"offered_at": start, "offered_site": site}
        told = [selection.key(row, name) for name in parts]
        passes = all(
            (selection.value(row, name) in values) != negated
            for name, values, negated in asked.where
            if name in CALENDAR
        )
        found += 900 if passes and told == wanted else 0
        start += QUARTER
    return found


@oracle(*SLUGS)
def _staffing(group: SelectedGroup, arguments: dict[str, Any], slug: str) -> Figure:
    rows = [row for row in contacts(group) if not row["asynchronous"]]
    arrived = [row for row in rows if row["outcome"] != "self_served"]
    timed = [row for row in of(rows, "handled") if row["talk"] is not None]
    handle = float(total(timed, "talk", "hold", "acw"))
    value = None
    if group.key and arrived and handle:
        length = seconds(group.selection, group.key)
        compute = _agents if slug == "required_agents" else EXPECTED[slug]
        value = compute(len(arrived) / length, handle / len(timed), arguments)
    return Figure(value, None, None, len(arrived))


def _agents(rate: float, handle: float, arguments: dict[str, Any]) -> int:
    level, bound = arguments.get("level", 0.8), arguments.get("max_occupancy", 1)
    agents = 1
    while True:
        tried = arguments | {"agents": agents}
        if (_service_level(rate, handle, tried) or 0) >= level and round(
            _occupancy(rate, handle, tried) or 2, 9
        ) <= bound:
            break
        agents += 1
    return ceil(round(agents / (1 - arguments.get("shrinkage", 0)), 6))


def _service_level(rate: float, handle: float, arguments: dict[str, Any]) -> float | None:
    agents, within = _places(arguments), arguments.get("within", 20)
    if "patience" in arguments:
        return in_time_with_patience(rate, handle, arguments["patience"], agents, within)
    return in_time(rate, handle, agents, within) if rate * handle < agents else None


def _asa(rate: float, handle: float, arguments: dict[str, Any]) -> float | None:
    agents = _places(arguments)
    if "patience" in arguments:
        return with_patience(rate, handle, arguments["patience"], agents)[0]
    return wait(rate, handle, agents) if rate * handle < agents else None


def _occupancy(rate: float, handle: float, arguments: dict[str, Any]) -> float | None:
    agents = _places(arguments)
    if "patience" in arguments:
        return with_patience(rate, handle, arguments["patience"], agents)[1]
    return rate * handle / agents if rate * handle < agents else None


def _abandonment(rate: float, handle: float, arguments: dict[str, Any]) -> float | None:
    return with_patience(rate, handle, arguments["patience"], _places(arguments))[2]


def _places(arguments: dict[str, Any]) -> int:
    """Return how many contacts the agents can handle at the same time."""
    return int(arguments["agents"] * arguments.get("concurrency", 1))


EXPECTED: dict[str, Callable[[float, float, dict[str, Any]], float | None]] = {
    "expected_service_level": _service_level,
    "expected_asa": _asa,
    "expected_occupancy": _occupancy,
    "expected_abandonment": _abandonment,
}
