"""The rows about contacts: the model, and how they are loaded."""

from typing import Final, Literal

from pydantic import AwareDatetime, Field

from cadran.domain.dimension import ATTRIBUTE_COLUMNS
from cadran.facts.schema.fact import StagedFact
from cadran.facts.schema.fields import Code, Money, Row, Seconds, Wait

Outcome = Literal[
    "handled",
    "self_served",
    "abandoned",
    "deflected",
    "expired",
    "closed",
    "in_progress",
    "callback",
    "test",
    "duplicate",
    "wrong_number",
]


class ContactRow(Row):
    """One request by one customer on one channel, from the offer to the end."""

    source: Code = Field(
        default="default", description="code of the system that the row comes from; ids are unique within it"
    )
    contact: Code = Field(
        description="id of the contact within its source; a later row of the same id replaces this one"
    )
    parent: Code | None = Field(
        default=None, description="of a callback: id of the contact that asked for the callback; empty: none"
    )
    customer: Code | None = Field(default=None, description="code of the customer; empty: anonymous")
    case: Code | None = Field(default=None, description="number of the case in the source; empty: none")
    site: Code = Field(description="code of the site that the contact was offered to")
    segment: Code | None = Field(
        default=None, description="code of the customer's segment at the time of the contact; empty: not known"
    )
    channel: Code = Field(description="phone, chat, email, social, or a channel code of your own")
    moment: Code | None = Field(
        default=None, description="code of the moment of truth; empty: the moment of the reason"
    )
    reason: Code | None = Field(
        default=None, description="code of the reason why the customer got in touch; empty: not known"
    )
    queue: Code | None = Field(
        default=None,
        description="code of the queue that the contact waited in; visits from a file replace it; empty: not known",
    )
    direction: Literal["inbound", "outbound"] = Field(
        default="inbound",
        description="inbound: the customer got in touch; outbound: the contact centre did; metrics over offered"
        " contacts count inbound contacts only",
    )
    offered_at: AwareDatetime = Field(
        description="when the contact was offered; a time without an offset from UTC needs a zone"
    )
    answered_at: AwareDatetime | None = Field(
        default=None,
        description="when a person first answered; a bot's message is no answer; empty: not answered, or not known",
    )
    ended_at: AwareDatetime | None = Field(default=None, description="when the contact ended; empty: not known")
    outcome: Outcome = Field(
        description="how the contact ended; each outcome belongs to one class (served, lost, pending …)"
    )
    wait: Wait = Field(
        default=None,
        description="seconds until the contact was answered or lost; empty: computed from the times; where these are"
        " empty, too, the wait is not known, and figures of waits leave the contact out",
    )
    talk: Seconds = Field(default=None, description="seconds of conversation; empty: the sum over the contact's legs")
    hold: Seconds = Field(default=None, description="seconds on hold; empty: 0 where talk is known")
    acw: Seconds = Field(default=None, description="seconds of after-call work; empty: 0 where talk is known")
    agent: Code | None = Field(
        default=None,
        description="code of the agent who handled the contact, who gets one leg; load contacts with several agents by"
        " a file of legs",
    )
    team: Code | None = Field(
        default=None, description="code of the agent's team at the time of the contact; empty: the agent's present team"
    )
    transferred_to: Code | None = Field(
        default=None,
        description="name of the service or site that the contact was transferred to; empty: not transferred",
    )
    escalated: bool = Field(default=False, description="whether the contact was escalated to another service")
    resolved: bool | None = Field(
        default=None, description="whether the agent recorded the need as met; empty: not recorded"
    )
    cost: Money | None = Field(
        default=None, description="cost of the contact, in the deployment's currency; empty: computed from the tariffs"
    )
    revenue: Money | None = Field(
        default=None, description="revenue of the contact, in the deployment's currency; empty: not known"
    )
    replies: int | None = Field(
        default=None,
        ge=0,
        le=30_000,
        description="number of the agents' replies after the first answer; empty: not known; give it together with"
        " reply_wait",
    )
    reply_wait: float | None = Field(
        default=None,
        ge=0,
        description="sum of the seconds that the customer waited for the later replies; empty: not known; give it"
        " together with replies",
    )


CONTACTS: Final = StagedFact(
    kind="contacts",
    row=ContactRow,
    table="contact",
    keys=("source_id", "contact_id"),
    instant="offered_at",
    read="facts/contact/read.sql",
    marks="facts/contact/mark_days.sql",
    complete=("facts/contact/stored_legs.sql", "facts/contact.sql:stored_visits"),
    place="contact_place",
    partitions=("contact", "leg"),
    # Contacts and their legs move together (`sql/facts/rezone.sql`).
    rezoned=(),
    by_source=True,
    values={"transferred_to": "transferred_to_id", **{name: name for name in ATTRIBUTE_COLUMNS}},
    attributes=ATTRIBUTE_COLUMNS,
    # The code of the customer, who may be new, and the leg that the row makes.
    working={
        "customer": "text",
        "partner_id": "smallint",
        "served": "boolean",
        "has_agent": "boolean",
        "has_team": "boolean",
        "several": "boolean",
        "agent_id": "integer",
        "team_id": "smallint",
        "leg_site_id": "smallint",
    },
    reasons={
        "unknown_outcome": "outcome '{outcome}' is not one of " + ", ".join(Outcome.__args__),  # type: ignore[attr-defined] # a Literal has them
        "unknown_direction": "direction '{direction}' is neither inbound nor outbound",
        "answered_before_offered": "answered_at '{answered_at}' is before offered_at '{offered_at}'",
        "ended_before_offered": "ended_at '{ended_at}' is before offered_at '{offered_at}'",
        "ended_before_answered": "ended_at '{ended_at}' is before answered_at '{answered_at}'",
        "offered_in_future": "offered_at '{offered_at}' lies in the future",
        "offered_too_early": "offered_at '{offered_at}' is before 1970",
        "replies_number": "replies '{replies}' is not a whole number from 0 to 30000",
        "replies_incomplete": (
            "replies and reply_wait need each other: give the number of later replies, and the seconds waited for them"
            " in total (both 0 if there were none)"
        ),
        "contact_in_interval": (
            "an aggregated interval counts the contacts of this site, channel and queue at this time (sources"
            " '{column}'): load either contacts or intervals of a time, or withdraw the interval (length 0)"
        ),
        "abandoned_asynchronous": (
            "contacts on the asynchronous channel '{channel}' are never abandoned: use expired for unanswered ones"
        ),
    },
)
