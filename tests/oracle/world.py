"""A made-up contact centre as plain Python rows, which are loaded into the service and counted by the oracle.

Everything follows from a seed. The rows are dicts with natural values (aware instants, durations and money as Decimal);
``texts`` writes them as a canonical file has them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle import customer_history

Row = dict[str, Any]

#: Time zones by the kind of difficulty that they pose, each with its centres: the days around which contacts fall.
ZONES: dict[str, tuple[tuple[str, ...], tuple[date, ...]]] = {
    "paris": (("Europe/Paris",), (date(2015, 3, 29), date(2015, 10, 25))),
    "kolkata": (("Asia/Kolkata",), (date(2015, 3, 1), date(2014, 12, 31))),
    "lord_howe": (("Australia/Lord_Howe",), (date(2015, 4, 5), date(2015, 10, 4))),
    "mixed": (
        ("Europe/Paris", "America/New_York", "Asia/Kathmandu", "Asia/Kolkata"),
        (date(2015, 3, 8), date(2015, 3, 29), date(2015, 11, 1)),
    ),
    "new_york": (("America/New_York",), (date(2015, 11, 1), date(2016, 2, 29))),
}
CHANNELS: dict[str, tuple[str, bool]] = {
    "phone": ("phone", False), "chat": ("chat", False), "email": ("email", True), "social": ("social", True),
    "kiosk": ("other", False),
}  # fmt: skip
MOMENTS = {"buy": False, "bill": False, "complain": True, "appeal": True}
REASONS = {"late": "complain", "price": "buy", "wrong": "bill", "lost": None}
SEGMENTS = customer_history.SEGMENTS
TRANSFERS = ("S1", "back office")
#: The contacts' own attributes with their values. The rollups hold the first one.
ATTRIBUTES = {"campaign": ("spring", "autumn", "new customers"), "product": ("tv", "phone")}
#: Case numbers are below this number.
CASES = 60
WAITS = ("0", "2.5", "4.999", "5", "5.001", "9", "10", "14.25", "20", "20.001", "33", "60", "119", "240", "240.001",
         "3600", "86400", "172800", "259200", "259200.5", "400000")  # fmt: skip
ASYNCHRONOUS_OUTCOMES = (
    "handled",
    "handled",
    "handled",
    "self_served",
    "expired",
    "closed",
    "in_progress",
    "duplicate",
)
OUTCOMES = ("handled", "handled", "handled", "handled", "handled", "self_served", "abandoned", "abandoned", "deflected",
            "closed", "in_progress", "callback", "test", "wrong_number")  # fmt: skip


@dataclass
class World:
    """All rows of a contact centre. ``horizon`` is the latest instant at which a contact was ever offered, even if that
    contact was corrected since."""

    sites: dict[str, Row] = field(default_factory=dict)
    teams: dict[str, str | None] = field(default_factory=dict)
    agents: dict[str, str | None] = field(default_factory=dict)
    customers: dict[str, Row] = field(default_factory=dict)
    values: dict[str, list[tuple[date | None, Decimal]]] = field(default_factory=dict)
    segments: dict[str, customer_history.Known] = field(default_factory=dict)
    potentials: dict[str, customer_history.Known] = field(default_factory=dict)
    management: dict[str, customer_history.Known] = field(default_factory=dict)
    answer_norms: list[Row] = field(default_factory=list)
    thresholds: tuple[float, ...] = (33, 119.5, 2678400, 2.5)
    tariffs: list[Row] = field(default_factory=list)
    budgets: dict[tuple[str, date], Decimal] = field(default_factory=dict)
    contacts: dict[tuple[str, str], Row] = field(default_factory=dict)
    legs: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    queues: dict[str, tuple[int, int] | None] = field(default_factory=dict)
    visits: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    assignments: list[Row] = field(default_factory=list)
    surveys: dict[tuple[str, str], Row] = field(default_factory=dict)
    gestures: dict[tuple[str, str], Row] = field(default_factory=dict)
    gesture_limits: dict[tuple[str, date | None], Row] = field(default_factory=dict)
    month_limits: list[Row] = field(default_factory=list)
    callbacks: dict[tuple[str, str], Row] = field(default_factory=dict)
    openings: list[Row] = field(default_factory=list)
    closings: list[Row] = field(default_factory=list)
    cases: dict[tuple[str, str], Row] = field(default_factory=dict)
    reopenings: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    employed: dict[str, tuple[date | None, date | None]] = field(default_factory=dict)
    states: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    schedules: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    reached: dict[str, datetime] = field(default_factory=dict)
    states_reach: dict[str, datetime] = field(default_factory=dict)
    open_state_hours: int = 24
    horizon: datetime | None = None
    case_horizon: datetime | None = None
    seen: datetime | None = None
    centres: Sequence[date] = ()

    def put(self, row: Row) -> None:
        """Store a contact, replacing an earlier one with the same id, and move the horizon if needed."""
        self.contacts[row["source"], row["contact"]] = row
        self.horizon = max(row["offered_at"], self.horizon or row["offered_at"])
        ended = row.get("ended_at")
        if ended is not None:
            self.seen = max(ended, self.seen or ended)


def seeded(number: int) -> int:
    """Return a seed. It is the same in every run unless CADRAN_ORACLE_SEED selects other seeds."""
    return number + 1_000_003 * int(os.environ.get("CADRAN_ORACLE_SEED", "0"))


def make(seed: int, zones: str, contacts: int) -> World:
    """Create a contact centre with this many contacts."""
    random = Random(seed)
    world = World()
    names, world.centres = ZONES[zones]
    for number in range(max(3, len(names))):
        partner = (None, "north", "south")[number % 3]
        world.sites[f"S{number}"] = {"zone": names[number % len(names)], "partner": partner}
    for number in range(4):
        world.teams[f"T{number}"] = random.choice([*world.sites, None]) if number else None
    for number in range(6):
        world.agents[f"A{number}"] = random.choice([*world.teams, None])
    _customers(world, random)
    customer_history.with_history(world, seed)
    _norms(world)
    _prices(world, random)
    for number in range(contacts):
        row = contact(world, random, f"c{number:05d}")
        world.put(row)
        if row["outcome"] == "handled" and random.random() < 0.25:
            world.legs[row["source"], row["contact"]] = legs(world, random, row)
    return world


def _customers(world: World, random: Random) -> None:
    middle = world.centres[0]
    for number in range(40):
        joined = random.choice([None, middle - timedelta(days=random.randrange(500)), middle + timedelta(days=3)])
        churned = None
        if random.random() < 0.4:
            churned = (joined or middle - timedelta(days=300)) + timedelta(days=random.randrange(600))
        code = f"U{number:02d}"
        world.customers[code] = {
            "segment": random.choice([*SEGMENTS, None]),
            "joined_on": joined,
            "churned_on": churned,
        }
        days = (None, middle - timedelta(days=40), middle + timedelta(days=1))
        world.values[code] = [(day, Decimal(random.randrange(100_000)) / 100) for day in days if random.random() < 0.5]


def _norms(world: World) -> None:
    """Add answer norms, some of them for a moment or from a date on.

    Kiosk has no norm, and social has none before a day in the middle of the data.
    """
    middle = world.centres[0]

    def norm(channel: str, bad: int, moment: str | None = None, valid_from: date | None = None) -> None:
        row = {"channel": channel, "moment": moment, "valid_from": valid_from}
        world.answer_norms.append({**row, "good_seconds": bad // 3, "bad_seconds": bad})

    norm("phone", 240)
    norm("phone", 20, valid_from=middle)
    norm("phone", 60, moment="complain", valid_from=middle - timedelta(days=6))
    norm("chat", 30)
    norm("email", 172_800)
    norm("social", 3_600, valid_from=middle + timedelta(days=2))


def _prices(world: World, random: Random) -> None:
    middle = world.centres[0]

    def tariff(contact: str, minute: str, hour: str, **where: Any) -> None:
        row = {"site": None, "partner": None, "channel": None, "valid_from": None, "valid_to": None, **where}
        world.tariffs.append(
            {**row, "per_contact": Decimal(contact), "per_minute": Decimal(minute), "per_hour": Decimal(hour)}
        )

    tariff("1.5", "0.6", "0", channel="phone")
    tariff("2", "0", "36", partner="north", valid_from=middle - timedelta(days=5))
    tariff("0.25", "0.12", "0", site="S0", valid_to=middle + timedelta(days=4))
    for code in list(world.sites)[:2]:
        for year in (2014, 2015, 2016):
            for month in range(1, 13):
                world.budgets[code, date(year, month, 1)] = Decimal(random.randrange(1, 90_000)) / 10


def instant(world: World, random: Random, zone: str) -> datetime:
    """Return an instant near one of the world's centres, often on the very day or at the start of a quarter-hour."""
    spread = random.choice([0, 1, 1, 3, 8, 25])
    day = random.choice(list(world.centres)) + timedelta(days=random.randint(-spread, spread))
    seconds = random.randrange(86_400)
    if random.random() < 0.2:
        seconds -= seconds % 900
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return midnight + timedelta(seconds=seconds)


