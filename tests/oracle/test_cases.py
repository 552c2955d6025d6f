"""Cases as a source delivers them: flows and stocks agree with the oracle, whichever table answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random

import pytest

from tests.oracle.cases import FLOWS, STOCKS
from tests.oracle.comparison import agree
from tests.oracle.conftest import WorldService
from tests.oracle.question import OracleQuestion
from tests.oracle.random_questions import question
from tests.oracle.test_rollup_choice import sources
from tests.oracle.world import MOMENTS, SEGMENTS, seeded

at = datetime.fromisoformat
QUESTIONS = 25


@pytest.mark.parametrize("slugs", [FLOWS, STOCKS], ids=["flows", "stocks"])
async def test_cases_agree_with_the_oracle(loaded: WorldService, slugs: tuple[str, ...]):
    random = Random(seeded(len(slugs)))
    for _ in range(QUESTIONS):
        await agree(loaded.desk, loaded.truth, question(loaded.truth.world, random, [*slugs]))


async def test_flows_of_cases_from_every_table(loaded: WorldService):
    asked = OracleQuestion(tuple((slug, ()) for slug in FLOWS), at("2014-01-01"), at("2017-01-01"), grain="month")
    day = ("day", tuple(range(1, 32)), False)
    team = ("team", (*loaded.truth.world.teams, None), False)
    channel = ("channel", ("phone", "chat", None), False)
    assert "step_month" in await sources(loaded, asked)
    assert "step_day" in await sources(loaded, replace(asked, where=(day,)))
    assert "step_month_agent" in await sources(loaded, replace(asked, by=("agent",)))
    assert "step_day_agent" in await sources(loaded, replace(asked, by=("agent",), where=(day,)))
    assert "case_step_fact" in await sources(loaded, replace(asked, where=(team, channel)))


@pytest.mark.parametrize("grain", ["day", "week", "month", "total", "hour"])
async def test_stocks_from_every_table(loaded: WorldService, grain: str):
    """Check that rollups of months and days, the steps alone, and both together give the same figures."""
    start = datetime.combine(loaded.truth.world.centres[0], time.min) - timedelta(days=3)
    asked = OracleQuestion(
        tuple((slug, ()) for slug in STOCKS), start, start + timedelta(days=40), grain=grain, by=("site",)
    )
    if grain == "hour":
        asked = replace(asked, end=start + timedelta(days=4, hours=5))
    segment = ("segment", (*SEGMENTS, None), False)
    team = ("team", (*loaded.truth.world.teams, None), False)
    moment = ("moment", tuple(MOMENTS), True)
    for where in ((), (team, segment)) if grain == "hour" else ((), (segment,), (team,), (team, segment), (moment,)):
        await agree(loaded.desk, loaded.truth, replace(asked, where=where))
