"""The desk: where every edge (REST, GraphQL, terminal) hands in what is asked and receives the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from cadran.compiler.contacts import ContactPage
from cadran.compiler.eligibility import Eligibility, Verdict
from cadran.compiler.listing import Listing
from cadran.compiler.survey_lists import Listed
from cadran.domain.answer import Answer, Answers
from cadran.domain.ask import Ask, understand
from cadran.domain.directory import Directory
from cadran.domain.principal import Principal
from cadran.domain.question import Question
from cadran.engine.contacts import Contacts
from cadran.engine.surveys import Hygiene, Surveys


@dataclass(frozen=True, slots=True)
class Desk:
    """The core as the edges see it. ``directory`` gives the present snapshot; ``clock`` an aware time; ``behind`` reads
    the contacts behind the figures, ``surveys`` lists of them and who may be asked."""

    answers: Answers
    directory: Callable[[], Directory]
    clock: Callable[[], datetime]
    home_zone: str
    behind: Contacts | None = None
    surveys: Surveys | None = None

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

    async def survey_list(
        self, ask: Ask, principal: Principal, wanted: Listed, *, limit: int, after: str | None
    ) -> Listing:
        """A page of the surveys on a list, of the window and the filters of what is asked."""
        assert self.surveys is not None
        question = self.understand(replace(ask, metrics=("survey_response_rate",)))
        return await self.surveys.listed(question, principal, wanted, now=self.clock(), limit=limit, after=after)

    async def survey_eligibility(
        self, ask: Ask, principal: Principal, asked: Hygiene, *, limit: int, after: str | None
    ) -> Eligibility:
        """Who of the customers in contact may be asked, of the window and the filters of what is asked."""
        assert self.surveys is not None
        rules = self.surveys.rules(asked, now=self.clock(), zone=self.home_zone)
        question = self.understand(replace(ask, metrics=("customers_in_contact",)))
        return await self.surveys.eligible(question, principal, rules, limit=limit, after=after)

    async def may_be_asked(self, customer: str, principal: Principal, asked: Hygiene) -> Verdict:
        """Whether one customer may be asked."""
        assert self.surveys is not None
        rules = self.surveys.rules(asked, now=self.clock(), zone=self.home_zone)
        return await self.surveys.verdict(customer, principal, rules)
