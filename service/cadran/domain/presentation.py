"""What a response shows next to the figures of an answer: verdicts, annotations, the warning of a scorecard.

A presentation is requested next to the question and is no part of it, so that answers are cached without it. A changed
target takes effect at once and drops no cached figure. ``present`` is the one place that applies a presentation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from cadran.domain.answer import Answer, Notice
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.verdicts import add_annotations, add_verdicts

#: A part of the directory that only presentations show.
ShownPart = Literal["targets", "annotations"]
HEADLINES_MAX: Final = 4


@dataclass(frozen=True, slots=True)
class Presentation:
    """What is shown next to the figures.

    ``targets``: the verdict on each value. ``annotations``: the annotations of the window, and with ``by_row`` the
    codes of those of each row. ``headlines``: a warning if the answer has more than ``HEADLINES_MAX`` figures.
    """

    targets: bool = False
    annotations: bool = False
    by_row: bool = False
    headlines: bool = False

    @property
    def parts(self) -> frozenset[ShownPart]:
        """Return the parts of the directory whose changes change the presentation."""
        shown: tuple[tuple[ShownPart, bool], ...] = (("targets", self.targets), ("annotations", self.annotations))
        return frozenset(part for part, is_shown in shown if is_shown)


#: The figures alone.
PLAIN: Final = Presentation()


def present(answer: Answer, show: Presentation, directory: Directory) -> Answer:
    """Return the answer with its presentation, from a directory as the caller may see it."""
    if show.headlines:
        answer = _warn_of_headlines(answer)
    if show.targets:
        answer = add_verdicts(answer, directory)
    return add_annotations(answer, directory, by_row=show.by_row) if show.annotations else answer


def _warn_of_headlines(answer: Answer) -> Answer:
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
