"""Concurrent loads: loads of one source wait for each other; loads of different sources do not interfere."""

import asyncio

from cadran.facts.files.rows import PlainRows
from cadran.facts.load.seen_ids import SeenIds
from cadran.facts.load.session import batch_transaction
from cadran.facts.load.staged import StagedLoader
from cadran.facts.schema.contact import CONTACTS
from cadran.store.pool import Pool
from tests.facts.samples import NOW, contact, forget_marks, legs, put, stored
from tests.polling import done_or_locked

ROUNDS = 5


async def test_loads_of_one_source_take_turns(pool: Pool) -> None:
    """Check that each load is stored as a whole. Each one writes the same ids with another talk time."""
    rows = [[contact(str(number), talk=str(100 + turn)) for number in range(30)] for turn in range(ROUNDS)]
    summaries = await asyncio.gather(*[put(pool, *some) for some in rows])
    assert sum(summary.loaded for summary in summaries) == 30
    assert sum(summary.replaced for summary in summaries) == 30 * (ROUNDS - 1)
    found = await stored(pool)
    assert len(found) == 30
    assert len({row["talk"] for row in found}) == 1


async def test_loads_of_several_sources_make_the_same_dimensions(pool: Pool) -> None:
    """Check loads that all create the same sites, channels, customers, agents and months, in different orders."""

    def row(turn: int, number: int) -> dict[str, str | None]:
        number = (number * (turn + 3)) % 40
        return contact(
            str(number),
            source=f"S{turn}",
            customer=f"C{number % 9}",
            site=f"X{number % 5}",
            channel=("phone", "chat", "mail")[number % 3],
            agent=f"A{number % 4}",
            reason=f"R{number % 3}",
            offered_at=f"2015-{1 + number % 12:02}-01T10:00:00Z",
        )

    loads = [put(pool, *[row(turn, number) for number in range(40)], batch_rows=15) for turn in range(ROUNDS)]
    summaries = await asyncio.gather(*loads)
    found = await stored(pool)
    assert sum(summary.loaded for summary in summaries) == len(found)
    assert {turn: len([row for row in found if row["source"] == f"S{turn}"]) for turn in range(ROUNDS)} == {
        turn: len({(number * (turn + 3)) % 40 for number in range(40)}) for turn in range(ROUNDS)
    }
    assert len(await legs(pool)) == len(found)


async def test_legs_and_contacts_of_one_source_take_turns(pool: Pool) -> None:
    rows = [contact(str(number), talk=None) for number in range(20)]
    await put(pool, *rows)
    told: list[dict[str, str | None]] = [
        {"contact": str(number), "leg": "1", "agent": "Bob", "talk": "7"} for number in range(20)
    ]
    await asyncio.gather(
        *[put(pool, *[row | {"segment": f"G{turn}"} for row in rows]) for turn in range(3)],
        *[put(pool, *told, kind="legs") for _ in range(3)],
    )
    assert {row["talk"] for row in await stored(pool)} == {7}
    assert len(await legs(pool)) == 20


async def test_a_customers_contacts_of_two_sources_at_once_are_marked_as_repeats(pool: Pool) -> None:
    """Check that both loads mark the later day, since neither sees the other's uncommitted contact."""
    await put(pool, contact("0", customer="C", offered_at="2015-11-01T10:00:00Z"), contact("0", source="mail"))
    await forget_marks(pool)
    async with pool.acquire() as connection:
        first = StagedLoader(
            connection, CONTACTS, zone="Europe/Paris", source="mail", clock=lambda: NOW, seen=SeenIds()
        )
        await first.open()
        async with batch_transaction(connection):
            rows = PlainRows("contacts", [contact("1", customer="C", offered_at="2015-12-04T10:00:00Z")])
            summary, _ = await first.prepare(rows.records())
            await first.store(summary)
            second = asyncio.create_task(put(pool, contact("1", customer="C", offered_at="2015-12-01T10:00:00Z")))
            await done_or_locked(pool, second)
    await second
    times = await pool.fetch("SELECT count(*) FROM dirty_day WHERE day = '2015-12-04'")
    assert times[0]["count"] == 2


