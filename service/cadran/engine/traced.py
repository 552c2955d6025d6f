"""The outermost ring of the core: one stage around the whole of an answer.

Takes and gives what the rings inside do; tells the trace which metrics were asked for, by what grain and dimensions,
and how many rows came: slugs and counts, never a filter's value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer, Answers
from cadran.domain.question import Question
from cadran.engine.batch import Told, answered_together
from cadran.telemetry import stage


@dataclass(frozen=True, slots=True)
class Traced:
    """Answers whose time is told in `Server-Timing` and, where the request is sampled, in a span."""

    inner: Answers

    async def answer(self, question: Question, principal: Principal) -> Answer:
        """The inner answer, timed."""
        metrics = tuple(call.slug for call in question.metrics)
        with stage("answer", metrics=metrics, grain=question.grain.value, by=question.by) as whole:
            answer = await self.inner.answer(question, principal)
            whole.set({"cadran.rows": answer.rows, "cadran.stale": answer.freshness.stale})
            return answer

    async def together(self, questions: Sequence[Question], principal: Principal) -> list[Told]:
        """The inner answers, timed as a whole."""
        metrics = tuple(sorted({call.slug for each in questions for call in each.metrics}))
        with stage("answer", metrics=metrics, questions=len(questions)) as whole:
            found = await answered_together(self.inner, questions, principal)
            whole.set({"cadran.rows": sum(each.rows for each in found if isinstance(each, Answer))})
            return found
