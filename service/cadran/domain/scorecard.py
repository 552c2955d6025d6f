"""Boards: a warning if a board has more headline figures than a reader takes in at a glance."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from cadran.domain.answer import Answer, Notice
from cadran.domain.metric import Label

HEADLINES_MAX: Final = 4


def warn_of_headlines(answer: Answer) -> Answer:
    """Add a warning to the answer if it has more than `HEADLINES_MAX` headline figures."""
    number = len(answer.totals)
    if number <= HEADLINES_MAX:
        return answer
    notice = Notice(
        "too_many_headlines",
        Label(
            f"{number} headline figures are more than a board's reader takes in at a glance: name the {HEADLINES_MAX}"
            " that matter most in metrics.",
            f"{number} chiffres clés, c'est plus qu'on n'en lit d'un coup d'œil sur un mur : nommez dans metrics les"
            f" {HEADLINES_MAX} qui comptent le plus.",
        ),
    )
    return replace(answer, warnings=(*answer.warnings, notice))
