"""The definitions by example: the table of service levels, and pitfalls that users of other systems reported."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cadran.engine.desk import Desk
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.defaults import load
from tests.oracle.examples import NOON, Row, contacts, given, week
from tests.oracle.loader import put


async def test_the_table_of_service_levels(centre: tuple[Pool, Desk]):
    """Check all formulas for 1000 answered (860 within 20 s), 60 abandoned (20 within 20 s, 10 of them short) and 40
    deflected."""
    ask = await given(
        centre, *contacts(860, 20), *contacts(140, 20.001),
        *contacts(10, 5, "abandoned"), *contacts(10, 20, "abandoned"), *contacts(40, 90, "abandoned"),
        *contacts(40, 0, "deflected"),
    )  # fmt: skip
    expected = {
        "answered_only": 0.8600, "offered": 0.8113, "offered_ex_short": 0.8190, "abandon_neutral": 0.8269,
        "short_as_met": 0.8208, "removed_within": 0.8302, "all_incoming": 860 / 1100,
    }  # fmt: skip
    found = await ask(*(f"service_level(within=20,formula={formula})" for formula in expected))
    assert found == [pytest.approx(value, abs=5e-5) for value in expected.values()]


async def test_pitfall_1_offered_in_one_interval_and_answered_in_the_next(centre: tuple[Pool, Desk]):
    """Check that a contact counts where it was offered, in numerator and denominator, so that no ratio exceeds one."""
    late = (NOON + timedelta(minutes=14, seconds=50)).isoformat()
    answered = (NOON + timedelta(minutes=16)).isoformat()
    ask = await given(centre, *contacts(1, 70, offered_at=late, answered_at=answered))
    answer = await ask.answer("qos", period="2015-12-01", grain="quarter_hour")  # type: ignore[attr-defined]  # see given
    assert list(answer.keys[0].values) == ["2015-12-01T12:00:00+01:00"]
    assert list(answer.figures[0].values) == [1.0]


async def test_pitfall_2_the_mean_of_daily_rates_is_not_the_rate(centre: tuple[Pool, Desk]):
    tomorrow = (NOON + timedelta(days=1)).isoformat()
    ask = await given(
        centre, *contacts(9, 1), *contacts(1, 60, "abandoned"), *contacts(1, 60, "abandoned", offered_at=tomorrow)
    )
    answer = await ask.answer("qos", grain="day")  # type: ignore[attr-defined]  # see given
    assert list(answer.figures[0].values) == [0.9, 0.0]
    assert answer.totals[0].values == [9 / 11]


async def test_pitfall_3_numerator_and_denominator_over_the_same_rows(centre: tuple[Pool, Desk]):
    """Check that contacts whose times or costs are unknown are in neither numerator nor denominator."""
    ask = await given(
        centre, *contacts(2, 1, talk="100", cost="4"), *contacts(3, 1, talk=None), *contacts(1, 7, "abandoned"),
        *contacts(2, 1, customer="a", talk=None), *contacts(2, 1, customer="b", talk=None, cost="5"),
    )  # fmt: skip
    assert await ask("aht", "cost_per_contact", "cost_to_serve") == [100, 4.5, 10]


async def test_pitfall_4_a_mean_is_of_all_and_not_a_moving_one(centre: tuple[Pool, Desk]):
    """Check waits of 10, 20 and 30 seconds that are loaded one by one. A moving average would end at 16 and depend on
    their order."""
    rows = [contacts(1, wait, contact=str(wait), offered_at=(NOON - timedelta(minutes=wait)).isoformat())[0]
            for wait in (10, 20, 30)]  # fmt: skip
    ask = await given(centre)
    for row, mean in zip(rows, (10, 15, 20), strict=True):
        await given(centre, row)
        assert await ask("asa") == await ask("asa", period="2015-12-01", grain="hour") == [mean]
    await given(centre, {**rows[0], "wait": "40"})
    assert await ask("asa", "aht") == [30, 100], "a correction counts as if it had always been so"


async def test_pitfall_5_seconds_everywhere(centre: tuple[Pool, Desk]):
    """Check that durations are in seconds, to the millisecond, whether a source gives durations or instants."""
    times = {
        "answered_at": (NOON + timedelta(seconds=90)).isoformat(),
        "ended_at": (NOON + timedelta(seconds=190.5)).isoformat(),
    }
    by_instants = [{**row, "wait": None, **times} for row in contacts(1, 0, offered_at=NOON.isoformat())]
    ask = await given(centre, *by_instants, *contacts(1, 90.25, talk="100.5"))
    answer = await ask.answer("asa", "wait_max", "first_response_time", "talk_time")  # type: ignore[attr-defined]  # see given
    assert [column.values[0] for column in answer.totals] == [90.125, 90.25, 90.125, 100.25]
    assert {column.call.metric.unit for column in answer.totals} == {"seconds"}
    assert await ask("service_level(within=90,formula=answered_only)") == [0.5], "thresholds too"


async def test_pitfall_6_a_threshold_is_met_by_what_takes_just_as_long(centre: tuple[Pool, Desk]):
    ask = await given(
        centre, *contacts(1, 19.999), *contacts(1, 20), *contacts(1, 20.001), *contacts(1, 5, "abandoned")
    )
    assert await ask("asa", "service_level(within=20,formula=answered_only)", "short_abandons", "qos_net") == [
        20,
        2 / 3,
        1,
        1,
    ]


async def test_pitfall_7_a_contact_through_several_hands_is_one(centre: tuple[Pool, Desk]):
    pool, _ = centre
    ask = await given(centre, *contacts(1, 10, contact="one", talk=None))
    told: list[Row] = [{"contact": "one", "leg": str(n), "agent": f"a{n}", "talk": "30"} for n in (1, 2, 3)]
    await load(pool, "legs", told)
    await refresh(pool)
    assert await ask("contacts", "handled", "aht", "aht_per_leg", "qos") == [1, 1, 90, 30, 1]


async def test_pitfall_9_a_norm_does_not_rewrite_what_was_before_it(centre: tuple[Pool, Desk]):
    pool, _ = centre
    ask = await given(centre, *contacts(1, 100), *contacts(1, 100, offered_at="2015-06-01T12:00:00+02:00"))
    answer_norms: list[Row] = [
        {"channel": "phone", "valid_from": "2015-07-15", "good_seconds": "20", "bad_seconds": "60"}
    ]
    assert await ask("service_level") == [1.0], "the usual answer norm of a phone ends at 240 s"
    await load(pool, "answer_norms", answer_norms)
    while await ask("service_level") != [0.5]:
        pass  # The notification of the directory's new version arrives a moment later.
    answer = await ask.answer("service_level", grain="month")  # type: ignore[attr-defined]  # see given
    assert list(answer.figures[0].values) == [1.0, 0.0]


async def test_pitfall_9_new_opening_hours_do_not_rewrite_what_was_before_them(centre: tuple[Pool, Desk]):
    await put(centre[0], "openings", week("08:00", "18:00"))
    await put(centre[0], "openings", week("08:00", "20:00", valid_from="2015-12-01"))
    november, december = (f"2015-{day}T17:30:00+01:00" for day in ("11-30", "12-01"))
    ask = await given(centre, *contacts(1, 3600, offered_at=november), *contacts(1, 3600, offered_at=december))
    answer = await ask.answer("first_response_time(hours=open)", grain="month")  # type: ignore[attr-defined]  # see given
    assert list(answer.figures[0].values) == [1800, 3600]


async def test_pitfall_10_a_corrected_record_restates_and_says_so(centre: tuple[Pool, Desk]):
    ask = await given(centre, *contacts(1, 10, contact="one"))
    before = await ask.answer("qos", period="2015-12")  # type: ignore[attr-defined]  # see given
    await given(centre, *contacts(1, 10, "deflected", contact="one"))
    after = await ask.answer("qos", period="2015-12")  # type: ignore[attr-defined]  # see given
    assert (before.totals[0].values, after.totals[0].values) == ([1.0], [0.0])
    assert after.freshness.generated_at > before.freshness.generated_at


@pytest.mark.parametrize(("day", "quarters"), [("2015-03-29", 92), ("2015-10-25", 100), ("2015-12-01", 96)])
async def test_pitfall_11_days_of_23_and_25_hours(centre: tuple[Pool, Desk], day: str, quarters: int):
    midnight = datetime.fromisoformat(f"{day}T00:00:00+02:00" if day == "2015-10-25" else f"{day}T00:00:00+01:00")
    rows = [
        contacts(1, 1, contact=f"q{n}", offered_at=(midnight + timedelta(minutes=15 * n + 7)).isoformat())[0]
        for n in range(100)
    ]
    ask = await given(centre, *rows)
    answer = await ask.answer("contacts", period=day, grain="quarter_hour", fill=True)  # type: ignore[attr-defined]  # see given
    assert answer.rows == quarters
    assert answer.totals[0].values == [quarters]
    assert await ask("contacts", period=day, grain="day") == [quarters]


async def test_pitfall_12_business_hours_holidays_and_shifts_past_midnight(centre: tuple[Pool, Desk]):
    """Check a mail offered an hour before closing on the eve of a long weekend. Then check it with night shifts, of
    which the eve's ends on the holiday."""
    pool, _ = centre
    await put(pool, "openings", week("08:00", "18:00"))
    await put(pool, "closings", [{"site": "PAU", "day": "2015-12-25"}])
    eve = {"channel": "email", "offered_at": "2015-12-24T17:00:00+01:00"}
    weekend = 3 * 86_400 + 16 * 3600.0
    ask = await given(centre, *contacts(1, weekend, **eve))
    open_hours = (
        "first_response_time(hours=open)",
        "service_level_open_hours(within=7200)",
        "service_level_open_hours(within=3600)",
    )
    assert await ask("first_response_time", "service_level(within=7200)") == [weekend, 0.0]
    assert await ask(*open_hours) == [7200, 1.0, 0.0]
    await put(pool, "openings", week("20:00", "04:00"))
    await refresh(pool)
    # Open on the eve from 20:00 to 04:00, then again on Monday from 20:00. The answer came on Monday at 09:00.
    assert await ask(*open_hours) == [8 * 3600, 0.0, 0.0]


