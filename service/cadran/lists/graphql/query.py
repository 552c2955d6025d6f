"""The GraphQL root fields of lists: contacts, customers to call, surveys."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from cadran.graphql.declaration.field_cost import QUESTIONS
from cadran.graphql.inputs import IndicatorFilter, PeriodInput, make_ask
from cadran.graphql.root import Info, Period, Where, Zone, make_fallible
from cadran.graphql.scalars import DateTime
from cadran.lists.graphql.contacts import ContactPage, contacts
from cadran.lists.graphql.kinds import SURVEY_KIND
from cadran.lists.graphql.recovery import Recovery, RecoveryOrder, recovery
from cadran.lists.graphql.surveys import (
    LIST,
    CustomerEligibility,
    SurveyEligibility,
    SurveyPage,
    customer_eligibility,
    survey_eligibility,
    survey_list,
)
from cadran.lists.statements.survey_lists import parse_list
from cadran.lists.surveys import SurveyRulesRequest

Lately = Annotated[
    PeriodInput | None,
    strawberry.argument(description="The window of contacts; default: the thirty days before the instant."),
]
Limit = Annotated[int, strawberry.argument(description="The page size: 1 to 1000 rows.")]
After = Annotated[
    str | None,
    strawberry.argument(description="The cursor of this page: `next` of the previous page; null: the first page."),
]
At = Annotated[
    DateTime | None, strawberry.argument(description="The instant at which the rules are applied; default: now.")
]
RestDays = Annotated[
    int | None,
    strawberry.argument(
        description="The days between two surveys: a customer surveyed within these days may not be surveyed;"
        " default: the service's setting."
    ),
]
Contacts = Annotated[
    int | None,
    strawberry.argument(
        description="The number of contacts within withinDays from which a customer may not be surveyed; default: 3."
    ),
]
WithinDays = Annotated[
    int | None,
    strawberry.argument(description="The days before the instant within which contacts are counted; default: 7."),
]


@strawberry.type
class ListQuery:
    """The query fields of lists of contacts and customers."""

    @make_fallible("The contacts behind a figure, page by page.", cost=QUESTIONS)
    async def contacts(
        self,
        info: Info,
        *,
        period: Period,
        zone: Zone = None,
        where: Where = None,
        limit: Annotated[int, strawberry.argument(description="The page size: 1 to 1000 contacts.")] = 100,
        after: After = None,
    ) -> ContactPage | None:
        """Return a page of contacts."""
        return await contacts(info.context, make_ask(period, zone=zone, where=where, compare=None), limit, after)

    @make_fallible(
        "Customers who did not get through or were promised a callback, and were not reached since, page by page.",
        cost=QUESTIONS,
    )
    async def recovery(
        self,
        info: Info,
        *,
        period: Annotated[
            PeriodInput | None, strawberry.argument(description="The window; default: the last thirty days.")
        ] = None,
        zone: Zone = None,
        where: Where = None,
        order: Annotated[
            RecoveryOrder, strawberry.argument(description="The order of the customers.")
        ] = RecoveryOrder.VALUE,
        limit: Annotated[int, strawberry.argument(description="The page size: 1 to 1000 customers.")] = 100,
        after: After = None,
    ) -> Recovery | None:
        """Return a page of customers, with the figures about the customers of all pages."""
        ask = make_ask(period or PeriodInput(), zone=zone, where=where, compare=None)
        return await recovery(info.context, ask, str(order.value), limit, after)

    @make_fallible("List the customers in contact who may be surveyed, and count the others by reason.", cost=QUESTIONS)
    async def survey_eligibility(
        self,
        info: Info,
        *,
        period: Lately = None,
        zone: Zone = None,
        where: Annotated[
            IndicatorFilter | None, strawberry.argument(description="The filters of the contacts.")
        ] = None,
        at: At = None,
        rest_days: RestDays = None,
        contacts: Contacts = None,
        within_days: WithinDays = None,
        limit: Limit = 100,
        after: After = None,
    ) -> SurveyEligibility | None:
        """Return the counts by reason and a page of the customers who may be surveyed."""
        ask = make_ask(period or PeriodInput(), zone=zone, where=where, compare=None)
        rules = SurveyRulesRequest(at, rest_days, contacts, within_days)
        return await survey_eligibility(info.context, ask, rules, limit, after)

    @make_fallible("Check whether one customer may be surveyed, before a survey is sent.", cost=QUESTIONS)
    async def customer_eligibility(
        self,
        info: Info,
        *,
        customer: Annotated[str, strawberry.argument(description="The code of the customer.")],
        at: At = None,
        rest_days: RestDays = None,
        contacts: Contacts = None,
        within_days: WithinDays = None,
    ) -> CustomerEligibility | None:
        """Return whether the customer may be surveyed, with the reason if not."""
        return await customer_eligibility(
            info.context, customer, SurveyRulesRequest(at, rest_days, contacts, within_days)
        )

    @make_fallible("List surveys that need an action, page by page, oldest first.", cost=QUESTIONS)
    async def survey_list(
        self,
        info: Info,
        *,
        list: Annotated[Any, strawberry.argument(description="The name of the list.", graphql_type=LIST)],
        period: Period,
        zone: Zone = None,
        where: Annotated[IndicatorFilter | None, strawberry.argument(description="The filters of the surveys.")] = None,
        instrument: Annotated[
            str | None,
            strawberry.argument(
                description="The code of an instrument. Only its surveys are listed; default: all instruments."
            ),
        ] = None,
        kind: Annotated[
            Any,
            strawberry.argument(
                description="The kind of survey, by when it was sent; default: both.",
                graphql_type=SURVEY_KIND | None,
            ),
        ] = None,
        answers: Annotated[
            int | None,
            strawberry.argument(
                description="The number of latest answers of a promoter that have the best score; default: 1. Only for"
                " PROMOTERS."
            ),
        ] = None,
        limit: Limit = 100,
        after: After = None,
    ) -> SurveyPage | None:
        """Return a page of a list."""
        wanted = parse_list(
            list.value, instrument=instrument, kind=kind.value if kind is not None else None, answers=answers
        )
        ask = make_ask(period, zone=zone, where=where, compare=None)
        return await survey_list(info.context, ask, wanted, limit, after)
