"""The demonstration data, counted by the definitions, give the two headline rows of the dashboard."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cadran.demo.story import tables
from cadran.demo.world import Row
from tests.demo.conftest import NOW, SEED
from tests.demo.expected_figures import WINDOW, Figures, cases_of, figures, native
from tests.length import IS_LONG

Tables = dict[str, list[Row]]


def slice_figures(story: Tables, first: date, end: date, moment: str | None = None) -> Figures:
    horizon = datetime.fromisoformat(str(story["contacts"][-1]["offered_at"]))
    # Contacts long after the slice do not affect its figures.
    rows = [native(row) for row in story["contacts"] if str(row["offered_at"]) < f"{end + timedelta(days=60)}"]
    per_minute = {row["channel"]: float(row["per_minute"] or 0) for row in story["tariffs"]}

    def inside(row: dict[str, Any]) -> bool:
        # ISO dates sort like text. Every site is in the zone whose offset the times have.
        return first.isoformat() <= row["offered_at"][:10] < end.isoformat() and moment in (None, row["moment"])

    def cost(row: dict[str, Any]) -> float:
        if row["cost"] is not None or row["outcome"] != "handled":
            return float(row["cost"] or 0)
        return float(per_minute[row["channel"]] * (row["talk"] + row["hold"] + row["acw"]) / 60)

    cases = [
        case
        for case in cases_of(rows)
        if inside(case[0]) and datetime.fromisoformat(case[0]["offered_at"]) + WINDOW <= horizon
    ]
    base = {
        str(row["customer"])
        for row in story["customers"]
        if str(row["joined_on"]) < end.isoformat()
        and (row["churned_on"] is None or row["churned_on"] >= first.isoformat())
    }
    budget = sum(float(row["amount"] or 0) for row in story["budgets"] if str(row["month"]).startswith("2015-"))
    return figures(filter(inside, rows), cases, base, cost, budget)


def printed(found: Figures) -> tuple[str, ...]:
    def share(value: float) -> str:
        return f"{100 * value:.0f}%"

    seconds = round(found.aht)
    aht = f"{seconds // 60}:{seconds % 60:02d}"
    return (
        share(found.customers),
        f"{found.contacts:,}",
        share(found.by_phone),
        share(found.fcr),
        share(found.qos),
        aht,
        share(found.budget),
    )


YEAR = ("39%", "148,835", "21%", "28%", "92%", "5:16", "57%")
COMPLAINTS = ("0%", "847", "23%", "49%", "94%", "4:26", "1%")


def headlines(story: Tables) -> tuple[Figures, Figures]:
    year = slice_figures(story, date(2015, 1, 1), date(2016, 1, 1))
    complaints = {**story, "contacts": [row for row in story["contacts"] if row["moment"] == "complaint"]}
    return year, slice_figures(complaints, date(2015, 12, 1), date(2016, 1, 1), "complaint")


def test_the_rows_print_the_dashboard(story: Tables) -> None:
    year, complaints = headlines(story)
    assert printed(year) == YEAR, year
    assert printed(complaints) == COMPLAINTS, complaints


if IS_LONG:

    @pytest.mark.parametrize("seed", [SEED + 1, SEED + 2])
    def test_other_seeds_print_it_too(seed: int) -> None:
        year, complaints = headlines({kind: list(rows) for kind, rows in tables(seed, NOW)})
        assert (printed(year), printed(complaints)) == (YEAR, COMPLAINTS), (year, complaints)
