"""Promised callbacks of the made-up contact centre, how they ended, and which customers are still to be called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.oracle.world import CHANNELS, MOMENTS, REASONS, SEGMENTS, Row, World, instant

DAY, MONTH = timedelta(days=1), timedelta(days=30)
LOST = ("abandoned", "deflected", "expired")
SERVED = ("handled", "self_served")
EXCLUDED = ("test", "duplicate", "wrong_number")


def callback(world: World, random: Random, code: str) -> Row:
    """Return a random promise. It follows a contact, often one that did not get through, or names only a customer and a
    site."""
    row: Row = {
        "source": random.choice(["crm", "tool"]), "callback": code, "contact_source": None, "contact": None,
        "customer": None, "site": None, "segment": None, "channel": None, "moment": None, "reason": None,
    }  # fmt: skip
    keys = list(world.contacts)
    unmet = [key for key in keys if world.contacts[key]["outcome"] in ("callback", "abandoned", "deflected")]
    if keys and random.random() < 0.75:
        key = random.choice(unmet if unmet and random.random() < 0.8 else keys)
        row |= {"contact_source": key[0], "contact": key[1]}
        asked = world.contacts[key]["offered_at"]
        row["promised_at"] = asked + timedelta(minutes=random.choice([0, 0, random.randrange(2_000)]))
    else:
        row |= {"site": random.choice([*world.sites]), "customer": random.choice([*world.customers])}
        row |= {"segment": random.choice([*SEGMENTS, None]), "channel": random.choice([*CHANNELS, None])}
        row |= {"moment": random.choice([*MOMENTS, None]), "reason": random.choice([*REASONS, None])}
        row["promised_at"] = instant(world, random, world.sites[row["site"]]["zone"])
    row["due_at"] = row["promised_at"] + timedelta(minutes=random.choice([0, 60, random.randrange(9_000)]))
    if random.random() < 0.3:
        row["due_at"] = None
    row["made_at"], row["reached"] = None, random.choice([None, False])
    if random.random() < 0.5:
        row["made_at"] = row["promised_at"] + timedelta(minutes=random.choice([0, 60, random.randrange(9_000)]))
        row["reached"] = random.choice([True, True, False, None])
    return row


def with_callbacks(world: World, count: int) -> World:
    """Add ``count`` promises to the world and return it."""
    for number in range(count):
        row = callback(world, Random(f"callback {number}"), f"p{number}")
        world.callbacks[row["source"], row["callback"]] = row
    return world


#: A call: when it was made, and when it reached the customer (None if it did not).
Call = tuple[datetime, datetime | None]


@dataclass(frozen=True)
class Calls:
    """Conversations by customer, and calls by the request that they were made for.

    ``spoken`` has pairs: the instant at which a contact or call began, and the instant at which the customer was
    reached.
    """

    spoken: dict[str, list[tuple[datetime, datetime]]]
    made: dict[tuple[str, str], list[Call]]

    def reached(self, row: Row, since: datetime) -> datetime | None:
        """Return when the customer of a contact or promise was first reached in the thirty days from ``since`` on."""
        made = [reached for _, reached in self.of(row.get("request"), since) if reached]
        return min([*self.after(row["customer"], since), *made], default=None)

    def after(self, customer: str, since: datetime) -> list[datetime]:
        """Return when a customer was reached within thirty days, in conversations that began after ``since``."""
        return [at for began, at in self.spoken[customer] if since < began and at <= since + MONTH]

    def of(self, request: tuple[str, str] | None, since: datetime) -> list[Call]:
        """Return the calls made for a request in the thirty days from ``since`` on."""
        if request is None:
            return []
        return [(at, reached) for at, reached in self.made[request] if since <= at <= since + MONTH]


def answered(row: Row) -> datetime:
    """Return when a person or a machine answered. This may be days after the contact was offered.

    A request of unknown wait was certainly answered at its end. If the end is unknown, too, the offer stands for it."""
    offered: datetime = row["offered_at"]
    is_request = row["outcome"] == "handled" and row["parent"] is None and row["direction"] == "inbound"
    if row["wait"] is None and is_request and row["ended_at"] is not None:
        ended: datetime = row["ended_at"]
        return ended
    return offered + timedelta(milliseconds=int((row["wait"] or 0) * 1000))


def calls_of(world: World, contacts: Sequence[Row]) -> Calls:
    """Collect all conversations and calls from the contacts and from the rows of promises."""
    found = Calls(defaultdict(list), defaultdict(list))
    customers = {(row["source"], row["contact"]): row["customer"] for row in contacts}
    for row in contacts:
        if row["parent"] is not None and row["outcome"] not in EXCLUDED:
            reached = answered(row) if row["outcome"] == "handled" else None
            found.made[row["source"], row["parent"]].append((row["offered_at"], reached))
        if row["outcome"] in SERVED:
            found.spoken[row["customer"]].append((row["offered_at"], answered(row)))
    for row in world.callbacks.values():
        if row["made_at"] is None:
            continue
        request = _request(row)
        if request is not None:
            found.made[request].append(_told(row))
        if row["reached"]:
            found.spoken[customers[request] if request else row["customer"]].append((row["made_at"], row["made_at"]))
    found.spoken[None] = []  # type: ignore[index]  # an unknown customer has no known conversations
    return found


def _told(row: Row) -> Call:
    """Return the call that the row of a promise reports."""
    return row["made_at"], row["made_at"] if row["reached"] else None


def _request(row: Row) -> tuple[str, str] | None:
    return None if row["contact"] is None else (row["contact_source"] or row["source"], row["contact"])


def follow_up(world: World, contacts: Sequence[Row], calls: Calls) -> None:
    """Record on each contact whether it was recalled, when its customer was reached, and whether it can be judged."""
    assert world.horizon is not None or not contacts
    for row in contacts:
        at = row["offered_at"]
        row["request"] = (row["source"], row["contact"])
        row["recalled"] = any(reached for _, reached in calls.of(row["request"], at))
        row["judged"] = world.horizon is not None and world.horizon - at >= DAY
        row["reached_at"] = None
        if row["customer"] is not None:
            own = [answered(row)] if row["outcome"] in SERVED else []
            others = calls.reached(row, at)
            row["reached_at"] = min([*own, *([others] if others else [])], default=None)


def got_through(row: Row) -> bool:
    """Return whether the request was answered, directly or by the promised callback."""
    return row["outcome"] in SERVED or (row["outcome"] == "callback" and row["recalled"])


def promises_of(world: World, contacts: Sequence[Row], calls: Calls) -> list[Row]:
    """Return the promises: the rows of promises, and the requests that ended with one but have no such row.

    Each has the site and the instant at which it counts. Promises for excluded contacts are left out.
    """
    by_id = {(row["source"], row["contact"]): row for row in contacts}
    told = {_request(row) for row in world.callbacks.values()}
    found = []
    for row in world.callbacks.values():
        request = _request(row)
        placed = {**row, **_asker(world, row, by_id.get(request) if request else None)}
        if placed["outcome"] in EXCLUDED:
            continue
        own = [] if row["made_at"] is None else [_told(row)]
        due = row["due_at"] or row["promised_at"] + DAY
        found.append(_judged(world, placed, request, (row["promised_at"], due), calls, own))
    for row in contacts:
        request = (row["source"], row["contact"])
        inbound = row["direction"] == "inbound" and row["parent"] is None
        if row["outcome"] == "callback" and inbound and request not in told:
            bounds = (row["offered_at"], row["offered_at"] + DAY)
            found.append(_judged(world, {**row}, request, bounds, calls, []))
    return found


def _asker(world: World, row: Row, contact: Row | None) -> Row:
    names = ("channel", "moment", "reason", "segment", "customer", "site", "outcome")
    if contact is not None:
        return {name: contact[name] for name in names}
    segment = row["segment"] or world.customers[row["customer"]]["segment"]
    moment = row["moment"] or REASONS.get(row["reason"] or "lost")
    return {"segment": segment, "moment": moment, "outcome": None}


def _judged(
    world: World,
    row: Row,
    request: Any,
    bounds: tuple[datetime, datetime],
    calls: Calls,
    own: list[Call],
) -> Row:
    promised, due = bounds
    made = [*own, *calls.of(request, promised)]
    first = min((at for at, _ in made), default=None)
    reached = min((reached for _, reached in made if reached), default=None)
    assert world.horizon is not None
    return {
        **row, "request": request or ("callback", row["source"], row["callback"]), "offered_at": promised, "due": due,
        "called_at": first, "called_reached_at": reached, "due_come": due <= world.horizon,
        "offered_site": row["site"], "partner": world.sites[row["site"]]["partner"],
    }  # fmt: skip


def entries_of(contacts: Sequence[Row], promises: Sequence[Row], calls: Calls) -> list[Row]:
    """Return the entries to work off: lost contacts of known customers, and promises to them.

    ``over_at`` is the instant at which the customer was reached, or None.
    """
    lost = [
        {**row, "promised": False, "over_at": row["reached_at"], "due": None}
        for row in contacts
        if row["outcome"] in LOST and row["direction"] == "inbound" and row["customer"] is not None
    ]
    for row in promises:
        if row["customer"] is not None:
            within = calls.after(row["customer"], row["offered_at"])
            over = min([*within, *([row["called_reached_at"]] if row["called_reached_at"] else [])], default=None)
            lost.append({**row, "promised": True, "over_at": over})
    return lost


def is_open(world: World, entry: Row, at: datetime) -> bool:
    """Return whether an entry is to be worked off at an instant: it is at most thirty days old and not over."""
    assert world.horizon is not None
    opened, over = entry["offered_at"], entry["over_at"]
    return bool(min(at, world.horizon) - MONTH <= opened < at and (over is None or over >= at))
