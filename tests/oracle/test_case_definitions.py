"""Resolution and backlog by example: the pitfalls that corrupt them, the instants that stocks describe, and
refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from cadran.app import open_service
from cadran.domain.access.principal import OPERATOR
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.parts.case import RESOLVED_WITHIN
from cadran.engine.desk import Desk
from cadran.errors import QuestionRefused
from cadran.facts.load.reasons import Reject
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.defaults import load
from tests.oracle.loader import put
from tests.refs import refs

Row = dict[str, Any]
NOON = datetime.fromisoformat("2015-12-01T12:00:00+01:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STOCKS = ("backlog", "backlog_age", "oldest_open", "days_to_clear")


def case(number: str, opened: timedelta, resolved: timedelta | None = None, **more: Any) -> Row:
    """Return a case of Pau. ``opened`` and ``resolved`` are offsets from noon of 1 December 2015."""
    at = {name: None if value is None else NOON + value for name, value in (("opened", opened), ("resolved", resolved))}
    return {"case": number, "site": "PAU", "opened_at": at["opened"], "resolved_at": at["resolved"], **more}


def again(number: str, reopened: timedelta, resolved: timedelta | None = None) -> Row:
    """Return the first reopening of a case. Times are offsets from noon of 1 December 2015."""
    ended = None if resolved is None else NOON + resolved
    return {"case": number, "reopening": 1, "reopened_at": NOON + reopened, "resolved_at": ended}


class Centre:
    """A service over one site in the time zone of Paris."""

    def __init__(self, pool: Pool, desk: Desk) -> None:
        self.pool = pool
        self._desk = desk

    async def given(self, cases: list[Row], reopenings: list[Row] | None = None) -> None:
        await put(self.pool, "cases", cases)
        await put(self.pool, "reopenings", reopenings or [])
        await refresh(self.pool)

    async def answer(self, *metrics: str, **more: Any) -> Answer:
        asked = {"period": "2015-12"} if "start" not in more else {}
        return await self._desk.ask(Ask(metrics=refs(*metrics), **(asked | more)), OPERATOR)

    async def ask(self, *metrics: str, **more: Any) -> list[float | None]:
        return [column.values[0] for column in (await self.answer(*metrics, **more)).totals]


@pytest.fixture
async def centre(empty: str, writing: Pool) -> AsyncIterator[Centre]:
    await put(writing, "sites", [{"site": "PAU", "zone": "Europe/Paris"}])
    async with open_service(Settings(database_url=empty), cache=False) as service:
        yield Centre(writing, service.desk)


async def test_pitfall_14_what_was_resolved_before_it_was_opened_is_refused_with_a_reason(centre: Centre):
    """Check that such cases are rejected, because they would make the resolution time negative. A case whose first
    reply follows its first solution is a fact: a help desk may solve silently, and write afterwards."""
    good = case("1", -3 * HOUR, HOUR, answered_at=NOON)
    bad = [case("2", -3 * HOUR, -HOUR, answered_at=NOON), case("3", HOUR, -HOUR)]
    refused: list[Reject] = []
    texts = [{name: None if value is None else str(value) for name, value in row.items()} for row in (good, *bad)]
    summary = await load(centre.pool, "cases", texts, rejects=refused.extend)
    await refresh(centre.pool)
    assert (summary.loaded, summary.rejected) == (2, 1)
    assert {reject.code for reject in refused} == {"resolved_before_opened"}
    assert all("is before" in reject.reason for reject in refused)
    assert await centre.ask("resolution_time") == [3 * 3600]


async def test_pitfall_15_a_bots_quick_resolution_does_not_shorten_what_it_did_not_solve(centre: Centre):
    """Check a case that a bot resolves within a minute, which is reopened and resolved for good two days later. It
    counts once, with two days."""
    minute = timedelta(minutes=1)
    await centre.given([case("1", 0 * DAY, minute), case("2", 0 * DAY, 4 * HOUR)], [again("1", HOUR, 2 * DAY)])
    day = await centre.answer("resolution_time", grain="day")
    assert list(day.figures[0].values) == [4 * 3600, 2 * 86400]
    assert list(day.figures[0].n) == [1, 1]
    assert day.totals[0].values == [(4 * 3600 + 2 * 86400) / 2], "days add up to the month"


async def test_pitfall_12_a_case_is_resolved_in_the_hours_that_somebody_could_work_on_it(centre: Centre):
    """Check a case opened on Friday and resolved on Tuesday: nights, the weekend and the holiday do not count."""
    week = [{"site": "PAU", "weekday": day, "opens": "08:00", "closes": "18:00"} for day in range(1, 6)]
    await put(centre.pool, "moments", [{"moment": "complain", "complaint": True}])
    await centre.given([case("1", 3 * DAY, 7 * DAY + HOUR, moment="complain"), case("2", 0 * DAY, HOUR)])
    while await centre.ask("complaint_resolution_time") == [None]:
        pass  # The notification of the directory's new version arrives a moment later.
    times = ("resolution_time", "resolution_time(hours=open)", "complaint_resolution_time(hours=open)")
    answer = await centre.answer(*times)
    assert [column.values[0] for column in answer.totals] == [(4 * 24 + 2) / 2 * 3600, None, None]
    assert [notice.code for notice in answer.warnings] == ["without_calendar"], "nobody told when Pau is open"
    await put(centre.pool, "openings", week)
    await put(centre.pool, "closings", [{"site": "PAU", "day": "2015-12-07"}])
    await refresh(centre.pool)
    assert await centre.ask(*times) == [49 * 3600, (6 + 5 + 1) / 2 * 3600, (6 + 5) * 3600]
    await put(centre.pool, "closings", [{"site": "PAU", "day": "2015-12-07", "withdrawn": True}])
    await refresh(centre.pool)
    assert await centre.ask(*times[2:]) == [(6 + 10 + 5) * 3600], "a holiday taken back restates what was resolved"


async def test_a_resolution_that_is_undone_counts_nowhere_else(centre: Centre):
    await centre.given([case("1", 0 * DAY, HOUR)])
    assert await centre.ask("resolution_time", "backlog") == [3600, 0]
    await centre.given([case("1", 0 * DAY, HOUR)], [again("1", 2 * HOUR)])
    assert await centre.ask("resolution_time", "backlog") == [None, 1]


async def test_pitfall_8_rates_of_cases_are_read_when_they_are_mature(centre: Centre):
    """Check that recent cases are left out. Those opened yesterday would look unresolved, those resolved yesterday
    never reopened."""
    cases = [case("1", 0 * DAY, HOUR), case("2", HOUR), case("3", HOUR, 2 * HOUR), case("4", 3 * HOUR, 5 * HOUR)]
    await centre.given(cases, [again("1", DAY), again("3", DAY, DAY)])
    assert await centre.ask("resolution_rate", "reopen_rate") == [None, None]
    await centre.given([case("late", 7 * DAY + 4 * HOUR, None)])
    assert await centre.ask("resolution_rate", "reopen_rate") == [2 / 4, 2 / 2], "the fourth was resolved too late"
    assert await centre.ask("resolution_rate", "reopen_rate", period="2015-12-08") == [None, None]


async def test_contacts_per_resolution_and_the_share_it_speaks_of(centre: Centre):
    contact = {"site": "PAU", "channel": "phone", "outcome": "handled", "wait": 3, "offered_at": NOON - HOUR}
    lost = {**contact, "outcome": "abandoned"}
    numbers = [{**contact, "contact": "1", "case": "1"}, {**contact, "contact": "2", "case": "1"}]
    await put(centre.pool, "contacts", [*numbers, {**lost, "contact": "3", "case": "1"}, {**contact, "contact": "4"}])
    await centre.given([case("1", 0 * DAY, HOUR), case("2", 0 * DAY, HOUR), case("3", 0 * DAY)])
    answer = await centre.answer("contacts_per_resolution", "contacts_per_resolution(count=attempts)")
    assert [column.values[0] for column in answer.totals] == [2, 3]
    (notice,) = {each for each in answer.warnings if each.code == "coverage"}
    assert "50.0% of the resolved cases" in notice.detail.en


async def test_the_backlog_stands_at_the_end_of_each_day_and_at_the_horizon(centre: Centre):
    """Check the backlog: opened and reopened cases less resolved or closed ones.

    A reopened case keeps its age. Days after the end of the data have no row.
    """
    closed = case("3", DAY, closed_at=NOON + 3 * DAY)
    await centre.given([case("1", -DAY, HOUR), case("2", 0 * DAY, DAY), closed], [again("1", 2 * DAY)])
    answer = await centre.answer(*STOCKS, grain="day", start="2015-12-01", end="2015-12-31")
    assert [str(start)[8:10] for start in answer.keys[0].values] == ["01", "02", "03", "04"]
    values = [list(column.values) for column in answer.figures]
    assert values[0] == [1, 1, 2, 1]
    assert values[2] == [43200, 43200, 86400 * 3.5, 86400 * 4], "the last day is told at its last event, at noon"
    assert values[1] == [43200, 43200, 86400 * (3.5 + 1.5) / 2, 86400 * 4]
    assert values[3] == [7.0, 3.5, 7.0, 3.5], "cleared in the seven days before: one, two, two, two"
    assert [column.values[0] for column in answer.totals] == [1, 86400 * 4, 86400 * 4, 3.5]


async def test_a_day_of_25_hours_ends_an_hour_later(centre: Centre):
    opened = datetime.fromisoformat("2015-10-24T23:00:00+02:00")
    row = {"case": "1", "site": "PAU", "opened_at": opened, "resolved_at": None}
    await centre.given([row, case("2", 0 * DAY)])
    answer = await centre.answer("oldest_open", grain="day", start="2015-10-24", end="2015-10-26")
    assert list(answer.figures[0].values) == [3600, 26 * 3600]


async def test_a_quiet_day_has_the_backlog_of_the_day_before(centre: Centre):
    await centre.given([case("1", 0 * DAY), case("2", 6 * DAY)])
    answer = await centre.answer("backlog", "contacts", grain="day", start="2015-12-01", end="2015-12-05", fill=True)
    assert list(answer.figures[0].values) == [1, 1, 1, 1]
    assert list(answer.figures[1].values) == [0, 0, 0, 0]
    before = await centre.answer("backlog", grain="day", start="2015-11-29", end="2015-12-03", fill=True)
    assert list(before.figures[0].values) == [None, None, 1, 1], "undefined where no case was ever known"


@pytest.mark.parametrize("dimension", ["weekday", "time_of_day", "outcome", "direction"])
async def test_a_stock_stands_at_no_hour_and_no_weekday(centre: Centre, dimension: str):
    with pytest.raises(QuestionRefused, match=f"backlog cannot be split by {dimension}") as caught:
        await centre.ask("backlog", by=(dimension,))
    assert "team" in caught.value.suggestions


async def test_without_cases_from_a_source_nothing_is_made_up(centre: Centre):
    """Check that metrics of cases are undefined. Cases inferred from contacts would all count as resolved."""
    row = {"site": "PAU", "channel": "phone", "outcome": "handled", "wait": 3, "customer": "a", "offered_at": NOON}
    later = {**row, "contact": "2", "customer": "b", "offered_at": NOON + 8 * DAY}
    await put(centre.pool, "contacts", [{**row, "contact": "1"}, later])
    await refresh(centre.pool)
    answer = await centre.answer("fcr", "resolution_rate", "resolution_time", *STOCKS)
    assert [column.values[0] for column in answer.totals] == [1.0, None, None, None, None, None, None]
    (notice,) = [each for each in answer.warnings if each.code == "no_given_cases"]
    assert "--as cases" in notice.detail.en
    assert "fcr" not in notice.detail.en
    assert "resolution_rate" in notice.detail.en


async def test_first_answers_statuses_and_resolutions_in_time(centre: Centre):
    """Check a case answered after an hour and resolved after five, one resolved, reopened and open again, one closed
    without a resolution, and one opened three hours before the end of the data."""
    await centre.given(
        [
            case("1", timedelta(0), 5 * HOUR, answered_at=NOON + HOUR),
            case("2", HOUR, 2 * HOUR, answered_at=NOON + 4 * HOUR),
            case("3", 2 * HOUR, closed_at=NOON + 3 * HOUR),
            case("4", 2 * DAY),
        ],
        [again("2", 2 * DAY + 3 * HOUR)],
    )
    statuses = [f"cases_opened(status={status})" for status in ("any", "open", "resolved", "closed")]
    assert await centre.ask(*statuses) == [4, 2, 1, 1]
    # One hour and three: a first answer may follow a resolution.
    assert await centre.ask("case_first_response_time") == [2 * 3600]
    widths = ("four_hours", "eight_hours", "one_day", "three_days")
    found = await centre.answer(*(f"resolved_within(within={width})" for width in widths))
    # The last case is too young for four hours, and all are for three days.
    assert [(each.numerators[0], each.denominators[0]) for each in found.totals] == [(0, 3), (1, 3), (1, 3), (0, 0)]
    await centre.given([case("5", 5 * DAY)])
    found = await centre.answer("resolved_within(within=three_days)")
    assert (found.totals[0].numerators[0], found.totals[0].denominators[0]) == (1, 4)
    await centre.given([], [again("2", 2 * DAY + 3 * HOUR, 6 * DAY)])
    assert await centre.ask(*statuses) == [5, 2, 2, 1]
    assert await centre.ask("resolved_within(within=one_day)") == [1 / 5]


async def test_the_database_knows_the_ages_that_figures_judge(centre: Centre):
    widths = await centre.pool.fetch("SELECT age FROM unnest(case_ages()) AS a (age)")
    known = await centre.pool.fetch(
        "SELECT width::interval AS age FROM unnest($1::text[]) AS w (width)", [[*RESOLVED_WITHIN.values()]]
    )
    assert [row["age"] for row in widths] == [row["age"] for row in known]
