"""Surveys of the demonstration: who is asked, how often, how many reply, and that satisfaction falls through 2015."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import httpx
import pytest

from cadran.demo.customers import Population
from cadran.demo.days import day_number, local_day
from cadran.demo.recent import Weeks
from cadran.demo.surveys.asking import rows
from cadran.demo.surveys.further import further_questions
from cadran.demo.surveys.surveying import SurveyGenerator
from cadran.demo.world import Row
from cadran.facts.schema.schema import KINDS, list_columns
from tests.demo.conftest import NOW, SEED

Tables = dict[str, list[Row]]


def recent_at(now: datetime) -> dict[str, Row]:
    today, until = local_day(now), int(now.timestamp())
    population = Population(SEED, today)
    asked, clock = SurveyGenerator(SEED, population).of_weeks(Weeks(SEED, population, today))
    return {str(row["survey"]): row for row in rows([*asked, *further_questions(SEED, asked)], clock, until)}


def share(rows: Iterable[Row]) -> float:
    found = list(rows)
    return sum(row["score"] is not None for row in found) / len(found)


async def answers(client: httpx.AsyncClient, **asked: str) -> list[dict[str, float | None]]:
    answer = (
        await client.get("/v1/indicators", params=({} if "start" in asked else {"period": "2015"}) | asked)
    ).json()
    assert "rows" in answer, answer
    found: list[dict[str, float | None]] = answer["rows"]
    return found


def test_rows_keep_the_contract(story: Tables) -> None:
    assert set(story["surveys"][0]) <= set(list_columns("surveys"))
    for row in story["surveys"][::11]:
        KINDS["surveys"].model_validate(row)
    assert len({row["survey"] for row in story["surveys"]}) == len(story["surveys"])
    scales = {row["instrument"]: (float(str(row["low"])), float(str(row["high"]))) for row in story["instruments"]}
    contacts = {row["contact"]: row for row in story["contacts"]}
    used = set()
    for row in story["surveys"]:
        low, high = scales[row["instrument"]]
        used.add(row["instrument"])
        assert row["score"] is None or low <= float(row["score"]) <= high
        assert (row["contact"] is None) == (row["hot"] == "false") == (row["site"] is not None)
        assert row["contact"] is None or str(contacts[row["contact"]]["offered_at"]) < str(row["sent_at"])
        assert datetime.fromisoformat(str(row["answered_at"] or row["sent_at"])) <= NOW
    assert used == set(scales)


def test_customers_are_left_in_peace_for_ninety_days_but_for_a_few(story: Tables) -> None:
    customers = {row["contact"]: row["customer"] for row in story["contacts"]}
    asked: dict[str, set[datetime]] = defaultdict(set)
    for row in story["surveys"]:
        customer = row["customer"] or customers.get(row["contact"])
        if customer:
            asked[customer].add(datetime.fromisoformat(str(row["sent_at"])))
    times = [sorted(found) for found in asked.values()]
    too_soon = sum(b - a < timedelta(days=90) for found in times for a, b in pairwise(found))
    assert 0 < too_soon < 0.02 * sum(map(len, times))


def test_the_lost_and_those_who_waited_reply_less_often(story: Tables) -> None:
    contacts = {row["contact"]: row for row in story["contacts"]}
    hot = [(row, contacts[row["contact"]]) for row in story["surveys"] if row["contact"]]

    def rate(wanted: Callable[[Row], bool]) -> float:
        return share(row for row, contact in hot if wanted(contact))

    def waited(contact: Row, shortest: int, longest: int) -> bool:
        served = contact["channel"] == "phone" and contact["outcome"] == "handled"
        return served and shortest <= int(contact["wait"] or 0) < longest

    handled = rate(lambda contact: contact["outcome"] == "handled")
    lost = rate(lambda contact: contact["outcome"] == "abandoned")
    assert 0.15 < handled < 0.30
    assert 0.03 < lost < 0.7 * handled
    assert rate(lambda contact: waited(contact, 0, 30)) > rate(lambda contact: waited(contact, 180, 7200)) + 0.03
    cold = [row for row in story["surveys"] if row["customer"]]
    assert 0.15 < share(cold) < 0.30


def test_further_questions_are_sent_and_answered_with_the_first(story: Tables) -> None:
    hot = {(str(row["contact"]), str(row["instrument"])): row for row in story["surveys"] if row["contact"]}
    further = [row for row in hot.values() if row["instrument"] == "nps" or str(row["instrument"]).startswith("cxi")]
    for row in further:
        first = hot[str(row["contact"]), "csat"]
        assert all(row[name] == first[name] for name in ("sent_by", "sent_at", "answered_at"))
        assert row["verbatim"] is None
    answered = Counter((row["instrument"], str(row["sent_at"])[:4]) for row in further if row["score"])
    for instrument in ("nps", "cxi_success", "cxi_ease", "cxi_pleasure"):
        assert answered[instrument, "2015"] > 200
        assert answered[instrument, "2026"] > 50
    cxi = {str(row["contact"]) for row in further if row["instrument"] != "nps"}
    assert all((contact, name) in hot for contact in cxi for name in ("cxi_success", "cxi_ease", "cxi_pleasure"))
    firsts = [row for row in hot.values() if row["instrument"] in ("csat", "ces", "fcr_declared")]
    assert abs(share(firsts) - share(hot.values())) < 0.005


def test_the_same_seed_asks_the_same_on_another_day() -> None:
    before, after = recent_at(NOW), recent_at(NOW + timedelta(days=9, hours=5))
    first = (NOW - timedelta(days=40)).isoformat()
    kept = [row for row in before.values() if str(row["sent_at"]) > first]
    assert len(kept) > 1_000
    for row in kept:
        later = after[str(row["survey"])]
        assert later["sent_at"] == row["sent_at"]
        # A customer who answered may be called back later.
        known = {name: value for name, value in row.items() if name != "called_back_at" or value is not None}
        assert row["answered_at"] is None or known.items() <= later.items()


def test_just_after_the_story_there_are_no_waves_yet() -> None:
    found = recent_at(datetime(2016, 1, 20, 11, 0, tzinfo=UTC))
    assert found
    assert all(row["contact"] for row in found.values())


def test_clusters_can_be_found_in_satisfaction_potential_and_cost() -> None:
    population = Population(SEED, day_number(date(2026, 11, 20)))
    kinds: dict[int, list[int]] = defaultdict(list)
    for customer in range(1, len(population) + 1):
        kinds[population.traits[customer].cluster].append(customer)
    perfect = kinds[0]
    assert sum(population.segment[customer] == 0 for customer in perfect) > 0.6 * len(perfect)
    assert all(len(found) > 0.05 * len(population) for found in kinds.values())


@pytest.mark.slow
async def test_satisfaction_falls_month_by_month(demo_client: httpx.AsyncClient) -> None:
    rows = await answers(demo_client, metrics="csat,survey_response_rate", grain="month")
    levels = [float(row["csat"] or 0) for row in rows]
    assert len(levels) == 12
    assert all(later < before for before, later in pairwise(levels)), levels
    assert (round(levels[0], 2), round(levels[-1], 2)) == (0.78, 0.6)
    assert all(0.15 < float(row["survey_response_rate"] or 0) < 0.3 for row in rows)


@pytest.mark.slow
async def test_nps_and_cxi_have_answers_in_2015_and_in_the_recent_weeks(demo_client: httpx.AsyncClient) -> None:
    for asked in ({}, {"start": "2026-02-01", "end": "2026-03-01"}):
        (found,) = await answers(demo_client, metrics="nps,cxi", **asked)
        assert -40 < float(found["nps"] or 0) < 20
        assert 20 < float(found["cxi"] or 0) < 80


@pytest.mark.slow
async def test_hot_and_cold_are_two_figures_and_pau_is_behind(demo_client: httpx.AsyncClient) -> None:
    (found,) = await answers(demo_client, metrics="csat,csat(kind=relationship),nps(kind=relationship)")
    hot, cold, nps = (float(found[name] or 0) for name in ("csat", "csat(kind=relationship)", "nps(kind=relationship)"))
    assert abs(hot - cold) > 0.05
    assert -40 < nps < 0
    sites = {str(row["site"]): float(row["csat"] or 0) for row in await answers(demo_client, metrics="csat", by="site")}
    assert min(sites, key=sites.__getitem__) == "PAU"
