"""Gestures of goodwill in the made-up contact centre, and the customers that it loses nevertheless."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.customer_history import latest, segment_at
from tests.oracle.world import SEGMENTS, Row, World, instant

LIMIT_SLUGS = ("goodwill_within_limit", "goodwill_above_limit", "goodwill_above_limit_rate")
MONTH_SLUGS = ("goodwill_within_month_limit", "goodwill_above_month_limit")
GOODWILL_SLUGS = ("goodwill_count", "goodwill_cost", "goodwill_revenue", "goodwill_return", *LIMIT_SLUGS)
#: The kinds of the catalogue. No row of the last one is ever loaded: gestures only name it.
GESTURES = ("voucher", "refund", "month", "unknown")
LOSS_SLUGS = ("churned_customers", "churn_rate", "churn_cost")
CALENDAR = ("year", "month", "day", "weekday")
#: Dimensions that gestures and lost customers can be split by and filtered on.
GESTURE = (
    *("partner", "site", "segment", "channel", "moment", "reason", "team", "agent", "gesture"),
    *(*CALENDAR, "time_of_day"),
)
LOSS = ("segment", *CALENDAR)
POSSIBLE = {
    **dict.fromkeys((*GOODWILL_SLUGS, *MONTH_SLUGS), GESTURE),
    **dict.fromkeys(LOSS_SLUGS, LOSS),
    "churn_rate": ("segment",),
}


def gesture(world: World, random: Random, code: str) -> Row:
    """Return a random gesture: one that follows a contact, or one that a site gives without a contact."""
    customer = random.choice([*world.customers])
    row: Row = {
        "source": random.choice(["crm", "gifts"]), "goodwill": code, "customer": customer,
        "kind": random.choice(["goodwill", "goodwill", "prevention", None]), "given_at": None, "site": None,
        "segment": random.choice([*SEGMENTS, None, None]), "cost": Decimal(random.randrange(60_000)) / 1_000,
        "revenue": Decimal(random.randrange(-100, 90_000)) / 100 if random.random() < 0.7 else None,
        "contact_source": None, "contact": None, "gesture": random.choice([*GESTURES, *GESTURES, None]),
        "team": random.choice([*world.teams]) if random.random() < 0.1 else None,
        "agent": random.choice([*world.agents]) if random.random() < 0.2 else None,
    }  # fmt: skip
    if world.contacts and random.random() < 0.6:
        key = random.choice([*world.contacts])
        row |= {"contact_source": key[0], "contact": key[1], "customer": world.contacts[key]["customer"] or customer}
        row["given_at"] = world.contacts[key]["offered_at"] + timedelta(minutes=random.randrange(9_000))
    if row["contact"] is None or random.random() < 0.3:
        row["site"] = random.choice([*world.sites])
    left = world.customers[row["customer"]]["churned_on"]
    if row["given_at"] is None:
        row["given_at"] = instant(world, random, world.sites[row["site"]]["zone"])
        if left is not None and random.random() < 0.7:
            day = left + timedelta(days=random.choice([-366, -365, -364, -30, -1, 0, 0, 1]))
            zone = ZoneInfo(world.sites[row["site"]]["zone"])
            row["given_at"] = datetime(day.year, day.month, day.day, random.randrange(24), 15, tzinfo=zone)
    return row


def limit(world: World, random: Random) -> Row:
    """Return a random row of the catalogue. Its validity begins or ends on a day around the contacts, or never."""
    days = [day + timedelta(days=random.randrange(-20, 40)) for day in world.centres]
    first = random.choice([*days, None])
    last = random.choice([*days, None, None])
    return {
        "gesture": random.choice(GESTURES[:-1]), "valid_from": first,
        "valid_to": None if last is None or (first is not None and last <= first) else last,
        "limit": Decimal(random.randrange(60_000)) / 1_000 if random.random() < 0.9 else None,
    }  # fmt: skip


def put_limits(world: World, rows: Iterable[Row]) -> None:
    """Store rows of the catalogue as the load does."""
    world.gesture_limits |= {(row["gesture"], row["valid_from"]): row for row in rows}


def limit_of(world: World, row: Row) -> Decimal | None:
    """Return the limit of a gesture on its day; None if it is not known."""
    day = row["given_at"].astimezone(ZoneInfo(world.sites[row["site"]]["zone"])).date()
    valid = [
        each
        for each in world.gesture_limits.values()
        if each["gesture"] == row["gesture"]
        and (each["valid_from"] is None or each["valid_from"] <= day)
        and (each["valid_to"] is None or day < each["valid_to"])
    ]
    found: Decimal | None = max(valid, key=lambda each: each["valid_from"] or date.min)["limit"] if valid else None
    return found


def with_goodwill(world: World, count: int) -> World:
    """Add a catalogue and ``count`` gestures to the world and return it."""
    put_limits(world, [limit(world, Random(number)) for number in range(9)])
    for number in range(count):
        keep(world, gesture(world, Random(number), f"g{number}"))
    middle = world.centres[0] + timedelta(days=2)
    world.month_limits = [
        {"gesture": None, "valid_from": world.centres[0] - timedelta(days=300), "valid_to": middle, "month_limit": 25},
        {"gesture": None, "valid_from": middle, "valid_to": None, "month_limit": Decimal("60.5")},
    ]
    return world


def keep(world: World, row: Row) -> None:
    """Store a gesture as the load does. A missing site or segment comes from the present row of its contact, and a
    segment that is still missing from the customer."""
    followed = world.contacts.get((row["contact_source"], row["contact"]), {})
    site = row["site"] or followed["site"]
    segment = row["segment"] or followed.get("segment")
    if segment is None:
        day = row["given_at"].astimezone(ZoneInfo(world.sites[site]["zone"])).date()
        customer = row["customer"]
        segment = latest(world.segments.get(customer, [(None, world.customers[customer]["segment"])]), day)
    world.gestures[row["source"], row["goodwill"]] = {**row, "site": site, "segment": segment}


def goodwill_of(world: World, contacts: Sequence[Row]) -> list[Row]:
    """Return the gestures, with the present attributes of their contacts."""
    by_id = {(row["source"], row["contact"]): row for row in contacts}
    found = []
    for row in world.gestures.values():
        followed = by_id.get((row["contact_source"], row["contact"]), {})
        told = {name: followed.get(name) for name in ("channel", "moment", "reason", "team", "agent", "outcome")}
        if row["team"] is not None or row["agent"] is not None:
            team = row["team"] if row["agent"] is None or row["team"] is not None else world.agents[row["agent"]]
            told |= {"team": team, "agent": row["agent"]}
        told["limit"] = limit_of(world, row)
        told["day"] = row["given_at"].astimezone(ZoneInfo(world.sites[row["site"]]["zone"])).date()
        placed = {**row, **told, "kind": row["kind"] or "goodwill", "offered_at": row["given_at"]}
        found.append({**placed, "offered_site": row["site"], "partner": world.sites[row["site"]]["partner"]})
    return _with_months(world, found)


def _with_months(world: World, rows: list[Row]) -> list[Row]:
    """Add to gestures what their agents have given in the month, up to and including each, and the limit on its day."""
    spent: dict[tuple[str, int, int], Decimal] = {}
    for row in sorted(rows, key=lambda each: (each["given_at"], each["goodwill"])):
        valid = [
            each
            for each in world.month_limits
            if (each["valid_from"] or date.min) <= row["day"] < (each["valid_to"] or date.max)
        ]
        row["month_limit"] = None
        if row["agent"] is not None:
            of_month = (row["agent"], row["day"].year, row["day"].month)
            spent[of_month] = spent.get(of_month, Decimal(0)) + row["cost"]
            row["month_cost"] = spent[of_month]
            if valid:
                row["month_limit"] = max(valid, key=lambda each: each["valid_from"] or date.min)["month_limit"]
    return rows


def losses_of(world: World) -> list[Row]:
    """Return the customers who left, with their segment and value on the day of leaving."""
    return [
        {
            "customer": code,
            "left_on": row["churned_on"],
            "segment": segment_at(world, code, row["churned_on"]),
            "value": latest(world.values.get(code, []), row["churned_on"]),
        }
        for code, row in world.customers.items()
        if row["churned_on"] is not None
    ]


def helped(world: World, first: date, last: date) -> set[str]:
    """Return the customers who got a gesture in the window or in the year before it, and not after they left."""
    found = set()
    for row in world.gestures.values():
        day = row["given_at"].astimezone(ZoneInfo(world.sites[row["site"]]["zone"])).date()
        left = world.customers[row["customer"]]["churned_on"]
        if first - timedelta(days=365) <= day < last and (left is None or day <= left):
            found.add(row["customer"])
    return found


def arguments_of(slug: str, random: Random) -> dict[str, Any]:
    """Return random arguments for a metric over gestures or losses."""
    if slug in (*GOODWILL_SLUGS, *MONTH_SLUGS) and random.random() < 0.6:
        return {"kind": random.choice(["all", "goodwill", "prevention"])}
    if slug in LOSS_SLUGS and random.random() < 0.7:
        return {"goodwill": random.choice(["all", "with", "without"])}
    return {}
