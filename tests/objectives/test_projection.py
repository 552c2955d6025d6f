"""The projection, recomputed by the normal equations, and by random draws: its interval holds 19 times in 20."""

from fractions import Fraction
from math import sqrt
from random import Random
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadran.objectives.model.projection import (
    POINTS_MIN,
    Point,
    compute_probability,
    find_student_quantile,
    fit_line,
    project_amount,
    project_level,
    project_rate,
)

#: Two-sided 95 % bounds of Student's t, from printed tables.
TABLE = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 10: 2.228, 20: 2.086, 30: 2.042, 60: 2.000, 120: 1.980}


@pytest.mark.parametrize(("freedom", "bound"), TABLE.items())
def test_students_bounds_are_those_of_the_tables(freedom: int, bound: float):
    assert find_student_quantile(freedom) == pytest.approx(bound, abs=6e-4)


def test_with_much_freedom_t_is_normal():
    assert find_student_quantile(5_000) == pytest.approx(NormalDist().inv_cdf(0.975), abs=1e-3)
    assert compute_probability(0, 7) == 0


values = st.lists(st.integers(-1000, 1000), min_size=POINTS_MIN, max_size=40)


@given(values)
def test_the_line_solves_the_normal_equations(numbers: list[int]):
    n, moments = len(numbers), range(len(numbers))
    sx, sy = sum(moments), sum(numbers)
    sxx = sum(x * x for x in moments)
    sxy = sum(x * y for x, y in zip(moments, numbers, strict=True))
    slope = Fraction(n * sxy - sx * sy, n * sxx - sx * sx)
    start = (Fraction(sy) - slope * sx) / n
    left = sum((y - start - slope * x) ** 2 for x, y in zip(moments, numbers, strict=True))
    line = fit_line([*map(float, moments)], [*map(float, numbers)])
    assert line is not None
    assert line.at(50) == pytest.approx(float(start + slope * 50), abs=1e-6)
    error = find_student_quantile(n - 2) * sqrt(
        float(left / (n - 2)) * (1 + 1 / n + (50 - sx / n) ** 2 / (sxx - sx * sx / n))
    )
    assert line.error(50, 1) == pytest.approx(error, abs=1e-6)


@given(st.floats(-5, 5), st.floats(-5, 5), st.integers(POINTS_MIN, 30), st.integers(1, 200))
def test_what_lies_on_a_line_goes_on_along_it(start: float, slope: float, n: int, ahead: int):
    weeks = [Point(7 * week, 7 * week + 7, start + slope * (7 * week + 3.5)) for week in range(n)]
    levels = [Point(0, each.end, start + slope * each.end) for each in weeks]
    now, deadline = 7 * n, 7 * n + ahead
    found = project_level(levels, deadline=deadline)
    assert found is not None
    assert [found.low, found.high] == pytest.approx([found.value, found.value], abs=1e-4)
    assert found.value == pytest.approx(start + slope * deadline, abs=1e-6)
    daily = [Point(each.start, each.end, each.value * 7) for each in weeks]
    whole = project_amount(daily, current=0.0, now=now, deadline=deadline)
    assert whole is not None
    # The expected sum is the area below the line from now to the deadline.
    assert whole.value == pytest.approx(ahead * (start + slope * (now + ahead / 2)), abs=1e-5)
    mean = project_rate(
        [Point(each.start, each.end, 3.0, 10.0) for each in weeks],
        current=3.0,
        weight=10.0 * n,
        now=now,
        deadline=deadline,
    )
    assert mean is not None
    assert mean.value == pytest.approx(3.0)


def test_too_few_points_and_what_is_over_are_not_projected():
    few = [Point(week, week + 1, 1.0) for week in range(POINTS_MIN - 1)]
    enough = [*few, Point(9, 10, 2.0)]
    assert project_level(few, deadline=50) is None
    assert project_amount(few, current=1.0, now=5, deadline=50) is None
    assert project_level(enough, deadline=10) is None
    assert project_amount(enough, current=1.0, now=50, deadline=50) is None
    assert project_rate(enough, current=1.0, weight=0.0, now=10, deadline=50) is None
    assert project_level([Point(0, 5, float(each)) for each in range(9)], deadline=50) is None


def test_the_interval_holds_the_truth_nineteen_times_in_twenty():
    random, rounds, held = Random(2015), 2_000, {"level": 0, "sum": 0, "mean": 0}
    for _ in range(rounds):
        rates = [20 + 0.3 * week + random.gauss(0, 4) for week in range(52)]
        weeks = [Point(7 * week, 7 * week + 7, rates[week], 100.0) for week in range(30)]
        found = {
            "level": (project_level(weeks, deadline=364), rates[51]),
            "sum": (
                project_amount(
                    [Point(e.start, e.end, e.value * 7) for e in weeks],
                    current=7 * sum(rates[:30]),
                    now=210,
                    deadline=364,
                ),
                7 * sum(rates),
            ),
            "mean": (
                project_rate(weeks, current=sum(rates[:30]) / 30, weight=3000.0, now=210, deadline=364),
                sum(rates) / 52,
            ),
        }
        for name, (projection, truth) in found.items():
            assert projection is not None
            held[name] += projection.low <= truth <= projection.high
    assert all(0.93 <= count / rounds <= 0.97 for count in held.values()), held