async def test_pitfall_12_a_contact_is_due_when_it_has_waited_long_enough_in_open_hours(centre: tuple[Pool, Desk]):
    """Check a mail offered on Friday at 17:30 and still open. On Monday at 08:29:59 it has waited less than an open
    hour."""
    await put(centre[0], "openings", week("08:00", "18:00"))
    friday, monday = "2015-12-04T17:30:00+01:00", "2015-12-07T08:29:59+01:00"
    ask = await given(
        centre, *contacts(1, 0, "in_progress", channel="email", offered_at=friday),
        *contacts(1, 1, channel="email", offered_at=monday),
    )  # fmt: skip
    level = ("service_level(within=3600)", "service_level_open_hours(within=3600)")
    assert await ask(*level) == [0.5, 1.0]
    await given(centre, *contacts(1, 1, channel="email", offered_at="2015-12-07T08:30:01+01:00"))
    assert await ask(*level) == [2 / 3, 2 / 3]


async def test_sites_without_opening_hours_are_left_out_and_named(centre: tuple[Pool, Desk]):
    pool, _ = centre
    await put(pool, "sites", [{"site": "LIL", "zone": "Europe/Paris"}])
    await put(pool, "openings", week("08:00", "18:00"))
    lost = contacts(3, 70, "abandoned", site="LIL")
    ask = await given(centre, *contacts(1, 10), *contacts(1, 90, site="LIL"), *lost)
    metrics = ("first_response_time(hours=open)", "service_level_open_hours(within=60)")
    while (answer := await ask.answer(*metrics)).warnings[0].detail.en.endswith("PAU."):  # type: ignore[attr-defined]  # see given
        pass  # The notification of the directory's new version arrives a moment later.
    assert [column.values[0] for column in answer.totals] == [10, 1.0]
    assert [notice.code for notice in answer.warnings] == ["without_calendar"]
    assert "leaves out sites whose opening hours are not known" in answer.warnings[0].detail.en
    assert answer.warnings[0].detail.en.endswith(": LIL.")
    calendar = await ask.answer("first_response_time", "service_level(within=60)")  # type: ignore[attr-defined]  # see given
    assert calendar.warnings == ()


