"""Load a world's rows into a database with the ordinary loader, and refresh the rollups."""

from __future__ import annotations

from collections.abc import Iterable

import asyncpg

from cadran.facts.load import new_members
from cadran.facts.load.reasons import Reject
from cadran.facts.refresh.reconcile import reconcile
from cadran.facts.refresh.refresh import refresh
from cadran.store.migrate import migrate
from cadran.store.pool import Pool
from tests.defaults import load
from tests.oracle import customer_history
from tests.oracle.surveys import INSTRUMENTS, MEDIA
from tests.oracle.world import ATTRIBUTES, CHANNELS, MOMENTS, REASONS, SEGMENTS, TRANSFERS, Row, World, texts


async def prepare(url: str) -> None:
    """Create the schema and the tables of the rollups."""

    async def rollups(connection: asyncpg.Connection) -> None:
        await reconcile(connection)  # type: ignore[arg-type]  # a plain connection suffices

    await migrate(url, then=[rollups])


async def put(pool: Pool, kind: str, rows: Iterable[Row]) -> None:
    """Load rows of a kind, and check that none is rejected. Rows that another one supersedes are reported, too."""
    written = texts(rows)
    refused: list[Reject] = []
    if written:
        await load(pool, kind, written, rejects=refused.extend)
    refused = [each for each in refused if each.code != "superseded"]
    assert not refused, refused[:5]


async def put_dimensions(pool: Pool, world: World) -> None:
    """Load all rows except the facts."""
    await put(pool, "sites", [{"site": code, **row} for code, row in world.sites.items()])
    await put(pool, "teams", [{"team": code, "site": site} for code, site in world.teams.items()])
    await put(pool, "agents", list(_agents(world)))
    await put(pool, "segments", [{"segment": code} for code in SEGMENTS])
    await put(
        pool,
        "channels",
        [{"channel": code, "kind": kind, "asynchronous": late} for code, (kind, late) in CHANNELS.items()],
    )
    await put(pool, "moments", [{"moment": code, "complaint": complaint} for code, complaint in MOMENTS.items()])
    norms = [(code, norm or (None, None)) for code, norm in world.queues.items()]
    await put(pool, "queues", [{"queue": code, "good_seconds": g, "bad_seconds": b} for code, (g, b) in norms])
    await put(pool, "assignments", world.assignments)
    await put(pool, "reasons", [{"reason": code, "moment": moment} for code, moment in REASONS.items()])
    await put(pool, "customers", customer_history.rows(world))
    await put(pool, "instruments", [{"instrument": code, **row} for code, row in INSTRUMENTS.items()])
    async with pool.acquire() as connection:
        await connection.execute("DELETE FROM answer_norm")
    async with pool.acquire() as connection:
        await connection.execute("DELETE FROM exact_threshold")
        for seconds in world.thresholds:
            await connection.execute("INSERT INTO exact_threshold (seconds) VALUES ($1)", seconds)
        await connection.execute("DELETE FROM attribute")
        for number, name in enumerate(ATTRIBUTES):
            # In the first and in the last column.
            values = (1 + 7 * number, name, number == 0)
            await connection.execute("INSERT INTO attribute VALUES ($1, $2, NULL, NULL, $3, $3, $3)", *values)
        # Questions may name values before a row does.
        named = {"transferred_to": TRANSFERS, "sent_by": MEDIA, "attribute_1": ATTRIBUTES["campaign"]}
        named["attribute_8"] = ATTRIBUTES["product"]
        members = [(dimension, code, None) for dimension, codes in named.items() for code in codes]
        await new_members.add_members(connection, members, zone=None)
    await put(pool, "answer_norms", world.answer_norms)
    await put(pool, "tariffs", world.tariffs)
    await put(pool, "gestures", world.gesture_limits.values())
    await put(pool, "gestures", world.month_limits)
    await put_calendars(pool, world)
    await put(
        pool,
        "budgets",
        [{"site": site, "month": month, "amount": amount} for (site, month), amount in world.budgets.items()],
    )


async def put_calendars(pool: Pool, world: World) -> None:
    """Load the opening hours and the exceptional days of the sites."""
    await put(pool, "openings", world.openings)
    await put(pool, "closings", world.closings)


async def replace_calendars(pool: Pool, world: World) -> None:
    """Replace the stored calendars by the world's. Days that are no longer exceptional are withdrawn."""
    stored = await pool.fetch("SELECT DISTINCT s.code AS site, c.day FROM closing AS c JOIN site AS s USING (site_id)")
    withdrawn = [{"site": row["site"], "day": row["day"], "withdrawn": True} for row in stored]
    await put(pool, "closings", withdrawn)
    # A load leaves earlier hours valid until the new ones begin. Here past hours must change too.
    async with pool.acquire() as connection:
        await connection.execute("DELETE FROM opening")
    await put_calendars(pool, world)


def _agents(world: World) -> Iterable[Row]:
    for code, team in world.agents.items():
        joined, left = world.employed.get(code, (None, None))
        yield {"agent": code, "team": team, "joined_on": joined, "left_on": left}


async def put_facts(pool: Pool, world: World) -> None:
    """Load contacts, then the legs from a separate file, then all other facts."""
    await put(pool, "contacts", world.contacts.values())
    await put_legs(pool, world, world.legs)
    await put_visits(pool, world, world.visits)
    await put(pool, "surveys", world.surveys.values())
    await put(pool, "goodwill", world.gestures.values())
    await put(pool, "callbacks", world.callbacks.values())
    await put_cases(pool, world, world.cases)
    await put(pool, "schedules", world.schedules.values())
    await put(pool, "states", world.states.values())


async def put_legs(pool: Pool, world: World, contacts: Iterable[tuple[str, str]]) -> None:
    """Load the legs of the given contacts."""
    rows = [{"source": each[0], "contact": each[1], **leg} for each in contacts for leg in world.legs[each]]
    await put(pool, "legs", rows)


async def put_visits(pool: Pool, world: World, contacts: Iterable[tuple[str, str]]) -> None:
    """Load the visits of the given contacts."""
    rows = [{"source": each[0], "contact": each[1], **visit} for each in contacts for visit in world.visits[each]]
    await put(pool, "visits", rows)


async def put_cases(pool: Pool, world: World, cases: Iterable[tuple[str, str]]) -> None:
    """Load the given cases, then their reopenings."""
    numbers = list(cases)
    await put(pool, "cases", [world.cases[each] for each in numbers])
    await put(pool, "reopenings", [row for each in numbers for row in world.reopenings[each]])


async def fill(pool: Pool, world: World) -> None:
    """Load all rows, and compute the rollups."""
    await put_dimensions(pool, world)
    await put_facts(pool, world)
    await refresh(pool)
