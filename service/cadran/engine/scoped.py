"""The ring that narrows every question to what its asker may see.

Takes a question and a principal; hands on the question with the principal's filters added, and a principal whose scope
is spent. It stands outside the cache, so that the narrowed question itself is the key: two principals share an answer
exactly when they may see the same. A question against the scope is not refused; it finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cadran.domain.answer import Answer, Answers
from cadran.domain.principal import Principal
from cadran.domain.question import Filter, Question


@dataclass(frozen=True, slots=True)
class Scoped:
    """See `scoped`."""

    inner: Answers

    async def answer(self, question: Question, principal: Principal) -> Answer:
        """The answer to what is left of the question."""
        if not principal.scope:
            return await self.inner.answer(question, principal)
        return await self.inner.answer(narrowed(question, principal.scope), replace(principal, scope=()))


def scoped(inner: Answers) -> Scoped:
    """Answers within each principal's scope."""
    return Scoped(inner)


def narrowed(question: Question, scope: Iterable[Filter]) -> Question:
    """The question under the scope's filters too, in the canonical order of filters."""
    including: dict[str, Filter] = {}
    others: set[Filter] = set()
    for each in (*question.where, *scope):
        found = including.get(each.dimension)
        if each.negated:
            others.add(each)
        elif found is None:
            including[each.dimension] = each
        elif common := tuple(value for value in found.values if value in each.values):
            including[each.dimension] = replace(found, values=common)
        else:
            # Nothing is in both: they stay side by side, and no row passes both.
            others.add(each)
    where = sorted({*including.values(), *others}, key=lambda each: (each.dimension, each.negated, each.values))
    return replace(question, where=tuple(where))