async def test_pitfall_13_n_and_interval_with_every_rate(centre: tuple[Pool, Desk]):
    ask = await given(centre, *contacts(960, 1), *contacts(240, 60, "abandoned"))
    column = (await ask.answer("qos")).totals[0]  # type: ignore[attr-defined]  # see given
    assert (column.values, column.n) == ([0.8], [1200])
    assert column.interval(0) == (pytest.approx(0.7764, abs=5e-5), pytest.approx(0.8217, abs=5e-5))


async def test_pitfall_15_bots_and_reopenings_leave_the_first_answer_alone(centre: tuple[Pool, Desk]):
    """Check first answers where bots and later replies are involved.

    A contact settled by a bot has no first answer. A contact taken over by a person is answered when the person
    answers. A contact that goes on later keeps its first answer, and its later replies are counted separately.
    """
    by_person = (NOON + timedelta(seconds=90)).isoformat()
    by_bot = (NOON + timedelta(seconds=2)).isoformat()
    human = contacts(1, 0, channel="chat", contact="human", answered_at=by_person)
    bots = contacts(1, 0, "self_served", channel="chat", answered_at=by_bot)
    answered, settled = ([{**row, "wait": None} for row in rows] for rows in (human, bots))
    ask = await given(centre, *answered, *settled)
    assert await ask("first_response_time", "next_reply_time", "asa") == [90, None, 90]
    await given(centre, *({**row, "replies": "3", "reply_wait": "7200"} for row in answered))
    assert await ask("first_response_time", "next_reply_time") == [90, 2400]
    await given(centre, *contacts(1, 30, replies="1", reply_wait="0"))
    assert await ask("first_response_time", "next_reply_time") == [60, 1800]


