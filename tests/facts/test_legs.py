"""Legs: several agents of one contact, loaded before or after the contact is corrected."""

from datetime import UTC, datetime

import pytest

from cadran.store.pool import Pool
from tests.facts.samples import contact, customer_marks, forget_marks, legs, marks, one, put, refused


def leg(number: str = "1", **given: str | None) -> dict[str, str | None]:
    """Return a leg of contact 1."""
    return {"contact": "1", "leg": number, "agent": "Anna", "talk": "100"} | given


async def put_legs(pool: Pool, *rows: dict[str, str | None]) -> str:
    return (await put(pool, *rows, kind="legs")).line()


async def test_legs_replace_the_one_of_the_contacts_row(pool: Pool) -> None:
    await put(pool, contact(customer="C1", agent="Anna"))
    await forget_marks(pool)
    rows = [
        leg("1", started_at="2015-12-01T10:00:12+01:00", hold="3"),
        leg("2", agent="Bob", team="Blue", site="LIL", talk="50", acw="9"),
        leg("3", talk="1"),
    ]
    assert await put_legs(pool, *rows) == "3 loaded"
    found = await legs(pool)
    assert [(row["leg"], row["agent"], row["site"], row["talk"]) for row in found] == [
        (1, "Anna", "PAU", 100),
        (2, "Bob", "LIL", 50),
        (3, "Anna", "PAU", 1),
    ]
    assert [(row["first_of_contact"], row["first_of_team"], row["first_of_agent"]) for row in found] == [
        (True, True, True),
        (False, True, True),
        (False, False, False),
    ]
    assert found[0]["started_at"] == datetime(2015, 12, 1, 9, 0, 12, tzinfo=UTC)
    assert {(row["customer"], row["day"], row["quarter"], row["offered_site"]) for row in found} == {
        ("C1", "2015-12-01", 40, "PAU")
    }
    assert (await one(pool))["talk"] == 200, "its own times stand"
    assert await marks(pool) == {("PAU", "2015-12-01"), ("LIL", "2015-12-01")}
    assert await customer_marks(pool) == {"C1"}


async def test_loading_legs_twice_changes_nothing(pool: Pool) -> None:
    await put(pool, contact(customer="C1"))
    rows = [leg("1"), leg("2", agent="Bob", site="LIL", team="Blue")]
    await put_legs(pool, *rows)
    await forget_marks(pool)
    before = await legs(pool)
    assert await put_legs(pool, *rows) == "0 loaded · 2 unchanged"
    assert await legs(pool) == before
    assert (await marks(pool), await customer_marks(pool)) == (set(), set())


async def test_a_contact_without_times_has_the_sums_of_its_legs(pool: Pool) -> None:
    row = contact(talk=None)
    await put(pool, row)
    await put_legs(pool, leg("1", acw="5"))
    await put_legs(pool, leg("2", talk="50", hold="7"))
    found = await one(pool)
    assert (found["talk"], found["hold"], found["acw"]) == (150, 7, 5)
    assert await put_legs(pool, leg("2", talk="60", hold="7")) == "0 loaded · 1 replaced"
    assert (await one(pool))["talk"] == 160
    assert (await put(pool, row)).line() == "0 loaded · 1 unchanged"
    await put(pool, row | {"segment": "Gold"})
    assert (await one(pool))["talk"] == 160


async def test_overflow_is_told_by_the_first_leg(pool: Pool) -> None:
    await put(pool, contact())
    await put_legs(pool, leg("1", site="LIL"), leg("2", site="PAU"))
    assert (await one(pool))["overflowed"]
    await put_legs(pool, leg("1", site="PAU"), leg("2", site="LIL"))
    assert not (await one(pool))["overflowed"]


async def test_legs_follow_their_corrected_contact(pool: Pool) -> None:
    await put(pool, contact(customer="C1"))
    await put_legs(pool, leg("1", agent="Bob"), leg("2", agent="Eve", site="LIL", team="Blue"))
    await forget_marks(pool)
    changed = contact(
        customer="C2",
        site="NCY",
        offered_at="2015-11-30T09:00:00+01:00",
        agent="Zoe",
        escalated="true",
        transferred_to="x",
    )
    assert (await put(pool, changed)).line() == "0 loaded · 1 replaced"
    found = await legs(pool)
    assert [(row["leg"], row["agent"], row["site"]) for row in found] == [(1, "Bob", "NCY"), (2, "Eve", "LIL")]
    assert {
        (row["customer"], row["day"], row["offered_site"], row["escalated"], row["transferred"]) for row in found
    } == {("C2", "2015-11-30", "NCY", True, True)}
    assert not (await one(pool))["overflowed"]
    assert await marks(pool) >= {
        ("PAU", "2015-12-01"),
        ("LIL", "2015-12-01"),
        ("NCY", "2015-11-30"),
        ("LIL", "2015-11-30"),
    }
    assert await customer_marks(pool) == {"C1", "C2"}
    assert (await put(pool, changed)).line() == "0 loaded · 1 unchanged"


