"""Random contracts, settled by the service and by plain Python: both give the same sums, windows and amounts."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from cadran.app import Service
from cadran.contracts.model.contract import clip_period
from cadran.contracts.model.form import build_contract, read_form
from cadran.contracts.settlement.settlement import Settlement, settle
from tests.contracts.contact_centre import Contact, contract
from tests.contracts.expected_settlement import settled
from tests.length import choose

MONTHS = ((date(2015, 10, 1), date(2015, 11, 1)), (date(2015, 11, 1), date(2015, 12, 1)))
UNITS = ("quarter_hour", "half_hour", "hour", "day", "day", "week", "month")


def terms(random: Random) -> list[dict[str, Any]]:
    """Return two or three random terms with random rules."""
    found = []
    for number in range(random.randint(2, 3)):
        metric, target = random.choice(
            [
                (f"service_level(within={random.choice((10, 20, 33, 47, 60))})", round(random.uniform(0.3, 0.9), 3)),
                ("abandonment_rate", round(random.uniform(0.1, 0.3), 3)),
                ("aht", random.randint(700, 1100)),
            ]
        )
        term: dict[str, Any] = {
            "term": f"t{number}", "metric": metric, "target": target, "window": random.choice(UNITS),
            "rules": [rule(random, metric, target) for _ in range(random.randrange(4))],
        }  # fmt: skip
        if random.random() < 0.5:
            term["channels"] = [random.choice(("phone", "chat"))]
        if random.random() < 0.3:
            term["cap"] = random.randint(1, 500)
        found.append(term)
    return found


def rule(random: Random, metric: str, target: float) -> dict[str, Any]:
    amount = random.randint(1, 100_000) / 100
    kind = random.choice(("missed_window", "point", "step", "bonus"))
    higher = metric.startswith("service_level")
    step = random.choice((0.01, 0.05, 0.1)) if metric != "aht" else random.randint(1, 100)
    if kind == "point":
        return {"rule": kind, "amount": amount, "counted": random.choice(("started", "whole", "exact"))}
    if kind == "step":
        return {"rule": kind, "amount": amount, "worse_than": round(target - step if higher else target + step, 3)}
    if kind == "bonus":
        bound = round(target + step if higher else target - step, 3)
        return {"rule": kind, "amount": amount, "at_least": min(1.0, bound) if metric != "aht" else bound}
    return {"rule": kind, "amount": amount}


def agreement(random: Random, first: date) -> dict[str, Any]:
    """Return a random contract: hours, sites, zone, force majeure and expected volumes."""
    hours = random.choice(
        [
            "always",
            "calendar",
            [{"weekdays": [1, 2, 3, 4, 5, 7], "opens": "01:30", "closes": "12:15"},
             {"weekdays": [2, 6], "opens": "13:00", "closes": "00:00"}],
        ]
    )  # fmt: skip
    found = contract(terms=terms(random), hours=hours, sites=random.choice([["AIX"], ["AIX", "BREST"]]))
    found["zone"] = random.choice(("Europe/Paris", "Europe/Paris", "Asia/Kolkata", "America/New_York"))
    if random.random() < 0.5:
        start = datetime.combine(first, time(random.randrange(24), 15)) + timedelta(days=random.randrange(27))
        end = start + timedelta(minutes=15 * random.randint(1, 300))
        found["force_majeure"] = [
            {
                "start": start.isoformat(timespec="minutes"),
                "end": end.isoformat(timespec="minutes"),
                "reason_en": "flood",
            }
        ]
    if random.random() < 0.5:
        unit = random.choice(("half_hour", "hour", "day"))
        days = [datetime.combine(first, time.min) + timedelta(days=day) for day in range(28)]
        starts = days if unit == "day" else [day + timedelta(hours=random.randrange(24)) for day in days]
        if unit != "day":
            # The hour that occurs twice would make one forecast ambiguous, so no forecast starts near it.
            starts = [each for each in starts if each.hour not in (1, 2, 3)]
        expected = {each.isoformat(): random.randrange(1, 40 if unit == "day" else 3) for each in starts}
        found["volumes"] = {"window": unit, "above_percent": random.choice((0, 10, 12.5)), "expected": expected}
    return found


@pytest.mark.parametrize("seed", range(choose(12, long=96)))
async def test_settlements_agree_with_the_oracle(
    centre: Service, all_contacts: list[Contact], as_of: datetime, seed: int
):
    random = Random(seed)
    first, end = MONTHS[seed % 2]
    told = agreement(random, first)
    asked = build_contract(read_form(json.dumps(told)), 1)
    found = await settle(centre.contracts.figures, asked, clip_period(asked, first, end))
    agree(found, settled(told, all_contacts, first, end, as_of))
    assert found.as_of == as_of.replace(microsecond=0)


def agree(found: Settlement, truth: dict[str, Any]) -> None:
    for each in found.terms:
        expected = truth[each.term.code]
        sums = each.attainment.sums
        assert (Fraction(sums.numerator), Fraction(sums.denominator)) == (expected.numerator, expected.denominator)
        windows = [(one.start, one.end, one.state) for one in each.attainment.windows]
        assert windows == [(one.start, one.end, one.state) for one in expected.windows]
        assert [Fraction(one.sums.numerator) for one in each.attainment.windows] == [
            one.numerator for one in expected.windows
        ]
        assert each.due == expected.amount
        assert all(line.amount == line.amount.quantize(Decimal("0.01")) for line in each.lines)
    assert found.due == sum((each.amount for each in truth.values()), Decimal(0))
