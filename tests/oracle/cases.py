"""Cases of the made-up contact centre as a source delivers them, and the runs, steps and contacts derived from them.

No SQL: the rules of the definitions are implemented a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.oracle.callbacks import LOST, SERVED, got_through
from tests.oracle.world import CHANNELS, MOMENTS, REASONS, SEGMENTS, Row, World, instant

WEEK = timedelta(days=7)
#: Metrics over steps (flows), and metrics of the state at an instant (stocks). Stocks have no weekday or time of day.
FLOWS = (
    "cases_opened",
    "cases_resolved",
    "case_first_response_time",
    "resolved_within",
    "resolution_rate",
    "reopen_rate",
    "resolution_time",
    "complaint_resolution_time",
    "contacts_per_resolution",
)
STOCKS = ("backlog", "backlog_age", "oldest_open", "days_to_clear")
EXCLUDED = ("test", "duplicate", "wrong_number")


def case(world: World, random: Random, source: str, number: str) -> tuple[Row, list[Row]]:
    """Return a random case and its reopenings."""

    def perhaps(*values: Any) -> Any:
        return random.choice([None, *values])

    site = random.choice([*world.sites])
    at = instant(world, random, world.sites[site]["zone"])
    agent = perhaps(*world.agents)
    row: Row = {
        "source": source, "case": number, "customer": perhaps(*list(world.customers)[:4]), "site": site,
        "segment": perhaps(*SEGMENTS), "channel": perhaps(*CHANNELS), "moment": perhaps(*MOMENTS),
        "reason": perhaps(*REASONS), "team": perhaps(*world.teams) if agent is None else None, "agent": agent,
        "opened_at": at,
        "answered_at": perhaps(at, at + timedelta(seconds=random.randrange(600_000))),
    }  # fmt: skip
    ended = _ended(row, random, at)
    reopenings: list[Row] = []
    while ended is not None and len(reopenings) < 4 and random.random() < 0.4:
        at = _later(random, ended)
        again: Row = {"source": source, "case": number, "reopening": len(reopenings) + 1, "reopened_at": at}
        ended = _ended(again, random, at)
        reopenings.append(again)
    return row, reopenings


def _ended(row: Row, random: Random, at: datetime) -> datetime | None:
    """Resolve the run, close it, do both or neither. Return the later of the two instants, or None."""
    sort = random.choice(["resolved", "resolved", "both", "closed", "open"])
    row["resolved_at"] = _later(random, at) if sort in ("resolved", "both") else None
    row["closed_at"] = _later(random, row["resolved_at"] or at) if sort in ("both", "closed") else None
    ended: datetime | None = row["closed_at"] or row["resolved_at"]
    return ended


def _later(random: Random, at: datetime) -> datetime:
    return at + random.choice([timedelta(0), timedelta(seconds=random.randrange(90_000)), timedelta(days=9, hours=3)])


def put_case(world: World, row: Row, reopenings: list[Row]) -> None:
    """Store a case, replacing an earlier one with the same number. Stored reopenings that are not given remain."""
    key = (row["source"], row["case"])
    world.cases[key] = row
    kept = {each["reopening"]: each for each in world.reopenings.get(key, [])}
    world.reopenings[key] = [*(kept | {each["reopening"]: each for each in reopenings}).values()]
    instants = [value for each in (row, *reopenings) for value in each.values() if isinstance(value, datetime)]
    world.case_horizon = max([*instants, world.case_horizon or instants[0]])


def with_cases(world: World, count: int) -> World:
    """Add ``count`` cases to the world and return it."""
    for number in range(count):
        random = Random(number)
        put_case(world, *case(world, random, random.choice(["crm", "crm", "old"]), f"K{number:02d}"))
    return world


def horizon(world: World) -> datetime:
    """Return the instant up to which cases can be judged: the later of the last contact offered and the last step of a
    case."""
    return max(each for each in (world.horizon, world.case_horizon) if each is not None)


def runs_of(world: World, contacts: Sequence[Row]) -> list[Row]:
    """Return the runs of all cases, with the attributes of their case.

    A run lasts from an opening or reopening to its resolution, or to its closing if it was not resolved.
    """
    linked: dict[tuple[str, str], list[Row]] = {}
    for each in contacts:
        counts = each["parent"] is None and each["direction"] == "inbound"
        if each.get("case") is not None and counts and each["outcome"] not in (*EXCLUDED, "closed"):
            linked.setdefault((each["source"], each["case"]), []).append(each)
    found = []
    for key, row in world.cases.items():
        told = _completed(world, row, linked.get(key, []))
        again = sorted(world.reopenings.get(key, []), key=lambda each: each["reopening"])
        runs = [{**told, "run": 0, "began_at": row["opened_at"]}]
        for each in again:
            ends = {"resolved_at": each["resolved_at"], "closed_at": each["closed_at"]}
            runs.append({**told, **ends, "run": each["reopening"], "began_at": each["reopened_at"]})
        for run in runs:
            run["ended_at"] = run["resolved_at"] or run["closed_at"]
            run["last"] = run is runs[-1]
        resolved = [run for run in runs if run["resolved_at"]]
        for run in runs:
            run["stands_resolved"] = runs[-1]["resolved_at"] is not None
            run["finally_resolved_at"], run["finally_closed_at"] = runs[-1]["resolved_at"], runs[-1]["closed_at"]
            run["first_resolved"] = bool(resolved) and run is resolved[0]
        found.extend(runs)
    return found


def _completed(world: World, row: Row, contacts: list[Row]) -> Row:
    """Return a case with its number of contacts and attempts. Attributes that the source does not give come from the
    case's first contact."""
    told = {**row, "direction": None, "outcome": None}
    if told["moment"] is None and told["reason"] is not None:
        told["moment"] = REASONS[told["reason"]]
    if told["team"] is None and told["agent"] is not None:
        told["team"] = world.agents[told["agent"]]
    if contacts:
        first = min(contacts, key=lambda each: (each["offered_at"], each["contact"]))
        for name in ("customer", "segment", "channel"):
            told[name] = told[name] if told[name] is not None else first[name]
        for pair in (("moment", "reason"), ("team", "agent")):
            if all(told[name] is None for name in pair):
                told |= {name: first[name] for name in pair}
    told["contacts"] = len([each for each in contacts if got_through(each)])
    told["attempts"] = len([each for each in contacts if each["outcome"] in (*SERVED, *LOST, "callback")])
    told["partner"] = world.sites[row["site"]]["partner"]
    told["complaint"] = MOMENTS.get(told["moment"] or "", False)
    return told


def steps_of(world: World, runs: Iterable[Row]) -> list[Row]:
    """Return the steps of the runs. ``offered_at`` is the instant of the step, as in every row of the oracle."""
    found = []
    for run in runs:
        begun = "opened" if run["run"] == 0 else "reopened"
        for step, at in ((begun, run["began_at"]), ("resolved", run["resolved_at"]), ("closed", run["closed_at"])):
            if at is not None:
                mature = horizon(world) - at >= WEEK
                found.append({**run, "step": step, "offered_at": at, "offered_site": run["site"], "mature": mature})
    return found
