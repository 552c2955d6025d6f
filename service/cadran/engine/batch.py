"""Several questions of one asker, answered together: as few statements as there are rounds of reading, not as many as
there are questions.

Every ring may offer it beside ``answer``; one that doesn't is asked question by question. A question that is refused
does not keep the others from being answered: its refusal stands in its place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol, TypeAlias, runtime_checkable

from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer, Answers
from cadran.domain.question import Question
from cadran.errors import Forbidden, QuestionRefused

Refusal: TypeAlias = QuestionRefused | Forbidden
Told: TypeAlias = Answer | Refusal


@runtime_checkable
class Together(Protocol):
    """A ring that answers several questions at once."""

    async def together(self, questions: Sequence[Question], principal: Principal) -> list[Told]:
        """The answer to each, or its refusal, in their order; other errors are raised."""
        ...


async def answered_together(inner: Answers, questions: Sequence[Question], principal: Principal) -> list[Told]:
    """The same of any ring."""
    if isinstance(inner, Together):
        return await inner.together(questions, principal)
    return list(await asyncio.gather(*(_alone(inner, each, principal) for each in questions)))


async def _alone(inner: Answers, question: Question, principal: Principal) -> Told:
    try:
        return await inner.answer(question, principal)
    except (QuestionRefused, Forbidden) as refusal:
        return refusal
