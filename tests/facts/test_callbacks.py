"""Promised callbacks: what is loaded, what is rejected, how they follow their contact, how the call is found."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cadran.facts.refresh.cases import refresh_cases
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.facts.samples import contact, forget_marks, marks, put, refused

PROMISES = """
SELECT
  f.callback_id AS callback, f.contact_id AS contact, k.code AS customer, i.code AS site, g.code AS segment,
  h.code AS channel, m.code AS moment, r.code AS reason, f.day::text, f.quarter, f.promised_at, f.due_at, f.made_at,
  f.reached_at
FROM callback_fact AS f
JOIN site AS i USING (site_id)
LEFT JOIN customer AS k ON k.customer_id = f.customer_id
LEFT JOIN segment AS g ON g.segment_id = f.segment_id
LEFT JOIN channel AS h ON h.channel_id = f.channel_id
LEFT JOIN moment AS m ON m.moment_id = f.moment_id
LEFT JOIN reason AS r ON r.reason_id = f.reason_id
ORDER BY 1 NULLS LAST, 2
"""
ELEVEN, NOON = "2015-12-01T11:00:00+01:00", "2015-12-01T12:00:00+01:00"
EVENING, TOMORROW = "2015-12-01T18:00:00+01:00", "2015-12-02T09:00:00+01:00"


def callback(callback: str = "p1", **given: str | None) -> dict[str, str | None]:
    """Return a callback that was promised to contact 1 at 11:00 and is due at 12:00."""
    row: dict[str, str | None] = {"callback": callback, "contact": "1", "promised_at": ELEVEN, "due_at": NOON}
    return row | given


async def put_callbacks(pool: Pool, *rows: dict[str, str | None]) -> str:
    return (await put(pool, *rows, kind="callbacks")).line()


async def promises(pool: Pool) -> list[dict[str, Any]]:
    return [dict(row) for row in await pool.fetch(PROMISES)]


async def begin(pool: Pool, **given: str | None) -> None:
    """Load an abandoned call of customer C1 in Pau."""
    lost: dict[str, str | None] = {"outcome": "abandoned", "talk": None, "customer": "C1", "segment": "Gold"}
    await put(pool, contact() | lost | given)
    await forget_marks(pool)


async def recalled(pool: Pool) -> list[bool]:
    return [row[0] for row in await pool.fetch("SELECT recalled FROM contact_fact ORDER BY contact_id")]


async def open_customers(pool: Pool) -> set[str]:
    """Refresh, and return the customers who abandoned or were promised a call and were not reached since."""
    await refresh(pool)
    rows = await pool.fetch(
        "SELECT k.code FROM recovery_entry AS f JOIN customer AS k USING (customer_id) WHERE f.reached_at IS NULL"
    )
    return {row["code"] for row in rows}


async def test_a_promise_has_what_its_contact_says(pool: Pool) -> None:
    await begin(pool)
    assert await put_callbacks(pool, callback(site="LIL", customer="C9")) == "1 loaded"
    (row,) = await promises(pool)
    assert (row["customer"], row["site"], row["segment"], row["channel"]) == ("C1", "PAU", "Gold", "phone")
    assert (row["day"], row["quarter"]) == ("2015-12-01", 44)
    assert row["due_at"] == datetime(2015, 12, 1, 11, 0, tzinfo=UTC)
    assert (row["made_at"], row["reached_at"]) == (None, None)
    assert await marks(pool) == {("PAU", "2015-12-01")}


async def test_a_promise_to_a_customer_alone_makes_what_it_names(pool: Pool) -> None:
    row = callback(contact=None, customer="C9", site="LIL", segment="New", channel="chat", reason="late", due_at=None)
    assert await put_callbacks(pool, row) == "1 loaded"
    (found,) = await promises(pool)
    assert (found["customer"], found["site"], found["segment"], found["channel"]) == ("C9", "LIL", "New", "chat")
    assert (found["reason"], found["due_at"]) == ("late", datetime(2015, 12, 2, 10, 0, tzinfo=UTC))
    assert await open_customers(pool) == {"C9"}


async def test_what_is_to_be_worked_off_has_the_day_of_its_site(pool: Pool) -> None:
    await put_callbacks(pool, callback(contact=None, customer="C9", site="PAU"))
    await refresh(pool)
    await put(pool, {"site": "PAU", "zone": "Pacific/Auckland"}, kind="sites")
    await refresh(pool)
    (row,) = await pool.fetch("SELECT day::text, quarter FROM recovery_entry")
    assert tuple(row) == ("2015-12-01", 23 * 4)


async def test_who_was_reached_is_told_on_the_day_of_the_loss(pool: Pool) -> None:
    """Check that the day of the loss is marked even if the mark of the contact that reached the customer is gone."""
    await begin(pool)
    await put_callbacks(pool, callback())
    await refresh(pool)
    await put(pool, contact("2", customer="C1", offered_at="2015-12-11T10:00:00+01:00"))
    await pool.fetch("DELETE FROM dirty_day")
    assert await refresh_cases(pool) == 1
    marked = await pool.fetch("SELECT day::text FROM dirty_day WHERE change = 'recovery'")
    assert [row["day"] for row in marked] == ["2015-12-01"]
    assert await open_customers(pool) == set()


async def test_the_call_is_told_by_the_row(pool: Pool) -> None:
    await begin(pool)
    await put_callbacks(pool, callback(made_at=NOON, reached="false"))
    assert (await recalled(pool), await open_customers(pool)) == ([False], {"C1"})
    await put_callbacks(pool, callback(made_at=NOON, reached="true"))
    (row,) = await promises(pool)
    assert row["made_at"] == row["reached_at"] == datetime(2015, 12, 1, 11, 0, tzinfo=UTC)
    assert (await recalled(pool), await open_customers(pool)) == ([True], set())


async def test_the_call_is_found_as_the_contact_that_names_its_request(pool: Pool) -> None:
    """Check a call that names its request as parent: loaded before the request, and with or without a callback row."""
    call = contact("call", parent="1", direction="outbound", offered_at=NOON, answered_at=None)
    await put(pool, call)
    await begin(pool, outcome="callback")
    (implied,) = await promises(pool)
    assert (implied["callback"], implied["promised_at"]) == (None, datetime(2015, 12, 1, 9, 0, tzinfo=UTC))
    assert implied["made_at"] == datetime(2015, 12, 1, 11, 0, tzinfo=UTC)
    assert implied["reached_at"] == datetime(2015, 12, 1, 11, 0, 12, tzinfo=UTC), "when it was answered"
    await put_callbacks(pool, callback())
    (told,) = await promises(pool)
    assert (told["callback"], told["reached_at"]) == ("p1", implied["reached_at"])
    assert (await recalled(pool), await open_customers(pool)) == ([True], set())
    await put(pool, call | {"outcome": "abandoned", "talk": None})
    (told,) = await promises(pool)
    assert (told["made_at"], told["reached_at"]) == (implied["made_at"], None)
    assert (await recalled(pool), await open_customers(pool)) == ([False], {"C1"})


async def test_promises_follow_their_corrected_contact(pool: Pool) -> None:
    await begin(pool)
    await put(pool, contact("2", customer="C2", site="LIL", outcome="abandoned", talk=None))
    await put_callbacks(pool, callback(made_at=TOMORROW, reached="true"))
    await forget_marks(pool)
    await put(pool, contact(outcome="abandoned", talk=None, customer="C2", site="LIL", moment="bill"))
    (row,) = await promises(pool)
    assert (row["customer"], row["site"], row["moment"]) == ("C2", "LIL", "bill")
    assert {("PAU", "2015-12-01"), ("LIL", "2015-12-01"), ("LIL", "2015-12-02")} <= await marks(pool)
    await put(pool, contact(outcome="test"))
    assert await promises(pool) == []


async def test_marks_where_a_call_reaches(pool: Pool) -> None:
    """Check that the call marks the customer's losses of the day before, including those at another site."""
    await begin(pool)
    await put(pool, contact("2", customer="C1", site="LIL", offered_at=EVENING, outcome="abandoned", talk=None))
    await forget_marks(pool)
    await put_callbacks(pool, callback(made_at=TOMORROW, reached="true"))
    assert await marks(pool) == {("PAU", "2015-12-01"), ("PAU", "2015-12-02"), ("LIL", "2015-12-01")}


