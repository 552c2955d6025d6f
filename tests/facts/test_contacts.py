"""Contacts: what is stored of a row, of the same row again, and of a corrected row."""

from datetime import UTC, datetime

import pytest

from cadran.store.pool import Pool
from tests.defaults import load
from tests.facts.samples import contact, customer_marks, forget_marks, legs, marks, one, put, stored


async def test_a_row_is_stored_in_the_words_it_came_with(pool: Pool) -> None:
    row = contact(
        source="acd",
        customer="C1",
        case="K9",
        segment="Gold",
        moment="billing",
        reason="invoice",
        answered_at="2015-12-01T10:00:12+01:00",
        ended_at="2015-12-01T10:05:00+01:00",
        wait=None,
        agent="Anna",
        team="Red",
        transferred_to="legal",
        escalated="yes",
        resolved="false",
        cost="3.5",
        revenue="-10",
    )
    summary = await put(pool, row)
    assert summary.line() == "1 loaded"
    found = await one(pool)
    assert found["offered_at"] == datetime(2015, 12, 1, 9, 0, tzinfo=UTC)
    expected = {
        "source": "acd",
        "contact": "1",
        "customer": "C1",
        "case": "K9",
        "site": "PAU",
        "segment": "Gold",
        "moment": "billing",
        "reason": "invoice",
        "channel": "phone",
        "outcome": "handled",
        "day": "2015-12-01",
        "quarter": 40,
        "wait": 12.0,
        "talk": 200.0,
        "hold": 0.0,
        "acw": 0.0,
        "escalated": True,
        "resolved": False,
        "overflowed": False,
        "outbound": False,
        "cost": 3.5,
        "cost_given": 3.5,
        "revenue": -10.0,
        "transferred_to": "legal",
        "parent": None,
    }
    assert {name: found[name] for name in expected} == expected
    (leg,) = await legs(pool)
    assert (leg["agent"], leg["team"], leg["site"], leg["talk"], leg["customer"]) == ("Anna", "Red", "PAU", 200.0, "C1")
    assert leg["first_of_contact"]
    assert leg["transferred"]
    assert leg["escalated"]
    assert not leg["callback"]


async def test_loading_twice_changes_nothing(pool: Pool) -> None:
    rows = [contact(str(number), customer=f"C{number % 7}", agent=f"A{number % 3}") for number in range(50)]
    await put(pool, *rows)
    before = await stored(pool), await legs(pool)
    await forget_marks(pool)
    summary = await put(pool, *rows)
    assert summary.line() == "0 loaded · 50 unchanged"
    assert (await stored(pool), await legs(pool)) == before
    assert await marks(pool) == set()
    assert await customer_marks(pool) == set()


async def test_a_corrected_row_replaces_the_old_one(pool: Pool) -> None:
    await put(pool, contact(talk="200", agent="Anna"))
    summary = await put(pool, contact(talk="90", agent="Bea"))
    assert summary.line() == "0 loaded · 1 replaced"
    assert (await one(pool))["talk"] == 90
    assert [leg["agent"] for leg in await legs(pool)] == ["Bea"]
    await put(pool, contact(talk="90"))
    assert await legs(pool) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"site": "LIL"}, ("LIL", "2015-12-01")),
        ({"customer": "C2"}, ("PAU", "2015-12-01")),
        ({"customer": None}, ("PAU", "2015-12-01")),
        ({"offered_at": "2015-12-01T15:00:00+01:00"}, ("PAU", "2015-12-01")),
        ({"offered_at": "2015-11-30T23:50:00+01:00"}, ("PAU", "2015-11-30")),
        ({"offered_at": "2014-01-07T10:00:00+01:00", "customer": "C2", "site": "LIL"}, ("LIL", "2014-01-07")),
    ],
)
async def test_a_row_may_move(pool: Pool, change: dict[str, str | None], place: tuple[str, str]) -> None:
    row = contact(customer="C1", agent="Anna")
    await put(pool, row)
    await forget_marks(pool)
    summary = await put(pool, row | change)
    assert (summary.loaded, summary.replaced) == (0, 1)
    found = await one(pool)
    assert (found["site"], found["day"]) == place
    assert found["customer"] == (row | change)["customer"]
    (leg,) = await legs(pool)
    assert (leg["site"], leg["offered_site"], leg["day"], leg["quarter"]) == (
        *[place[0]] * 2,
        place[1],
        found["quarter"],
    )
    assert leg["customer"] == found["customer"]
    assert await marks(pool) == {("PAU", "2015-12-01"), place}
    assert await customer_marks(pool) == {"C1", (row | change)["customer"]} - {None}
    # Moving the contact back restores its site and day.
    await put(pool, row)
    assert ((await one(pool))["site"], (await one(pool))["day"]) == ("PAU", "2015-12-01")


