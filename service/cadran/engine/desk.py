"""The desk: where every edge (REST, GraphQL, terminal) hands in what is asked and receives the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cadran.domain.answer import Answer, Answers
from cadran.domain.ask import Ask, understand
from cadran.domain.directory import Directory
from cadran.domain.principal import Principal
from cadran.domain.question import Question


@dataclass(frozen=True, slots=True)
class Desk:
    """The core as the edges see it. ``directory`` gives the present snapshot; ``clock`` an aware time."""

    answers: Answers
    directory: Callable[[], Directory]
    clock: Callable[[], datetime]
    home_zone: str

    def understand(self, ask: Ask) -> Question:
        """The canonical question; raises QuestionRefused."""
        return understand(ask, self.directory(), now=self.clock(), home_zone=self.home_zone)

    async def ask(self, ask: Ask, principal: Principal) -> Answer:
        """The answer to what is asked, as this principal may see it."""
        return await self.answers.answer(self.understand(ask), principal)