async def test_a_call_marks_the_promise_that_it_keeps(pool: Pool) -> None:
    """Check a callback promised on the day after its request, and a call from another site."""
    await begin(pool)
    await put_callbacks(pool, callback(promised_at=TOMORROW, due_at=None))
    await forget_marks(pool)
    await put(
        pool, contact("call", parent="1", direction="outbound", site="LIL", offered_at="2015-12-03T09:00:00+01:00")
    )
    assert await marks(pool) == {("LIL", "2015-12-03"), ("PAU", "2015-12-01"), ("PAU", "2015-12-02")}


async def test_loading_promises_twice_changes_nothing(pool: Pool) -> None:
    await begin(pool)
    rows = [callback(), callback("p2", contact=None, customer="C3", site="PAU", made_at=EVENING)]
    await put_callbacks(pool, *rows)
    await forget_marks(pool)
    assert await put_callbacks(pool, *rows) == "0 loaded · 2 unchanged"
    assert await marks(pool) == set()


async def test_a_loss_is_judged_when_it_is_a_day_old(pool: Pool) -> None:
    """Check that a loss's day is marked by the first load whose data reach one day after the loss, and not earlier."""
    await begin(pool)
    await refresh(pool)
    await put(pool, contact("2", offered_at="2015-12-02T09:59:59+01:00"))
    assert await marks(pool) == {("PAU", "2015-12-02")}
    await put(pool, contact("3", offered_at="2015-12-02T10:00:00+01:00"))
    assert ("PAU", "2015-12-01") in await marks(pool)


