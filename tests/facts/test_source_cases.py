"""Cases that a source sends: the steps that follow from them, and what deletions take back."""

import pytest

from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.facts.case_rows import Row, begin, case, reopening, steps, told
from tests.facts.samples import contact, forget_marks, marks, put, refused

REOPENINGS = "SELECT case_id, number FROM case_reopening ORDER BY 1, 2"


def gone(reopening: str, **given: str | None) -> Row:
    """Return the deletion of the reopening of case K1 with that number."""
    return {"kind": "reopenings", "id": "K1", "reopening": reopening} | given


async def test_a_case_opens_resolves_reopens_and_closes(pool: Pool) -> None:
    await begin(pool)
    assert await told(pool, "cases", case(agent="Anna", moment="buy")) == "1 loaded"
    second = reopening("2", reopened_at="2015-12-02T10:00:00+01:00", resolved_at=None, closed_at="2015-12-05T10:00:00Z")
    assert await told(pool, "reopenings", reopening(), second) == "2 loaded"
    found = await steps(pool)
    assert [(row["run"], row["step"], row["day"], row["flow"]) for row in found] == [
        (0, 1, "2015-12-01", 1), (0, 2, "2015-12-01", -1),
        (1, 2, "2015-12-02", -1), (1, 3, "2015-12-02", 1),
        (2, 3, "2015-12-02", 1), (2, 4, "2015-12-05", -1),
    ]  # fmt: skip
    # The case was closed without a resolution in the end, so none of its resolutions is final.
    assert not any(row["settled"] for row in found)
    assert [row["reopened"] for row in found if row["first"]] == [True]
    assert {(row["agent"], row["moment"], row["site"]) for row in found} == {("Anna", "buy", "PAU")}


async def test_the_same_again_changes_nothing_and_a_corrected_row_replaces(pool: Pool) -> None:
    await begin(pool)
    await told(pool, "cases", case())
    await told(pool, "reopenings", reopening())
    await steps(pool)
    assert await told(pool, "cases", case()) == "0 loaded · 1 unchanged"
    assert await told(pool, "reopenings", reopening()) == "0 loaded · 1 unchanged"
    assert await marks(pool) == set()
    assert await told(pool, "cases", case(opened_at="2015-12-01T11:00:00+01:00")) == "0 loaded · 1 replaced"
    settled = [row for row in await steps(pool) if row["step"] == 2 and row["settled"]]
    assert [row["seconds"] for row in settled] == [23 * 3600]


async def test_contacts_with_its_number_complete_a_case(pool: Pool) -> None:
    """Check contacts that are loaded before or after the case, and those that are corrected or deleted."""
    await begin(pool)
    first = contact("1", case="K1", customer="C1", agent="Anna", team="Blue", moment="buy")
    await put(pool, first)
    await told(pool, "cases", case())
    found = [row for row in await steps(pool) if row["settled"] and row["step"] == 2]
    names = ("contacts", "attempts", "channel", "moment", "team", "agent", "customer")
    assert [tuple(row[name] for name in names) for row in found] == [(1, 1, "phone", "buy", "Blue", "Anna", "C1")]
    later = "2015-12-01T11:00:00+01:00"
    lost = contact("2", case="K1", outcome="abandoned", offered_at=later, talk=None)
    await put(pool, lost, contact("3", case="K1", channel="chat", offered_at=later), contact("4", offered_at=later))
    await put(pool, contact("5", case="K1", direction="outbound"), contact("6", case="K1", outcome="test"))
    await put(pool, contact("7", case="K1", parent="2", offered_at=later))
    found = [row for row in await steps(pool) if row["settled"] and row["step"] == 2]
    assert [(row["contacts"], row["attempts"]) for row in found] == [(2, 3)]
    (fact,) = await pool.fetch("SELECT contacts, attempts, channels, first_contact_at FROM given_case_fact")
    assert (fact["contacts"], fact["attempts"], fact["channels"]) == (2, 3, 2)
    await put(pool, {**first, "case": None})
    await put(pool, {"kind": "contacts", "id": "2"}, kind="deletions")
    found = [row for row in await steps(pool) if row["settled"] and row["step"] == 2]
    assert [(row["contacts"], row["attempts"], row["channel"], row["agent"]) for row in found] == [(1, 1, "chat", None)]


async def test_the_agent_of_a_first_contact_follows_its_legs(pool: Pool) -> None:
    await begin(pool)
    await put(pool, contact("1", case="K1", agent="Anna"))
    await told(pool, "cases", case())
    assert {row["agent"] for row in await steps(pool)} == {"Anna"}
    await put(pool, {"contact": "1", "leg": "1", "agent": "Bob", "talk": "10"}, kind="legs")
    assert {row["agent"] for row in await steps(pool)} == {"Bob"}


async def test_a_sites_new_zone_moves_its_steps(pool: Pool) -> None:
    await begin(pool)
    await told(pool, "cases", case(opened_at="2015-12-01T20:00:00+01:00", resolved_at=None))
    assert [(row["day"], row["quarter"]) for row in await steps(pool)] == [("2015-12-01", 80)]
    await put(pool, {"site": "PAU", "zone": "Asia/Kolkata"}, kind="sites")
    assert [(row["day"], row["quarter"]) for row in await steps(pool)] == [("2015-12-02", 2)]


async def test_a_deleted_case_goes_with_its_reopenings(pool: Pool) -> None:
    await begin(pool)
    await told(pool, "cases", case())
    await told(pool, "reopenings", reopening())
    await steps(pool)
    assert (await put(pool, {"kind": "cases", "id": "K1"}, kind="deletions")).deleted == 1
    assert await steps(pool) == []
    assert await pool.fetch("SELECT case_id FROM case_reopening") == []


