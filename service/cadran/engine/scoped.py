"""The ring that narrows every question to the caller's scope, and applies small-cell suppression to the answer.

Takes a question and a principal. Passes on the question as `domain/access/permit` narrows it. The ring is outside the
cache, so that the narrowed question is the cache key: two principals share an answer exactly when they may see the
same. Suppression removes figures from the shared answer on its way back. Groups are ranked only after that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from cadran.compiler.cost import CELL_VALUES, check_values, make_sheet
from cadran.domain.access.permit import permit, resolve_principal
from cadran.domain.access.principal import Principal
from cadran.domain.access.suppression import suppress
from cadran.domain.access.wall import wall_scope
from cadran.domain.answer import Answer, Answers
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.domain.ranking import ranked, unranked
from cadran.engine.batch import AnswerOrRefusal, answer_together
from cadran.errors import Forbidden, QuestionRefused


@dataclass(frozen=True, slots=True)
class ScopeRing:
    """A ring that answers within each principal's scope."""

    inner: Answers
    directory: Callable[[], Directory]

    async def answer(self, question: Question, principal: Principal) -> Answer:
        """Return the answer to the narrowed question. Raises Forbidden."""
        principal = resolve_principal(question, principal, self.directory())
        # The scope now holds only the filters that determine row-level security. Callers with equal filters share
        # answers.
        behind = replace(principal, scope=wall_scope(principal))
        asked = self._narrowed(question, principal)
        return self._suppressed(await self.inner.answer(unranked(asked), behind), asked, principal)

    async def together(self, questions: Sequence[Question], principal: Principal) -> list[AnswerOrRefusal]:
        """Return the answer to each narrowed question, or its refusal in the answer's place."""
        askers = [resolve_principal(question, principal, self.directory()) for question in questions]
        results: dict[Principal, Iterator[AnswerOrRefusal]] = {}
        for asker in dict.fromkeys(askers):
            theirs = [question for question, each in zip(questions, askers, strict=True) if each == asker]
            results[asker] = iter(await self._together(theirs, asker))
        return [next(results[asker]) for asker in askers]

    async def _together(self, questions: Sequence[Question], principal: Principal) -> list[AnswerOrRefusal]:
        narrowed: list[Question | AnswerOrRefusal] = []
        for question in questions:
            try:
                narrowed.append(self._narrowed(question, principal))
            except (Forbidden, QuestionRefused) as refusal:
                narrowed.append(refusal)
        asked = [unranked(each) for each in narrowed if isinstance(each, Question)]
        found = iter(await answer_together(self.inner, asked, replace(principal, scope=wall_scope(principal))))
        results: list[AnswerOrRefusal] = []
        for each in narrowed:
            answer = next(found) if isinstance(each, Question) else each
            if isinstance(each, Question) and isinstance(answer, Answer):
                answer = self._suppressed(answer, each, principal)
            results.append(answer)
        return results

    def _narrowed(self, question: Question, principal: Principal) -> Question:
        asked = permit(question, principal)
        if principal.cells_max is not None:
            check_values([make_sheet(asked)], self.directory(), principal.cells_max * CELL_VALUES)
        return asked

    def _suppressed(self, answer: Answer, asked: Question, principal: Principal) -> Answer:
        own = principal.team if principal.role == "agent" else None
        shown = suppress(answer, self.directory(), own, sees_people=principal.sees_people)
        return ranked(shown, asked)
