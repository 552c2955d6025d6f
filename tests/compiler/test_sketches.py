"""The bins that percentiles of durations are read from: within 1 %, and whole seconds up to 100 s are exact."""

from __future__ import annotations

from math import ceil, log
from random import Random

import pytest

from cadran.compiler.refresh.sketches import GROWTH, SMALLEST, STEPS, find_edges, find_rank, read_bin


def find_bin(seconds: float) -> int:
    return ceil(log(seconds / SMALLEST) / log(GROWTH)) if seconds > SMALLEST else 0


def test_a_bin_stands_for_its_durations_within_one_percent():
    random = Random(5)
    for seconds in [0.0, *(10 ** random.uniform(-3, 7.5) for _ in range(20_000))]:
        number = find_bin(seconds)
        low, high = find_edges(number)
        assert low * (1 - 1e-12) <= seconds <= high * (1 + 1e-12)
        assert abs(read_bin(number) - seconds) <= 0.01 * seconds


@pytest.mark.parametrize("seconds", range(1, 101))
def test_whole_seconds_up_to_a_hundred_are_exact(seconds: int):
    assert read_bin(find_bin(seconds)) == seconds


def test_the_steps_of_the_bisection_reach_the_longest_wait():
    assert find_bin(366 * 86_400) < 2**STEPS


def test_ranks_are_those_of_exact_arithmetic():
    for n in range(1, 2_000):
        for hundredths in range(1, 100):
            assert find_rank(n, hundredths / 100) == -(-n * hundredths // 100)