async def test_followers_of_a_customer_are_marked(pool: Pool) -> None:
    """Check that later contacts of the customer within a week are marked, since they may become repeats."""
    days = ["2015-11-20", "2015-12-02", "2015-12-08", "2015-12-09"]
    await put(
        pool,
        *[contact(f"{day}", customer="C1", site="LIL", offered_at=f"{day}T09:00:00+01:00") for day in days],
        contact("other", customer="C2", site="LIL", offered_at="2015-12-03T09:00:00+01:00"),
    )
    await forget_marks(pool)
    await put(pool, contact(customer="C1", offered_at="2015-12-01T10:00:00+01:00"))
    assert await marks(pool) == {("PAU", "2015-12-01"), ("LIL", "2015-12-02"), ("LIL", "2015-12-08")}


async def test_a_large_batch_marks_the_week_after_as_a_whole(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cadran.facts.load.contacts.FOLLOWERS_MAX", 0)
    await put(pool, *[contact(day, customer="C1", offered_at=f"2015-12-{day}T09:00:00Z") for day in ("02", "09", "20")])
    await forget_marks(pool)
    await put(pool, contact("new", customer="C2", site="LIL", offered_at="2015-12-01T10:00:00Z"))
    assert await marks(pool) == {("LIL", "2015-12-01"), ("PAU", "2015-12-02"), ("PAU", "2015-12-09")}


@pytest.mark.parametrize("followers_max", [5_000, 0])
async def test_a_corrected_wait_marks_what_its_contact_may_have_made_up_for(
    pool: Pool, monkeypatch: pytest.MonkeyPatch, followers_max: int
) -> None:
    """Check that the loss is marked: the letter made up for it only as long as it was answered in time."""
    monkeypatch.setattr("cadran.facts.load.contacts.FOLLOWERS_MAX", followers_max)
    letter = contact("letter", customer="C1", offered_at="2015-12-11T09:00:00+01:00")
    lost = contact(customer="C1", site="LIL", offered_at="2015-12-10T18:00:00+01:00", outcome="abandoned", talk=None)
    await put(pool, lost, letter)
    await forget_marks(pool)
    await put(pool, letter | {"wait": "86400"})
    assert ("LIL", "2015-12-10") in await marks(pool)


async def test_the_day_of_a_callbacks_request_is_marked(pool: Pool) -> None:
    await put(pool, contact("asked", outcome="callback", talk=None, offered_at="2015-11-02T10:00:00Z"))
    await forget_marks(pool)
    await put(pool, contact("made", parent="asked", direction="outbound", wait=None, agent="Anna"))
    assert await marks(pool) == {("PAU", "2015-11-02"), ("PAU", "2015-12-01")}
    assert (await legs(pool))[0]["callback"]


async def test_the_last_of_several_rows_with_one_id_counts(pool: Pool) -> None:
    rows = [contact(talk="1"), contact("2"), contact(talk="2"), contact(talk="3")]
    summary = await put(pool, *rows)
    assert summary.line() == "2 loaded · 2 superseded"
    assert [row["talk"] for row in await stored(pool)] == [3, 200]
    assert (await put(pool, contact(talk="5"), contact(talk="3"))).line() == "0 loaded · 1 unchanged · 1 superseded"


async def test_a_refused_row_does_not_supersede(pool: Pool) -> None:
    summary = await put(pool, contact(talk="1"), contact(talk="-1"))
    assert summary.line("x.csv") == "1 loaded · 1 rejected → x.csv"
    assert (await one(pool))["talk"] == 1


async def test_ids_belong_to_their_source(pool: Pool) -> None:
    await put(pool, contact(source="acd"), contact(source="mail"), contact())
    await put(pool, contact(talk="1"), source="acd")
    assert [(row["source"], row["talk"]) for row in await stored(pool)] == [("acd", 1), ("default", 200), ("mail", 200)]


async def test_batches_are_one_load(pool: Pool) -> None:
    rows = [contact(str(number % 25), talk=str(number)) for number in range(60)]
    told: list[int] = []
    summary = await put(pool, *rows, batch_rows=10, on_progress=told.append)
    assert (summary.loaded, summary.superseded, summary.read) == (25, 35, 60)
    assert told == [10, 20, 30, 40, 50, 60]
    assert {row["contact"]: row["talk"] for row in await stored(pool)} == {str(n % 25): n for n in range(60)}


async def test_tuples_in_the_contracts_order(pool: Pool) -> None:
    row = (
        "",
        "7",
        None,
        None,
        None,
        "PAU",
        None,
        "chat",
        None,
        None,
        None,
        None,
        "2015-12-01T10:00:00Z",
        None,
        None,
        "deflected",
    )
    summary = await load(pool, "contacts", [row + (None,) * 13], zone="Europe/Paris")
    assert summary.loaded == 1
    assert (await one(pool))["wait"] is None


async def test_the_horizon_and_the_directory_version_move(pool: Pool) -> None:
    await put(pool, contact("1"), contact("2", offered_at="2015-12-05T00:00:00Z"))
    (state,) = await pool.fetch("SELECT horizon, directory_version FROM data_state")
    assert state["horizon"] == datetime(2015, 12, 5, tzinfo=UTC)
    assert state["directory_version"] > 1
    await put(pool, contact("3"))
    assert [tuple(state)] == [
        tuple(row) for row in await pool.fetch("SELECT horizon, directory_version FROM data_state")
    ]


async def test_cases_that_a_new_horizon_matures_are_marked(pool: Pool) -> None:
    await put(pool, contact(customer="C1"))
    async with pool.acquire() as connection:
        await connection.execute(
            "INSERT INTO contact_case SELECT customer_id, moment_id, offered_at, source_id, contact_id, day, quarter,"
            " offered_at, site_id, segment_id, channel_id, reason_id, 0, 0, 1, 1, NULL, 1 FROM contact"
        )
    await forget_marks(pool)
    await put(pool, contact("2", site="LIL", offered_at="2015-12-08T09:00:00Z"))
    assert await marks(pool) == {("LIL", "2015-12-08"), ("PAU", "2015-12-01")}


async def test_months_are_made_as_needed(pool: Pool) -> None:
    await put(pool, contact("1"), contact("2", offered_at="2014-02-28T23:30:00+00:00"))
    rows = await pool.fetch(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent IN ('contact'::regclass, 'leg'::regclass)"
    )
    assert {row[0] for row in rows} == {"contact_2014_03", "contact_2015_12", "leg_2014_03", "leg_2015_12"}


async def test_a_handled_contact_needs_no_wait(pool: Pool) -> None:
    """Check that its wait is unknown, and neither zero nor the time to its end, which includes the conversation."""
    row = contact(customer="C1", wait=None, ended_at="2015-12-01T10:05:00+01:00", agent="Anna")
    assert (await put(pool, row)).line() == "1 loaded"
    found = await one(pool)
    assert (found["wait"], found["outcome"], found["talk"]) == (None, "handled", 200.0)
    [leg] = await legs(pool)
    assert leg["agent"] == "Anna"
    await put(pool, row | {"wait": "0"})
    assert (await one(pool))["wait"] == 0
