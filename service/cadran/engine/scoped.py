"""The ring that narrows every question to what its asker may see.

Takes a question and a principal; hands on the question with the principal's filters added, and a principal whose scope
is spent. It stands outside the cache, so that the narrowed question itself is the key: two principals share an answer
exactly when they may see the same. A question against the scope is not refused; it finds nothing.
"""

from __future__ import annotations

from collections import defaultdict
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
    every = {*question.where, *scope}
    including: dict[str, list[Filter]] = defaultdict(list)
    for each in every:
        if not each.negated:
            including[each.dimension].append(each)
    where = {each for each in every if each.negated}
    for dimension, filters in including.items():
        # Each filter's values stand in their dimension's order, and so do those that are left of them.
        common = tuple(value for value in filters[0].values if all(value in each.values for each in filters))
        # Where nothing is in all of them, they stay side by side, and no row passes.
        where.update([Filter(dimension, common)] if common else filters)
    ordered = sorted(where, key=lambda each: (each.dimension, each.negated, each.values))
    return replace(question, where=tuple(ordered))
