"""Customers still to be called: the list, page by page, agrees with the oracle and is as long as the figure says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from cadran.app import open_service
from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.ask import Ask
from cadran.domain.metrics.recovery import RECOVERY
from cadran.domain.question import Filter
from cadran.errors import Forbidden
from cadran.facts.refresh.refresh import refresh
from cadran.lists.reader import Lists
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.length import choose
from tests.oracle.comparison import agree, words
from tests.oracle.conftest import WorldService
from tests.oracle.loader import put
from tests.oracle.question import OracleQuestion
from tests.oracle.random_questions import CONTACT, question
from tests.oracle.recovery import openings
from tests.oracle.selection import Selection
from tests.oracle.world import Row, World, seeded
from tests.refs import refs

ROUNDS, QUESTIONS = choose(1, long=4), 25
LISTS = 12
COUNTED = (("customers_to_call", ()),)


@pytest.mark.parametrize("round_", range(ROUNDS))
async def test_figures_agree_with_the_oracle(loaded: WorldService, round_: int):
    random = Random(f"recovery {seeded(round_)}")
    for _ in range(QUESTIONS):
        asked = question(loaded.truth.world, random, [metric.slug for metric in RECOVERY])
        await agree(loaded.desk, loaded.truth, asked)


def window(world: World, random: Random) -> OracleQuestion:
    """Return a random window with filters that the list supports."""
    asked = question(world, random, ["customers_to_call"])
    while not {name for name, _, _ in asked.where} <= set(CONTACT[:6]):
        asked = question(world, random, ["customers_to_call"])
    return replace(asked, metrics=COUNTED, grain="total", by=())


async def listed(
    lists: Lists, asked: OracleQuestion, order: str, limit: int, principal: Principal = OPERATOR
) -> list[Row]:
    """Fetch the list page by page, and return all rows."""
    found: list[Row] = []
    after = None
    while True:
        _, page = await lists.recovery(words(asked), principal, order=order, limit=limit, after=after)
        rows = [dict(zip(page.columns, row, strict=True)) for row in zip(*page.columns.values(), strict=True)]
        found += rows
        if page.after is None:
            return found
        assert len(rows) == limit
        after = page.after


def value(world: World, customer: str, on: date) -> float | None:
    """Return the customer's lifetime value as it was known on a day; None if it was not known."""
    known = [(day, float(amount)) for day, amount in world.values[customer] if day is None or day <= on]
    return max(known, key=lambda each: (each[0] is not None, each[0]))[1] if known else None


@pytest.mark.parametrize("order", ["value", "age"])
async def test_the_list_is_what_the_figure_counts(loaded: WorldService, order: str):
    random = Random(f"list {order}")
    world, seen = loaded.truth.world, 0
    for _ in range(LISTS):
        asked = window(world, random)
        rows = await listed(loaded.lists, asked, order, random.choice([3, 1000]))
        expected = openings(Selection(loaded.truth, asked)).get(None, set())
        assert {row["customer"] for row in rows} == expected
        assert len(rows) == len(expected)
        answer, _ = await loaded.lists.recovery(words(asked), OPERATOR, order=order, limit=1, after=None)
        assert answer.totals[0].values == [len(rows)]
        ranks = [
            (
                0 if order == "age" else -(row["lifetime_value"] if row["lifetime_value"] is not None else -1e9),
                -row["age"],
            )
            for row in rows
        ]
        assert ranks == sorted(ranks)
        seen += len(rows)
    assert seen > 20


async def test_each_customer_is_told_with_what_is_open(loaded: WorldService):
    """Check the rows at the end of the data, where ages and values are those of the horizon."""
    world = loaded.truth.world
    assert world.horizon is not None
    end = world.horizon + timedelta(days=3)
    asked = OracleQuestion(COUNTED, world.horizon - timedelta(days=1), end)
    rows = {row["customer"]: row for row in await listed(loaded.lists, asked, "value", 1000)}
    entries: dict[str, list[Row]] = {}
    for entry in loaded.truth.entries:
        over, old = entry["over_at"], entry["offered_at"] < world.horizon - timedelta(days=30)
        if not old and (over is None or over >= end) and entry["offered_at"] < end:
            entries.setdefault(entry["customer"], []).append(entry)
    assert rows.keys() == entries.keys()
    for customer, mine in entries.items():
        first = min(entry["offered_at"] for entry in mine)
        due = [entry["due"] for entry in mine if entry["promised"]]
        expected: dict[str, Any] = {
            "reason": "callback_promised" if due else "lost",
            "attempts": len({entry["request"] for entry in mine}),
            "age": max(0, (world.horizon - first).total_seconds()),
            "lifetime_value": value(world, customer, world.horizon.date()),
        }
        row = rows[customer]
        assert {name: row[name] for name in expected} == pytest.approx(expected), customer
        assert row["first_attempt"][:10] in {(first + timedelta(days=shift)).date().isoformat() for shift in (-1, 0, 1)}
        assert (row["due_at"] is None) == (not due)


async def test_a_principal_is_told_of_whom_it_may_see(loaded: WorldService):
    world = loaded.truth.world
    assert world.horizon is not None
    asked = OracleQuestion(COUNTED, world.horizon - timedelta(days=40), world.horizon - timedelta(days=5))
    everyone = await listed(loaded.lists, asked, "age", 1000)
    assert everyone
    with pytest.raises(Forbidden):
        await listed(loaded.lists, asked, "age", 1000, Principal("wallboard", role="board"))
    at_home = Principal("S0", (Filter("site", ("S0",)),), role="supervisor")
    theirs = await listed(loaded.lists, asked, "age", 1000, at_home)
    assert {row["site"] for row in theirs} <= {"S0"}
    filtered = replace(asked, where=(("site", ("S0",), False),))
    assert theirs == await listed(loaded.lists, filtered, "age", 1000)


async def test_very_many_customers_are_estimated_from_the_sample(empty: str, writing: Pool):
    """Check the estimate. Every second customer gets through two hours later; every fourth had failed to get through
    three days before."""
    tried = datetime(2015, 12, 1, 12, tzinfo=UTC)
    through = set()
    rows = []

    def contact(customer: str, outcome: str, at: datetime) -> None:
        row = {"contact": f"{customer} {at}", "site": "PAU", "channel": "phone", "wait": "5", "offered_at": at}
        rows.append({**row, "customer": customer, "outcome": outcome, "talk": "60" if outcome == "handled" else None})

    for number in range(400):
        customer = f"K{number}"
        contact(customer, "abandoned", tried)
        if number % 4 == 0:
            contact(customer, "abandoned", tried - timedelta(days=3))
        if number % 2 == 0:
            contact(customer, "handled", tried + timedelta(hours=2))
            through |= {customer} if number % 4 else set()
    contact("late", "handled", tried + timedelta(days=3))
    await put(writing, "sites", [{"site": "PAU", "zone": "Europe/Paris"}])
    await put(writing, "contacts", rows)
    await refresh(writing)
    sample = await writing.fetch("SELECT code FROM customer WHERE hashint8(customer_id) & 63 = 0 AND code <> 'late'")
    sampled = {row["code"] for row in sample}
    assert sampled & through
    async with open_service(Settings(database_url=empty, exact_contacts_max=1), cache=False) as service:
        ask = Ask(metrics=refs("customer_reach"), period="2015-Q4")
        (column,) = (await service.desk.ask(ask, OPERATOR)).totals
    assert (column.numerators, column.denominators) == ([64 * len(sampled & through)], [64 * len(sampled)])
    assert column.bounds is not None
