"""Surveys: what is loaded, what is rejected, and how they follow their contacts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cadran.facts.load.reasons import Reject
from cadran.store.pool import Pool
from tests.facts.samples import contact, forget_marks, marks, put, refused

SURVEYS = """
SELECT
  s.survey_id AS survey, s.contact_id AS contact, k.code AS customer, i.code AS site, g.code AS segment,
  h.code AS channel, t.code AS team, a.code AS agent, n.code AS instrument,
  o.code AS outcome, s.hot, s.day::text, s.quarter, s.counted_at,
  s.score::float, f.satisfied, f.dissatisfied, f.mature, s.wait::float, s.called_back_at
FROM survey AS s
JOIN survey_place AS p USING (source_id, survey_id, customer_id, day)
JOIN site AS i USING (site_id)
JOIN instrument AS n USING (instrument_id)
LEFT JOIN survey_fact AS f USING (source_id, survey_id)
LEFT JOIN customer AS k ON k.customer_id = s.customer_id
LEFT JOIN segment AS g ON g.segment_id = s.segment_id
LEFT JOIN channel AS h ON h.channel_id = s.channel_id
LEFT JOIN team AS t ON t.team_id = s.team_id
LEFT JOIN agent AS a ON a.agent_id = s.agent_id
LEFT JOIN outcome AS o ON o.outcome_id = s.outcome_id
ORDER BY 1
"""


def instrument(**given: str | None) -> dict[str, str | None]:
    """Return an instrument that measures satisfaction from 1 to 5."""
    row: dict[str, str | None] = {
        "instrument": "csat",
        "kind": "csat",
        "low": "1",
        "high": "5",
        "satisfied_from": "4",
        "dissatisfied_to": "2",
    }
    return row | given


def survey(survey: str = "s1", **given: str | None) -> dict[str, str | None]:
    """Return a hot survey after contact 1, answered with 4."""
    row: dict[str, str | None] = {
        "survey": survey,
        "contact": "1",
        "instrument": "csat",
        "sent_at": "2015-12-01T12:00:00+01:00",
        "answered_at": "2015-12-02T09:00:00+01:00",
        "score": "4",
    }
    return row | given


async def put_surveys(pool: Pool, *rows: dict[str, str | None]) -> str:
    return (await put(pool, *rows, kind="surveys")).line()


async def stored(pool: Pool) -> list[dict[str, Any]]:
    return [dict(row) for row in await pool.fetch(SURVEYS)]


async def begin(pool: Pool) -> None:
    """Load a contact of Anna in Pau, and an instrument."""
    await put(pool, contact(customer="C1", segment="Gold", agent="Anna", team="Blue"))
    await put(pool, instrument(), kind="instruments")
    await forget_marks(pool)


async def test_a_hot_survey_belongs_to_its_contacts_cohort(pool: Pool) -> None:
    await begin(pool)
    horizon = await pool.fetch("SELECT horizon FROM data_state")
    assert await put_surveys(pool, survey()) == "1 loaded"
    (row,) = await stored(pool)
    assert (row["customer"], row["site"], row["segment"], row["channel"]) == ("C1", "PAU", "Gold", "phone")
    assert (row["team"], row["agent"], row["outcome"]) == ("Blue", "Anna", "handled")
    assert (row["hot"], row["day"], row["quarter"]) == (True, "2015-12-01", 40)
    assert row["counted_at"] == datetime(2015, 12, 1, 9, 0, tzinfo=UTC)
    assert (row["satisfied"], row["dissatisfied"]) == (True, False)
    assert await marks(pool) == {("PAU", "2015-12-01")}
    assert await pool.fetch("SELECT horizon FROM data_state") == horizon


async def test_a_cold_survey_belongs_to_its_answer_or_to_its_sending(pool: Pool) -> None:
    await begin(pool)
    cold = {"contact": None, "site": "PAU", "segment": "New", "customer": "C9", "hot": "false"}
    silent = {"answered_at": None, "score": None}
    await put_surveys(pool, survey(hot="false"), survey("s2", **cold), survey("s3", **(cold | silent)))
    assert [(row["day"], row["customer"], row["segment"], row["agent"]) for row in await stored(pool)] == [
        ("2015-12-02", "C1", "Gold", "Anna"),
        ("2015-12-02", "C9", "New", None),
        ("2015-12-01", "C9", "New", None),
    ]


async def test_loading_surveys_twice_changes_nothing(pool: Pool) -> None:
    await begin(pool)
    rows = [survey(), survey("s2", answered_at=None, score=None)]
    await put_surveys(pool, *rows)
    await forget_marks(pool)
    assert await put_surveys(pool, *rows) == "0 loaded · 2 unchanged"
    assert await marks(pool) == set()


async def test_a_corrected_survey_moves(pool: Pool) -> None:
    await begin(pool)
    await put(pool, contact("2", site="LIL", offered_at="2015-11-30T10:00:00+01:00"))
    await put_surveys(pool, survey())
    await forget_marks(pool)
    assert await put_surveys(pool, survey(contact="2", score="1")) == "0 loaded · 1 replaced"
    (row,) = await stored(pool)
    assert (row["site"], row["day"], row["score"], row["customer"]) == ("LIL", "2015-11-30", 1, None)
    assert await marks(pool) == {("PAU", "2015-12-01"), ("LIL", "2015-11-30")}


async def test_surveys_follow_their_corrected_contact(pool: Pool) -> None:
    await begin(pool)
    await put_surveys(pool, survey(), survey("s2", hot="false"))
    await forget_marks(pool)
    moved = contact(customer="C2", site="LIL", offered_at="2015-10-31T10:00:00+01:00", agent="Bob", team="Red")
    await put(pool, moved)
    assert [(row["customer"], row["site"], row["agent"], row["team"], row["day"]) for row in await stored(pool)] == [
        ("C2", "LIL", "Bob", "Red", "2015-10-31"),
        ("C2", "LIL", "Bob", "Red", "2015-12-02"),
    ]
    assert await marks(pool) >= {
        ("PAU", "2015-12-01"),
        ("PAU", "2015-12-02"),
        ("LIL", "2015-10-31"),
        ("LIL", "2015-12-02"),
    }


async def test_surveys_follow_the_legs_of_their_contact(pool: Pool) -> None:
    await begin(pool)
    await put_surveys(pool, survey())
    legs: list[dict[str, str | None]] = [
        {"contact": "1", "leg": number, "agent": agent, "talk": "9"} for number, agent in (("2", "Eve"), ("1", "Bob"))
    ]
    await put(pool, *legs, kind="legs")
    assert [row["agent"] for row in await stored(pool)] == ["Bob"]


async def test_surveys_follow_their_sites_zone(pool: Pool) -> None:
    await begin(pool)
    await put_surveys(pool, survey(sent_at="2015-12-01T10:00:30+01:00"), survey("s2", contact=None, site="PAU"))
    await put(pool, {"site": "PAU", "zone": "Pacific/Auckland"}, kind="sites")
    assert [(row["day"], row["quarter"]) for row in await stored(pool)] == [("2015-12-01", 88), ("2015-12-02", 84)]


async def test_corrected_cuts_judge_the_answers_anew(pool: Pool) -> None:
    await begin(pool)
    await put_surveys(pool, survey())
    await forget_marks(pool)
    await put(pool, instrument(satisfied_from="5", dissatisfied_to="4"), kind="instruments")
    (row,) = await stored(pool)
    assert (row["satisfied"], row["dissatisfied"]) == (False, True)
    assert await marks(pool) == {("PAU", "2015-12-01")}


async def test_a_survey_repeats_its_contacts_wait(pool: Pool) -> None:
    await begin(pool)
    await put_surveys(pool, survey(), survey("s2", contact=None, site="PAU", customer="C1"))
    assert [row["wait"] for row in await stored(pool)] == [12, None]
    await put(pool, contact(wait="99"))
    assert [row["wait"] for row in await stored(pool)] == [99, None]


async def test_a_call_back_comes_later(pool: Pool) -> None:
    """Check a survey that is loaded again with the time of a call back: only this changes."""
    await begin(pool)
    await put_surveys(pool, survey(score="1"))
    await forget_marks(pool)
    assert await put_surveys(pool, survey(score="1", called_back_at="2015-12-03T10:00")) == "0 loaded · 1 replaced"
    (row,) = await stored(pool)
    assert row["called_back_at"] == datetime(2015, 12, 3, 9, 0, tzinfo=UTC)
    assert await marks(pool) == {("PAU", "2015-12-01")}


async def test_answers_mature_as_the_data_go_on(pool: Pool) -> None:
    """Check that the day of a dissatisfied answer is marked seven days after it. Satisfied answers mark nothing."""
    await begin(pool)
    await put_surveys(pool, survey(score="1"), survey("s2", hot="false"))
    await forget_marks(pool)
    await put(pool, contact("2", site="LIL", offered_at="2015-12-09T08:59:59+01:00"))
    assert [row["mature"] for row in await stored(pool)] == [False, False]
    assert ("PAU", "2015-12-01") not in await marks(pool)
    await put(pool, contact("3", site="LIL", offered_at="2015-12-09T09:00:00+01:00"))
    assert [row["mature"] for row in await stored(pool)] == [True, True]
    assert {mark for mark in await marks(pool) if mark[0] == "PAU"} == {("PAU", "2015-12-01")}


async def test_employees_are_asked_by_team(pool: Pool) -> None:
    """Check that an employee survey takes its site from the team unless given, and counts as no customer survey."""
    await begin(pool)
    await put(pool, instrument(instrument="staff", kind="employee"), kind="instruments")
    await put(pool, {"team": "Blue", "site": "PAU"}, kind="teams")
    asked: dict[str, str | None] = {"contact": None, "instrument": "staff", "team": "Blue"}
    await put_surveys(pool, survey() | asked, survey("s2", site="PAU") | asked)
    assert [(row["site"], row["team"], row["satisfied"]) for row in await stored(pool)] == [("PAU", "Blue", None)] * 2
    assert [row["satisfied"] for row in await pool.fetch("SELECT satisfied FROM employee_fact")] == [True, True]
    await put(pool, {"site": "PAU", "zone": "Pacific/Auckland"}, kind="sites")
    assert [(row["team"], row["day"]) for row in await stored(pool)] == [("Blue", "2015-12-02")] * 2


async def test_surveys_after_tests_do_not_count(pool: Pool) -> None:
    await begin(pool)
    await put(pool, contact(outcome="test", talk=None))
    await put_surveys(pool, survey())
    assert await pool.fetch("SELECT FROM survey_fact") == []


async def test_a_survey_without_a_contact_makes_its_site_where_the_zone_is_known(pool: Pool) -> None:
    await begin(pool)
    row = survey(contact=None, site="BRX")
    found: list[Reject] = []
    await put(pool, row, kind="surveys", zone=None, rejects=found.extend)
    assert [each.code for each in found] == ["unknown_site"]
    assert await put_surveys(pool, row) == "1 loaded"
    assert [each["site"] for each in await stored(pool)] == ["BRX"]
    (made,) = await pool.fetch("SELECT zone FROM site WHERE code = 'BRX'")
    assert made["zone"] == "Europe/Paris"


@pytest.mark.parametrize(
    ("change", "code", "sentence"),
    [
        ({"survey": None}, "missing", "survey is missing"),
        ({"instrument": None}, "missing", "instrument is missing"),
        ({"sent_at": None}, "missing", "sent_at is missing"),
        ({"survey": "x" * 201}, "code_too_long", "longer than 200 bytes"),
        ({"instrument": "nps"}, "unknown_instrument", "load the instruments first (--as instruments)"),
        ({"contact": "7"}, "unknown_surveyed_contact", "contact '7' is not loaded: load the contacts before"),
        ({"contact_source": "crm"}, "unknown_surveyed_contact", "contact '1' is not loaded"),
        ({"contact": None, "hot": "true"}, "hot_without_contact", "name the contact, or set hot to false"),
        ({"contact": None}, "survey_nowhere", "needs the site"),
        ({"contact": None, "site": "PAU", "team": "Gray"}, "unknown_survey_team", "load the teams first"),
        ({"contact": None, "team": "Blue"}, "survey_nowhere", "or a team that has one"),
        ({"instrument": "staff"}, "employee_named", "names no customer"),
        ({"instrument": "staff", "contact": None, "site": "PAU", "customer": "C1"}, "employee_named", "leave both"),
        ({"called_back_at": "soon"}, "unreadable_time", "called_back_at 'soon'"),
        ({"called_back_at": "2015-12-02T08:59:59+01:00"}, "called_back_before_answered", "is before answered_at"),
        ({"called_back_at": "2016-01-01T00:00:00Z"}, "surveyed_in_future", "lies in the future"),
        (
            {"answered_at": None, "score": None, "called_back_at": "2015-12-03T09:00:00Z"},
            "called_back_unanswered",
            "give answered_at and score too",
        ),
        ({"sent_at": "noon"}, "unreadable_time", "sent_at 'noon'"),
        ({"answered_at": "2015-02-30T10:00:00Z"}, "unreadable_time", "answered_at"),
        ({"score": "good"}, "unreadable_number", "score 'good' is not a number"),
        ({"hot": "perhaps"}, "unreadable_flag", "hot 'perhaps'"),
        ({"answered_at": "2015-12-01T10:30:00+01:00"}, "answered_before_sent", "is before sent_at"),
        ({"sent_at": "2015-12-01T09:59:00+01:00"}, "sent_before_offered", "before the contact was offered"),
        ({"answered_at": "2016-01-01T00:00:00Z"}, "surveyed_in_future", "lies in the future"),
        ({"score": None}, "answer_incomplete", "both answered_at and score"),
        ({"answered_at": None}, "answer_incomplete", "both answered_at and score"),
        ({"score": "6"}, "score_out_of_scale", "score '6' is outside the scale of instrument 'csat'"),
        ({"score": "0.9"}, "score_out_of_scale", "outside the scale"),
        ({"score": "NaN"}, "score_out_of_scale", "outside the scale"),
        (
            {"contact": None, "site": "PAU", "sent_at": "1969-07-20T20:17:00Z"},
            "sent_too_early",
            "before 1970",
        ),
        ({"sent_at": "2015-10-25 02:30:00", "zone": "none"}, "time_without_offset", "name the zone"),
        ({"called_back_at": "2015-12-10 10:00:00", "zone": "none"}, "time_without_offset", "called_back_at"),
    ],
)
async def test_refusals(pool: Pool, change: dict[str, str | None], code: str, sentence: str) -> None:
    await begin(pool)
    await put(pool, instrument(instrument="staff", kind="employee"), kind="instruments")
    options = {"zone": None} if change.pop("zone", "") else {}
    (reject,) = await refused(pool, survey() | change, kind="surveys", **options)
    assert reject.code == code
    assert sentence in reject.reason
    assert await stored(pool) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"high": "1"}, "high is not above low"),
        ({"satisfied_from": "6"}, "a cut lies outside"),
        ({"satisfied_from": "2"}, "overlap"),
        ({"better": "lower"}, "overlap"),
        ({"kind": "Cust Sat"}, "kind"),
    ],
)
async def test_instruments_that_make_no_sense(pool: Pool, change: dict[str, str | None], sentence: str) -> None:
    (reject,) = await refused(pool, instrument(**change), kind="instruments")
    assert sentence in reject.reason
