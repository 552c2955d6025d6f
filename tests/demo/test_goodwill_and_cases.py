"""Goodwill gestures, promises to call back, and cases of the demonstration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from random import Random

import pytest

from cadran.demo.contacts.cases import Contact
from cadran.demo.customers import Population, customer_code
from cadran.demo.days import WallClock, day_number
from cadran.demo.dossiers import case_rows, make_cases, reopening_rows
from cadran.demo.goodwill import GoodwillPayment, draw_payments, settle
from cadran.demo.promises import promises
from cadran.demo.rows import Rows
from cadran.demo.year import YEAR_FIRST, YEAR_LAST

EVER = 1_463_000_000


@pytest.fixture(scope="module")
def rows(population: Population, clock: WallClock) -> Rows:
    return Rows(Random(1), population, clock, "S")


@pytest.fixture(scope="module")
def given(settled: list[Contact], population: Population, rows: Rows) -> list[GoodwillPayment]:
    year = [contact for contact in settled if YEAR_FIRST <= contact.day <= YEAR_LAST]
    found = list(draw_payments(Random(2), year, population, rows))
    settle(found)
    return found


def test_a_euro_given_returns_two_and_forty_six_cents(given: list[GoodwillPayment]) -> None:
    cost = sum(gesture.cost for gesture in given)
    assert len(given) > 1_000
    assert round(sum(gesture.revenue or 0 for gesture in given) / cost, 4) == 2.46
    assert sum(gesture.cost < 50_00 for gesture in given) > 0.9 * len(given)
    assert all(gesture.revenue is not None and gesture.revenue >= 0 for gesture in given)


def test_whoever_was_given_something_stays(given: list[GoodwillPayment], population: Population) -> None:
    def leave(customers: Iterable[int]) -> float:
        found = set(customers)
        return sum(YEAR_FIRST <= population.left[customer] <= YEAR_LAST for customer in found) / len(found)

    assert leave(gesture.customer for gesture in given) < 0.5 * leave(range(1, 120_001))


def test_whoever_leaves_takes_two_years_of_thirty_euros_along(population: Population) -> None:
    leavers = {
        customer_code(customer)
        for customer in range(1, len(population) + 1)
        if YEAR_FIRST <= population.left[customer] <= YEAR_LAST
    }
    values: dict[str, float] = {}
    for row in population.rows():
        if row["customer"] in leavers:
            values[str(row["customer"])] = float(str(row["lifetime_value"]))
    assert abs(sum(values.values()) / len(values) - 24 * 30) < 40


def test_most_promises_are_kept(settled: list[Contact], rows: Rows, clock: WallClock) -> None:
    found = list(promises(Random(3), settled, rows, clock, EVER))
    kept = Counter(row["reached"] for row in found)
    assert kept["true"] > 0.75 * len(found)
    assert kept[None] > 0.03 * len(found)
    for row in found:
        promised, due = (datetime.fromisoformat(str(row[name])) for name in ("promised_at", "due_at"))
        assert promised < due
        assert row["made_at"] is None or datetime.fromisoformat(row["made_at"]) > promised


def test_cases_follow_in_time_and_pau_falls_behind(settled: list[Contact], rows: Rows, clock: WallClock) -> None:
    found = make_cases(Random(4), settled, rows)
    told, again = list(case_rows(found, clock, EVER)), list(reopening_rows(found, clock, EVER))
    assert len({row["case"] for row in told}) == len(told)
    assert 0.05 < len(again) / len(told) < 0.25
    for row in told:
        times = [row[name] for name in ("opened_at", "answered_at", "resolved_at", "closed_at")]
        known = [datetime.fromisoformat(each) for each in times if each is not None]
        assert len(known) >= 3
        assert known == sorted(known)
    for dossier in found:
        assert all(
            before.resolved <= after.begun for before, after in zip(dossier.runs, dossier.runs[1:], strict=False)
        )

    def backlog(day: date, site: int) -> int:
        instant = day_number(day) * 86_400
        mine = (dossier for dossier in found if dossier.contacts[0].site == site)
        return sum(run.begun <= instant < run.resolved for dossier in mine for run in dossier.runs)

    assert backlog(date(2015, 12, 31), 0) > 2.5 * backlog(date(2015, 8, 31), 0)
    assert backlog(date(2015, 12, 31), 1) < 2.5 * backlog(date(2015, 8, 31), 1)
    assert not any(backlog(date(2016, 3, 1), site) for site in range(4))


def test_some_cases_are_dropped_most_of_them_in_pau(settled: list[Contact], rows: Rows) -> None:
    found = make_cases(Random(4), settled, rows)

    def dropped(*sites: int) -> float:
        mine = [dossier for dossier in found if dossier.contacts[0].site in sites]
        return sum(dossier.runs[-1].dropped for dossier in mine) / len(mine)

    assert 0.08 < dropped(0) < 0.15
    assert 0.02 < dropped(1, 2, 3) < 0.06
