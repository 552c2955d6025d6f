"""Shifts of the made-up agents: worked shifts, and planned shifts that are over."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from tests.oracle.agent_time import ACTIVITY_RANK, GAP, QUARTER, held_states, place, placed_at
from tests.oracle.world import Row, World


def worked_shifts(world: World, rows: Sequence[Row]) -> list[Row]:
    """Return the worked shifts: runs of quarter-hours with login time that are less than four hours apart."""
    by_agent: dict[str, dict[datetime, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["login"]:
            by_agent[row["agent"]][row["offered_at"]].append(row)
    found = []
    for agent, buckets in by_agent.items():
        runs: list[list[datetime]] = []
        for bucket in sorted(buckets):
            if runs and bucket - (runs[-1][-1] + QUARTER) < GAP:
                runs[-1].append(bucket)
            else:
                runs.append([bucket])
        for run in runs:
            first = max(buckets[run[0]], key=lambda row: row["login"])
            cells = [row for bucket in run for row in buckets[bucket]]
            sums = {name: sum(cell[name] for cell in cells) for name in ("oc", "idle", "login")}
            placed = placed_at(world, agent, first["site"], first["team"], run[0])
            found.append({**placed, **sums, "ends": run[-1] + QUARTER})
    return found


def planned_shifts(world: World) -> list[Row]:
    """Return the planned shifts that are over and that the agent logged in to, with the seconds of late login and early
    logout."""
    found = []
    for agent in world.agents:
        rows = [row for row in world.schedules.values() if row["agent"] == agent]
        states = held_states(world, agent)
        for starts, ends in _runs_of_work(rows):
            covering = [
                row for row in rows if row["activity"] == "work" and row["starts_at"] <= starts < row["ends_at"]
            ]
            team, site = place(world, max(covering, key=lambda row: row["starts_at"]))
            logged = [
                row for row in states if row["started_at"] < ends and row["until"] > max(starts, row["started_at"])
            ]
            if site not in world.reached or ends > world.reached[site] or not logged:
                continue
            late = min(max(row["started_at"], starts) for row in logged) - starts
            early = ends - max(min(row["until"], ends) for row in logged)
            found.append({
                **placed_at(world, agent, site, team, starts),
                "late": Decimal(str(late.total_seconds())), "early": Decimal(str(early.total_seconds())),
            })  # fmt: skip
    return found


def _runs_of_work(rows: Sequence[Row]) -> list[tuple[datetime, datetime]]:
    """Return the start of the first and the end of the last planned work in each run of activities.

    Where activities overlap, the one with the lowest number in ``ACTIVITY_RANK`` applies.
    """
    edges = sorted({row[name] for row in rows for name in ("starts_at", "ends_at")})
    held: list[Row | None] = [None] * len(edges)
    for row in sorted(rows, key=lambda row: -ACTIVITY_RANK[row["activity"]]):
        for number in range(bisect_left(edges, row["starts_at"]), bisect_left(edges, row["ends_at"])):
            held[number] = row
    runs: list[list[tuple[datetime, datetime, str]]] = []
    for (starts, ends), holder in zip(pairwise(edges), held, strict=False):
        if holder is None or holder["activity"] == "absence":
            continue
        if not runs or starts - runs[-1][-1][1] >= GAP:
            runs.append([])
        runs[-1].append((starts, ends, holder["activity"]))
    works = [[each for each in run if each[2] == "work"] for run in runs]
    return [(work[0][0], work[-1][1]) for work in works if work]
