"""Figures without a denominator are undefined, and questions that cannot be answered are refused by name."""

from __future__ import annotations

import pytest

from cadran.domain.ask import Condition
from cadran.engine.desk import Desk
from cadran.errors import QuestionRefused
from cadran.store.pool import Pool
from tests.oracle.examples import contacts, given


async def test_nothing_is_undefined_and_never_zero(centre: tuple[Pool, Desk]):
    ask = await given(centre, *contacts(3, 60, "abandoned"))
    assert await ask("qos", "asa", "fcr", "overflow_rate", "wait_max") == [0.0, None, None, None, 60]
    assert await ask("contacts", "qos", "wait_max", "wait", "revenue", period="2014") == [0, None, None, None, 0]
    assert await ask("abandonment_rate", where=[Condition("channel", ["phone"], negated=True)]) == [None]


@pytest.mark.parametrize("dimension", ["team", "agent"])
async def test_a_lost_contact_has_no_agent(centre: tuple[Pool, Desk], dimension: str):
    ask = await given(centre)
    for how in ({"by": (dimension,)}, {"where": [Condition(dimension, ["none"])]}):
        with pytest.raises(QuestionRefused, match="A lost contact has no agent") as caught:
            await ask("qos", **how)
        assert caught.value.code in ("impossible_split", "impossible_filter")
        assert "channel" in caught.value.suggestions


@pytest.mark.parametrize("metric", ["contact_share_of_customers", "budget_pace"])
async def test_what_is_known_by_day_is_not_told_by_the_hour(centre: tuple[Pool, Desk], metric: str):
    ask = await given(centre)
    with pytest.raises(QuestionRefused) as caught:
        await ask(metric, grain="hour", period="2015-12-01")
    assert caught.value.code == "impossible_grain"
