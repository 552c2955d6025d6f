"""The GraphQL fields of survey lists and survey eligibility."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.choices import make_choices
from cadran.graphql.context import Context
from cadran.graphql.enums import ContactOutcome, IneligibilityReason
from cadran.graphql.paged import add_columns
from cadran.graphql.scalars import DateTime
from cadran.lists.descriptions import ELIGIBLE_CUSTOMER, SURVEY
from cadran.lists.reader import Lists
from cadran.lists.statements import eligibility, survey_lists
from cadran.lists.statements.eligibility import EligibilityVerdict, Reason, Rules
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
#: The enum of the kinds of surveys.
KIND: Final = make_choices(
    "SurveyKind",
    {
        "transactional": "A survey sent right after a contact.",
        "relationship": "A survey sent at another time.",
    },
    "The kind of a survey, by when it was sent.",
)


_KINDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("score", "age"), float | None),
    **dict.fromkeys(("sent_at", "answered_at", "last_contact_at"), DateTime | None),
    "kind": KIND | None,
    "outcome": ContactOutcome | None,
}


def _fields(columns: Iterable[str], descriptions: Mapping[str, str]) -> dict[str, tuple[Any, str]]:
    return {name: (_KINDS.get(name, str | None), descriptions[name]) for name in columns}


@strawberry.type(description="A survey on a list, with the contact that it follows. Members of dimensions are codes.")
@add_columns(_fields(survey_lists.COLUMNS, SURVEY))
class ListedSurvey:
    """The row ``index`` of a page of surveys."""

    columns: strawberry.Private[Any]
    index: strawberry.Private[int]


@strawberry.type(description="A page of surveys, the oldest first.")
class SurveyPage:
    """The GraphQL counterpart of ``/v1/survey-lists``."""

    surveys: list[ListedSurvey] = strawberry.field(description="The surveys of this page, oldest first.")
    next: str | None = strawberry.field(description="The cursor of the next page, for after; null on the last page.")


@strawberry.type(description="The rules by which a customer may be surveyed.")
class SurveyRules:
    """The GraphQL type of ``Rules``."""

    at: DateTime = strawberry.field(description="The instant at which the rules are applied.")
    rest_days: int = strawberry.field(
        description="The days between two surveys: a customer surveyed within these days may not be surveyed."
    )
    contacts: int = strawberry.field(
        description="The number of contacts within withinDays from which a customer may not be surveyed."
    )
    within_days: int = strawberry.field(description="The days before the instant within which contacts are counted.")


@strawberry.type(description="The numbers of customers. The eligible customers and those by reason sum to customers.")
class EligibilityCounts:
    """The counts of ``Eligibility``."""

    customers: int = strawberry.field(description="The number of customers in contact.")
    eligible: int = strawberry.field(description="The number of customers who may be surveyed.")
    churned: int = strawberry.field(description="The number of customers who have churned.")
    asked_recently: int = strawberry.field(description="The number of customers who were surveyed within restDays.")
    contacts_in_a_row: int = strawberry.field(
        description="The number of customers with too many contacts within withinDays."
    )


@strawberry.type(description="A customer who may be surveyed, with the last contact in the window.")
@add_columns(_fields(eligibility.COLUMNS, ELIGIBLE_CUSTOMER))
class EligibleCustomer:
    """The row ``index`` of a page of customers who may be surveyed."""

    columns: strawberry.Private[Any]
    index: strawberry.Private[int]


@strawberry.type(
    description="The numbers of customers in contact by survey eligibility, and a page of the customers who may be"
    " surveyed."
)
class SurveyEligibility:
    """The GraphQL counterpart of ``/v1/survey-eligibility`` for the customers in contact."""

    rules: SurveyRules = strawberry.field(description="The rules by which a customer may be surveyed.")
    counts: EligibilityCounts = strawberry.field(description="The numbers of customers by survey eligibility.")
    customers: list[EligibleCustomer] = strawberry.field(
        description="A page of the customers who may be surveyed, by the time of their last contact."
    )
    next: str | None = strawberry.field(description="The cursor of the next page, for after; null on the last page.")


@strawberry.type(description="Whether one customer may be surveyed. An unknown customer may be surveyed.")
class CustomerEligibility:
    """The GraphQL counterpart of ``/v1/survey-eligibility`` for one customer."""

    customer: str = strawberry.field(description="The code of the customer, as in the request.")
    known: bool = strawberry.field(description="Whether the customer is known to the caller.")
    eligible: bool = strawberry.field(description="Whether the customer may be surveyed.")
    reason: IneligibilityReason | None = strawberry.field(
        description="The reason why the customer may not be surveyed; null if the customer may be surveyed."
    )
    rules: SurveyRules = strawberry.field(description="The rules by which a customer may be surveyed.")


async def survey_list(context: Context, ask: Ask, wanted: ListRequest, limit: int, after: str | None) -> SurveyPage:
    """Return a page of a list."""
    context.page(limit)
    page = await context.service(Lists).survey_list(ask, context.principal, wanted, limit=limit, after=after)
    context.uncached = True
    context.spend(page.size * len(survey_lists.COLUMNS))
    rows = [ListedSurvey(columns=page.columns, index=index) for index in range(page.size)]
    return SurveyPage(surveys=rows, next=page.after)


async def survey_eligibility(
    context: Context, ask: Ask, asked: SurveyRulesRequest, limit: int, after: str | None
) -> SurveyEligibility:
    """Return the counts by reason and a page of the customers who may be surveyed."""
    context.page(limit)
    found = await context.service(Lists).survey_eligibility(ask, context.principal, asked, limit=limit, after=after)
    context.uncached = True
    page = found.listing
    context.spend(page.size * len(eligibility.COLUMNS))
    reasons = {reason.value: found.reasons[reason] for reason in Reason}
    return SurveyEligibility(
        rules=_rules(found.rules),
        counts=EligibilityCounts(customers=found.customers, eligible=found.eligible, **reasons),
        customers=[EligibleCustomer(columns=page.columns, index=index) for index in range(page.size)],
        next=page.after,
    )


async def customer_eligibility(context: Context, customer: str, asked: SurveyRulesRequest) -> CustomerEligibility:
    """Return whether one customer may be surveyed."""
    context.page(1)
    found: EligibilityVerdict = await context.service(Lists).judge_eligibility(customer, context.principal, asked)
    context.uncached = True
    return CustomerEligibility(
        customer=found.customer,
        known=found.known,
        eligible=found.reason is None,
        reason=None if found.reason is None else IneligibilityReason(found.reason.value),
        rules=_rules(found.rules),
    )


def _rules(rules: Rules) -> SurveyRules:
    return SurveyRules(
        at=DateTime(rules.at.isoformat()),
        rest_days=rules.rest_days,
        contacts=rules.contacts,
        within_days=rules.within_days,
    )