async def test_a_reopening_taken_back_leaves_the_case_as_it_was_before(pool: Pool) -> None:
    await begin(pool)
    await told(pool, "cases", case())
    await put(pool, contact(offered_at="2015-12-20T10:00:00+01:00"))
    before = await steps(pool)
    second = reopening("2", reopened_at="2015-12-02T11:00:00+01:00")
    await told(pool, "reopenings", reopening(), {**second, "resolved_at": None})
    assert [row["settled"] for row in await steps(pool) if row["step"] == 2] == [False, False]
    assert await told(pool, "deletions", gone("2")) == "1 deleted"
    assert [row["settled"] for row in await steps(pool) if row["step"] == 2] == [False, True]
    assert await told(pool, "deletions", gone("1"), gone("1"), gone("7"), gone("1", id="never")) == (
        "1 deleted · 3 unchanged"
    )
    assert await steps(pool) == before
    assert await told(pool, "reopenings", reopening()) == "1 loaded"


async def test_reopenings_go_from_the_last_or_together(pool: Pool) -> None:
    """Check that a reopening with a later one stays, since deleting it would leave a gap."""
    await begin(pool)
    await told(pool, "cases", case(), case("K2"))
    second = reopening("2", reopened_at="2015-12-02T11:00:00+01:00", resolved_at="2015-12-02T12:00:00+01:00")
    third = reopening("3", reopened_at="2015-12-02T13:00:00+01:00", resolved_at=None)
    await told(pool, "reopenings", reopening(), second, third, reopening(case="K2"))
    named = gone("1"), gone("1", id="K2"), gone("2")
    rejects = await refused(pool, *named, kind="deletions")
    assert [(reject.line, reject.code) for reject in rejects] == [(1, "reopening_followed"), (3, "reopening_followed")]
    assert rejects[0].reason.startswith("reopening 1 of case 'K1' is followed by a later")
    assert [tuple(row) for row in await pool.fetch(REOPENINGS)] == [("K1", 1), ("K1", 2), ("K1", 3)]
    assert await told(pool, "deletions", gone("2"), gone("1"), gone("3")) == "3 deleted"
    assert len(await steps(pool)) == 4


async def test_a_case_named_beside_its_reopening_takes_it_along(pool: Pool) -> None:
    await begin(pool)
    await told(pool, "cases", case())
    second = reopening("2", reopened_at="2015-12-02T11:00:00+01:00", resolved_at=None)
    await told(pool, "reopenings", reopening(), second)
    line = await told(pool, "deletions", gone("1"), {"kind": "cases", "id": "K1"})
    assert line == "1 deleted · 1 unchanged"
    assert await pool.fetch(REOPENINGS) == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"kind": "reopenings", "id": "K1"}, "reopening is missing"),
        ({"kind": "reopenings", "id": "K1", "reopening": "0"}, "reopening: Input should be greater"),
        ({"kind": "cases", "id": "K1", "reopening": "1"}, "reopening: only reopenings are named with a number"),
    ],
)
async def test_a_reopening_is_named_by_its_case_and_number(pool: Pool, row: Row, reason: str) -> None:
    (reject,) = await refused(pool, row, kind="deletions")
    assert reject.reason.startswith(reason)


async def test_a_days_load_touches_the_days_of_its_own_steps(pool: Pool) -> None:
    """Check that only the days of the resolution and of the opening get a new version, none of the months between."""
    await begin(pool)
    old = [case(f"O{day}", opened_at=f"2015-{month}-0{day}T10:00:00Z", resolved_at=f"2015-{month}-0{day}T11:00:00Z")
           for month in ("08", "09", "10") for day in range(1, 6)]  # fmt: skip
    open_one = case("K9", opened_at="2015-09-20T10:00:00Z", resolved_at=None)
    await told(pool, "cases", *old, open_one, case("LAST", opened_at="2015-12-01T08:00:00Z", resolved_at=None))
    await steps(pool)
    await forget_marks(pool)
    before = await pool.fetch("SELECT site_id, day, version FROM day_version ORDER BY 2")
    await told(pool, "cases", {**open_one, "resolved_at": "2015-12-01T09:00:00Z"})
    await refresh(pool)
    after = await pool.fetch("SELECT site_id, day, version FROM day_version ORDER BY 2")
    moved = {str(row["day"]) for row in after} - {str(row["day"]) for row in before if row in after}
    assert moved == {"2015-09-20", "2015-12-01"}


async def test_what_matures_as_the_horizon_moves_is_counted_again(pool: Pool) -> None:
    await begin(pool)
    await told(pool, "cases", case())
    await refresh(pool)
    counted = "SELECT coalesce(sum(given_cases), 0) AS n FROM rollup.step_month"
    assert (await pool.fetch(counted))[0]["n"] == 0
    await put(pool, contact(offered_at="2015-12-08T10:00:00+01:00"))
    await steps(pool)
    assert (await pool.fetch(counted))[0]["n"] == 1


async def test_the_content_of_a_local_time_is_read_in_the_zone(pool: Pool) -> None:
    await begin(pool)
    local = case(opened_at="2015-10-25T02:30:00", resolved_at="2015-10-25T09:00:00")
    summary = await put(pool, local, kind="cases", zone="Europe/Paris")
    assert (summary.loaded, summary.ambiguous) == (1, 1)
    settled = [row for row in await steps(pool) if row["step"] == 2]
    assert [row["seconds"] for row in settled] == [7.5 * 3600]
