"""The rows about goodwill gestures (the customer, the cost, the revenue that followed), and how they are loaded."""

from decimal import Decimal
from typing import Final, Literal

from pydantic import AwareDatetime, Field

from cadran.facts.schema.fact import StagedFact
from cadran.facts.schema.fields import Code, Money, Row


class GoodwillRow(Row):
    """A goodwill gesture, or a preventive action, for one customer."""

    source: Code = Field(
        default="default", description="code of the system that the row comes from; ids are unique within it"
    )
    goodwill: Code = Field(
        description="id of the gesture within its source; a later row of the same id replaces this one"
    )
    customer: Code = Field(description="code of the customer who received the gesture")
    kind: Literal["goodwill", "prevention"] = Field(
        default="goodwill",
        description="goodwill makes up for something that went wrong; prevention is meant to keep a customer from"
        " leaving",
    )
    gesture: Code | None = Field(
        default=None,
        description="code of the gesture in the catalogue (load it with --as gestures); empty: not given",
    )
    given_at: AwareDatetime = Field(
        description="when the gesture was given; a time without an offset from UTC needs a zone"
    )
    site: Code | None = Field(
        default=None, description="code of the site that gave the gesture; empty: the site of the contact"
    )
    segment: Code | None = Field(
        default=None,
        description="code of the customer's segment; empty: the segment of the contact, or else the customer's segment"
        " on that day",
    )
    cost: Money = Field(ge=Decimal(0), description="cost of the gesture, in the deployment's currency")
    revenue: Money | None = Field(
        default=None,
        description="revenue from the customer that the source attributes to the gesture, in the deployment's currency;"
        " empty: not known; 0: known to be none",
    )
    contact_source: Code | None = Field(
        default=None, description="source of the contact that the gesture follows; empty: the gesture's source"
    )
    contact: Code | None = Field(
        default=None,
        description="id of the contact that the gesture follows; it must be loaded already, and gives channel, moment"
        " and reason, and team and agent where the row names neither",
    )
    team: Code | None = Field(
        default=None,
        description="code of the team that gave the gesture; empty: the agent's, or without an agent that of the"
        " contact's first agent",
    )
    agent: Code | None = Field(
        default=None,
        description="code of the agent who gave the gesture; empty: the contact's first agent, unless the row names a"
        " team",
    )


GOODWILL: Final = StagedFact(
    kind="goodwill",
    row=GoodwillRow,
    table="goodwill",
    keys=("source_id", "goodwill_id"),
    instant="given_at",
    read="facts/goodwill/read.sql",
    change="goodwill",
    marks="facts/goodwill/mark_days.sql",
    reasons={
        "unknown_goodwill_kind": "kind '{kind}' is neither goodwill nor prevention",
        "unknown_goodwill_contact": (
            "contact '{contact}' is not loaded: load the contacts before the gestures that follow them, "
            "and name its source in contact_source where it is not the gesture's"
        ),
        "goodwill_nowhere": "a gesture without a contact needs the site that gave it",
        "given_in_future": "given_at '{given_at}' lies in the future",
        "given_too_early": "given_at '{given_at}' is before 1970",
    },
)
