"""The catalogue of gestures: its rows, the limits that apply on a day, and the days that a changed limit marks."""

from __future__ import annotations

import pytest

from cadran.facts.oddities import find_oddities
from cadran.store.pool import Pool
from tests.facts.samples import contact, forget_marks, marks, put, refused

LIMITS = """
SELECT k.code, k.label_en, k.label_fr, t.valid_from::text, t.valid_to::text, t.limit_amount::float
FROM gesture AS k
LEFT JOIN gesture_limit AS t USING (gesture_id)
ORDER BY 1, 4"""
FACTS = """
SELECT g.goodwill_id, k.code AS gesture, e.code AS team, a.code AS agent, g.limit_amount::float AS limit
FROM goodwill_fact AS g
LEFT JOIN gesture AS k ON k.gesture_id = g.gesture_id
LEFT JOIN team AS e ON e.team_id = g.team_id
LEFT JOIN agent AS a ON a.agent_id = g.agent_id
ORDER BY 1"""
Given = dict[str, str | None]


def given(goodwill: str = "1", **values: str | None) -> Given:
    row: Given = {
        "goodwill": goodwill,
        "customer": "C1",
        "site": "PAU",
        "given_at": "2015-12-02T10:00:00+01:00",
        "cost": "12.5",
    }
    return row | values


async def facts(pool: Pool, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in await pool.fetch(FACTS)]


async def test_a_gesture_has_a_history_of_limits(pool: Pool) -> None:
    rows: list[Given] = [
        {"gesture": "voucher", "limit": "30", "valid_to": "2016-01-01", "label_en": "Voucher", "label_fr": "Bon"},
        {"gesture": "voucher", "limit": "50.25", "valid_from": "2015-12-03", "currency": "eur"},
        {"gesture": "gift"},
    ]
    done = await put(pool, *rows, kind="gestures")
    assert (done.loaded, done.rejected) == (3, 0)
    assert [tuple(row) for row in await pool.fetch(LIMITS)] == [
        ("gift", None, None, "-infinity", "infinity", None),
        ("voucher", "Voucher", "Bon", "-infinity", "2016-01-01", 30.0),
        ("voucher", "Voucher", "Bon", "2015-12-03", "infinity", 50.25),
    ]
    again = await put(pool, *rows, kind="gestures")
    assert (again.loaded, again.replaced, again.unchanged) == (0, 0, 3)


async def test_a_column_that_the_file_lacks_leaves_what_is_stored(pool: Pool) -> None:
    await put(pool, {"gesture": "voucher", "limit": "30", "valid_from": "2015-01-01"}, kind="gestures")
    done = await put(pool, {"gesture": "voucher", "label_en": "Voucher"}, kind="gestures")
    assert (done.loaded, done.replaced) == (0, 1)
    await put(pool, {"gesture": "voucher", "valid_from": "2015-01-01", "valid_to": "2015-02-01"}, kind="gestures")
    assert [tuple(row) for row in await pool.fetch(LIMITS)] == [
        ("voucher", "Voucher", None, "2015-01-01", "2015-02-01", 30.0)
    ]
    await put(pool, {"gesture": "voucher", "valid_from": "2015-01-01", "limit": None}, kind="gestures")
    assert [row["limit_amount"] for row in await pool.fetch(LIMITS)] == [None]


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ({"gesture": None, "limit": "5"}, "invalid", "a row without a gesture gives the month_limit"),
        (
            {"gesture": "g", "limit": "5", "currency": "USD"},
            "other_currency",
            "'USD' is not that of this deployment (EUR)",
        ),
        ({"gesture": "g", "limit": "5", "currency": "euro"}, "invalid", "'euro' is not an ISO 4217 code"),
        ({"gesture": "g", "limit": "-1"}, "invalid", "limit"),
        ({"gesture": "g", "limit": "NaN"}, "invalid", "limit"),
        ({"gesture": "g", "limit": "1e12"}, "invalid", "limit"),
        ({"gesture": "g", "limit": "ten"}, "invalid", "limit"),
        ({"gesture": "g", "valid_from": "2015-02-30"}, "invalid", "valid_from"),
        ({"gesture": "g", "valid_from": "2015-02-01", "valid_to": "2015-02-01"}, "invalid", "valid_to is not after"),
        ({"gesture": "g" * 201}, "invalid", "gesture"),
    ],
)
async def test_what_is_refused(pool: Pool, row: Given, code: str, words: str) -> None:
    (reject,) = await refused(pool, row, kind="gestures")
    assert reject.code == code
    assert words in reject.reason


