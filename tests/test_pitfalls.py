"""Errors that users of other services have reported. Each has tests here, whose names contain its number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PITFALLS = {
    1: "offered in one interval and answered in the next",
    2: "the mean of daily rates in the place of the rate",
    3: "numerator and denominator over different rows",
    4: "a moving average told as a mean",
    5: "seconds here, milliseconds there",
    6: "a threshold met by what takes less, or just as long",
    7: "hops from queue to queue counted as losses",
    8: "first-contact resolution and answers to mail read too soon",
    9: "settings that rewrite what was before them",
    10: "late and corrected records",
    11: "daylight saving and zones",
    12: "business hours, holidays, shifts past midnight",
    13: "small samples shown as truth",
    14: "negative and impossible durations",
    15: "bots and reopenings that corrupt response times",
    16: "screens that disagree",
    17: "callbacks and outbound contacts that inflate, windows that lose their last day",
}


def _named() -> dict[int, list[str]]:
    """Return the names of the tests of each pitfall."""
    found: dict[int, list[str]] = {}
    for path in TESTS.rglob("test_*.py"):
        for name in re.findall(r"^async def (test_pitfall_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE):
            found.setdefault(int(name.split("_")[2]), []).append(name)
    return found


@pytest.mark.parametrize("number", PITFALLS)
def test_every_pitfall_has_a_test_that_bears_its_number(number: int):
    assert _named().get(number), PITFALLS[number]


def test_a_test_bears_the_number_of_one_pitfall():
    named = _named()
    assert named.keys() == PITFALLS.keys()
    assert not [name for names in named.values() for name in names if re.match(r"test_pitfall_\d+_(and_)?\d", name)]
