"""The outermost ring of the core: one telemetry stage around the whole answer.

The trace shows the metrics, the grain, the dimensions and the number of rows. It never shows a filter's value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer, Answers
from cadran.domain.question import Question
from cadran.engine.batch import AnswerOrRefusal, answer_together
from cadran.telemetry import stage


@dataclass(frozen=True, slots=True)
class TracingRing:
    """A ring that records the duration of answers in `Server-Timing` and, for sampled requests, in a span."""

    inner: Answers

    async def answer(self, question: Question, principal: Principal) -> Answer:
        """Return the inner ring's answer, and record its duration."""
        metrics = tuple(call.slug for call in question.metrics)
        with stage("answer", metrics=metrics, grain=question.grain.value, by=question.by) as whole:
            answer = await self.inner.answer(question, principal)
            whole.set({"cadran.rows": answer.rows, "cadran.stale": answer.freshness.stale})
            return answer

    async def together(self, questions: Sequence[Question], principal: Principal) -> list[AnswerOrRefusal]:
        """Return the inner ring's answers, and record their duration as a whole."""
        metrics = tuple(sorted({call.slug for each in questions for call in each.metrics}))
        with stage("answer", metrics=metrics, questions=len(questions)) as whole:
            found = await answer_together(self.inner, questions, principal)
            whole.set({"cadran.rows": sum(each.rows for each in found if isinstance(each, Answer))})
            return found