async def test_a_promise_is_judged_when_it_is_due(pool: Pool) -> None:
    await begin(pool, outcome="handled", talk="1", customer=None)
    await put_callbacks(pool, callback(due_at=TOMORROW))
    await refresh(pool)
    await put(pool, contact("2", offered_at="2015-12-02T08:59:59+01:00"))
    assert await marks(pool) == {("PAU", "2015-12-02")}
    await put(pool, contact("3", offered_at=TOMORROW))
    assert ("PAU", "2015-12-01") in await marks(pool)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"callback": None}, "missing"),
        ({"promised_at": None}, "missing"),
        ({"contact": "9"}, "unknown_promised_contact"),
        ({"contact": None}, "promised_to_nobody"),
        ({"contact": None, "customer": "C1"}, "promised_nowhere"),
        ({"promised_at": "2015-12-01T09:00:00+01:00"}, "promised_before_offered"),
        ({"due_at": "2015-12-01T10:59:00+01:00"}, "due_before_promised"),
        ({"due_at": "2016-01-01T11:00:00+01:00"}, "due_too_late"),
        ({"made_at": "2015-12-01T10:59:00+01:00"}, "made_before_promised"),
        ({"reached": "true"}, "reached_without_call"),
        ({"promised_at": "2016-01-05T11:00:00+01:00", "due_at": None}, "promised_in_future"),
        ({"due_at": "noon"}, "unreadable_time"),
        ({"reached": "perhaps", "made_at": NOON}, "unreadable_flag"),
        ({"callback": "p" * 201}, "code_too_long"),
    ],
)
async def test_what_cannot_be_right_is_refused(pool: Pool, given: dict[str, str | None], code: str) -> None:
    await begin(pool)
    (reject,) = await refused(pool, callback() | given, kind="callbacks")
    assert reject.code == code
    assert await promises(pool) == []


async def test_a_site_needs_a_zone(pool: Pool) -> None:
    (reject,) = await refused(pool, callback(contact=None, customer="C1", site="NEW"), kind="callbacks", zone=None)
    assert reject.code == "unknown_site"


@pytest.mark.parametrize("row", [callback("p1", made_at=TOMORROW), {"kind": "callbacks", "id": "p1"}])
async def test_a_contacts_other_promises_are_marked_too(pool: Pool, row: dict[str, str | None]) -> None:
    """Check that one callback's call, or its deletion, marks the days of the contact's other callbacks."""
    await begin(pool)
    other = {"promised_at": "2015-12-05T09:00:00+01:00", "due_at": "2015-12-06T09:00:00+01:00"}
    await put_callbacks(pool, callback("p1"), callback("p2", **other))
    await forget_marks(pool)
    await put(pool, row, kind="deletions" if "kind" in row else "callbacks")
    assert ("PAU", "2015-12-05") in await marks(pool)
