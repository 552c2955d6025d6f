"""Deletions: a row that its source withdraws is deleted with its dependent rows, and the affected days are marked."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cadran.facts.files.rows import PlainRows
from cadran.facts.load.reasons import Reject
from cadran.facts.load.seen_ids import SeenIds
from cadran.facts.load.session import batch_transaction
from cadran.facts.load.staged import StagedLoader
from cadran.facts.load.summary import LoadSummary
from cadran.facts.schema.facts import FACTS
from cadran.store.pool import Pool
from tests.defaults import load
from tests.facts.samples import NOW, contact, customer_marks, forget_marks, legs, marks, put, stored
from tests.polling import done_or_locked

INSTRUMENT: dict[str, str | None] = {
    "instrument": "csat",
    "kind": "csat",
    "low": "1",
    "high": "5",
    "satisfied_from": "4",
    "dissatisfied_to": "2",
}


def survey(survey: str, **given: str | None) -> dict[str, str | None]:
    return {"survey": survey, "instrument": "csat", "sent_at": "2015-12-01T11:00:00+01:00"} | given


async def delete(pool: Pool, *named: tuple[str, str], **options: Any) -> LoadSummary:
    rows: list[dict[str, str | None]] = [{"kind": kind, "id": number} for kind, number in named]
    return await put(pool, *rows, kind="deletions", **options)


async def test_a_contact_goes_with_its_legs_and_surveys_and_marks_what_follows(pool: Pool) -> None:
    await put(
        pool,
        contact("1", customer="C", agent="Ann"),
        contact("2", customer="C", offered_at="2015-12-03T10:00:00+01:00"),
        contact("3", outcome="callback", talk=None),
        contact("4", parent="3", offered_at="2015-12-05T10:00:00+01:00"),
    )
    await put(pool, INSTRUMENT, kind="instruments")
    await put(
        pool, survey("s1", contact="1"), survey("s2", contact="2", sent_at="2015-12-03T11:00:00+01:00"), kind="surveys"
    )
    await forget_marks(pool)
    summary = await delete(pool, ("contacts", "1"), ("contacts", "4"))
    assert (summary.deleted, summary.unchanged, summary.line()) == (2, 0, "2 deleted")
    assert [row["contact"] for row in await stored(pool)] == ["2", "3"]
    assert await legs(pool) == []
    assert [row["survey_id"] for row in await pool.fetch("SELECT survey_id FROM survey")] == ["s2"]
    assert [row["survey_id"] for row in await pool.fetch("SELECT survey_id FROM survey_place")] == ["s2"]
    # The days of the contact, of the customer's next contact (no repeat now), and of the callback and its request.
    assert await marks(pool) == {("PAU", "2015-12-01"), ("PAU", "2015-12-03"), ("PAU", "2015-12-05")}
    assert await customer_marks(pool) == {"C"}


async def test_what_is_gone_can_be_named_again_and_come_back(pool: Pool) -> None:
    await put(pool, contact("1"))
    assert (await delete(pool, ("contacts", "1"), ("contacts", "1"))).deleted == 1
    again = await delete(pool, ("contacts", "1"), ("contacts", "never"), ("surveys", "never"))
    assert (again.deleted, again.unchanged) == (0, 3)
    assert (await put(pool, contact("1"))).loaded == 1


async def test_only_the_named_source_is_touched(pool: Pool) -> None:
    await put(pool, contact("1"), source="a")
    await put(pool, contact("1"), source="b")
    assert (await delete(pool, ("contacts", "1"), source="b")).deleted == 1
    assert [row["source"] for row in await stored(pool)] == ["a"]


async def test_kinds_without_an_id_are_refused_by_name(pool: Pool) -> None:
    found: list[Reject] = []
    rows = [{"kind": "sites", "id": "PAU"}, {"kind": "contacts", "id": ""}]
    summary = await load(pool, "deletions", rows, rejects=found.extend)
    assert summary.rejected == 2
    assert found[0].reason.startswith("kind: Input should be 'contacts', 'surveys'")
    assert found[1].code == "missing"


CASE: dict[str, str | None] = {"case": "1", "site": "PAU", "opened_at": "2015-12-01T10:00:00Z"}
GESTURE: dict[str, str | None] = {
    "goodwill": "1", "customer": "C", "site": "PAU", "given_at": "2015-12-01T10:00:00Z", "cost": "3",
}  # fmt: skip
PROMISE: dict[str, str | None] = {
    "callback": "1", "site": "PAU", "customer": "C", "promised_at": "2015-12-01T10:00:00Z",
    "due_at": "2015-12-02T10:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "row"), [("cases", CASE), ("goodwill", GESTURE), ("callbacks", PROMISE)])
async def test_a_deletion_waits_for_a_load_of_the_same_kind(pool: Pool, kind: str, row: dict[str, str | None]) -> None:
    """Check that a row that is being loaded when its deletion arrives is deleted in the end."""
    await put(pool, contact("1", customer="C"))
    async with pool.acquire() as connection:
        loader = StagedLoader(
            connection,
            FACTS[kind],
            zone="Europe/Paris",
            source="default",
            clock=lambda: NOW,
            seen=SeenIds(),
        )
        await loader.open()
        async with batch_transaction(connection):
            summary, _ = await loader.batch(PlainRows(kind, [row]).records())
            assert summary.loaded == 1
            deletion = asyncio.create_task(delete(pool, (kind, "1")))
            await done_or_locked(pool, deletion)
            assert not deletion.done()
    assert (await deletion).deleted == 1


async def test_a_deletion_takes_all_its_locks_before_it_changes_anything(pool: Pool) -> None:
    """Check that a deletion of a gesture and a contact does not lock the state of the data, which loads lock last,
    before it may change customers."""
    await put(pool, contact("1", customer="C"))
    await put(pool, GESTURE, kind="goodwill")
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext('cadran customers'))")
        deletion = asyncio.create_task(delete(pool, ("goodwill", "1"), ("contacts", "1")))
        await done_or_locked(pool, deletion)
        await connection.execute("SELECT FROM data_state FOR UPDATE NOWAIT")
    assert (await deletion).deleted == 2


async def test_deletions_of_all_kinds_beside_loads_do_not_wait_crosswise(pool: Pool) -> None:
    await put(pool, INSTRUMENT, kind="instruments")
    rows = [contact(str(number), customer="C") for number in range(20)]
    asked = [survey(str(number), contact=str(number)) for number in range(20)]
    promised = [PROMISE | {"callback": str(number), "contact": str(number)} for number in range(20)]
    named = [(kind, str(number)) for kind in ("contacts", "surveys", "callbacks", "cases") for number in range(20)]
    await put(pool, *rows)
    for turn in range(3):
        corrected = [row | {"talk": str(300 + turn), "site": f"S{turn}"} for row in rows]
        await asyncio.gather(
            put(pool, *corrected, batch_rows=5),
            put(pool, *asked, kind="surveys", batch_rows=5),
            put(pool, *promised, kind="callbacks", batch_rows=5),
            put(pool, CASE, kind="cases"),
            delete(pool, *named, batch_rows=15),
            delete(pool, *reversed(named), batch_rows=15),
        )
    await delete(pool, *named)
    assert await stored(pool) == []
    for table in ("survey", "survey_place", "callback", "given_case"):
        assert await pool.fetch(f"SELECT FROM {table}") == []
