"""The check recomputes from the facts and names every table with a bucket that differs, however it was damaged."""

from __future__ import annotations

import pytest

from cadran.compiler.lattice.lattice import ROLLUPS
from cadran.facts.check import check_figures
from cadran.store.pool import Pool
from tests.oracle.agent_time import with_time
from tests.oracle.calendars import with_calendars
from tests.oracle.cases import with_cases
from tests.oracle.goodwill import with_goodwill
from tests.oracle.loader import fill
from tests.oracle.surveys import with_surveys
from tests.oracle.world import make

FIRST = "ctid = (SELECT min(ctid) FROM {})"
SPOILT = {
    "contact_day": "UPDATE rollup.contact_day SET contacts = COALESCE(contacts, 0) + 1",
    "contact_quarter": "DELETE FROM rollup.contact_quarter",
    "contact_attribute_day": "UPDATE rollup.contact_attribute_day SET contacts = COALESCE(contacts, 0) + 1",
    "contact_attribute_site": "DELETE FROM rollup.contact_attribute_site",
    "contact_attribute_month": "UPDATE rollup.contact_attribute_month SET talk = COALESCE(talk, 0) + 0.001",
    "contact_month": "UPDATE rollup.contact_month SET talk = COALESCE(talk, 0) + 0.001",
    "case_day": "UPDATE rollup.case_day SET cases = COALESCE(cases, 0) + 1",
    "leg_day": "DELETE FROM rollup.leg_day",
    "shared_leg_day": "DELETE FROM rollup.shared_leg_day",
    "survey_day": "UPDATE rollup.survey_day SET survey_score = COALESCE(survey_score, 0) + 1",
    "survey_day_site": "UPDATE rollup.survey_day_site SET survey_sent = survey_sent - 1",
    "survey_month": "DELETE FROM rollup.survey_month",
    "goodwill_day": "UPDATE rollup.goodwill_day SET goodwill_cost = COALESCE(goodwill_cost, 0) + 1",
    "goodwill_month": "DELETE FROM rollup.goodwill_month",
    "customer_flow": "UPDATE rollup.customer_flow SET moved = moved + 1",
    "score_day": "DELETE FROM rollup.score_day",
    "employee_day": "UPDATE rollup.employee_day SET employee_answered = 99",
    "step_day": "UPDATE rollup.step_day SET case_flow = case_flow + 1",
    "step_month": "UPDATE rollup.step_month SET resolution_seconds = COALESCE(resolution_seconds, 0) + 1",
    "step_month_agent": "DELETE FROM rollup.step_month_agent",
    "case_step": "UPDATE case_step SET flow = 1 - flow",
    "recovery_entry": "UPDATE recovery_entry SET reached_at = opened_at - interval '1 second'",
    "contact_case": "UPDATE contact_case SET contacts = contacts + 1",
    "response_day": "UPDATE rollup.response_day SET replies = COALESCE(replies, 0) + 1",
    "response_month": "DELETE FROM rollup.response_month",
    "contact": "UPDATE contact SET in_hours = in_hours IS NULL",
    "open_span": "UPDATE open_span SET seconds_before = COALESCE(seconds_before, 0) + 1",
    "agent_time_day": "UPDATE rollup.agent_time_day SET login = COALESCE(login, 0) + 1",
    "agent_time_quarter": "DELETE FROM rollup.agent_time_quarter",
    "shift_day": "DELETE FROM rollup.shift_day",
    "taken_day": "UPDATE rollup.taken_day SET taken = COALESCE(taken, 0) + 1",
    "taken_quarter": "DELETE FROM rollup.taken_quarter",
    "agent_time": "UPDATE agent_time SET login = COALESCE(login, 0) + 1",
    "worked_shift": "DELETE FROM worked_shift",
    "planned_shift": "UPDATE planned_shift SET late = COALESCE(late, 0) + 1",
}
#: Tables that are derived from the facts, in addition to the rollups.
DERIVED = {
    *("contact_case", "case_step", "agent_time", "worked_shift", "planned_shift"),
    *("customer_flow", "contact", "open_span", "recovery_entry"),
}


async def spoil(pool: Pool, name: str) -> None:
    """Change a row of a table so that it is wrong."""
    table = f"rollup.{name}" if name in (*ROLLUPS, "customer_flow") else name
    async with pool.acquire() as connection:
        await connection.execute(f"{SPOILT[name]} WHERE {FIRST.format(table)}")


async def named(pool: Pool) -> set[str]:
    """Return the tables that the check names."""
    lines, _ = await check_figures(pool)
    return {line.partition(":")[0] for line in lines}


async def test_names_what_was_spoiled(writing: Pool):
    world = with_surveys(with_calendars(make(5, "mixed", 150), 5), 60)
    await fill(writing, with_time(with_cases(with_goodwill(world, 40), 40), 5, days=4))
    assert await named(writing) == set()
    # Nothing is computed from these, so that each is named for its own damage.
    rollups = [name for name in SPOILT if name not in DERIVED or name == "customer_flow"]
    for name in rollups:
        await spoil(writing, name)
    assert await named(writing) == {*rollups}
    for name in SPOILT:
        if name not in rollups:
            await spoil(writing, name)
            assert name in await named(writing)
    found = await named(writing)
    assert found >= SPOILT.keys()
    assert found <= {*ROLLUPS, *DERIVED}


@pytest.mark.parametrize("table", ["contact_day", "case_day"])
async def test_leaves_out_days_that_are_marked(writing: Pool, table: str):
    await fill(writing, make(6, "paris", 60))
    async with writing.acquire() as connection:
        await connection.execute(f"DELETE FROM rollup.{table}")
        await connection.execute("INSERT INTO dirty_day (site_id, day) SELECT DISTINCT site_id, day FROM contact")
    lines, waiting = await check_figures(writing)
    assert lines == []
    assert waiting > 0
