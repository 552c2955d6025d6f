"""The rows about promised callbacks: the model, and how they are loaded."""

from typing import Final

from pydantic import AwareDatetime, Field

from cadran.facts.schema.fact import REZONED, StagedFact
from cadran.facts.schema.fields import Code, Row


class CallbackRow(Row):
    """One promise to call a customer back. A contact that the promise names must be loaded already."""

    source: Code = Field(
        default="default", description="code of the system that the row comes from; ids are unique within it"
    )
    callback: Code = Field(
        description="id of the promise within its source; a later row of the same id replaces this one"
    )
    contact_source: Code | None = Field(
        default=None, description="source of the contact that the promise was made to; empty: the promise's source"
    )
    contact: Code | None = Field(
        default=None,
        description="id of the contact in which the callback was promised; customer, site and other dimensions come"
        " from this contact",
    )
    customer: Code | None = Field(default=None, description="code of the customer to call; required without a contact")
    site: Code | None = Field(
        default=None, description="code of the site that promised the callback; required without a contact"
    )
    segment: Code | None = Field(
        default=None,
        description="code of the customer's segment, only without a contact; empty: the customer's present segment",
    )
    channel: Code | None = Field(default=None, description="code of the channel, only without a contact")
    moment: Code | None = Field(
        default=None, description="code of the moment of truth, only without a contact; empty: the moment of the reason"
    )
    reason: Code | None = Field(default=None, description="code of the reason, only without a contact")
    promised_at: AwareDatetime = Field(
        description="when the callback was promised; a time without an offset from UTC needs a zone"
    )
    due_at: AwareDatetime | None = Field(
        default=None,
        description="latest time for the call, at most 30 days after the promise; empty: one day after the promise",
    )
    made_at: AwareDatetime | None = Field(
        default=None,
        description="when the first call was made; empty: no call is known, or the call is a contact whose parent is"
        " the contact of the promise",
    )
    reached: bool | None = Field(
        default=None, description="whether the call at made_at reached the customer; empty: no"
    )


CALLBACKS: Final = StagedFact(
    kind="callbacks",
    row=CallbackRow,
    table="callback",
    keys=("source_id", "callback_id"),
    instant="promised_at",
    read="facts/callback/read.sql",
    change="callback",
    marks="facts/callback/mark_days.sql",
    follows=("contacts",),
    rezoned=(*REZONED, "facts/callback.sql:rezone_mark_customers"),
    reasons={
        "unknown_promised_contact": (
            "contact '{contact}' is not loaded: load the contacts before the callbacks promised to them, "
            "and name its source in contact_source where it is not the callback's"
        ),
        "promised_to_nobody": "a callback needs the contact that it was promised to, or the customer",
        "promised_nowhere": "a callback without a contact needs the site that promised it",
        "promised_before_offered": "promised_at '{promised_at}' is before the contact was offered",
        "due_before_promised": "due_at '{due_at}' is before promised_at '{promised_at}'",
        "due_too_late": "due_at '{due_at}' is more than 30 days after promised_at '{promised_at}'",
        "made_before_promised": "made_at '{made_at}' is before promised_at '{promised_at}'",
        "reached_without_call": "reached needs a call: give made_at, or leave reached empty",
        "promised_in_future": "promised_at '{promised_at}' or made_at '{made_at}' lies in the future",
        "promised_too_early": "promised_at '{promised_at}' is before 1970",
    },
)
