"""Batches: several questions of one caller, answered with as few SQL statements as possible.

A ring may offer ``together`` in addition to ``answer``. A ring without it receives the questions one by one. A refused
question does not prevent the others from being answered: its refusal takes the place of its answer in the result.
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
AnswerOrRefusal: TypeAlias = Answer | Refusal


@runtime_checkable
class BatchAnswers(Protocol):
    """A ring that answers several questions at once."""

    async def together(self, questions: Sequence[Question], principal: Principal) -> list[AnswerOrRefusal]:
        """Return the answer or the refusal of each question, in their order. Other errors are raised."""
        ...


async def answer_together(inner: Answers, questions: Sequence[Question], principal: Principal) -> list[AnswerOrRefusal]:
    """Answer the questions with any ring. Return each question's answer or refusal, in their order."""
    if isinstance(inner, BatchAnswers):
        return await inner.together(questions, principal)
    return list(await asyncio.gather(*(_alone(inner, each, principal) for each in questions)))


async def _alone(inner: Answers, question: Question, principal: Principal) -> AnswerOrRefusal:
    try:
        return await inner.answer(question, principal)
    except (QuestionRefused, Forbidden) as refusal:
        return refusal
