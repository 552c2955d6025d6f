"""Boards: a reader takes in so many headline figures at a glance, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from cadran.domain.answer import Answer, Notice

HEADLINES_MAX: Final = 4


def weighed(answer: Answer) -> Answer:
    """The answer as a board shows it: with a warning where it has more headline figures than are read at a glance."""
    number = len(answer.totals)
    if number <= HEADLINES_MAX:
        return answer
    notice = Notice(
        "crowded_board",
        f"{number} headline figures are more than a board's reader takes in at a glance: name the {HEADLINES_MAX} that"
        " matter most in metrics.",
    )
    return replace(answer, warnings=(*answer.warnings, notice))