async def test_an_agent_stays_where_the_stored_leg_has_him(pool: Pool) -> None:
    await put(pool, contact())
    await put_legs(pool, leg(team="Blue", site="LIL"))
    await put(pool, {"agent": "Anna", "team": "Red"}, kind="agents")
    assert await put_legs(pool, leg(talk="120")) == "0 loaded · 1 replaced"
    (found,) = await legs(pool)
    assert (found["team"], found["site"], found["talk"]) == ("Blue", "LIL", 120)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"contact": "9"}, "unknown_contact"),
        ({"source": "elsewhere"}, "unknown_contact"),
        ({"contact": None}, "missing"),
        ({"leg": None}, "missing"),
        ({"leg": "0"}, "leg_number"),
        ({"leg": "first"}, "leg_number"),
        ({"leg": "30001"}, "leg_number"),
        ({"agent": "x" * 201}, "code_too_long"),
        ({"started_at": "noon"}, "unreadable_time"),
        ({"started_at": "2015-02-30T10:00:00Z"}, "unreadable_time"),
        ({"started_at": "2015-03-29T02:30:00"}, "time_in_gap"),
        ({"started_at": "2015-12-01T08:59:59Z"}, "started_before_offered"),
        ({"talk": "-1"}, "negative_duration"),
        ({"acw": "1e9"}, "duration_too_long"),
        ({"hold": "x"}, "unreadable_number"),
    ],
)
async def test_a_bad_leg_is_refused_with_its_reason(pool: Pool, change: dict[str, str | None], code: str) -> None:
    await put(pool, contact())
    (reject,) = await refused(pool, leg("2"), leg() | change, kind="legs")
    assert (reject.line, reject.code) == (2, code)
    assert [row["leg"] for row in await legs(pool)] == [2]


async def test_without_a_zone(pool: Pool) -> None:
    await put(pool, contact())
    rejects = await refused(
        pool, leg("1", site="LIL"), leg("2", started_at="2015-12-01T10:00:00"), kind="legs", zone=None
    )
    assert [reject.code for reject in rejects] == ["unknown_site", "time_without_offset"]


async def test_the_last_of_several_rows_counts(pool: Pool) -> None:
    await put(pool, contact())
    assert await put_legs(pool, leg(talk="1"), leg(talk="2")) == "1 loaded · 1 superseded"
    assert (await legs(pool))[0]["talk"] == 2


async def test_tariffs_price_the_times_of_the_legs(pool: Pool) -> None:
    await put(pool, {"per_minute": "0.6"}, kind="tariffs")
    await put(pool, contact(talk=None))
    assert (await one(pool))["cost"] is None, "the tariff needs a handle time, which is unknown"
    await put_legs(pool, leg("1"), leg("2", agent="Bob", hold="20"))
    assert (await one(pool))["cost"] == 2.2
    await put(pool, contact(talk=None, segment="Gold"))
    assert (await one(pool))["cost"] == 2.2


@pytest.mark.parametrize("by_file", [True, False])
async def test_a_leg_stays_at_its_teams_site_when_the_contact_moves_away(pool: Pool, by_file: bool) -> None:
    await put(pool, {"team": "T", "site": "LYON"}, kind="teams")
    own = {} if by_file else {"agent": "Ann", "team": "T"}
    await put(pool, contact(site="LYON", **own))
    if by_file:
        await put(pool, {"contact": "1", "leg": "1", "agent": "Ann", "team": "T", "talk": "7"}, kind="legs")
    await put(pool, contact(site="PAU", **({"agent": "Ann"} if own else {})))
    (leg,) = await legs(pool)
    assert (leg["site"], leg["offered_site"], (await one(pool))["overflowed"]) == ("LYON", "PAU", True)
