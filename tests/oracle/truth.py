"""The facts that follow from a world's rows, computed in plain Python: counted contacts, legs, cases and others.

No SQL and no code of the compiler: the rules of the metric dictionary are implemented a second time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from tests.oracle import agent_time, shifts
from tests.oracle.calendars import has_known_hours, open_wait
from tests.oracle.callbacks import calls_of, entries_of, follow_up, got_through, promises_of
from tests.oracle.cases import runs_of, steps_of
from tests.oracle.goodwill import goodwill_of, losses_of
from tests.oracle.queues import queues_of, visits_of
from tests.oracle.surveys import sendings_of, surveys_of
from tests.oracle.world import CHANNELS, MOMENTS, REASONS, Row, World

WEEK = timedelta(days=7)
LOST = ("abandoned", "deflected", "expired")
PENDING = ("in_progress", "callback")
EXCLUDED = ("test", "duplicate", "wrong_number")


@dataclass(frozen=True)
class Truth:
    """The facts of a world. Contacts are those that count: without callbacks, which belong to their request, and
    without tests."""

    world: World
    contacts: list[Row]
    legs: list[Row]
    visits: list[Row]
    cases: list[Row]
    surveys: list[Row]
    sendings: list[Row]
    gestures: list[Row]
    losses: list[Row]
    promises: list[Row]
    entries: list[Row]
    runs: list[Row]
    steps: list[Row]
    times: list[Row]
    worked: list[Row]
    shifts: list[Row]
    taken: list[Row]
    staff: list[Row]


def truth(world: World) -> Truth:
    """Derive all facts from the rows of a world."""
    complete = [_complete(world, row) for row in world.contacts.values()]
    counted = [row for row in complete if row["parent"] is None and row["outcome"] not in EXCLUDED]
    calls = calls_of(world, complete)
    follow_up(world, complete, calls)
    _repeats(counted)
    legs = [leg for row in counted if row["outcome"] == "handled" for leg in row["legs"]]
    surveys, gestures = surveys_of(world, complete), goodwill_of(world, complete)
    promises = promises_of(world, complete, calls)
    entries = entries_of(counted, promises, calls)
    cases, losses = _cases(world, counted), losses_of(world)
    runs = runs_of(world, complete)
    steps = steps_of(world, runs)
    times = agent_time.times(world)
    worked = [{**row, "day": local(row, world).date()} for row in shifts.worked_shifts(world, times)]
    return Truth(
        world=world,
        contacts=counted,
        legs=legs,
        visits=visits_of(world, complete),
        cases=cases,
        surveys=surveys,
        sendings=sendings_of(surveys),
        gestures=gestures,
        losses=losses,
        promises=promises,
        entries=entries,
        runs=runs,
        steps=steps,
        times=times,
        worked=worked,
        shifts=shifts.planned_shifts(world),
        taken=agent_time.taken(legs, worked),
        staff=agent_time.staff(world),
    )


def local(row: Row, world: World) -> datetime:
    """Return the instant of a row (for a contact, that of its offer) on the wall clock of its site."""
    zone = ZoneInfo(world.sites[row["site"]]["zone"])
    found: datetime = row["offered_at"].astimezone(zone)
    return found.replace(tzinfo=None)


def _complete(world: World, row: Row) -> Row:
    """Return the contact with the attributes that follow from its legs, calendar and tariffs."""
    found = {**row, "preceded": False}
    if row["moment"] is None and row["reason"] is not None:
        found["moment"] = REASONS[row["reason"]]
    if row["talk"] is not None:
        found |= {name: row[name] or Decimal(0) for name in ("hold", "acw")}
    found["partner"] = world.sites[row["site"]]["partner"]
    found["offered_site"] = row["site"]
    found["day"] = local(row, world).date()
    found["kind"], found["asynchronous"] = CHANNELS[row["channel"]]
    found["complaint"] = MOMENTS.get(found["moment"] or "", False)
    found["wait_open"], found["hours_known"] = open_wait(world, found), has_known_hours(world, found)
    found |= queues_of(world, found)
    legs = _legs(world, found)
    if (row["source"], row["contact"]) in world.legs:
        for name in ("talk", "hold", "acw"):
            known = [leg[name] for leg in legs if leg[name] is not None]
            if found[name] is None and known:
                found[name] = sum(known)
    found["overflowed"] = bool(legs) and legs[0]["site"] != row["site"]
    found["cost"] = row["cost"] if row["cost"] is not None else _price(world, found)
    found["team"], found["agent"] = (legs[0]["team"], legs[0]["agent"]) if legs else (None, None)
    for leg in legs:
        for name, value in found.items():
            leg.setdefault(name, value)
        leg["partner"] = world.sites[leg["site"]]["partner"]
        leg["of"] = (row["source"], row["contact"])
    found["legs"] = legs
    return found


def _legs(world: World, row: Row) -> list[Row]:
    """Return the legs of a contact: those of the file of legs, else the one leg implied by the contact's agent."""
    stored = world.legs.get((row["source"], row["contact"]))
    if stored is None:
        stored = [{**row, "leg": 0, "site": None}] if row["agent"] is not None else []
    found = []
    for leg in sorted(stored, key=lambda each: each["leg"]):
        team = leg["team"] or (world.agents[leg["agent"]] if leg["agent"] else None)
        site = leg["site"] or (world.teams[team] if team else None) or row["site"]
        timed = leg["talk"] is not None
        found.append({
            "leg": leg["leg"], "agent": leg["agent"], "team": team, "site": site, "talk": leg["talk"],
            "started_at": leg.get("started_at"),
            "hold": (leg["hold"] or Decimal(0)) if timed else leg["hold"],
            "acw": (leg["acw"] or Decimal(0)) if timed else leg["acw"],
        })  # fmt: skip
    return found


