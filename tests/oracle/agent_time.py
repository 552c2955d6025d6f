"""Agents' time in the made-up contact centre: random states, schedules and employment dates. The seconds of each kind
are computed from them in plain Python, interval by interval."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.world import Row, World

QUARTER = timedelta(minutes=15)
GAP = timedelta(hours=4)
#: The share of states without an end.
OPEN_SHARE = 0.15
#: A ten-thousandth of an hour, the precision of hours in figures. All instants lie on this grid, so that rounding
#: cannot hide an error.
GRID = timedelta(milliseconds=360)
TIMES = ("oc", "idle", "login", "planned", "adherent", "rostered", "unavailable")
STATES = ("available", "on_contact", "on_contact", "acw", "break", "training", "meeting", "unavailable", "offline")
STATE_RANK = {"on_contact": 1, "acw": 1, "available": 2, "break": 3, "training": 3, "meeting": 3, "unavailable": 3}
ACTIVITY_RANK = {"absence": 1, "training": 2, "meeting": 3, "break": 4, "work": 5}
SLUGS = ("occupancy", "utilisation", "adherence", "shrinkage", "contacts_per_agent_hour")
SHIFT_SLUGS = ("late_login", "early_logout")
PERSON_SLUGS = ("turnover", "tired_agents")


def with_time(world: World, seed: int, *, days: int = 9) -> World:
    """Add employment dates, states and schedules on days around the world's centres. Return the world."""
    random = Random(seed)
    for agent in world.agents:
        joined = random.choice([None, *[world.centres[0] + timedelta(days=each) for each in (-400, -3, 0, 2)]])
        left = (joined or world.centres[0]) + timedelta(days=random.randrange(60)) if random.random() < 0.5 else None
        world.employed[agent] = (joined, left)
        for centre in world.centres:
            for number in range(-days // 2, days // 2):
                if random.random() < 0.75:
                    put(world, *shift(world, random, agent, centre + timedelta(days=number)))
    return world


def put(world: World, states: Iterable[Row], schedules: Iterable[Row]) -> None:
    """Store states and schedules, replacing rows of the same key, and record how far the states of each site reach."""
    for row in schedules:
        world.schedules[row["source"], row["agent"], row["starts_at"]] = row
    for row in states:
        world.states[row["source"], row["agent"], row["state"], row["started_at"]] = row
        _, site = place(world, row)
        seen = row["ended_at"] or row["started_at"]
        world.seen = max(seen, world.seen or seen)
        world.reached[site] = max(seen, world.reached.get(site, seen))
        world.states_reach[row["source"]] = max(seen, world.states_reach.get(row["source"], seen))


def place(world: World, row: Row) -> tuple[str | None, str]:
    """Return the team and the site of a row: its own if given, else the agent's team and that team's site."""
    team = row["team"] or world.agents[row["agent"]]
    site = row["site"] or (world.teams[team] if team else None)
    assert site is not None
    return team, site


def held_states(world: World, agent: str) -> list[Row]:
    """Return the agent's states other than offline with the end that counts.

    A state without an end is held until the agent's next state (withdrawn rows are none), at most for the hours of the
    cap (``held``). It counts as time until then, or up to the horizon of its source (``until``).
    """
    rows = [row for row in world.states.values() if row["agent"] == agent]
    starts = sorted(row["started_at"] for row in rows if row["ended_at"] != row["started_at"])
    found = []
    for row in rows:
        held = until = row["ended_at"]
        if held is None:
            later = bisect_right(starts, row["started_at"])
            held = row["started_at"] + timedelta(hours=world.open_state_hours)
            held = min([held, *starts[later : later + 1]])
            until = min(held, world.states_reach[row["source"]])
        if row["state"] != "offline":
            found.append({**row, "held": held, "until": until})
    return found


def shift(world: World, random: Random, agent: str, day: date) -> tuple[list[Row], list[Row]]:
    """Return random states and schedules of an agent for a shift that begins on a day and may pass midnight."""
    zone = random.choice([site["zone"] for site in world.sites.values()])
    begins = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    begins += timedelta(minutes=random.choice([0, 120, 480, 487, 540, 840, 1_260]))
    where = _where(world, random, agent)
    schedules = [_planned(random, where, "work", begins, random.randrange(60, 540))]
    ends = schedules[0]["ends_at"]
    for activity in ("break", "training", "meeting", "absence"):
        if random.random() < 0.3:
            since = begins + timedelta(seconds=random.randrange(1, max(2, int((ends - begins).total_seconds()))))
            schedules.append(_planned(random, where, activity, since, random.randrange(1, 150)))
    if random.random() < 0.3:
        later = ends + timedelta(minutes=random.choice([30, 180, 239, 240, 300]))
        schedules.append(_planned(random, _where(world, random, agent), "work", later, random.randrange(30, 200)))
    at = _snapped(begins + timedelta(milliseconds=random.randrange(-900_000, 900_000)))
    states = []
    if random.random() < 0.9:
        while at < ends + timedelta(minutes=random.randrange(-40, 20)):
            states.append(_did(random, where, at))
            at = states[-1]["ended_at"] + GRID * random.choice([0, 0, 0, 3, -251, 1_111])
            if Random(f"{agent} {at} open").random() < OPEN_SHARE:
                states[-1]["ended_at"] = None
            if random.random() < 0.1:
                where = _where(world, random, agent)
    return states, schedules


def _where(world: World, random: Random, agent: str) -> Row:
    team = random.choice([None, None, *world.teams])
    known = world.teams.get(team or world.agents[agent] or "")
    site = random.choice([None, *world.sites]) if known else random.choice([*world.sites])
    return {"source": random.choice(["acd", "acd", "wfm"]), "agent": agent, "team": team, "site": site}


def _planned(random: Random, where: Row, activity: str, since: datetime, minutes: int) -> Row:
    starts = _snapped(since + timedelta(milliseconds=random.randrange(60_000)))
    return {
        **where,
        "activity": activity,
        "starts_at": starts,
        "ends_at": _snapped(starts + timedelta(minutes=minutes)),
    }


def _did(random: Random, where: Row, at: datetime) -> Row:
    length = GRID * random.choice([0, 55, 835, 2_500, 7_500, random.randrange(11_000)])
    return {
        **where,
        "state": random.choice(STATES),
        "started_at": at,
        "ended_at": at + length,
    }


def taken_back(random: Random, rows: dict[tuple[Any, ...], Row], starts: str, ends: str) -> list[Row]:
    """Return corrections of some stored rows: each ends halfway, or at its start, which withdraws it. A state without
    an end ends after an hour at most, and some other states lose their end."""
    found = []
    for row in random.sample([*rows.values()], min(len(rows), random.choice([0, 3, 12]))):
        length = (row[ends] or row[starts] + timedelta(hours=1)) - row[starts]
        share = random.choice([0, 0.5])
        found.append({**row, ends: _snapped(row[starts] + share * length)})
        if ends == "ended_at" and Random(f"{row} reopened").random() < OPEN_SHARE:
            found[-1][ends] = None
    return found


def _snapped(instant: datetime) -> datetime:
    return instant - (instant - datetime(2000, 1, 1, tzinfo=UTC)) % GRID


# What the oracle derives from these rows.


def bucket_of(instant: datetime) -> datetime:
    """Return the start of the quarter-hour that contains an instant."""
    seconds = int(instant.timestamp()) // 900 * 900
    return datetime.fromtimestamp(seconds, UTC)


def times(world: World) -> list[Row]:
    """Return the seconds by agent, quarter-hour, site and team. Each instant counts once, even if states overlap."""
    found: dict[tuple[Any, ...], Row] = {}
    for agent in world.agents:
        done, planned = intervals(world, agent)
        for bucket, starts, ends, did, plan in _moments(done, planned):
            seconds = Decimal(str((ends - starts).total_seconds()))
            productive = did is not None and did["rank"] <= 2
            if did is not None:
                cell = _cell(world, found, agent, bucket, did)
                cell["login"] += seconds
                cell["oc"] += seconds if did["rank"] == 1 else 0
                cell["idle"] += seconds if did["rank"] == 2 else 0
            if plan is not None:
                cell = _cell(world, found, agent, bucket, plan)
                cell["rostered"] += seconds
                cell["unavailable"] += 0 if productive else seconds
                cell["planned"] += seconds if plan["activity"] == "work" else 0
                cell["adherent"] += seconds if plan["activity"] == "work" and productive else 0
    return [*found.values()]


def _cell(world: World, found: dict[tuple[Any, ...], Row], agent: str, bucket: datetime, held: Row) -> Row:
    key = (agent, bucket, held["site"], held["team"])
    if key not in found:
        found[key] = placed_at(world, agent, held["site"], held["team"], bucket) | dict.fromkeys(TIMES, Decimal(0))
    return found[key]


def placed_at(world: World, agent: str, site: str, team: str | None, instant: datetime) -> Row:
    partner = world.sites[site]["partner"]
    return {"agent": agent, "site": site, "offered_site": site, "team": team, "partner": partner, "offered_at": instant}


def intervals(world: World, agent: str) -> tuple[list[Row], list[Row]]:
    """Return the agent's states other than offline, and the scheduled activities.

    An activity is cut off where the states of its site end. Activities at sites without states are left out.
    """
    done, planned = [], []
    for row in held_states(world, agent):
        team, site = place(world, row)
        span = {"since": row["started_at"], "starts": row["started_at"], "ends": row["until"]}
        done.append({**span, "rank": STATE_RANK[row["state"]], "team": team, "site": site})
    for row in world.schedules.values():
        team, site = place(world, row)
        if row["agent"] == agent and site in world.reached:
            span = {"since": row["starts_at"], "starts": row["starts_at"]}
            span["ends"] = min(row["ends_at"], world.reached[site])
            rank = ACTIVITY_RANK[row["activity"]]
            planned.append({**span, "rank": rank, "activity": row["activity"], "team": team, "site": site})
    return done, planned


def _moments(
    done: Sequence[Row], planned: Sequence[Row]
) -> Iterable[tuple[datetime, datetime, datetime, Row | None, Row | None]]:
    """Yield the intervals within a quarter-hour in which state and activity do not change.

    Each is the quarter-hour, start, end, state (or None) and activity (or None).
    """
    reaching: dict[datetime, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for which, rows in enumerate((done, planned)):
        for row in rows:
            bucket = bucket_of(row["starts"])
            while bucket < row["ends"]:
                reaching[bucket][which].append(row)
                bucket += QUARTER
    for bucket, (states, plans) in reaching.items():
        edges = {bucket, bucket + QUARTER}
        edges |= {row[name] for row in (*states, *plans) for name in ("starts", "ends")}
        inside = sorted(edge for edge in edges if bucket <= edge <= bucket + QUARTER)
        for starts, ends in pairwise(inside):
            yield bucket, starts, ends, _holding(states, starts), _holding(plans, starts)


def _holding(rows: Sequence[Row], instant: datetime) -> Row | None:
    there = [row for row in rows if row["starts"] <= instant < row["ends"]]
    return min(there, key=lambda row: (row["rank"], -row["since"].timestamp())) if there else None


def taken(legs: Sequence[Row], worked: Sequence[Row]) -> list[Row]:
    """Return the legs taken within a worked shift of their agent. ``offered_at`` becomes the instant of taking the leg,
    ``offered_site`` the site of the leg."""
    shifts = defaultdict(list)
    for shift in worked:
        shifts[shift["agent"]].append((shift["offered_at"], shift["ends"]))
    found = []
    for leg in legs:
        instant = leg["started_at"] or leg.get("answered_at") or leg["offered_at"]
        if any(starts <= instant < ends for starts, ends in shifts[leg["agent"]]):
            found.append({**leg, "offered_at": instant, "offered_site": leg["site"]})
    return found


def staff(world: World) -> list[Row]:
    """Return the agents whose first day is known, with their present team and their dates of employment."""
    found = []
    for agent, (joined, left) in world.employed.items():
        team = world.agents[agent]
        site = world.teams[team] if team else None
        partner = world.sites[site]["partner"] if site else None
        if joined is not None:
            row = {"agent": agent, "team": team, "site": site, "partner": partner}
            found.append({**row, "joined_on": joined, "left_on": left or date.max})
    return found
