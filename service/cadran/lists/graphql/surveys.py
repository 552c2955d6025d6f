"""The fields of survey hygiene: who may be asked, and lists to work off."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import strawberry

from cadran.domain.ask import Ask
from cadran.graphql.choices import choices
from cadran.graphql.context import Context
from cadran.graphql.enums import ContactOutcome, IneligibilityReason
from cadran.graphql.paged import with_columns
from cadran.graphql.scalars import DateTime
from cadran.lists.reader import Lists
from cadran.lists.statements import eligibility, survey_lists
from cadran.lists.statements.eligibility import Reason, Rules, Verdict
from cadran.lists.statements.survey_lists import Listed, SurveyList
from cadran.lists.surveys import Hygiene

#: Which list.
LIST: Final = choices(
    "SurveyListName",
    {
        SurveyList.NON_RESPONDENTS: "Surveys that nobody answered.",
        SurveyList.PROMOTERS: "Customers whose latest answers to recommend the company all have the best score.",
        SurveyList.TO_CALL_BACK: "Dissatisfied answers whose customer nobody has called back.",
    },
    "Surveys to work off.",
)
#: Transactional or relationship.
KIND: Final = choices(
    "SurveyKind",
    {"transactional": "Asked right after a contact.", "relationship": "Asked some time later."},
    "When customers were asked.",
)


_KINDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("score", "age"), float | None),
    **dict.fromkeys(("sent_at", "answered_at", "last_contact_at"), DateTime | None),
    "kind": KIND | None,
    "outcome": ContactOutcome | None,
}


def _fields(columns: Iterable[str]) -> dict[str, tuple[Any, str]]:
    return {name: (_KINDS.get(name, str | None), f"As REST's {name}.") for name in columns}


@strawberry.type(description="A survey, in codes; whose it is, for those who may see people.")
@with_columns(_fields(survey_lists.COLUMNS))
class ListedSurvey:
    """Row ``index`` of a page."""

    columns: strawberry.Private[Any]
    index: strawberry.Private[int]


@strawberry.type(description="A page of surveys, the oldest first.")
class SurveyPage:
    """As REST has it."""

    surveys: list[ListedSurvey] = strawberry.field(description="The surveys.")
    next: str | None = strawberry.field(description="What to give as after for the next page; null on the last.")


@strawberry.type(description="When one may be asked.")
class SurveyRules:
    """As REST has it."""

    at: DateTime = strawberry.field(description="As of this instant.")
    rest_days: int = strawberry.field(description="Not asked within so many days.")
    contacts: int = strawberry.field(description="Fewer contacts than these, within withinDays.")
    within_days: int = strawberry.field(description="The days that contacts are counted within.")


@strawberry.type(description="How many customers; eligible and the reasons add up to all.")
class EligibilityCounts:
    """As REST has it."""

    customers: int = strawberry.field(description="All customers in contact.")
    eligible: int = strawberry.field(description="They may be asked.")
    churned: int = strawberry.field(description="They are customers no more.")
    asked_recently: int = strawberry.field(description="They were asked within restDays.")
    contacts_in_a_row: int = strawberry.field(description="They had too many contacts lately.")


@strawberry.type(description="A customer who may be asked, with the last contact in the window.")
@with_columns(_fields(eligibility.COLUMNS))
class EligibleCustomer:
    """Row ``index`` of a page."""

    columns: strawberry.Private[Any]
    index: strawberry.Private[int]


@strawberry.type(description="The customers in contact, by whether they may be asked, and a page of those who may.")
class SurveyEligibility:
    """As REST has it."""

    rules: SurveyRules = strawberry.field(description="When one may be asked.")
    counts: EligibilityCounts = strawberry.field(description="How many there are.")
    customers: list[EligibleCustomer] = strawberry.field(description="A page of those who may be asked.")
    next: str | None = strawberry.field(description="What to give as after for the next page; null on the last.")


@strawberry.type(description="Whether one customer may be asked; whoever is not known yet may.")
class CustomerEligibility:
    """As REST has it."""

    customer: str = strawberry.field(description="The code asked about.")
    known: bool = strawberry.field(description="Whether there is such a customer.")
    eligible: bool = strawberry.field(description="Whether this one may be asked.")
    reason: IneligibilityReason | None = strawberry.field(description="Why not; null where this one may be asked.")
    rules: SurveyRules = strawberry.field(description="When one may be asked.")


async def survey_list(context: Context, ask: Ask, wanted: Listed, limit: int, after: str | None) -> SurveyPage:
    """A page of the list."""
    context.page(limit)
    page = await context.service(Lists).survey_list(ask, context.principal, wanted, limit=limit, after=after)
    context.uncached = True
    context.spend(page.size * len(survey_lists.COLUMNS))
    rows = [ListedSurvey(columns=page.columns, index=index) for index in range(page.size)]
    return SurveyPage(surveys=rows, next=page.after)


async def survey_eligibility(
    context: Context, ask: Ask, asked: Hygiene, limit: int, after: str | None
) -> SurveyEligibility:
    """The counts and a page."""
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


async def customer_eligibility(context: Context, customer: str, asked: Hygiene) -> CustomerEligibility:
    """Yes or no."""
    context.page(1)
    found: Verdict = await context.service(Lists).may_be_asked(customer, context.principal, asked)
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
