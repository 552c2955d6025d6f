"""How long an answer about a relative period may be shown: until its words mean another window."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.question import Question
from cadran.engine.desk import Desk
from tests.defaults import make_desk
from tests.graphql.sample_answers import SampleAnswers, directory

MOVING = ("today", "yesterday", "this_week", "last_month", "year_to_date", "last_7_days")
LONG = timedelta(days=3)

START = datetime(2015, 1, 1, tzinfo=UTC)

instants = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda since: START + since)


class LastingAnswers(SampleAnswers):
    """A core whose answers are valid for three days."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now

    async def answer(self, question: Question, principal: Principal) -> Answer:
        """Return an answer that was made a day ago and stays valid for three days from now."""
        found = await super().answer(question, principal)
        freshness = replace(found.freshness, generated_at=self.now - timedelta(days=1), stale_after=self.now + LONG)
        return replace(found, freshness=freshness)


def desk(now: datetime) -> Desk:
    return make_desk(LastingAnswers(now), directory, lambda: now, "Europe/Paris")


@given(now=instants, period=st.sampled_from(MOVING))
@example(now=datetime(2015, 11, 30, 22, 59, 59, tzinfo=UTC), period="last_month")
@example(now=datetime(2015, 3, 28, 23, 0, tzinfo=UTC), period="today")
@example(now=datetime(2015, 10, 25, 0, 30, tzinfo=UTC), period="today")
async def test_words_that_move_hold_until_they_mean_another_window(now, period):
    ask = Ask(metrics=("contacts",), period=period)
    until = (await desk(now).ask(ask, OPERATOR)).freshness.stale_after
    assert now < until <= now + timedelta(hours=25)

    def window(moment: datetime):
        return desk(moment).understand(ask, OPERATOR).window

    assert window(until - timedelta(microseconds=1)) == window(now)
    assert period not in ("today", "yesterday") or window(until) != window(now)


@pytest.mark.parametrize(
    "words", [{"period": "2015-11"}, {"period": "2015-W50"}, {"start": "2015-11-01", "end": "2015-12-01"}]
)
async def test_words_that_stay_hold_as_long_as_their_answer(words):
    now = datetime(2015, 12, 31, 22, 59, tzinfo=UTC)
    answer = await desk(now).ask(Ask(metrics=("contacts",), **words), OPERATOR)
    assert answer.freshness.stale_after == now + LONG