def number_of(code: str) -> str | None:
    """Return the number of the case to which a contact belongs; None if the source does not give one."""
    random = Random(f"{code} case")
    return f"K{random.randrange(CASES):02d}" if random.random() < 0.4 else None


def contact(world: World, random: Random, code: str) -> Row:
    """Return a random contact: a request, a callback for an earlier contact, or an outbound contact."""
    site = random.choice(list(world.sites))
    channel = random.choice([*CHANNELS, "phone", "phone"])
    asynchronous = CHANNELS[channel][1]
    outbound = random.random() < 0.15
    moment = random.choice([*MOMENTS, "complain", "buy", None])
    row: Row = {
        "source": random.choice(["crm", "crm", "old"]), "contact": code, "parent": None, "case": number_of(code),
        "customer": random.choice([*world.customers, *list(world.customers)[:6] * 4, None, None, None]),
        "site": site, "segment": random.choice([*SEGMENTS, None]), "channel": channel, "moment": moment,
        "reason": random.choice([*REASONS, None]), "direction": "outbound" if outbound else "inbound",
        "offered_at": instant(world, random, world.sites[site]["zone"]),
        "outcome": random.choice(ASYNCHRONOUS_OUTCOMES if asynchronous else OUTCOMES),
        "wait": Decimal(random.choice(WAITS)), "transferred_to": random.choice([None, None, *TRANSFERS]),
        "escalated": random.random() < 0.2, "resolved": random.choice([None, True, False]),
        "cost": Decimal(random.randrange(100_000)) / 10_000 if random.random() < 0.3 else None,
        "revenue": Decimal(random.randrange(-500, 9_000)) / 100 if random.random() < 0.3 else None,
        **_replies(Random(code)), **_attributes(Random(f"{code} attributes")),
    }  # fmt: skip
    candidates = [
        each for each in world.contacts.values() if each["outcome"] in ("abandoned", "callback", "deflected", "handled")
    ]
    if candidates and random.random() < 0.12:
        asked = random.choice(candidates)
        row |= {
            "parent": asked["contact"],
            "source": asked["source"],
            "customer": asked["customer"],
            "moment": asked["moment"],
        }
        row["offered_at"] = asked["offered_at"] + timedelta(minutes=random.randrange(1, 3_000))
        row["direction"] = random.choice(["inbound", "outbound"])
        row["outcome"] = "handled" if random.random() < 0.7 else "abandoned"
        row["channel"] = "phone"
    return row | _handling(world, random, row["outcome"]) | _unknown_wait(row)


