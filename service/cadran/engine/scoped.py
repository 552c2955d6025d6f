"""The ring that narrows every question to what its asker may see, and keeps small groups from them.

Takes a question and a principal; hands on the question as `domain/access/permit` narrows it. It stands outside the
cache, so
that the narrowed question itself is the key: two principals share an answer exactly when they may see the same. What
must not be told of a few people is taken out of the shared answer on its way back, and only then are groups ranked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from cadran.compiler.cost import CELL_VALUES, check_values, sheet_of
from cadran.domain.access.permit import asker_of, permitted
from cadran.domain.access.principal import Principal
from cadran.domain.access.suppression import hidden
from cadran.domain.access.wall import walling
from cadran.domain.answer import Answer, Answers
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.domain.ranking import ranked, unranked
from cadran.engine.batch import Told, answered_together
from cadran.errors import Forbidden, QuestionRefused


@dataclass(frozen=True, slots=True)
class Scoped:
    """Answers within each principal's scope."""

    inner: Answers
    directory: Callable[[], Directory]

    async def answer(self, question: Question, principal: Principal) -> Answer:
        """The answer to what is left of the question. Raises Forbidden."""
        principal = asker_of(question, principal, self.directory())
        # Of the scope is left what the wall is made of: who stands behind another wall has another answer.
        behind = replace(principal, scope=walling(principal))
        asked = self._narrowed(question, principal)
        return self._told(await self.inner.answer(unranked(asked), behind), asked, principal)

    async def together(self, questions: Sequence[Question], principal: Principal) -> list[Told]:
        """The answers to what is left of each; a refusal stands in the place of its answer."""
        askers = [asker_of(question, principal, self.directory()) for question in questions]
        told: dict[Principal, Iterator[Told]] = {}
        for asker in dict.fromkeys(askers):
            theirs = [question for question, each in zip(questions, askers, strict=True) if each == asker]
            told[asker] = iter(await self._together(theirs, asker))
        return [next(told[asker]) for asker in askers]

    async def _together(self, questions: Sequence[Question], principal: Principal) -> list[Told]:
        narrowed: list[Question | Told] = []
        for question in questions:
            try:
                narrowed.append(self._narrowed(question, principal))
            except (Forbidden, QuestionRefused) as refusal:
                narrowed.append(refusal)
        asked = [unranked(each) for each in narrowed if isinstance(each, Question)]
        found = iter(await answered_together(self.inner, asked, replace(principal, scope=walling(principal))))
        told: list[Told] = []
        for each in narrowed:
            answer = next(found) if isinstance(each, Question) else each
            if isinstance(each, Question) and isinstance(answer, Answer):
                answer = self._told(answer, each, principal)
            told.append(answer)
        return told

    def _narrowed(self, question: Question, principal: Principal) -> Question:
        asked = permitted(question, principal)
        if principal.cells_max is not None:
            check_values([sheet_of(asked)], self.directory(), principal.cells_max * CELL_VALUES)
        return asked

    def _told(self, answer: Answer, asked: Question, principal: Principal) -> Answer:
        own = principal.team if principal.role == "agent" else None
        shown = hidden(answer, self.directory(), own, sees_people=principal.sees_people)
        return ranked(shown, asked)
