"""The documents of lists, with the same members at every edge, and their encoders.

Rows are read in columns. The columns of a list (``statements/``) have the names of the members of its row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeAlias, TypedDict

from cadran.lists.statements.eligibility import Eligibility, EligibilityVerdict, Reason, Rules
from cadran.lists.statements.survey_lists import SurveyList
from cadran.web.documents import BoundText, InstantText, TextFormat

#: Texts that GraphQL shows as enums.
Direction: TypeAlias = Annotated[str, TextFormat("direction")]
Outcome: TypeAlias = Annotated[str, TextFormat("outcome")]
SurveyKind: TypeAlias = Annotated[str, TextFormat("survey kind")]
CallReason: TypeAlias = Literal["lost", "callback_promised"]
NextPage: TypeAlias = Annotated[str | None, "The cursor of the next page, for after; null on the last page."]


class ContactDocument(TypedDict):
    """A contact. Members of dimensions are codes. The customer is not shown."""

    source: Annotated[str | None, "The code of the system that the contact's id belongs to."]
    contact: Annotated[str | None, "The id of the contact within its source."]
    case: Annotated[str | None, "The case number of the source; null without a case."]
    identified: Annotated[bool | None, "Whether the customer is known."]
    site: Annotated[str | None, "The code of the site that the contact was offered to; null if none is given."]
    segment: Annotated[
        str | None, "The code of the customer's segment at the time of the contact; null if none is given."
    ]
    channel: Annotated[str | None, "The code of the channel, such as phone; null if none is given."]
    moment: Annotated[str | None, "The code of the moment of truth; null if none is given."]
    reason: Annotated[str | None, "The code of the reason why the customer came; null if none is given."]
    queue: Annotated[str | None, "The code of the queue of the contact's last visit; null if none is given."]
    first_queue: Annotated[str | None, "The code of the queue of the contact's first visit; null if none is given."]
    direction: Annotated[
        Direction | None, "Whether the customer (inbound) or the contact centre (outbound) got in touch."
    ]
    offered_at: Annotated[BoundText | None, "When the contact was offered, on the site's clock."]
    answered_at: Annotated[
        BoundText | None, "When a person first answered, on the site's clock; null without an answer."
    ]
    ended_at: Annotated[BoundText | None, "When the contact ended, on the site's clock; null if unknown."]
    outcome: Annotated[Outcome | None, "The outcome of the contact, such as handled."]
    wait: Annotated[float | None, "The seconds until the contact was answered or lost; null if unknown."]
    talk: Annotated[float | None, "The seconds of conversation; null if unknown."]
    hold: Annotated[float | None, "The seconds on hold; null if unknown."]
    acw: Annotated[float | None, "The seconds of work after the contact; null if unknown."]
    transferred_to: Annotated[
        str | None, "The service or site that the contact was transferred to; null without a transfer."
    ]
    escalated: Annotated[bool | None, "Whether the contact was escalated to another service."]
    overflowed: Annotated[
        bool | None, "Whether the contact was answered at another site than the site it was offered to."
    ]
    resolved: Annotated[
        bool | None, "Whether the agent stated that the customer's need was met; null without a statement."
    ]
    recalled: Annotated[bool | None, "Whether a callback reached the customer within thirty days after the contact."]
    repeated: Annotated[
        bool | None,
        "Whether the customer got in touch about the same moment of truth within the seven days before.",
    ]
    cost: Annotated[float | None, "The cost of the contact in the service's currency; null if unknown."]
    revenue: Annotated[float | None, "The revenue of the contact in the service's currency; null if unknown."]
    attributes: Annotated[
        list[str],
        "The values of the contact's own attributes, each as campaign=spring; attributes without a value are left out.",
    ]


class ContactsDocument(TypedDict):
    """A page of contacts, in the order in which they were offered."""

    contacts: Annotated[list[ContactDocument], "The contacts of this page."]
    next: NextPage


class CustomerToCallDocument(TypedDict):
    """A customer who was not reached since a loss or a promise. Members of dimensions are codes."""

    customer: Annotated[str | None, "The customer's code; null for callers who may not see people."]
    reason: Annotated[
        CallReason, "Why to call the customer: a lost contact (lost), or a promised callback (callback_promised)."
    ]
    first_attempt: Annotated[
        BoundText, "When the first open loss or promise happened, on the clock of the last attempt's site."
    ]
    last_attempt: Annotated[
        BoundText, "When the last open loss or promise happened, on the clock of the last attempt's site."
    ]
    attempts: Annotated[int, "The number of open losses and promises."]
    due_at: Annotated[
        BoundText | None,
        "When the first open promise is due, on the clock of the last attempt's site; null without a due time.",
    ]
    lifetime_value: Annotated[
        float | None,
        "The customer's lifetime value as known by then, in the service's currency; null if unknown.",
    ]
    age: Annotated[float, "The seconds since the first attempt."]
    site: Annotated[str | None, "The code of the site of the last attempt; null if none is given."]
    segment: Annotated[str | None, "The code of the customer's segment at the last attempt; null if none is given."]
    channel: Annotated[str | None, "The code of the channel of the last attempt; null if none is given."]
    moment: Annotated[str | None, "The code of the moment of truth of the last attempt; null if none is given."]


class ListedSurveyDocument(TypedDict):
    """A survey on a list, with the contact that it follows. Members of dimensions are codes."""

    source: Annotated[str | None, "The code of the system that the survey's id belongs to."]
    survey: Annotated[str | None, "The id of the survey within its source."]
    instrument: Annotated[str | None, "The code of the instrument: the survey question and its scale."]
    kind: Annotated[
        SurveyKind | None,
        "Whether the survey was sent right after a contact (transactional) or at another time (relationship).",
    ]
    sent_by: Annotated[str | None, "The medium that the survey was sent by, such as sms; null if unknown."]
    customer: Annotated[
        str | None, "The customer's code; null without a customer, and for callers who may not see people."
    ]
    contact_source: Annotated[
        str | None, "The code of the source of the contact that the survey follows; null without a contact."
    ]
    contact: Annotated[str | None, "The id of the contact that the survey follows; null without a contact."]
    site: Annotated[str | None, "The code of the site that the survey is about; null if none is given."]
    segment: Annotated[str | None, "The code of the customer's segment; null if none is given."]
    channel: Annotated[str | None, "The code of the contact's channel; null if none is given."]
    moment: Annotated[str | None, "The code of the contact's moment of truth; null if none is given."]
    outcome: Annotated[Outcome | None, "The outcome of the contact that the survey follows; null without a contact."]
    sent_at: Annotated[BoundText | None, "When the survey was sent, on the site's clock."]
    answered_at: Annotated[
        BoundText | None, "When the survey was answered, on the site's clock; null without an answer."
    ]
    score: Annotated[float | None, "The score on the instrument's scale; null without an answer."]
    verbatim: Annotated[
        str | None, "The text of the answer; null without a text, and for callers who may not see people."
    ]
    age: Annotated[float | None, "The seconds since the answer, or since the survey was sent if there is no answer."]


ListedSurveys: TypeAlias = list[ListedSurveyDocument]


class SurveyListDocument(TypedDict):
    """A page of surveys, the oldest first."""

    list: Annotated[SurveyList, "The name of the list, as in the request."]
    surveys: Annotated[ListedSurveys, "The surveys of this page, oldest first."]
    next: NextPage


class SurveyRulesDocument(TypedDict):
    """The rules by which a customer may be surveyed."""

    at: Annotated[InstantText, "The instant at which the rules are applied."]
    rest_days: Annotated[
        int, "The days between two surveys: a customer surveyed within these days may not be surveyed."
    ]
    contacts: Annotated[int, "The number of recent contacts from which a customer may not be surveyed."]
    within_days: Annotated[int, "The days before the instant within which contacts are recent."]


class EligibilityCountsDocument(TypedDict):
    """The numbers of customers. The eligible customers and those by reason sum to customers."""

    customers: Annotated[int, "The number of customers in contact."]
    eligible: Annotated[int, "The number of customers who may be surveyed."]
    churned: Annotated[int, "The number of customers who have churned."]
    asked_recently: Annotated[int, "The number of customers who were surveyed within the rest days."]
    contacts_in_a_row: Annotated[int, "The number of customers with too many recent contacts."]


class EligibleCustomerDocument(TypedDict):
    """A customer who may be surveyed, with the last contact in the window."""

    customer: Annotated[str | None, "The customer's code; null for callers who may not see people."]
    site: Annotated[
        str | None, "The code of the site of the customer's last contact in the window; null if none is given."
    ]
    segment: Annotated[str | None, "The code of the customer's segment at the last contact; null if none is given."]
    channel: Annotated[str | None, "The code of the channel of the last contact; null if none is given."]
    moment: Annotated[str | None, "The code of the moment of truth of the last contact; null if none is given."]
    outcome: Annotated[Outcome | None, "The outcome of the last contact, such as handled."]
    contact_source: Annotated[str | None, "The code of the system that the id of the last contact belongs to."]
    contact: Annotated[str | None, "The id of the last contact within its source."]
    last_contact_at: Annotated[BoundText | None, "When the last contact was offered, on the site's clock."]


class EligibleCustomersDocument(TypedDict):
    """The numbers of customers in contact by survey eligibility, and a page of the customers who may be surveyed."""

    rules: Annotated[SurveyRulesDocument, "The rules by which a customer may be surveyed."]
    counts: Annotated[
        EligibilityCountsDocument,
        "The numbers of customers by survey eligibility. The eligible customers and those by reason sum to customers.",
    ]
    customers: Annotated[
        list[EligibleCustomerDocument],
        "A page of the customers who may be surveyed, by the time of their last contact.",
    ]
    next: NextPage


class CustomerEligibilityDocument(TypedDict):
    """Whether one customer may be surveyed. An unknown customer may be surveyed."""

    customer: Annotated[str, "The customer's code, as in the request."]
    known: Annotated[bool, "Whether the customer is known to the caller."]
    eligible: Annotated[bool, "Whether the customer may be surveyed."]
    reason: Annotated[
        Reason | None, "The reason why the customer may not be surveyed; null if the customer may be surveyed."
    ]
    rules: Annotated[SurveyRulesDocument, "The rules by which a customer may be surveyed."]


def encode_rows(columns: Mapping[str, Sequence[object]]) -> Any:
    """Return the rows of columns: objects with one member for each column."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def encode_eligibility(found: Eligibility) -> EligibleCustomersDocument:
    """Return the counts by reason, and a page of the customers who may be surveyed."""
    return {
        "rules": _encode_rules(found.rules),
        "counts": {
            "customers": found.customers,
            "eligible": found.eligible,
            "churned": found.reasons[Reason.CHURNED],
            "asked_recently": found.reasons[Reason.ASKED_RECENTLY],
            "contacts_in_a_row": found.reasons[Reason.CONTACTS_IN_A_ROW],
        },
        "customers": encode_rows(found.listing.columns),
        "next": found.listing.after,
    }


def encode_verdict(found: EligibilityVerdict) -> CustomerEligibilityDocument:
    """Return whether one customer may be surveyed."""
    return {
        "customer": found.customer,
        "known": found.known,
        "eligible": found.reason is None,
        "reason": found.reason,
        "rules": _encode_rules(found.rules),
    }


def _encode_rules(rules: Rules) -> SurveyRulesDocument:
    return {
        "at": rules.at.isoformat(),
        "rest_days": rules.rest_days,
        "contacts": rules.contacts,
        "within_days": rules.within_days,
    }
