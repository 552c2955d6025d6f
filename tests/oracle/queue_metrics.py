"""Oracles of queues: visits by how they ended, their waits and their service level. See ``figures``."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from tests.oracle.figures import Figure, Group, counted, divided, in_time, norm_of, oracle, total
from tests.oracle.world import Row, World

SLUGS = {
    "queue_offered": None,
    "queue_answered": ("answered",),
    "queue_abandoned": ("abandoned",),
    "queue_flowed_out": ("flowed_out",),
    "queue_timed_out": ("timed_out",),
    "queue_deflected": ("deflected",),
    "queue_waiting": (None,),
    "queue_answer_rate": ("answered",),
    "queue_abandonment_rate": ("abandoned",),
    "flow_out_rate": ("flowed_out",),
    "queue_timeout_rate": ("timed_out",),
    "queue_deflection_rate": ("deflected",),
}
LEVELS = ("offered", "answered_only", "offered_ex_short", "abandon_neutral", "all_incoming")
ALL = (*SLUGS, "queue_unknown_waits", "queue_service_level", "queue_asa", "queue_time_to_abandon", "queue_wait_max")


@oracle(*SLUGS)
def _visits(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    rows, exits = group.rows("visit"), SLUGS[slug]
    some = [row for row in rows if exits is None or row["exit"] in exits]
    if not slug.endswith("_rate"):
        return counted(len(some))
    return divided(len(some), len([row for row in rows if row["exit"] is not None]))


@oracle("queue_unknown_waits")
def _unknown(group: Group, arguments: dict[str, Any]) -> Figure:
    kinds = {"answered": ("answered",), "abandoned": ("abandoned",)}
    exits = kinds.get(arguments.get("of", "all"), ("answered", "abandoned", "flowed_out", "timed_out"))
    rows = [row for row in group.rows("visit") if row["exit"] in exits]
    unknown = len([row for row in rows if row["wait"] is None])
    return Figure(unknown, unknown, None, len(rows))


@oracle("queue_asa", "queue_time_to_abandon")
def _mean(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    exit_ = "answered" if slug == "queue_asa" else "abandoned"
    rows = [row for row in group.rows("visit") if row["exit"] == exit_ and row["wait"] is not None]
    return divided(total(rows, "wait"), len(rows))


@oracle("queue_wait_max")
def _longest(group: Group, arguments: dict[str, Any]) -> Figure:
    waits = [
        row["wait"] for row in group.rows("visit") if row["exit"] not in (None, "deflected") and row["wait"] is not None
    ]
    return Figure(max(waits, default=None), max(waits, default=None), None, None)


def _norm(world: World, row: Row, bound: str) -> float | None:
    """Return the norm of a visit: that of its queue, or else that of its channel on its day."""
    own = world.queues.get(row["queue"] or "")
    if own is not None:
        return float(own[0 if bound == "good" else 1])
    return norm_of(world, row, bound)


@oracle("queue_service_level")
def _level(group: Group, arguments: dict[str, Any]) -> Figure:
    world, given, formula = group.world, arguments.get("within"), arguments.get("formula", "offered")
    above, below = Decimal(0), Decimal(0)
    short = arguments.get("short", 5)
    for row in group.rows("visit"):
        limit = given if given is not None else _norm(world, row, arguments.get("bound", "end"))
        if limit is None:
            continue
        exit_, unknown = row["exit"], row["wait"] is None
        timely = in_time(world, row["wait"], limit)
        if exit_ is None:
            assert world.horizon is not None
            late = (world.horizon - row["offered_at"]).total_seconds() > limit
            below += late if formula != "answered_only" else 0
            continue
        if formula == "answered_only" and exit_ != "answered":
            continue
        if unknown and exit_ != "deflected" and arguments.get("unknown_waits") != "missed":
            continue
        above += timely if exit_ == "answered" else 0
        if formula == "all_incoming":
            below += 1
        elif exit_ in ("flowed_out", "timed_out"):
            below += 1 - timely
        elif exit_ == "abandoned":
            spared = {"offered_ex_short": in_time(world, row["wait"], short), "abandon_neutral": timely}
            below += 1 - spared.get(formula, Decimal(0))
        elif exit_ == "answered":
            below += 1
    return divided(above, below)


def arguments_of(slug: str, random: Random, thresholds: tuple[float, ...]) -> dict[str, Any]:
    """Return random arguments for a metric of queues."""
    if slug == "queue_unknown_waits":
        return {"of": random.choice(["all", "answered", "abandoned"])}
    if slug != "queue_service_level":
        return {}
    found: dict[str, Any] = {}
    if random.random() < 0.6:
        found["within"] = random.choice(thresholds)
    elif random.random() < 0.3:
        found["bound"] = "good"
    if random.random() < 0.7:
        found["formula"] = random.choice(LEVELS)
    if random.random() < 0.3:
        found["short"] = random.choice([5, 20, 2.5])
    if random.random() < 0.3:
        found["unknown_waits"] = "missed"
    return found
