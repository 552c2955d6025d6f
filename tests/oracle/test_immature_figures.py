"""Figures that must not be shown too soon, and durations that must never count: immature figures, impossible
durations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cadran.domain.ask import Condition
from cadran.engine.desk import Desk
from cadran.facts.load.reasons import Reject
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.defaults import load
from tests.oracle.examples import NOON, Row, contacts, given


async def test_pitfall_8_a_case_is_read_when_it_is_mature(centre: tuple[Pool, Desk]):
    """Check that a case is judged a week after it began. Until then every case would look resolved."""
    pool, _ = centre
    ask = await given(centre, *contacts(1, 1, contact="one", customer="a", moment="buy"))
    assert await ask("fcr", "contacts_per_case") == [None, None]
    week = (NOON + timedelta(days=7)).isoformat()
    again = await given((pool, centre[1]), *contacts(1, 1, contact="two", customer="a", moment="buy", offered_at=week))
    assert await again("fcr", "contacts_per_case") == [0.0, 2.0]


async def test_pitfall_8_yesterdays_mail_is_judged_when_its_time_is_over(centre: tuple[Pool, Desk]):
    """Check two mails, of which one is answered within the hour.

    The other counts as missed once it has waited longer than a day, not before. Left out for good, it would make the
    figure 100 %.
    """
    mail = [Condition("channel", ["email"])]
    day = timedelta(days=1)
    answered = contacts(1, 3600, channel="email")
    waiting = contacts(1, 0, "in_progress", channel="email", contact="waiting", offered_at=NOON.isoformat())
    ask = await given(centre, *answered, *waiting)
    read = []
    for passed in (timedelta(hours=1), day, day + timedelta(seconds=1)):
        # Any later contact moves the horizon of the data.
        await given(centre, *contacts(1, 1, offered_at=(NOON + passed).isoformat()))
        answer = await ask.answer("service_level(within=86400)", where=mail)  # type: ignore[attr-defined]  # see given
        read.append((answer.totals[0].values[0], answer.totals[0].n[0]))
    assert read == [(1.0, 1), (1.0, 1), (0.5, 2)]
    await given(centre, *({**row, "outcome": "handled", "wait": "90000"} for row in waiting))
    assert await ask("service_level(within=86400)", where=mail) == [0.5], "answered, but too late"
    assert await ask("abandonment_rate", where=mail) == [None], "nobody abandons a mail"


@pytest.mark.parametrize(
    ("impossible", "code"),
    [
        ({"wait": "-600"}, "negative_duration"),
        ({"talk": "-100000"}, "negative_duration"),
        ({"wait": "32000000"}, "wait_too_long"),
        ({"wait": None, "answered_at": (NOON - timedelta(days=3)).isoformat()}, "answered_before_offered"),
        ({"ended_at": (NOON - timedelta(days=3)).isoformat()}, "ended_before_offered"),
    ],
    ids=[
        "wait below zero",
        "talk below zero",
        "more than a year",
        "answered before",
        "ended before",
    ],
)
async def test_pitfall_14_impossible_durations_are_refused_and_never_averaged(
    centre: tuple[Pool, Desk], impossible: Row, code: str
):
    (good,) = contacts(1, 10, contact="good")
    bad: Row = {**good, "contact": "bad", **impossible}
    rejects: list[Reject] = []
    summary = await load(centre[0], "contacts", [good, bad], rejects=rejects.extend)
    assert (summary.loaded, summary.rejected) == (1, 1)
    assert [(reject.line, reject.code) for reject in rejects] == [(2, code)]
    assert rejects[0].reason, "a sentence says what is wrong"
    await refresh(centre[0])
    ask = await given(centre)
    assert await ask("contacts", "asa", "wait_max", "aht") == [1, 10, 10, 100]
