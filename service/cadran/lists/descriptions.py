"""The descriptions of the columns of lists, for the REST and GraphQL schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: The columns of a contact.
CONTACT: Final[Mapping[str, str]] = {
    "source": "The code of the system that the contact's id belongs to.",
    "contact": "The id of the contact within its source.",
    "case": "The case number of the source; null without a case.",
    "identified": "Whether the customer is known.",
    "site": "The code of the site that the contact was offered to; null if none is given.",
    "segment": "The code of the customer's segment at the time of the contact; null if none is given.",
    "channel": "The code of the channel, such as phone; null if none is given.",
    "moment": "The code of the moment of truth; null if none is given.",
    "reason": "The code of the reason why the customer came; null if none is given.",
    "direction": "Whether the customer (inbound) or the contact centre (outbound) got in touch.",
    "offered_at": "When the contact was offered, on the site's clock.",
    "answered_at": "When a person first answered, on the site's clock; null without an answer.",
    "ended_at": "When the contact ended, on the site's clock; null if unknown.",
    "outcome": "The outcome of the contact, such as handled.",
    "wait": "The seconds until the contact was answered or lost; null if unknown.",
    "talk": "The seconds of conversation; null if unknown.",
    "hold": "The seconds on hold; null if unknown.",
    "acw": "The seconds of work after the contact; null if unknown.",
    "transferred_to": "The service or site that the contact was transferred to; null without a transfer.",
    "escalated": "Whether the contact was escalated to another service.",
    "overflowed": "Whether the contact was answered at another site than the site it was offered to.",
    "resolved": "Whether the agent stated that the customer's need was met; null without a statement.",
    "recalled": "Whether a callback reached the customer within thirty days after the contact.",
    "repeated": "Whether the customer got in touch about the same moment of truth within the seven days before.",
    "cost": "The cost of the contact in the service's currency; null if unknown.",
    "revenue": "The revenue of the contact in the service's currency; null if unknown.",
}
#: The columns of a survey on a list.
SURVEY: Final[Mapping[str, str]] = {
    "source": "The code of the system that the survey's id belongs to.",
    "survey": "The id of the survey within its source.",
    "instrument": "The code of the instrument: the survey question and its scale.",
    "kind": "Whether the survey was sent right after a contact (transactional) or at another time (relationship).",
    "sent_by": "The medium that the survey was sent by, such as sms; null if unknown.",
    "customer": "The customer's code; null without a customer, and for callers who may not see people.",
    "contact_source": "The code of the source of the contact that the survey follows; null without a contact.",
    "contact": "The id of the contact that the survey follows; null without a contact.",
    "site": "The code of the site that the survey is about; null if none is given.",
    "segment": "The code of the customer's segment; null if none is given.",
    "channel": "The code of the contact's channel; null if none is given.",
    "moment": "The code of the contact's moment of truth; null if none is given.",
    "outcome": "The outcome of the contact that the survey follows; null without a contact.",
    "sent_at": "When the survey was sent, on the site's clock.",
    "answered_at": "When the survey was answered, on the site's clock; null without an answer.",
    "score": "The score on the instrument's scale; null without an answer.",
    "verbatim": "The text of the answer; null without a text, and for callers who may not see people.",
    "age": "The seconds since the answer, or since the survey was sent if there is no answer.",
}
#: The columns of a customer who may be surveyed.
ELIGIBLE_CUSTOMER: Final[Mapping[str, str]] = {
    "customer": "The customer's code; null for callers who may not see people.",
    "site": "The code of the site of the customer's last contact in the window; null if none is given.",
    "segment": "The code of the customer's segment at the last contact; null if none is given.",
    "channel": "The code of the channel of the last contact; null if none is given.",
    "moment": "The code of the moment of truth of the last contact; null if none is given.",
    "outcome": "The outcome of the last contact, such as handled.",
    "contact_source": "The code of the system that the id of the last contact belongs to.",
    "contact": "The id of the last contact within its source.",
    "last_contact_at": "When the last contact was offered, on the site's clock.",
}
#: The columns of a customer to call.
CUSTOMER_TO_CALL: Final[Mapping[str, str]] = {
    "customer": "The customer's code; null for callers who may not see people.",
    "reason": "Why to call the customer: a lost contact (lost), or a promised callback (callback_promised).",
    "first_attempt": "When the first open loss or promise happened, on the clock of the last attempt's site.",
    "last_attempt": "When the last open loss or promise happened, on the clock of the last attempt's site.",
    "attempts": "The number of open losses and promises.",
    "due_at": "When the first open promise is due, on the clock of the last attempt's site; null without a due time.",
    "lifetime_value": "The customer's lifetime value as known by then, in the service's currency; null if unknown.",
    "age": "The seconds since the first attempt.",
    "site": "The code of the site of the last attempt; null if none is given.",
    "segment": "The code of the customer's segment at the last attempt; null if none is given.",
    "channel": "The code of the channel of the last attempt; null if none is given.",
    "moment": "The code of the moment of truth of the last attempt; null if none is given.",
}
