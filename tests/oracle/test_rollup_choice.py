"""Figures are the same whichever table answers. Each question is repeated in a form that only a finer table can answer.

A filter that lists every member of a dimension changes nothing but the table: the table must have that dimension.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from cadran.domain.access.principal import OPERATOR
from tests.oracle.comparison import agree, close, words
from tests.oracle.conftest import WorldService
from tests.oracle.goodwill import GOODWILL_SLUGS
from tests.oracle.question import OracleQuestion
from tests.oracle.world import CHANNELS, MOMENTS, REASONS, SEGMENTS

at = datetime.fromisoformat
METRICS = tuple((slug, ()) for slug in (
    "contacts", "handled", "abandoned", "qos", "asa", "aht", "wait_max", "wait", "abandonment_rate", "repeat_rate",
    "inefficiency", "overflow_rate", "transfer_rate", "cost_per_contact", "revenue", "outbound", "closed", "callbacks",
))  # fmt: skip
LEVEL = (("service_level", (("within", 20),)), ("service_level", ()), ("short_abandons", (("short", 10),)))
CASES = (("fcr", ()), ("contacts_per_case", ()), ("channels_per_case", ()), ("fcr_flagged", ()))
SURVEYS = (*((slug, ()) for slug in ("csat", "csat_mean", "nps", "survey_response_rate", "dissatisfied")),
           ("ces", (("instrument", "ces5"),)), ("csat", (("kind", "relationship"),)))  # fmt: skip
HARMLESS: dict[str, tuple[str, tuple[Any, ...], bool]] = {
    "segment": ("segment", (*SEGMENTS, None), False),
    "moment": ("moment", (*MOMENTS, None), False),
    "reason": ("reason", (*REASONS, None), False),
    "time_of_day": ("time_of_day", tuple(range(96)), False),
    "day": ("day", tuple(range(1, 32)), False),
}


async def sources(loaded: WorldService, asked: OracleQuestion) -> set[str]:
    """Return the tables that a question reads, after a check of its figures against the oracle."""
    answer = await agree(loaded.desk, loaded.truth, asked)
    return {source.name.removeprefix("rollup.") for source in answer.sources}


@pytest.mark.parametrize("by", [(), ("site",), ("channel",), ("partner", "direction")])
async def test_contacts_by_month(loaded: WorldService, by: tuple[str, ...]):
    asked = OracleQuestion((*METRICS, *LEVEL[:1]), at("2014-01-01"), at("2017-01-01"), grain="month", by=by)
    read: set[str] = set()
    for names in ((), ("segment",), ("moment",), ("segment", "moment"), ("day",), ("time_of_day",), ("reason",)):
        read |= await sources(loaded, replace(asked, where=tuple(HARMLESS[name] for name in names)))
    assert {"contact_month", "contact_month_full", "contact_usual", "contact_fact"} <= read
    assert read & {"contact_day", "contact_day_site"}


async def test_contacts_by_an_attribute(loaded: WorldService):
    asked = OracleQuestion(METRICS, at("2014-01-01"), at("2017-01-01"), grain="day", by=("campaign",))
    assert "contact_attribute_day" in await sources(loaded, asked)
    some = replace(asked, metrics=METRICS[:2], where=(("campaign", ("spring",), True),))
    assert "contact_attribute_site" in await sources(loaded, some)
    assert "contact_attribute_month" in await sources(loaded, replace(asked, grain="month"))
    assert "contact_fact" in await sources(loaded, replace(asked, where=(HARMLESS["segment"],)))
    assert "contact_fact" in await sources(loaded, replace(asked, by=("campaign", "product")))
    assert "contact_fact" in await sources(loaded, replace(asked, by=("product",)))
    answer = await agree(loaded.desk, loaded.truth, replace(asked, metrics=METRICS[:1], grain="total"))
    counts, [total] = answer.figures[0].values, answer.totals[0].values
    assert sum(value or 0 for value in counts) == total


async def test_contacts_by_quarter_hour(loaded: WorldService):
    start = datetime.combine(loaded.truth.world.centres[0], time.min)
    asked = OracleQuestion((*METRICS, *LEVEL[:1]), start, start + timedelta(days=8), grain="quarter_hour", by=("site",))
    assert "contact_quarter" in await sources(loaded, asked)
    assert "contact_fact" in await sources(loaded, replace(asked, where=(HARMLESS["segment"],)))


async def test_thresholds(loaded: WorldService):
    asked = OracleQuestion(LEVEL, at("2015-01-01"), at("2016-01-01"), grain="week", by=("segment",))
    assert "contact_day_full" in await sources(loaded, asked)
    assert "contact_fact" in await sources(loaded, replace(asked, where=(HARMLESS["reason"],)))


async def test_cases(loaded: WorldService):
    asked = OracleQuestion(CASES, at("2014-01-01"), at("2017-01-01"), grain="month", by=("channel",))
    agents = ("agent", (*loaded.truth.world.agents, None), False)
    assert "case_month" in await sources(loaded, asked)
    assert "case_day" in await sources(loaded, replace(asked, where=(HARMLESS["day"],)))
    assert "case_fact" in await sources(loaded, replace(asked, where=(agents,)))


async def test_legs(loaded: WorldService):
    metrics = tuple((slug, ()) for slug in ("aht", "aht_per_leg", "transfer_rate"))
    asked = OracleQuestion(metrics, at("2014-01-01"), at("2017-01-01"), grain="day", by=("team",))
    assert {"leg_day", "shared_leg_day"} <= await sources(loaded, asked)
    assert {"leg_fact", "shared_leg_fact"} <= await sources(loaded, replace(asked, where=(HARMLESS["segment"],)))


async def test_answers(loaded: WorldService):
    metrics = (
        ("asa", ()),
        ("handle_time", ()),
        ("first_response_time", (("hours", "open"),)),
        ("resolution_flagged", ()),
    )
    asked = OracleQuestion(metrics, at("2014-01-01"), at("2017-01-01"), grain="month", by=("team",))
    assert "answered_day" in await sources(loaded, asked)
    assert "answered_fact" in await sources(loaded, replace(asked, by=("agent", "reason")))


async def test_surveys(loaded: WorldService):
    asked = OracleQuestion(SURVEYS, at("2014-01-01"), at("2017-01-01"), grain="month", by=("channel",))
    agents = ("agent", (*loaded.truth.world.agents, None), False)
    assert "survey_month" in await sources(loaded, asked)
    assert "survey_day" in await sources(loaded, replace(asked, where=(HARMLESS["day"],)))
    for grain, by in (("day", ("site",)), ("week", ("partner",)), ("month", ()), ("total", ("weekday", "site"))):
        assert "survey_day_site" in await sources(loaded, replace(asked, grain=grain, by=by))
    assert "survey_fact" in await sources(loaded, replace(asked, where=(agents,)))


async def test_goodwill(loaded: WorldService):
    metrics = (*((slug, ()) for slug in GOODWILL_SLUGS), ("goodwill_return", (("kind", "prevention"),)))
    asked = OracleQuestion(metrics, at("2014-01-01"), at("2017-01-01"), grain="month", by=("site",))
    channels = ("channel", (*CHANNELS, None), False)
    assert "goodwill_month" in await sources(loaded, asked)
    assert "goodwill_day" in await sources(loaded, replace(asked, where=(HARMLESS["day"],)))
    assert "goodwill_fact" in await sources(loaded, replace(asked, where=(channels,)))


async def test_responses(loaded: WorldService):
    level = "service_level_open_hours"
    metrics = (("first_response_time", (("hours", "open"),)), ("next_reply_time", ()), (level, (("within", 3600),)))
    asked = OracleQuestion((*metrics, (level, ())), at("2014-01-01"), at("2017-01-01"), grain="week", by=("channel",))
    assert {"response_day", "pending_hours_fact"} <= await sources(loaded, asked)
    asked = replace(asked, metrics=metrics, grain="month")
    assert "response_month" in await sources(loaded, asked)
    assert "response_fact" in await sources(loaded, replace(asked, where=(HARMLESS["reason"],)))


async def test_a_month_is_the_sum_of_its_days_and_quarters(loaded: WorldService):
    window = (at("2015-03-01"), at("2015-04-01"))
    whole = await loaded.desk.ask(words(OracleQuestion(METRICS, *window)), OPERATOR)
    for grain in ("month", "week", "day", "hour", "quarter_hour"):
        answer = await loaded.desk.ask(words(OracleQuestion(METRICS, *window, grain=grain)), OPERATOR)
        for ours, theirs in zip(answer.totals, whole.totals, strict=True):
            assert close(ours.values[0], theirs.values[0]), ours.call


async def test_a_threshold_between_two_edges_says_so_and_stays_between_them(loaded: WorldService):
    window = (at("2015-01-01"), at("2016-01-01"))
    calls = tuple(("service_level", (("within", seconds), ("formula", "all_incoming"))) for seconds in (30, 36, 45))
    answer = await loaded.desk.ask(words(OracleQuestion(calls, *window)), OPERATOR)
    low, between, high = (column.values[0] for column in answer.figures)
    assert low is not None
    assert between is not None
    assert high is not None
    assert low <= between <= high
    assert answer.approximate
    assert "between_edges" in {notice.code for notice in answer.warnings}
    exact = await loaded.desk.ask(words(OracleQuestion(calls[:1], *window)), OPERATOR)
    assert not exact.approximate
    month = await loaded.desk.ask(words(OracleQuestion(calls, at("2015-03-01"), at("2015-04-01"))), OPERATOR)
    assert month.approximate, "what a bucket shows does not depend on the window"
    named = (("service_level", (("within", 33), ("formula", "all_incoming"))),)
    answer = await loaded.desk.ask(words(OracleQuestion(named, *window)), OPERATOR)
    assert not answer.approximate, "somebody named this threshold"
