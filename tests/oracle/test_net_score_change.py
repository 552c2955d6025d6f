"""Why a net score changed: a difference of two shares over one denominator has rate and mix effects like any ratio."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, timedelta
from fractions import Fraction

import pytest

from cadran.domain.access.principal import OPERATOR
from cadran.domain.ask import Ask
from cadran.insights.change import check, explain_change
from tests.oracle.conftest import WorldService
from tests.refs import refs

Window = tuple[date, date]


def halves(loaded: WorldService) -> tuple[Window, Window]:
    """Return two windows: the days with surveys, cut in the middle."""
    days = sorted(row["offered_at"].date() for row in loaded.truth.surveys)
    middle = days[len(days) // 2]
    return (days[0] - timedelta(days=2), middle), (middle, days[-1] + timedelta(days=2))


def scores(loaded: WorldService, window: Window) -> dict[str, tuple[int, int]]:
    """Return promoters less detractors, and the number of answers, by channel. Days are in UTC, as in the test's
    question."""
    net: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    for row in loaded.truth.surveys:
        if row["instrument"] == "NPS" and row["hot"] and row["score"] is not None and row["offered_at"]:
            day = row["offered_at"].astimezone(UTC).date()
            if window[0] <= day < window[1]:
                net[row["channel"]] += (row["score"] >= 9) - (row["score"] <= 6)
                answered[row["channel"]] += 1
    return {channel: (net[channel], count) for channel, count in answered.items()}


async def test_the_parts_of_a_net_score_sum_to_its_change(loaded: WorldService):
    windows = halves(loaded)
    asks = [
        Ask(refs("nps"), start=start.isoformat(), end=end.isoformat(), zone="UTC", by=("channel",))
        for start, end in windows
    ]
    check(asks[0])
    before, now = [await loaded.desk.ask(ask, OPERATOR) for ask in asks]
    found = explain_change(before, now)
    assert len(found.effects) > 1
    r0, r1 = (each.rate for each in (found.total.before, found.total.now))
    assert r0 is not None
    assert r1 is not None
    assert sum(((each.rate or 0) + (each.mix or 0) for each in found.effects), Fraction(0)) == r1 - r0
    told, sums = found.columns(), found.sums()
    value, previous = (answer.totals[0].values[0] for answer in (now, before))
    assert value is not None
    assert previous is not None
    assert (sums["value"], sums["contribution"]) == pytest.approx((value, value - previous))
    truth = [scores(loaded, window) for window in windows]
    wholes = [[sum(each[place] for each in counted.values()) for place in (0, 1)] for counted in truth]
    mean = sum(Fraction(net, answers) for net, answers in wholes) / 2
    for row, channel in enumerate(found.answer.keys[0].values):
        (n0, d0), (n1, d1) = (counted.get(str(channel), (0, 0)) for counted in truth)
        assert [told[name][row] for name in ("previous_numerator", "previous_denominator")] == [n0, d0]
        assert [told[name][row] for name in ("numerator", "denominator")] == [n1, d1]
        w0, w1 = Fraction(d0, wholes[0][1]), Fraction(d1, wholes[1][1])
        rate = (Fraction(n1, d1) - Fraction(n0, d0)) * (w0 + w1) / 2 if d0 and d1 else Fraction(0)
        whole = Fraction(n1, wholes[1][1]) - Fraction(n0, wholes[0][1]) - mean * (w1 - w0)
        assert told["rate"][row] == pytest.approx(float(100 * rate))
        assert told["contribution"][row] == pytest.approx(float(100 * whole))
