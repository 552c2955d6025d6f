"""The model of the rows about promised callbacks."""

from pydantic import AwareDatetime, Field

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
