"""What may come in about promises to call back. See ``contract``."""

from pydantic import AwareDatetime, Field

from cadran.facts.schema.fields import Code, Row


class CallbackRow(Row):
    """One promise to call a customer back. The contact it was made to is loaded already."""

    source: Code = Field(default="default", description="where the row comes from; ids are unique within it")
    callback: Code = Field(description="id of the promise within its source; a later row of the same id replaces it")
    contact_source: Code | None = Field(default=None, description="the source of the contact; empty: the promise's own")
    contact: Code | None = Field(
        default=None, description="the contact that asked for it, which gives customer and all"
    )
    customer: Code | None = Field(default=None, description="without a contact: who is to be called; required then")
    site: Code | None = Field(default=None, description="without a contact: the site that promised; required then")
    segment: Code | None = Field(default=None, description="without a contact; empty: the customer's own")
    channel: Code | None = Field(default=None, description="without a contact")
    moment: Code | None = Field(default=None, description="without a contact; empty: that of the reason")
    reason: Code | None = Field(default=None, description="without a contact")
    promised_at: AwareDatetime = Field(description="without an offset only together with a zone")
    due_at: AwareDatetime | None = Field(default=None, description="empty: a day after the promise; 30 days at most")
    made_at: AwareDatetime | None = Field(
        default=None, description="the first call; empty: none, or the contact that names the request as its parent"
    )
    reached: bool | None = Field(default=None, description="whether that call reached the customer; empty: no")