def _price(world: World, row: Row) -> Decimal | None:
    """Compute the cost by the most specific tariff of the day: site before partner before channel, then the latest."""
    day = local(row, world).date()
    fitting = [
        tariff
        for tariff in world.tariffs
        if all(tariff[name] in (None, row[name]) for name in ("site", "partner", "channel"))
        and (tariff["valid_from"] is None or tariff["valid_from"] <= day)
        and (tariff["valid_to"] is None or day < tariff["valid_to"])
    ]
    if not fitting:
        return None
    best = max(
        fitting,
        key=lambda each: (
            *(each[name] is not None for name in ("site", "partner", "channel")),
            each["valid_from"] or date.min,
        ),
    )
    if row["outcome"] != "handled":
        return Decimal(0)
    known = row["talk"] is not None and row["hold"] is not None and row["acw"] is not None
    by_time = best["per_minute"] / 60 + best["per_hour"] / 3600
    if by_time and not known:
        return None
    seconds = row["talk"] + row["hold"] + row["acw"] if known else Decimal(0)
    cost = best["per_contact"] + seconds * by_time
    return Decimal(cost).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def inbound(row: Row) -> bool:
    """Return whether the customer began the contact."""
    return bool(row["direction"] == "inbound")


def _repeats(rows: list[Row]) -> None:
    by_need = defaultdict(list)
    for row in rows:
        if row["customer"] is not None and inbound(row) and row["outcome"] != "closed":
            by_need[row["customer"], row["moment"]].append(row["offered_at"])
    for row in rows:
        before = by_need.get((row["customer"], row["moment"]), [])
        row["preceded"] = any(row["offered_at"] - WEEK <= moment < row["offered_at"] for moment in before)


def _cases(world: World, rows: list[Row]) -> list[Row]:
    """Return the cases inferred from contacts.

    A handled contact opens a case. Later contacts of the customer about the same moment belong to it if they got
    through within a week of the one before. A request that ended with a promised callback and the call that reached the
    customer are one contact.
    """
    by_need = defaultdict(list)
    for row in rows:
        if row["customer"] is not None and inbound(row):
            by_need[row["customer"], row["moment"]].append(row)
    found: list[Row] = []
    for need in by_need.values():
        need.sort(key=lambda row: (row["offered_at"], row["source"], row["contact"]))
        found.extend(_cases_of_need(world, need))
    return found


def _cases_of_need(world: World, need: list[Row]) -> list[Row]:
    through = [row for row in need if got_through(row)]
    cases: list[list[Row]] = []
    for row in through:
        if cases and row["offered_at"] - cases[-1][-1]["offered_at"] <= WEEK:
            cases[-1].append(row)
        elif row["outcome"] == "handled":
            cases.append([row])
    found = []
    for members in cases:
        first, last = members[0], members[-1]["offered_at"]
        lost = [
            row
            for row in need
            if row["outcome"] in (*LOST, "callback")
            and not got_through(row)
            and first["offered_at"] < row["offered_at"] <= last + WEEK
        ]
        assert world.horizon is not None
        mature = world.horizon - first["offered_at"] >= WEEK
        attempts = len(members) + len(lost)
        channels = len({row["channel"] for row in members})
        counted = {"contacts": len(members), "attempts": attempts, "channels": channels}
        found.append({**first, **counted, "mature": mature})
    return found
