"""Goodwill gestures: what they take from their contact, what is rejected, and which days are marked."""

from __future__ import annotations

import pytest

from cadran.store.pool import Pool
from tests.facts.samples import contact, forget_marks, marks, put, refused

GESTURES = """
SELECT
  g.goodwill_id, c.code AS customer, s.code AS site, e.code AS segment, g.day::text, g.quarter, g.kind, g.cost::float,
  g.revenue::float
FROM goodwill AS g
JOIN customer AS c USING (customer_id)
JOIN site AS s USING (site_id)
LEFT JOIN segment AS e ON e.segment_id = g.segment_id
ORDER BY 1"""


def gesture(gesture: str = "1", **given: str | None) -> dict[str, str | None]:
    row: dict[str, str | None] = {
        "goodwill": gesture,
        "customer": "C1",
        "site": "PAU",
        "given_at": "2015-12-02T23:50:00+01:00",
        "cost": "12.5",
    }
    return row | given


async def test_a_goodwill_is_kept_on_its_sites_day(pool: Pool) -> None:
    await put(pool, {"site": "KTM", "zone": "Asia/Kathmandu"}, kind="sites")
    done = await put(pool, gesture(site="KTM", kind="prevention", revenue="30.75"), kind="goodwill")
    assert (done.loaded, done.rejected) == (1, 0)
    (row,) = await pool.fetch(GESTURES)
    assert tuple(row) == ("1", "C1", "KTM", None, "2015-12-03", 18, "prevention", 12.5, 30.75)
    assert await marks(pool) == {("KTM", "2015-12-03")}


async def test_site_and_segment_are_the_contacts_unless_told(pool: Pool) -> None:
    await put(pool, contact("7", customer="C1", segment="gold"), contact("8", customer="C2", site="LIL"))
    await put(pool, {"customer": "C2", "segment": "silver", "segment_from": "2015-12-02"}, kind="customers")
    rows = [
        gesture("1", contact="7", site=None),
        gesture("2", contact="7", segment="vip"),
        gesture("3", contact="8", customer="C2", site=None),
        gesture("4", customer="C2", given_at="2015-12-01T23:59:00+01:00"),
    ]
    await put(pool, *rows, kind="goodwill")
    found = [(row["goodwill_id"], row["site"], row["segment"]) for row in await pool.fetch(GESTURES)]
    assert found == [("1", "PAU", "gold"), ("2", "PAU", "vip"), ("3", "LIL", "silver"), ("4", "PAU", None)]


async def test_a_goodwill_moved_marks_where_it_was_and_where_it_is(pool: Pool) -> None:
    await put(pool, gesture(), gesture("2"), kind="goodwill")
    await forget_marks(pool)
    moved = gesture(site="LIL", given_at="2015-12-05T09:00:00+01:00")
    done = await put(pool, moved, gesture("2"), kind="goodwill")
    assert (done.replaced, done.unchanged) == (1, 1)
    assert await marks(pool) == {("PAU", "2015-12-02"), ("LIL", "2015-12-05")}


async def test_a_goodwill_taken_back_is_gone(pool: Pool) -> None:
    await put(pool, gesture(), kind="goodwill")
    await forget_marks(pool)
    await put(pool, {"kind": "goodwill", "id": "1"}, kind="deletions")
    assert await pool.fetch(GESTURES) == []
    assert await marks(pool) == {("PAU", "2015-12-02")}


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (contact("7", customer="C1", channel="chat"), "contacts"),
        ({"contact": "7", "leg": "1", "agent": "Bob", "talk": "10"}, "legs"),
        ({"kind": "contacts", "id": "7"}, "deletions"),
    ],
)
async def test_a_goodwill_day_is_marked_when_its_contact_changes(
    pool: Pool, row: dict[str, str | None], kind: str
) -> None:
    """Check changes that affect the gesture, which has the current channel, moment and agent of its contact."""
    await put(pool, contact("7", customer="C1", agent="Ann"), contact("8", customer="C2"))
    await put(pool, gesture(contact="7", given_at="2015-12-09T09:00:00+01:00"), kind="goodwill")
    await forget_marks(pool)
    await put(pool, contact("8", customer="C2", channel="chat"))
    assert ("PAU", "2015-12-09") not in await marks(pool)
    await put(pool, row, kind=kind)
    assert ("PAU", "2015-12-09") in await marks(pool)


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"goodwill": None}, "missing", "goodwill is missing"),
        ({"customer": None}, "missing", "customer is missing"),
        ({"given_at": None}, "missing", "given_at is missing"),
        ({"cost": None}, "missing", "cost is missing"),
        ({"site": None}, "goodwill_nowhere", "needs the site"),
        ({"contact": "99"}, "unknown_goodwill_contact", "contact '99' is not loaded"),
        ({"kind": "gift"}, "unknown_goodwill_kind", "kind 'gift' is neither goodwill nor prevention"),
        ({"cost": "-1"}, "amount_out_of_range", "out of range"),
        ({"cost": "1e12"}, "amount_out_of_range", "out of range"),
        ({"revenue": "NaN"}, "amount_out_of_range", "out of range"),
        ({"revenue": "much"}, "unreadable_number", "revenue 'much' is not a number"),
        ({"given_at": "soon"}, "unreadable_time", "given_at 'soon'"),
        ({"given_at": "2016-12-01T10:00:00+01:00"}, "given_in_future", "lies in the future"),
        ({"given_at": "1969-12-01T10:00:00+01:00"}, "given_too_early", "before 1970"),
        ({"customer": "x" * 201}, "code_too_long", "longer than 200 bytes"),
    ],
)
async def test_what_is_refused(pool: Pool, given: dict[str, str | None], code: str, words: str) -> None:
    (reject,) = await refused(pool, gesture() | given, kind="goodwill")
    assert reject.code == code
    assert words in reject.reason


async def test_a_site_nobody_knows_needs_a_zone(pool: Pool) -> None:
    (reject,) = await refused(pool, gesture(site="XYZ"), kind="goodwill", zone=None)
    assert reject.code == "unknown_site"
