"""The desk: where every edge (REST, GraphQL, terminal) hands in what is asked and receives the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from cadran.compiler.contacts import ContactPage
from cadran.domain.answer import Answer, Answers
from cadran.domain.ask import Ask, understand
from cadran.domain.directory import Directory
from cadran.domain.principal import Principal
from cadran.domain.question import Question
from cadran.engine.contacts import Contacts


@dataclass(frozen=True, slots=True)
class Desk:
    """The core as the edges see it. ``directory`` gives the present snapshot; ``clock`` an aware time; ``behind`` reads
    the contacts behind the figures. Common figures of fewer than ``group_agents_min`` agents stay untold."""

    answers: Answers
    directory: Callable[[], Directory]
    clock: Callable[[], datetime]
    home_zone: str
    behind: Contacts | None = None
    group_agents_min: int = 5

    def understand(self, ask: Ask) -> Question:
        """The canonical question; raises QuestionRefused."""
        return understand(ask, self.directory(), now=self.clock(), home_zone=self.home_zone)

    async def ask(self, ask: Ask, principal: Principal) -> Answer:
        """The answer to what is asked, as this principal may see it."""
        return await self.answers.answer(self.understand(ask), principal)

    async def contacts(self, ask: Ask, principal: Principal, *, limit: int, after: str | None) -> ContactPage:
        """A page of the contacts that the window and the filters of what is asked leave; its metrics do not matter."""
        assert self.behind is not None
        question = self.understand(replace(ask, metrics=("contacts",)))
        return await self.behind.page(question, principal, limit=limit, after=after)
