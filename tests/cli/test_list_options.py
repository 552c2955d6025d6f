"""Command-line options with several values, separated by commas or given by repeating the option."""

from __future__ import annotations

import pytest

from cadran.cli.main import make_parser

CREATE = ["key", "create", "x", "--role", "analyst"]
LISTS = {
    **{name: (CREATE, f"--{name}") for name in ("partner", "site", "segment", "channel", "team", "metrics", "origin")},
    "by": (["ask", "qos"], "--by"),
    "state": (["okr", "list"], "--state"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_repeated_list_option_is_merged(name: str):
    words, option = LISTS[name]
    assert getattr(make_parser().parse_args([*words, option, "a, b", option, "c"]), name) == ["a", "b", "c"]
    assert getattr(make_parser().parse_args([*words, option, "c(x=1,y=2)"]), name) == ["c(x=1,y=2)"]
    assert not getattr(make_parser().parse_args(words), name)


def test_a_list_without_values_differs_from_no_list():
    assert make_parser().parse_args([*CREATE, "--site", ""]).site == []
    assert make_parser().parse_args(CREATE).site is None