async def test_the_limit_is_that_of_the_day(pool: Pool) -> None:
    """Check the days around a change, on the clock of the site, and gestures whose limit is not known."""
    await put(
        pool,
        {"gesture": "voucher", "limit": "30", "valid_to": "2015-12-20"},
        {"gesture": "voucher", "limit": "50", "valid_from": "2015-12-03", "valid_to": "2015-12-10"},
        {"gesture": "gift", "limit": None},
        kind="gestures",
    )
    rows = [
        given("1", gesture="voucher", given_at="2015-12-02T23:59:00+01:00"),
        given("2", gesture="voucher", given_at="2015-12-02T23:00:00+00:00"),
        given("3", gesture="voucher", given_at="2015-12-10T00:00:00+01:00"),
        given("4", gesture="voucher", given_at="2015-12-20T00:00:00+01:00"),
        given("5", gesture="gift"),
        given("6", gesture="unknown"),
        given("7"),
    ]
    done = await put(pool, *rows, kind="goodwill")
    assert (done.loaded, done.odd) == (7, 1)
    assert await facts(pool, "gesture", "limit") == [
        ("voucher", 30.0),
        ("voucher", 50.0),
        ("voucher", 30.0),
        ("voucher", None),
        ("gift", None),
        ("unknown", None),
        (None, None),
    ]
    (odd,) = await find_oddities(pool, examples_max=5)
    assert (odd.oddity.code, odd.count) == ("gesture_outside_validity", 1)
    assert odd.examples[0][1:] == ("4", {"given_at": "2015-12-19T23:00:00+00:00", "gesture": "voucher"})


async def test_team_and_agent_are_the_contacts_unless_the_row_names_them(pool: Pool) -> None:
    await put(pool, {"agent": "Bob", "team": "south"}, {"agent": "Ann", "team": "north"}, kind="agents")
    await put(pool, contact("7", customer="C1", agent="Ann"))
    rows = [
        given("1", contact="7"),
        given("2", contact="7", agent="Bob"),
        given("3", contact="7", team="east"),
        given("4", agent="Bob", team="east"),
        given("5", agent="Cid", team="west"),
        given("6"),
    ]
    await put(pool, *rows, kind="goodwill")
    assert await facts(pool, "team", "agent") == [
        ("north", "Ann"),
        ("south", "Bob"),
        ("east", None),
        ("east", "Bob"),
        ("west", "Cid"),
        (None, None),
    ]
    (cid,) = await pool.fetch("SELECT t.code FROM agent AS a JOIN team AS t USING (team_id) WHERE a.code = 'Cid'")
    assert cid["code"] == "west"


async def test_a_changed_limit_marks_the_days_of_its_gestures(pool: Pool) -> None:
    voucher: Given = {"gesture": "voucher", "limit": "30"}
    await put(pool, voucher, {"gesture": "gift", "limit": "30"}, kind="gestures")
    await put(pool, given("1", gesture="voucher"), kind="goodwill")
    await put(pool, given("2", gesture="gift", given_at="2015-12-09T10:00:00+01:00"), kind="goodwill")
    await forget_marks(pool)
    await put(pool, voucher, kind="gestures")
    assert await marks(pool) == set()
    await put(pool, voucher | {"limit": "40"}, {"gesture": "gift", "limit": "30"}, kind="gestures")
    assert await marks(pool) == {("PAU", "2015-12-02")}
