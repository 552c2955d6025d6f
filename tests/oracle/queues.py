"""Queues of the made-up contact centre: the visits of contacts, and the queues of contacts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.oracle.world import Row, World

#: The queues, with their answer norm, if they have one.
QUEUES: dict[str, tuple[int, int] | None] = {"billing": (5, 20), "tech": (7, 33), "sales": None, "overflow": None}
EXITS = ("answered", "answered", "abandoned", "flowed_out", "flowed_out", "timed_out", "deflected")
WAITS = ("0", "4.999", "5", "20", "20.001", "33", "60", "119.5", "3600", "86400")
#: How the only visit of a contact ends whose source gives none.
IMPLIED = {
    "handled": "answered",
    "abandoned": "abandoned",
    "deflected": "deflected",
    "expired": "timed_out",
    "callback": "flowed_out",
    "in_progress": None,
}
EXCLUDED = ("test", "duplicate", "wrong_number")


def visits_of_contact(row: Row, share: float = 0.35) -> list[Row]:
    """Return one to four random visits of a share of the contacts; none of the others. An entry may fall on a later
    day."""
    random = Random(f"{row['contact']} visits")
    if random.random() > share:
        return []
    entered, found = row["offered_at"], []
    for number in range(1, random.randint(2, 5)):
        exit_ = random.choice([*EXITS, None])
        wait = Decimal(random.choice(WAITS)) if exit_ and random.random() < 0.85 else None
        found.append(
            {
                "visit": number, "queue": random.choice([*QUEUES]), "entered_at": entered, "left_at": None,
                "exit": exit_, "wait": wait, "priority": random.choice([None, 1, -3]),
            }
        )  # fmt: skip
        entered += timedelta(seconds=random.choice([0, 20, 900, 40_000]) + float(wait or 0) % 100_000)
    return found


def with_queues(world: World) -> World:
    """Add queues to the contacts of the world, visits to some of them, and return it."""
    world.queues = dict(QUEUES)
    for key, row in world.contacts.items():
        row["queue"] = Random(f"{row['contact']} queue").choice([*QUEUES, None])
        if found := visits_of_contact(row):
            world.visits[key] = found
    return world


def with_assignments(world: World, seed: int) -> World:
    """Assign agents and teams of the world to queues, some of them for a time, and return it."""
    random = Random(f"assignments {seed}")
    middle = world.centres[0]
    for number in range(14):
        first = random.choice([None, middle - timedelta(days=3), middle])
        last = random.choice([None, middle + timedelta(days=random.randrange(1, 30))])
        row: Row = {
            "agent": None,
            "team": None,
            "queue": random.choice([*QUEUES]),
            "valid_from": first,
            "valid_to": last,
        }
        row |= {"level": random.choice([None, 1, 3]), "concurrency": random.choice([1, 2])}
        row |= {"team": random.choice([*world.teams])} if number % 3 else {"agent": random.choice([*world.agents])}
        same = ("agent", "team", "queue", "valid_from")
        if not any(all(each[name] == row[name] for name in same) for each in world.assignments):
            world.assignments.append(row)
    return world


def served(world: World, agent: str, team: str | None, day: date) -> set[str | None]:
    """Return the queues that an agent may serve on a day, working in a team."""
    return {
        row["queue"]
        for row in world.assignments
        if (row["agent"] == agent or (row["team"] is not None and row["team"] == team))
        and (row["valid_from"] or date.min) <= day < (row["valid_to"] or date.max)
    }


def queues_of(world: World, row: Row) -> Row:
    """Return the queues of a contact, and its wait in the queue that decided."""
    visits = sorted(world.visits.get((row["source"], row["contact"]), ()), key=lambda each: each["visit"])
    own = row.get("queue")
    if not visits:
        return {"queue": own, "first_queue": own, "queue_wait": row["wait"], "queued_at": row["offered_at"]}
    answered = [each for each in visits if each["exit"] == "answered"]
    decided = answered[0] if answered else visits[-1]
    return {
        "queue": visits[-1]["queue"],
        "first_queue": visits[0]["queue"],
        "queue_wait": decided["wait"],
        "queued_at": max(each["entered_at"] for each in visits),
    }


def visits_of(world: World, complete: list[Row]) -> list[Row]:
    """Return the visits that count, with the dimensions of their contact; ``offered_at`` is the entry."""
    found = []
    for row in complete:
        given = world.visits.get((row["source"], row["contact"]))
        if row["outcome"] in EXCLUDED:
            continue
        if given:
            entered = {"offered_at": "entered_at", "queue": "queue", "exit": "exit", "wait": "wait"}
            found += [{**row, **{name: each[own] for name, own in entered.items()}} for each in given]
        elif row["outcome"] in IMPLIED and row["direction"] == "inbound" and row["parent"] is None:
            found.append({**row, "exit": IMPLIED[row["outcome"]]})
    return found
