"""Required agents by hour, quarter-hour and usual day, computed from arrivals, handle time and the length of the
row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from cadran.compiler.special import row_length, staffing
from cadran.compiler.timing import Timing
from cadran.domain.access.principal import OPERATOR
from cadran.domain.answer import Freshness
from cadran.domain.ask import Ask
from cadran.domain.metric_ref import parse_metric_ref
from cadran.domain.question import Question
from cadran.domain.window import Grain, Window
from cadran.engine.desk import Desk
from cadran.errors import QuestionRefused
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.length import choose
from tests.oracle.comparison import agree
from tests.oracle.conftest import WorldService
from tests.oracle.loader import put
from tests.oracle.random_questions import question
from tests.oracle.required_agents import SLUGS
from tests.oracle.world import Row, seeded
from tests.refs import refs

Centre = tuple[Pool, Desk]
ELEVEN = datetime(2015, 12, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize("round_", range(choose(1, long=4)))
async def test_answers_agree_with_the_oracle(loaded: WorldService, round_: int):
    random = Random(seeded(round_))
    for _ in range(12):
        asked = question(loaded.truth.world, random, [*SLUGS])
        await agree(loaded.desk, loaded.truth, asked)


def _calls(number: int, minutes: int, start: datetime) -> list[Row]:
    """Return ``number`` calls of 180 s each, spread evenly over ``minutes``."""
    step = timedelta(minutes=minutes) / number
    return [
        {"contact": f"{start:%d%H%M}-{each}", "site": "PAU", "channel": "phone", "outcome": "handled", "wait": 5,
         "offered_at": start + each * step, "talk": 150, "hold": 10, "acw": 20}
        for each in range(number)
    ]  # fmt: skip


async def test_two_hundred_calls_in_an_hour_take_fourteen_agents_and_twenty_positions(centre: Centre):
    pool, desk = centre
    await put(pool, "channels", [{"channel": "email", "kind": "email", "asynchronous": True}])
    mail = {"contact": "m", "site": "PAU", "channel": "email", "outcome": "handled", "wait": 9000, "talk": 9000}
    robot = {"contact": "r", "site": "PAU", "channel": "phone", "outcome": "self_served"}
    later = {**robot, "contact": "s", "offered_at": ELEVEN + timedelta(days=1, minutes=50)}
    beside = [*({**row, "offered_at": ELEVEN} for row in (mail, robot)), later]
    await put(pool, "contacts", [*_calls(200, 60, ELEVEN), *beside, *_calls(100, 30, ELEVEN + timedelta(days=1))])
    await refresh(pool)
    names = ["required_agents", "required_agents(shrinkage=0.3)", "required_agents(formula=erlang_a,patience=60)"]
    answer = await desk.ask(Ask(refs(*names), period="2015-12-24", grain="hour"), OPERATOR)
    assert [list(each.values) for each in answer.figures] == [[14], [20], [12]]
    assert [each.values[0] for each in answer.totals] == [None, None, None]
    assert list(answer.figures[0].n) == [200]
    # The second day has calls in half of the hour only. The rate of each quarter-hour is the mean of both days.
    usual = await desk.ask(Ask(refs(*names)[:1], start="2015-12-24", end="2015-12-26", by=("time_of_day",)), OPERATOR)
    assert list(usual.keys[0].values) == ["11:00", "11:15", "11:30", "11:45"]
    assert list(usual.figures[0].values) == [14, 14, 8, 8]


async def test_the_service_of_a_number_of_agents(centre: Centre):
    """Check a published example: 700 calls of 320 s in an hour. 62 agents are fewer than its 62.2 Erlangs."""
    pool, desk = centre
    noon = ELEVEN + timedelta(hours=1)
    calls = [{**row, "talk": 290} for row in (*_calls(700, 60, ELEVEN), *_calls(100, 60, noon))]
    await put(pool, "contacts", calls)
    await refresh(pool)
    names = [f"expected_asa(agents={agents})" for agents in (69, 68, 67, 66, 65, 62)]
    names += ["expected_occupancy(agents=66)", "expected_service_level(agents=69)"]
    names += ["required_agents", "required_agents(max_occupancy=0.85)"]
    names += ["expected_abandonment(agents=62,patience=60)"]
    answer = await desk.ask(Ask(refs(*names), period="2015-12-24", grain="hour"), OPERATOR)
    first = [each.values[0] for each in answer.figures]
    assert [round(value, 1) if value else value for value in first[:6]] == [14.3, 20.4, 29.8, 45.3, 73.3, None]
    assert first[6:8] == pytest.approx([0.9428, 0.8021], abs=5e-5)
    assert first[8:10] == [69, 74], "85 % of 73.2 agents"
    assert 0.05 < (first[10] or 0) < 0.1
    [notice] = answer.warnings
    assert (notice.code, notice.about) == ("overloaded", ("expected_asa",))
    assert "expected_asa(agents=62)" in notice.detail.en
    assert "1 of 2 rows" in notice.detail.en


async def test_what_has_not_come_yet_is_not_taken_for_silence(centre: Centre):
    pool, desk = centre
    await put(pool, "contacts", [*_calls(100, 30, ELEVEN), *_calls(200, 60, ELEVEN - timedelta(days=1))])
    await refresh(pool)
    today = Ask(refs("required_agents"), period="2015-12-24", grain="hour")
    while (hours := await desk.ask(today, OPERATOR)).freshness.as_of is None:
        pass  # The notification of the data's horizon arrives a moment later.
    assert list(hours.figures[0].values) == [14], "a hundred in half an hour, of which the rest is not known"
    usual = await desk.ask(
        Ask(refs("required_agents"), start="2015-12-23", end="2015-12-25", by=("time_of_day",)), OPERATOR
    )
    assert set(usual.figures[0].values) == {14}


@pytest.mark.parametrize(
    ("minutes", "agents"),
    [(5, None), (15, 14), (20, 11), (30, 8), (60, 8)],
)
def test_the_hour_that_runs_is_as_long_as_it_has_run(minutes: int, agents: int | None):
    """Check an hour with fifty calls so far, asked for some minutes past eleven. The last known contact is of 11:29.

    The hour counts up to now, but at most up to 11:30, the end of the last quarter-hour with data.
    """
    call = parse_metric_ref("required_agents")
    bounds = ELEVEN, ELEVEN + timedelta(hours=1)
    question = Question((call,), Window(*bounds), Grain.HOUR)
    timing = Timing(None, (bounds,), None, "Europe/Paris")
    now, known = ELEVEN + timedelta(minutes=minutes), ELEVEN + timedelta(minutes=29)
    freshness = Freshness(known, now, now, 1)
    seconds = row_length.lengths(question, timing, [(ELEVEN,)], row_length.reached(freshness))
    assert seconds is not None
    assert seconds == [60 * min(minutes, 30)]
    lines = staffing.make_lines(call, [9000], [50], [50], seconds)
    assert staffing.figures(call, lines, [50]).values == [agents]


@pytest.mark.parametrize(
    ("metric", "asked", "code"),
    [
        ("required_agents", {"grain": "day"}, "impossible_grain"),
        ("required_agents", {}, "impossible_grain"),
        ("required_agents(formula=erlang_a)", {"grain": "hour"}, "bad_parameter"),
        ("required_agents(patience=60)", {"grain": "hour"}, "bad_parameter"),
        ("required_agents(level=1)", {"grain": "hour"}, "bad_parameter"),
        ("required_agents(max_occupancy=1.1)", {"grain": "hour"}, "bad_parameter"),
        ("required_agents(concurrency=1.5)", {"grain": "hour"}, "bad_parameter"),
        ("expected_asa", {"grain": "hour"}, "bad_parameter"),
        ("expected_asa(agents=2.5)", {"grain": "hour"}, "bad_parameter"),
        ("expected_asa(agents=0)", {"grain": "hour"}, "bad_parameter"),
        ("expected_asa(agents=100001)", {"grain": "hour"}, "bad_parameter"),
        ("expected_abandonment(agents=2)", {"grain": "hour"}, "bad_parameter"),
        ("expected_occupancy(agents=2)", {"grain": "day"}, "impossible_grain"),
        ("required_agents", {"grain": "hour", "by": ("agent",)}, "impossible_split"),
    ],
)
async def test_what_cannot_be_told_is_refused_by_name(centre: Centre, metric: str, asked: Row, code: str):
    with pytest.raises(QuestionRefused) as refused:
        await centre[1].ask(Ask(refs(metric), period="2015-12-24", **asked), OPERATOR)
    assert refused.value.code == code
    assert metric.partition("(")[0] in refused.value.detail or "patience" in refused.value.detail