def _attributes(random: Random) -> Row:
    """Return the contact's own attributes."""
    return {name: random.choice([*codes, None]) for name, codes in ATTRIBUTES.items()}


def _unknown_wait(row: Row) -> Row:
    """Return a wait that is not known, for some of the contacts that a person answered or whose customer gave up. The
    end of some is known."""
    random = Random(f"{row['contact']} wait")
    found: Row = {"ended_at": None}
    if row["outcome"] not in ("handled", "abandoned") or random.random() > 0.15:
        return found
    if row["outcome"] == "handled" and random.random() < 0.6:
        found["ended_at"] = row["offered_at"] + timedelta(seconds=random.choice([0, 90, 7_000, 86_400, 200_000]))
    return {**found, "wait": None}


def _replies(random: Random) -> Row:
    """Return the number of replies after the first answer and the total wait for them; None for half of the
    contacts."""
    replies = random.choice([None, None, None, 0, 1, 5])
    wait = None if replies is None else Decimal(random.randrange(90_000_000)) / 1_000 if replies else Decimal(0)
    return {"replies": replies, "reply_wait": wait}


def _handling(world: World, random: Random, outcome: str) -> Row:
    row: Row = {"talk": None, "hold": None, "acw": None, "agent": None, "team": None}
    if outcome != "handled":
        return row
    if random.random() < 0.85:
        row["talk"] = Decimal(random.randrange(600_000)) / 1_000
        row["hold"] = Decimal(random.randrange(60_000)) / 1_000 if random.random() < 0.7 else None
        row["acw"] = Decimal(random.randrange(90_000)) / 1_000 if random.random() < 0.7 else None
    if random.random() < 0.8:
        row["agent"] = random.choice(list(world.agents))
        row["team"] = random.choice([*world.teams, None])
    return row


def legs(world: World, random: Random, row: Row) -> list[Row]:
    """Return two to four legs of a contact. An agent may have several of them, sometimes in several teams or at several
    sites."""
    found = []
    agents = random.sample(list(world.agents), 3)
    teams = {agent: Random(f"{row['contact']} {agent}").choice([*world.teams, None]) for agent in agents}
    for number in range(1, random.randint(3, 5)):
        agent = random.choice(agents)
        talk = Decimal(random.randrange(400_000)) / 1_000 if random.random() < 0.8 else None
        moved = Random(f"{row['contact']} {number}")
        found.append({
            "leg": number, "agent": agent,
            "team": moved.choice([*world.teams]) if moved.random() < 0.2 else teams[agent],
            "site": moved.choice([*world.sites]) if moved.random() < 0.2 else None,
            "started_at": row["offered_at"] + timedelta(seconds=number), "talk": talk,
            "hold": Decimal(7) if talk is not None and random.random() < 0.5 else None,
            "acw": Decimal("3.5") if talk is not None and random.random() < 0.5 else None,
        })  # fmt: skip
    return found


def text(value: Any) -> str | None:
    """Return a value as a canonical file writes it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def texts(rows: Iterable[Row]) -> list[dict[str, str | None]]:
    """Return rows as a canonical file has them."""
    return [{name: text(value) for name, value in row.items()} for row in rows]
