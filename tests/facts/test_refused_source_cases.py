"""Impossible cases and reopenings are rejected, alone or because they contradict what is stored."""

import pytest

from cadran.store.pool import Pool
from tests.facts.case_rows import Row, begin, case, reopening, steps, told
from tests.facts.samples import refused

EARLY = "2015-12-01T09:00:00+01:00"
LATE = "2015-12-02T09:00:00+01:00"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"case": None}, "missing"),
        ({"site": "ATLANTIS"}, "unknown_site"),
        ({"opened_at": "2015-12-01T10:00:00"}, "time_without_offset"),
        ({"opened_at": "soon"}, "unreadable_time"),
        ({"resolved_at": EARLY}, "resolved_before_opened"),
        ({"answered_at": EARLY}, "answered_before_opened"),
        ({"resolved_at": None, "closed_at": EARLY}, "closed_before_opened"),
        ({"closed_at": "2015-12-01T11:00:00+01:00"}, "closed_before_resolved"),
        ({"resolved_at": "2016-12-01T11:00:00+01:00"}, "case_in_future"),
        ({"opened_at": "1960-12-01T11:00:00+01:00"}, "opened_too_early"),
        ({"case": "K" * 201}, "code_too_long"),
    ],
)
async def test_impossible_cases_are_refused(pool: Pool, given: Row, code: str) -> None:
    await begin(pool)
    (reject,) = await refused(pool, case(**given), kind="cases", zone=None)
    assert reject.code == code
    assert await steps(pool) == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"case": "K2"}, "unknown_case"),
        ({"reopening": "0"}, "reopening_number"),
        ({"reopening": "1.5"}, "reopening_number"),
        ({"reopening": "2"}, "reopening_left_out"),
        ({"reopened_at": "2015-12-01T11:00:00+01:00"}, "reopened_before_end"),
        ({"resolved_at": "2015-12-02T08:00:00+01:00"}, "resolved_before_reopened"),
        ({"resolved_at": None, "closed_at": "2015-12-02T08:00:00+01:00"}, "closed_before_reopened"),
        ({"closed_at": "2015-12-02T09:30:00+01:00"}, "closed_before_resolved"),
        ({"closed_at": "2016-12-02T09:30:00+01:00"}, "case_in_future"),
    ],
)
async def test_impossible_reopenings_are_refused(pool: Pool, given: Row, code: str) -> None:
    await begin(pool)
    await told(pool, "cases", case())
    (reject,) = await refused(pool, reopening(**given), kind="reopenings")
    assert reject.code == code


async def test_a_case_and_its_reopenings_cannot_contradict_one_another(pool: Pool) -> None:
    await begin(pool)
    await told(pool, "cases", case(), case("K2", resolved_at=None))
    (reject,) = await refused(pool, reopening(case="K2"), kind="reopenings")
    assert reject.code == "reopened_while_open"
    await told(pool, "reopenings", reopening())
    for given in (
        {"resolved_at": None},
        {"resolved_at": "2015-12-03T10:00:00+01:00"},
        {"closed_at": "2015-12-03T10:00:00Z"},
    ):
        (reject,) = await refused(pool, case(**given), kind="cases")
        assert reject.code == "contradicts_reopening"
    third = reopening("2", reopened_at="2015-12-03T09:00:00+01:00", resolved_at="2015-12-03T10:00:00+01:00")
    await told(pool, "reopenings", third)
    (reject,) = await refused(pool, reopening(resolved_at="2015-12-04T09:00:00+01:00"), kind="reopenings")
    assert reject.code == "reopenings_out_of_order"
    assert len(await steps(pool)) == 7


async def test_of_a_case_whose_reopenings_break_in_a_file_none_is_taken(pool: Pool) -> None:
    """Check that all three rows are rejected. Otherwise an earlier version of the bad row would be stored instead."""
    await begin(pool)
    await told(pool, "cases", case())
    bad = reopening(reopened_at="2015-12-01T11:00:00+01:00")
    rejects = await refused(pool, reopening(), reopening("2", reopened_at=LATE), bad, kind="reopenings")
    assert [reject.code for reject in rejects] == ["reopened_before_end"] * 3
    assert await pool.fetch("SELECT number FROM case_reopening") == []