async def test_pitfall_17_callbacks_and_outbound_contacts_do_not_inflate(centre: tuple[Pool, Desk]):
    """Check that a callback and its request count as one contact, whichever way the callback is entered."""
    ask = await given(
        centre, *contacts(1, 10, contact="one", customer="a"), *contacts(1, 0, "callback", contact="two", customer="b"),
        *contacts(1, 0, parent="two", customer="b"), *contacts(1, 0, parent="two", customer="b", direction="outbound"),
        *contacts(2, 0, customer="a", direction="outbound"), *contacts(1, 40, "test"),
        *contacts(1, 40, "abandoned", contact="lost"), *contacts(1, 0, parent="lost", direction="outbound"),
    )  # fmt: skip
    metrics = ("contacts", "handled", "callbacks", "outbound", "qos", "repeat_rate", "inefficiency")
    assert await ask(*metrics) == [3, 1, 1, 2, 0.5, 0.0, 0.0]


async def test_pitfall_17_a_window_has_its_last_day_and_not_the_next(centre: tuple[Pool, Desk]):
    last, after = "2015-12-31T23:59:59+01:00", "2016-01-01T00:00:00+01:00"
    ask = await given(centre, *contacts(1, 1, offered_at=last), *contacts(1, 1, offered_at=after))
    assert await ask("contacts") == [1]
    assert await ask("contacts", start="2015-12-31", end="2016-01-01") == [1]
    assert await ask("contacts", start="2015-01-01", end="2016-01-02") == [2]


async def test_the_budget_is_counted_up_to_the_sites_own_day(centre: tuple[Pool, Desk]):
    """Check that a month begins at midnight in Pau. Half an hour later it is still the last day of the old month in
    UTC."""
    await put(centre[0], "budgets", [{"site": "PAU", "month": "2015-12-01", "amount": "3100"}])
    ask = await given(centre, *contacts(1, 3, offered_at="2015-12-01T00:30:00+01:00", cost="25"))
    assert await ask("budget_pace", period="2015-12") == [0.25]
    assert await ask("budget_consumed", period="2015-12") == [25 / 3100]
