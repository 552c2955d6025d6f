"""The ring that presents answers: it adds verdicts, annotations and the warning of a scorecard.

The ring is outside the cache and applies targets and annotations as the caller may see them. Figures that are derived
from several answers are presented by ``make_presenter``, once they are derived.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer, Answers
from cadran.domain.directory import Directory
from cadran.domain.presentation import PLAIN, Presentation, present
from cadran.domain.question import Question
from cadran.engine.offload import run_aside

#: A function that returns an answer with its presentation.
Presenter = Callable[[Answer], Answer]


@dataclass(frozen=True, slots=True)
class PresentationRing:
    """A ring that presents the answers of the inner rings. ``directory`` returns what a caller may see."""

    inner: Answers
    directory: Callable[[Principal], Directory]

    async def answer(self, question: Question, principal: Principal, show: Presentation = PLAIN) -> Answer:
        """Return the answer with its presentation. A long answer is presented in a thread."""
        answer = await self.inner.answer(question, principal)
        if show == PLAIN:
            return answer
        return await run_aside(answer.rows * len(answer.figures), partial(self.make_presenter(principal, show), answer))

    def make_presenter(self, principal: Principal, show: Presentation) -> Presenter:
        """Return the function that presents answers to a caller, from the directory as it is now."""
        directory = self.directory(principal)
        return lambda answer: present(answer, show, directory)
