"""The GraphQL fields of survey lists and survey eligibility."""

from __future__ import annotations

from typing import Final

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.choices import make_choices
from cadran.graphql.context import Context
from cadran.graphql.declaration.document_types import declare_type
from cadran.lists.documents import (
    CustomerEligibilityDocument,
    EligibleCustomersDocument,
    SurveyListDocument,
    encode_eligibility,
    encode_rows,
    encode_verdict,
)
from cadran.lists.graphql.kinds import KINDS
from cadran.lists.reader import Lists
from cadran.lists.statements import eligibility, survey_lists
from cadran.lists.statements.survey_lists import ListRequest, SurveyList
from cadran.lists.surveys import SurveyRulesRequest

#: The enum of the names of lists.
LIST: Final = make_choices(
    "SurveyListName",
    {
        SurveyList.NON_RESPONDENTS: "Surveys without an answer.",
        SurveyList.PROMOTERS: "Customers whose latest answers about recommending the company all have the best score.",
        SurveyList.TO_CALL_BACK: "Dissatisfied answers without a callback.",
    },
    "A list of surveys that need an action.",
)


@declare_type(KINDS, SurveyListDocument, leave_out=["list"])
class SurveyPage:
    """The document of ``/v1/survey-lists``."""

    document: strawberry.Private[SurveyListDocument]


@declare_type(KINDS, EligibleCustomersDocument)
class SurveyEligibility:
    """The document of ``/v1/survey-eligibility`` for the customers in contact."""

    document: strawberry.Private[EligibleCustomersDocument]


@declare_type(KINDS, CustomerEligibilityDocument)
class CustomerEligibility:
    """The document of ``/v1/survey-eligibility`` for one customer."""

    document: strawberry.Private[CustomerEligibilityDocument]


async def survey_list(context: Context, ask: Ask, wanted: ListRequest, limit: int, after: str | None) -> SurveyPage:
    """Return a page of a list."""
    context.page(limit)
    page = await context.service(Lists).survey_list(ask, context.principal, wanted, limit=limit, after=after)
    context.uncached = True
    context.spend(page.size * len(survey_lists.COLUMNS))
    return SurveyPage(document={"list": wanted.list, "surveys": encode_rows(page.columns), "next": page.after})


async def survey_eligibility(
    context: Context, ask: Ask, asked: SurveyRulesRequest, limit: int, after: str | None
) -> SurveyEligibility:
    """Return the counts by reason and a page of the customers who may be surveyed."""
    context.page(limit)
    found = await context.service(Lists).survey_eligibility(ask, context.principal, asked, limit=limit, after=after)
    context.uncached = True
    context.spend(found.listing.size * len(eligibility.COLUMNS))
    return SurveyEligibility(document=encode_eligibility(found))


async def customer_eligibility(context: Context, customer: str, asked: SurveyRulesRequest) -> CustomerEligibility:
    """Return whether one customer may be surveyed."""
    context.page(1)
    found = await context.service(Lists).judge_eligibility(customer, context.principal, asked)
    context.uncached = True
    return CustomerEligibility(document=encode_verdict(found))
