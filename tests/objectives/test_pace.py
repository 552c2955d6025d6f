"""Progress, expected progress and pace by their definitions, on random data."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from cadran.objectives.model import pace as paces

START = date(2015, 1, 1)
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)


@given(current=NUMBERS, baseline=NUMBERS, target=NUMBERS)
def test_progress_is_the_share_of_the_way(current: float, baseline: float, target: float):
    assume(abs(target - baseline) > 1e-3)
    exact = (Fraction(current) - Fraction(baseline)) / (Fraction(target) - Fraction(baseline))
    assert paces.compute_progress(current, baseline=baseline, target=target) == pytest.approx(
        float(exact), rel=1e-9, abs=1e-9
    )
    assert paces.compute_progress(baseline, baseline=baseline, target=target) == 0
    assert paces.compute_progress(target, baseline=baseline, target=target) == 1
    worse = baseline - (target - baseline) / 2
    assert (paces.compute_progress(worse, baseline=baseline, target=target) or 0) < 0


def test_progress_is_undefined_without_a_value_or_a_way():
    assert paces.compute_progress(None, baseline=0, target=1) is None
    assert paces.compute_progress(1, baseline=1, target=1) is None


@given(days=st.integers(1, 800), passed=st.integers(-50, 900))
def test_expected_is_the_share_of_days_that_passed(days: int, passed: int):
    today, deadline = START + timedelta(days=passed), START + timedelta(days=days)
    slow = sum(START + timedelta(days=day) < today for day in range(days)) / days
    assert paces.compute_expected(today, start=START, deadline=deadline) == pytest.approx(slow)


@st.composite
def paths(draw: st.DrawFn) -> tuple[int, list[tuple[int, float]]]:
    days = draw(st.integers(5, 400))
    on = sorted(draw(st.sets(st.integers(0, days), max_size=6)))
    shares = sorted(draw(st.lists(st.floats(0, 1), min_size=len(on), max_size=len(on))))
    return days, list(zip(on, shares, strict=True))


@given(path=paths(), passed=st.integers(0, 400))
def test_expected_runs_straight_from_point_to_point(path: tuple[int, list[tuple[int, float]]], passed: int):
    days, points = path
    known = {0: 0.0, days: 1.0} | dict(points)
    before = max((day for day in known if day <= passed), default=0)
    after = min((day for day in known if day >= passed), default=days)
    if passed >= days:
        due = known[days]
    elif before == after:
        due = known[before]
    else:
        due = known[before] + (known[after] - known[before]) * (passed - before) / (after - before)
    stated = [(START + timedelta(days=day), share) for day, share in points]
    found = paces.compute_expected(
        START + timedelta(days=passed), start=START, deadline=START + timedelta(days=days), path=stated
    )
    assert found == pytest.approx(due)


@given(done=st.floats(-2, 3), due=st.floats(0, 1))
@example(done=0.55, due=0.5)
@example(done=0.35, due=0.5)
@example(done=0.2, due=0.5)
@example(done=1.0, due=1.0)
@example(done=1.2, due=1.0)
def test_the_pace_is_named_by_the_share_of_what_was_due(done: float, due: float):
    found = paces.judge_pace(done, due)
    if due == 0:
        assert found == ("ahead" if done > 0 else "at_risk" if done < 0 else "on_track")
    elif done >= 1:
        assert found == ("on_track" if due == 1 and done == 1 else "ahead")
    else:
        share = done / due
        bands = ((1.1, "ahead"), (0.7, "on_track"), (0.4, "at_risk"))
        assert found == next((name for low, name in bands if share >= low), "off")


@given(due=st.floats(0, 1), done=st.floats(-1, 2), more=st.floats(0, 1))
def test_more_progress_is_never_a_worse_pace(due: float, done: float, more: float):
    order = [*reversed(paces.PACES)]
    low, high = paces.judge_pace(done, due), paces.judge_pace(done + more, due)
    assert low is not None
    assert high is not None
    assert order.index(high) >= order.index(low)
    assert paces.judge_pace(None, due) is None


@given(values=st.lists(st.none() | st.floats(-1, 2)))
def test_the_mean_is_of_what_is_known(values: list[float | None]):
    known = [each for each in values if each is not None]
    assert paces.compute_mean(values) == (pytest.approx(sum(known) / len(known)) if known else None)


@given(done=st.none() | st.floats(-3, 3))
def test_a_score_lies_between_0_and_1(done: float | None):
    found = paces.compute_score(done)
    assert (found is None) == (done is None)
    assert found is None or 0 <= found <= 1
