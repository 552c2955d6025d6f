"""Oracles of live metrics: contacts waiting, expected waits and agents' states at an instant. See ``figures``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.agent_time import held_states, place
from tests.oracle.case_metrics import told_at
from tests.oracle.cases import horizon
from tests.oracle.figures import Figure, divided, oracle
from tests.oracle.queues import served
from tests.oracle.selection import SelectedGroup
from tests.oracle.truth import inbound
from tests.oracle.world import ATTRIBUTES, CHANNELS, Row, World

QUEUED = (
    *("partner", "site", "segment", "channel", "moment", "reason", "direction", "outcome", "transferred_to"),
    *("queue", "first_queue"),
    *ATTRIBUTES,
)
DOING = ("partner", "site", "team", "agent", "queue")
RANKS = ("on_contact", "acw", "available")
AGENTS = {
    "agents_available": ("available",),
    "agents_on_contact": ("on_contact",),
    "agents_in_acw": ("acw",),
    "agents_paused": ("break", "training", "meeting", "unavailable"),
}
POSSIBLE = {
    **dict.fromkeys(("contacts_waiting", "oldest_wait", "expected_wait"), QUEUED),
    **dict.fromkeys(AGENTS, DOING),
}
DAY, MONTH, HALF_HOUR = timedelta(days=1), timedelta(days=30), timedelta(minutes=30)


def arguments_of(slug: str, random: Random) -> dict[str, Any]:
    """Return random arguments for a live metric."""
    if slug != "expected_wait":
        return {}
    return random.choice([{}, {"method": "head_of_line"}])


def seen(world: World) -> datetime:
    """Return the last instant that the data reach, in contacts, cases or agents' states."""
    known = horizon(world)
    return known if world.seen is None else max(known, world.seen)


def _instants(group: SelectedGroup) -> dict[str, datetime]:
    """Return the instant that the figures of each site describe. Sites without such an instant are left out."""
    told = {site: told_at(group, site, seen(group.world)) for site in group.world.sites}
    # In UTC the day before an instant has 24 hours, even if clocks change.
    return {site: found[1].astimezone(UTC) for site, found in told.items() if found is not None}


def _of_group(group: SelectedGroup, row: Row) -> bool:
    asked = group.selection.asked
    filtered = all((row[name] in values) != negated for name, values, negated in asked.where)
    return filtered and (group.key is None or all(row[name] == group.part(name) for name in asked.by))


def _until(row: Row) -> datetime:
    """Return when a wait ended: at the answer or at the end of the contact, after at most thirty days.

    A contact in progress waits for thirty days, a contact of unknown wait not at all.
    """
    given_up: datetime = row["offered_at"] + MONTH
    if row["outcome"] == "in_progress":
        return given_up
    ended: datetime = row["offered_at"] + timedelta(seconds=float(row["wait"] or 0))
    return min(ended, given_up)


def _queued(group: SelectedGroup) -> list[tuple[Row, datetime]]:
    """Return the contacts that may be waiting, each with the instant of its site, if they were offered by then."""
    instants = _instants(group)
    return [
        (row, instants[row["site"]])
        for row in group.selection.truth.contacts
        if row["site"] in instants
        and row["outcome"] not in ("closed", "self_served")
        and inbound(row)
        and _of_group(group, row)
        and row["offered_at"] <= instants[row["site"]]
    ]


def _waits(group: SelectedGroup) -> list[float]:
    return [(instant - row["offered_at"]).total_seconds() for row, instant in _queued(group) if instant < _until(row)]


@oracle("contacts_waiting")
def _waiting(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    known = [row for row, instant in _queued(group) if row["offered_at"] > instant - DAY or instant < _until(row)]
    count = len(_waits(group)) if known else None
    return Figure(count, count, None, count)


@oracle("oldest_wait")
def _oldest(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    oldest = max(_waits(group), default=None)
    return Figure(oldest, oldest, None, None)


@oracle("expected_wait")
def _expected(group: SelectedGroup, arguments: dict[str, Any]) -> Figure:
    """Compute the expected wait. If the group mixes synchronous and asynchronous channels, only synchronous ones
    count."""
    asked = group.selection.asked
    tests = [(values, negated) for name, values, negated in asked.where if name == "channel"]
    channels = [code for code in CHANNELS if all((code in values) != negated for values, negated in tests)]
    whole = group.key is None or "channel" not in asked.by
    mixed = whole and len({CHANNELS[code][1] for code in channels}) == 2
    queued = [(row, instant) for row, instant in _queued(group) if not (mixed and row["asynchronous"])]
    if arguments.get("method") == "head_of_line":
        waits = [(instant - row["offered_at"]).total_seconds() for row, instant in queued if instant < _until(row)]
        return divided(max(waits, default=0), 1 if waits else 0, len(waits))
    lately = [
        Decimal(str(row["wait"]))
        for row, instant in queued
        if row["outcome"] == "handled" and row["wait"] is not None and instant - HALF_HOUR < _until(row) <= instant
    ]
    return divided(sum(lately, Decimal(0)), len(lately))


def _doing(group: SelectedGroup) -> list[str]:
    """Return the state of each logged-in agent of the group, at the instant of the site at which the agent works."""
    world = group.world
    clocks = _instants(group)
    found = []
    for agent in world.agents:
        rows = held_states(world, agent)
        for site, instant in clocks.items():
            held = [row for row in rows if row["started_at"] <= instant < row["held"]]
            if not held:
                continue
            row = min(held, key=_rank)
            team, at = place(world, row)
            told = {"agent": agent, "team": team, "site": at, "partner": world.sites[at]["partner"]}
            day = instant.astimezone(ZoneInfo(world.sites[at]["zone"])).date()
            ways = [{**told, "queue": queue} for queue in served(world, agent, team, day) or {None}]
            if at == site and any(_fits(group, way) for way in ways):
                found.append(row["state"])
    return found


def _fits(group: SelectedGroup, told: Row) -> bool:
    asked = group.selection.asked
    filtered = all((told[name] in values) != negated for name, values, negated in asked.where)
    return filtered and (group.key is None or all(told[name] == group.part(name) for name in asked.by))


def _rank(row: Row) -> tuple[int, float, str]:
    rank = RANKS.index(row["state"]) if row["state"] in RANKS else len(RANKS)
    return rank, -row["started_at"].timestamp(), row["source"]


@oracle(*AGENTS)
def _agents(group: SelectedGroup, arguments: dict[str, Any], slug: str) -> Figure:
    states = _doing(group)
    count = len([state for state in states if state in AGENTS[slug]]) if states else None
    return Figure(count, count, None, count)
