"""What may come in about gestures: what was given to customers, what it cost, what it brought. See ``contract``."""

from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, Field

from cadran.facts.schema.fields import Code, Money, Row


class GoodwillRow(Row):
    """A goodwill gesture, or a preventive action, for one customer."""

    source: Code = Field(default="default", description="where the row comes from; ids are unique within it")
    goodwill: Code = Field(description="id of the gesture within its source; a later row of the same id replaces it")
    customer: Code = Field(description="to whom it was given")
    kind: Literal["goodwill", "prevention"] = Field(
        default="goodwill", description="a gesture makes good what went wrong; prevention keeps a customer from leaving"
    )
    given_at: AwareDatetime = Field(description="without an offset only together with a zone")
    site: Code | None = Field(default=None, description="who gave it; empty: the site of the contact")
    segment: Code | None = Field(
        default=None, description="empty: that of the contact, else the customer's on that day"
    )
    cost: Money = Field(ge=Decimal(0), description="what it cost, in the deployment's currency")
    revenue: Money | None = Field(
        default=None, description="what the customer brought after it, as far as the source attributes it; 0 is known"
    )
    contact_source: Code | None = Field(default=None, description="the source of the contact; empty: the gesture's own")
    contact: Code | None = Field(
        default=None, description="the contact it follows, loaded already, which tells channel, moment, team and agent"
    )