async def test_a_load_makes_no_partition_before_it_may_change_customers(pool: Pool) -> None:
    """Check the order of locks. A load that corrects surveys makes partitions last, while it holds the customers."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext('cadran customers'))")
        load = asyncio.create_task(put(pool, contact("1", customer="C")))
        await done_or_locked(pool, load)
        assert not load.done()
        assert await connection.fetchval("SELECT pg_try_advisory_xact_lock(hashtext('cadran partitions'))")
    assert (await load).loaded == 1


def surveys(score: int) -> list[dict[str, str | None]]:
    """Return one answered survey with this score for each of twenty contacts."""
    return [
        {"survey": str(number), "contact": str(number), "instrument": "csat", "score": str(score),
         "sent_at": "2015-12-30T12:00:00Z", "answered_at": "2015-12-30T13:00:00Z"}
        for number in range(20)
    ]  # fmt: skip


async def begin_surveys(pool: Pool) -> list[dict[str, str | None]]:
    """Load twenty contacts on twenty days, and an instrument. Return the contacts."""
    rows = [contact(str(number), offered_at=f"2015-12-{1 + number:02}T10:00:00Z") for number in range(20)]
    await put(pool, *rows)
    scale: dict[str, str | None] = {"low": "1", "high": "5", "satisfied_from": "4", "dissatisfied_to": "2"}
    await put(pool, {"instrument": "csat", "kind": "csat", **scale}, kind="instruments")
    return rows


async def test_loads_of_the_same_surveys_take_turns(pool: Pool) -> None:
    """Check that each load is stored as a whole. Each one gives the same surveys another score."""
    await begin_surveys(pool)
    summaries = await asyncio.gather(*[put(pool, *surveys(1 + turn), kind="surveys") for turn in range(ROUNDS)])
    assert sum(summary.loaded for summary in summaries) == 20
    assert sum(summary.replaced for summary in summaries) == 20 * (ROUNDS - 1)
    found = await pool.fetch("SELECT survey_id, score FROM survey")
    assert len(found) == 20
    assert len({row["score"] for row in found}) == 1
    assert len(await pool.fetch("SELECT FROM survey_place")) == 20


async def test_surveys_are_loaded_while_their_contacts_are_corrected(pool: Pool) -> None:
    """Check that each survey finally matches its contact and has one place, that of its customer and day."""
    rows = await begin_surveys(pool)

    def corrected(turn: int) -> list[dict[str, str | None]]:
        return [
            row | {"customer": f"C{turn}", "site": ("LIL", "PAU")[turn % 2], "wait": str(turn),
                   "offered_at": f"2015-{11 + turn % 2}-{1 + (number + turn) % 28:02}T20:00:00Z"}
            for number, row in enumerate(rows)
        ]  # fmt: skip

    await asyncio.gather(
        *[put(pool, *surveys(1 + turn), kind="surveys", batch_rows=7) for turn in range(ROUNDS)],
        *[put(pool, *corrected(turn), batch_rows=6) for turn in range(ROUNDS)],
    )
    astray = await pool.fetch(
        "SELECT s.survey_id FROM survey AS s"
        " JOIN contact AS c ON c.source_id = s.contact_source_id AND c.contact_id = s.contact_id"
        " LEFT JOIN survey_place AS p"
        " ON (p.source_id, p.survey_id, p.customer_id, p.day) = (s.source_id, s.survey_id, s.customer_id, s.day)"
        " WHERE (s.customer_id, s.site_id, s.day, s.quarter, s.counted_at, s.wait)"
        " IS DISTINCT FROM (c.customer_id, c.site_id, c.day, c.quarter, c.offered_at, c.wait) OR p.day IS NULL"
    )
    assert astray == []
    (sizes,) = await pool.fetch("SELECT (SELECT count(*) FROM survey), (SELECT count(*) FROM survey_place)")
    assert tuple(sizes) == (20, 20)


async def test_a_load_of_surveys_waits_for_the_correction_of_their_contacts(pool: Pool) -> None:
    """Check that surveys do not store data of their contacts from before a concurrent correction."""
    rows = await begin_surveys(pool)
    async with pool.acquire() as connection:
        loader = StagedLoader(
            connection, CONTACTS, zone="Europe/Paris", source="default", clock=lambda: NOW, seen=SeenIds()
        )
        await loader.open()
        async with batch_transaction(connection):
            moved = [row | {"customer": "C", "site": "LIL"} for row in rows]
            summary, _ = await loader.prepare(PlainRows("contacts", moved).records())
            await loader.store(summary)
            load = asyncio.create_task(put(pool, *surveys(3), kind="surveys"))
            await done_or_locked(pool, load)
            assert not load.done()
    await load
    found = await pool.fetch("SELECT c.code FROM survey AS s JOIN site AS c USING (site_id)")
    assert [row["code"] for row in found] == ["LIL"] * 20


async def test_a_site_changes_its_zone_during_a_load(pool: Pool) -> None:
    """Check that every contact has the day of the site's last zone, and that none is stored twice."""
    rows = [contact(str(number), offered_at=f"2015-12-{1 + number % 28:02}T20:00:00Z") for number in range(300)]
    await put(pool, *rows[:1])

    async def moving() -> None:
        for turn in range(6):
            await put(pool, {"site": "PAU", "zone": ("Asia/Tokyo", "America/Lima")[turn % 2]}, kind="sites")

    await asyncio.gather(put(pool, *rows, batch_rows=20), put(pool, *rows, batch_rows=30), moving())
    found = await stored(pool)
    assert len(found) == 300
    assert {row["day"] for row in found} == {f"2015-12-{1 + number:02}" for number in range(28)}
    assert {row["quarter"] for row in found} == {60}
