"""The history of the made-up customers: segment, potential and management cost, each known from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.oracle.world import World

SEGMENTS = ("gold", "silver", "inactive")
Known = list[tuple[date | None, Any]]


def with_history(world: World, seed: int) -> World:
    """Add a history to the customers and return the world. The segments of some customers change, even before they join
    or after they leave."""
    random = Random(f"{seed} clientele")
    middle = world.centres[0]
    days = (None, middle - timedelta(days=40), middle + timedelta(days=1))
    for code in world.customers:
        if random.random() < 0.5:
            for _ in range(random.randint(1, 3)):
                change(world, random, code)
        world.potentials[code] = [
            (day, Decimal(random.randrange(10_001)) / 10_000) for day in days if random.random() < 0.4
        ]
        world.management[code] = [
            (day, Decimal(random.randrange(90_000)) / 100) for day in days if random.random() < 0.4
        ]
    return world


def change(world: World, random: Random, code: str) -> list[dict[str, Any]]:
    """Set the segment of a customer from a day on, or correct an earlier change. Return the rows that report it."""
    customer = world.customers[code]
    known = world.segments.setdefault(code, [(None, customer["segment"])])
    near = [*world.centres, *(day for name in ("joined_on", "churned_on") if (day := customer[name]) is not None)]
    day = random.choice(near) + timedelta(days=random.choice([-30, -3, -1, 0, 0, 1, 2, 9, 45]))
    if len(known) > 1 and random.random() < 0.4:
        day = random.choice(known[1:])[0] or day
    segment = random.choice([*SEGMENTS, None])
    known[:] = sorted({**dict(known), day: segment}.items(), key=lambda each: each[0] or date.min)
    customer["segment"] = known[-1][1]
    return [{"customer": code, "segment": segment, "segment_from": day}]


def segment_at(world: World, code: str, day: date) -> str | None:
    """Return a customer's segment on a day; once the customer has left, that of the day of leaving."""
    customer = world.customers[code]
    left = customer["churned_on"]
    day = day if left is None else min(day, left)
    segment: str | None = latest(world.segments.get(code, [(None, customer["segment"])]), day)
    return segment


def latest(known: Known, day: date) -> Any:
    """Return the value that was known on a day; None if none was known."""
    fitting = [(since, value) for since, value in known if since is None or since <= day]
    return max(fitting, key=lambda each: each[0] or date.min)[1] if fitting else None


def rows(world: World, codes: Iterable[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of the customers' file. They cover every day from which a segment or a value is known."""
    for code in codes or world.customers:
        customer = {"customer": code, **world.customers[code]}
        worth = {"lifetime_value": world.values, "potential": world.potentials, "management_cost": world.management}
        told = {name: dict(known.get(code, [])) for name, known in worth.items()}
        days = list(dict.fromkeys(day for known in told.values() for day in known)) or [None]
        changes = world.segments.get(code, [(None, customer["segment"])])
        for number in range(max(len(days), len(changes))):
            since, segment = changes[min(number, len(changes) - 1)]
            day = days[min(number, len(days) - 1)]
            worths = {name: known.get(day) for name, known in told.items()}
            yield {**customer, "segment": segment, "segment_from": since, **worths, "value_from": day}
