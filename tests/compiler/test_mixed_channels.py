"""The warning about waits that pool synchronous channels with asynchronous ones."""

from __future__ import annotations

from typing import Any

import pytest

from cadran.compiler.plan import make_plan
from cadran.domain.ask import Condition
from tests.domain.sample_directory import directory, question


def warned(*metrics: str, **asked: Any) -> str | None:
    found = make_plan(question(*metrics, **asked), directory(), values_max=1_000_000).notices
    told = [notice.detail.en for notice in found if notice.code == "pooled_channels"]
    assert len(told) <= 1
    return told[0] if told else None


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


def test_several_figures_are_told_of_in_one_warning() -> None:
    told = warned("asa", "qos", "oldest_wait")
    assert told is not None
    assert told.startswith("asa and oldest_wait pool channels")


def test_what_is_to_be_expected_is_never_pooled() -> None:
    """Check that the expected wait leaves out the channels answered later."""
    assert warned("expected_wait", "expected_wait(method=head_of_line)") is None
