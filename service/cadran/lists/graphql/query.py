"""The root fields of survey hygiene."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from cadran.graphql.inputs import IndicatorFilter, PeriodInput, asked
from cadran.graphql.root import Info, Period, Zone, fallible
from cadran.graphql.scalars import DateTime
from cadran.lists.graphql.surveys import (
    KIND,
    LIST,
    CustomerEligibility,
    SurveyEligibility,
    SurveyPage,
    customer_eligibility,
    survey_eligibility,
    survey_list,
)
from cadran.lists.statements.survey_lists import listed
from cadran.lists.surveys import Hygiene

Lately = Annotated[
    PeriodInput | None,
    strawberry.argument(description="Which window; the thirty days before the instant unless given."),
]
Limit = Annotated[int, strawberry.argument(description="How many rows a page holds, 1 to 1000.")]
After = Annotated[str | None, strawberry.argument(description="What the page before told as next.")]
At = Annotated[DateTime | None, strawberry.argument(description="As of which instant; now unless given.")]
RestDays = Annotated[
    int | None, strawberry.argument(description="Whoever was asked within so many days is left alone.")
]
Contacts = Annotated[
    int | None, strawberry.argument(description="Whoever had so many contacts lately is left alone; 3 unless given.")
]
WithinDays = Annotated[int | None, strawberry.argument(description="How many days lately is; 7 unless given.")]


@strawberry.type
class SurveyQuery:
    """Who may be asked, and lists to work off."""

    @fallible("Who may be asked, of the customers in contact within a window, and why the others may not.")
    async def survey_eligibility(
        self,
        info: Info,
        *,
        period: Lately = None,
        zone: Zone = None,
        where: Annotated[IndicatorFilter | None, strawberry.argument(description="Which contacts count.")] = None,
        at: At = None,
        rest_days: RestDays = None,
        contacts: Contacts = None,
        within_days: WithinDays = None,
        limit: Limit = 100,
        after: After = None,
    ) -> SurveyEligibility | None:
        """The counts and a page."""
        ask = asked(period or PeriodInput(), zone=zone, where=where, compare=None)
        rules = Hygiene(at, rest_days, contacts, within_days)
        return await survey_eligibility(info.context, ask, rules, limit, after)

    @fallible("Whether one customer may be asked, before a survey is sent.")
    async def customer_eligibility(
        self,
        info: Info,
        *,
        customer: Annotated[str, strawberry.argument(description="The customer's code.")],
        at: At = None,
        rest_days: RestDays = None,
        contacts: Contacts = None,
        within_days: WithinDays = None,
    ) -> CustomerEligibility | None:
        """Yes or no, with the reason."""
        return await customer_eligibility(info.context, customer, Hygiene(at, rest_days, contacts, within_days))

    @fallible("Surveys to work off, page by page, the oldest first.")
    async def survey_list(
        self,
        info: Info,
        *,
        list: Annotated[Any, strawberry.argument(description="Which list.", graphql_type=LIST)],
        period: Period,
        zone: Zone = None,
        where: Annotated[IndicatorFilter | None, strawberry.argument(description="Which surveys count.")] = None,
        instrument: Annotated[
            str | None, strawberry.argument(description="The code of one instrument; all unless given.")
        ] = None,
        kind: Annotated[
            Any,
            strawberry.argument(
                description="Transactional or relationship ones; both unless given.", graphql_type=KIND | None
            ),
        ] = None,
        answers: Annotated[
            int | None, strawberry.argument(description="How many of the latest answers make a promoter.")
        ] = None,
        limit: Limit = 100,
        after: After = None,
    ) -> SurveyPage | None:
        """A page."""
        wanted = listed(
            list.value, instrument=instrument, kind=kind.value if kind is not None else None, answers=answers
        )
        ask = asked(period, zone=zone, where=where, compare=None)
        return await survey_list(info.context, ask, wanted, limit, after)
