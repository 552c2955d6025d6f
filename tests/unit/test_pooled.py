"""A mean of seconds and days is told, but not without saying what it is a mean of."""

from __future__ import annotations

from typing import Any

import pytest

from cadran.compiler.plan import plan
from cadran.domain.ask import Condition
from tests.unit.company import directory, question


def warned(metric: str, **asked: Any) -> str | None:
    found = plan(question(metric, **asked), directory(), cells_max=1_000_000).notices
    return next((notice.detail.en for notice in found if notice.code == "pooled_channels"), None)


@pytest.mark.parametrize("metric", ["asa", "time_to_abandon", "wait(percentile=0.9)"])
def test_channels_that_are_not_alike_are_named(metric: str) -> None:
    told = warned(metric)
    assert told is not None
    assert "at once (chat, phone)" in told
    assert "later (email)" in told


@pytest.mark.parametrize(
    "asked",
    [
        {"by": ("channel",)},
        {"where": (Condition("channel", ("phone", "chat")),)},
        {"where": (Condition("channel", ("email",), negated=True),)},
        {"where": (Condition("channel", ("email",)),)},
    ],
)
def test_one_kind_at_a_time_needs_no_warning(asked: dict[str, Any]) -> None:
    assert warned("asa", **asked) is None
    assert warned("qos") is None
