"""The reader of lists of single facts and people, where every edge asks for them: contacts behind a figure, surveys,
customers who may be surveyed, customers to call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cadran.compiler.special.customers_to_call import DAYS
from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.window import zone_info
from cadran.engine.desk import Desk
from cadran.lists.contacts import Contacts
from cadran.lists.customers_to_call import Recontacts
from cadran.lists.statements import contacts, customers_to_call, eligibility, survey_lists
from cadran.lists.statements.contacts import ContactPage
from cadran.lists.statements.customers_to_call import RecontactPage
from cadran.lists.statements.eligibility import Eligibility, Verdict
from cadran.lists.statements.listing import Listing
from cadran.lists.statements.survey_lists import Listed
from cadran.lists.surveys import Hygiene, Surveys

#: The figures shown with the list of customers to call: how many there are, and the share of losses that was recovered.
RECOVERY = ("customers_to_call", "recovered_losses")


@dataclass(frozen=True, slots=True)
class Lists:
    """Checks rights, turns a request into a question and reads a page. Pages are never cached: whoever is about to call
    needs the facts of this moment."""

    desk: Desk
    contact_pages: Contacts
    survey_pages: Surveys
    recontact_pages: Recontacts

    async def contacts(self, ask: Ask, principal: Principal, *, limit: int, after: str | None) -> ContactPage:
        """A page of the contacts that the window and the filters of what is asked leave; its metrics do not matter."""
        self.desk.check_customers(principal, "contacts", "single contacts")
        self.desk.check_page(limit, len(contacts.COLUMNS), principal)
        question = self.desk.understand(replace(ask, metrics=("contacts",)), principal)
        return await self.contact_pages.page(question, principal, limit=limit, after=after)

    async def survey_list(
        self, ask: Ask, principal: Principal, wanted: Listed, *, limit: int, after: str | None
    ) -> Listing:
        """A page of the surveys on a list, of the window and the filters of what is asked."""
        self.desk.check_customers(principal, "people", "lists of customers")
        self.desk.check_page(limit, len(survey_lists.COLUMNS), principal)
        question = self.desk.understand(replace(ask, metrics=("survey_response_rate",)), principal)
        return await self.survey_pages.listed(
            question, principal, wanted, now=self.desk.clock(), limit=limit, after=after
        )

    async def survey_eligibility(
        self, ask: Ask, principal: Principal, asked: Hygiene, *, limit: int, after: str | None
    ) -> Eligibility:
        """Who of the customers in contact may be asked, of the window (the thirty days before the instant they are
        asked at, unless one is asked for) and the filters of what is asked."""
        self.desk.check_customers(principal, "people", "lists of customers")
        self.desk.check_page(limit, len(eligibility.COLUMNS), principal)
        rules = self.survey_pages.rules(asked, now=self.desk.clock(), zone=self.desk.home_zone)
        question = self.desk.understand(
            replace(self._lately(ask, rules.at), metrics=("customers_in_contact",)), principal
        )
        return await self.survey_pages.eligible(question, principal, rules, limit=limit, after=after)

    async def may_be_asked(self, customer: str, principal: Principal, asked: Hygiene) -> Verdict:
        """Whether one customer may be asked; whoever was never in contact within the scope is not known."""
        self.desk.check_customers(principal, "people", "single customers")
        rules = self.survey_pages.rules(asked, now=self.desk.clock(), zone=self.desk.home_zone)
        within = self.desk.understand(Ask(metrics=("customers_in_contact",), period="today"), principal)
        return await self.survey_pages.verdict(customer, within, principal, rules)

    async def recovery(
        self, ask: Ask, principal: Principal, *, order: str, limit: int, after: str | None
    ) -> tuple[Answer, RecontactPage]:
        """A page of the customers to call at the end of the window (the present, unless one is asked for), and the
        figures of ``RECOVERY`` over the same window and filters; its metrics do not matter."""
        self.desk.check_customers(principal, "people", "lists of customers")
        self.desk.check_page(limit, len(customers_to_call.COLUMNS), principal)
        told = replace(self._lately(ask, self.desk.clock()), metrics=RECOVERY)
        answer = await self.desk.ask(told, principal)
        question = self.desk.understand(told, principal)
        return answer, await self.recontact_pages.page(question, principal, order=order, limit=limit, after=after)

    def _lately(self, ask: Ask, at: datetime) -> Ask:
        """The last thirty days, up to the end of the instant's, where no window is asked for."""
        if ask.period or ask.start or ask.end:
            return ask
        today = at.astimezone(zone_info(ask.zone or self.desk.home_zone)).date()
        first, end = today - timedelta(days=DAYS), today + timedelta(days=1)
        return replace(ask, start=first.isoformat(), end=end.isoformat())
