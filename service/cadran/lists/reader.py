"""The reader of lists for every edge: contacts, surveys, customers who may be surveyed, and customers to call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cadran.compiler.special.customers_to_call import DAYS
from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.metric_ref import parse_metric_refs
from cadran.domain.presentation import Presentation
from cadran.domain.window import load_zone
from cadran.engine.desk import Desk
from cadran.lists.contacts import Contacts
from cadran.lists.customers_to_call import CustomersToCall
from cadran.lists.statements import contacts, customers_to_call, eligibility, survey_lists
from cadran.lists.statements.contacts import ContactPage
from cadran.lists.statements.customers_to_call import CustomersToCallPage
from cadran.lists.statements.eligibility import Eligibility, EligibilityVerdict
from cadran.lists.statements.listing import Listing
from cadran.lists.statements.survey_lists import ListRequest
from cadran.lists.surveys import SurveyRulesRequest, Surveys

#: The figures shown with the list of customers to call: their number, and the share of losses that were recovered.
#: The metrics whose windows, filters and permissions lists of contacts, surveys and customers share.
_CONTACTS, _SURVEYS, _CUSTOMERS = (
    parse_metric_refs((name,)) for name in ("contacts", "survey_response_rate", "customers_in_contact")
)
RECOVERY = parse_metric_refs(("customers_to_call", "recovered_losses"))


@dataclass(frozen=True, slots=True)
class Lists:
    """The service that checks rights, turns a request into a question and reads a page of a list.

    Pages are never cached, because a caller who is about to call customers needs the facts of this moment.
    """

    desk: Desk
    contact_pages: Contacts
    survey_pages: Surveys
    recontact_pages: CustomersToCall

    async def contacts(self, ask: Ask, principal: Principal, *, limit: int, after: str | None) -> ContactPage:
        """Read a page of the contacts within the window and the filters of an ask. The ask's metrics are ignored."""
        self.desk.check_customers(principal, "contacts")
        self.desk.check_page(limit, len(contacts.COLUMNS), principal)
        question = self.desk.understand(replace(ask, metrics=_CONTACTS), principal)
        return await self.contact_pages.page(question, principal, limit=limit, after=after)

    async def survey_list(
        self, ask: Ask, principal: Principal, wanted: ListRequest, *, limit: int, after: str | None
    ) -> Listing:
        """Read a page of the surveys on a list, within the window and the filters of an ask."""
        self.desk.check_customers(principal, "people")
        self.desk.check_page(limit, len(survey_lists.COLUMNS), principal)
        question = self.desk.understand(replace(ask, metrics=_SURVEYS), principal)
        return await self.survey_pages.listed(
            question, principal, wanted, now=self.desk.clock(), limit=limit, after=after
        )

    async def survey_eligibility(
        self, ask: Ask, principal: Principal, asked: SurveyRulesRequest, *, limit: int, after: str | None
    ) -> Eligibility:
        """Read which customers in contact may be surveyed, within the window and the filters of an ask.

        Without a window, the ask gets the thirty days before the instant of the rules.
        """
        self.desk.check_customers(principal, "people")
        self.desk.check_page(limit, len(eligibility.COLUMNS), principal)
        rules = self.survey_pages.rules(asked, now=self.desk.clock(), zone=self.desk.home_zone)
        question = self.desk.understand(replace(self._with_window(ask, rules.at), metrics=_CUSTOMERS), principal)
        return await self.survey_pages.eligible(question, principal, rules, limit=limit, after=after)

    async def judge_eligibility(
        self, customer: str, principal: Principal, asked: SurveyRulesRequest
    ) -> EligibilityVerdict:
        """Return whether one customer may be surveyed.

        A customer who was never in contact within the principal's scope is unknown.
        """
        self.desk.check_customers(principal, "people")
        rules = self.survey_pages.rules(asked, now=self.desk.clock(), zone=self.desk.home_zone)
        within = self.desk.understand(Ask(metrics=_CUSTOMERS, period="today"), principal)
        return await self.survey_pages.verdict(customer, within, principal, rules)

    async def recovery(
        self, ask: Ask, principal: Principal, *, order: str, limit: int, after: str | None
    ) -> tuple[Answer, CustomersToCallPage]:
        """Read a page of the customers to call at the end of a window, and the figures of ``RECOVERY``.

        The figures have the same window and filters, and verdicts. Without a window, the ask gets the last thirty
        days. The ask's metrics are ignored.
        """
        self.desk.check_customers(principal, "people")
        self.desk.check_page(limit, len(customers_to_call.COLUMNS), principal)
        completed = replace(self._with_window(ask, self.desk.clock()), metrics=RECOVERY)
        answer = await self.desk.ask(completed, principal, Presentation(targets=True))
        question = self.desk.understand(completed, principal)
        return answer, await self.recontact_pages.page(question, principal, order=order, limit=limit, after=after)

    def _with_window(self, ask: Ask, at: datetime) -> Ask:
        """Return the ask with a window: its own, or the day of the instant ``at`` and the thirty days before."""
        if ask.period or ask.start or ask.end:
            return ask
        today = at.astimezone(load_zone(ask.zone or self.desk.home_zone)).date()
        first, end = today - timedelta(days=DAYS), today + timedelta(days=1)
        return replace(ask, start=first.isoformat(), end=end.isoformat())
