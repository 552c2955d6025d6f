"""Models of the rows of dimensions, and of the tariffs and budgets that price contacts."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from cadran.facts.schema.fields import Code, Currency, LabelledRow, Money, Potential, Row, Zone


class PartnerRow(LabelledRow):
    """A company that runs sites."""

    partner: Code = Field(description="the partner's code")


class SiteRow(LabelledRow):
    """A site: a place with its own time zone."""

    site: Code = Field(description="the site's code")
    partner: Code | None = Field(default=None, description="code of the partner that runs the site; empty: none")
    zone: Zone = Field(
        default=None, description="IANA time zone of the site, such as Europe/Paris; required for a new site"
    )


class TeamRow(LabelledRow):
    """A team. A move to another site applies to rows that are loaded after the move."""

    team: Code = Field(description="the team's code")
    site: Code | None = Field(default=None, description="code of the site that the team belongs to; empty: none")


class AgentRow(LabelledRow):
    """An agent. A move to another team applies to rows that are loaded after the move."""

    agent: Code = Field(description="the agent's code")
    team: Code | None = Field(default=None, description="code of the team that the agent belongs to now; empty: none")
    joined_on: date | None = Field(
        default=None, description="first day of employment; empty: the agent does not count as staff"
    )
    left_on: date | None = Field(default=None, description="last day of employment; empty: still employed")

    @model_validator(mode="after")
    def _in_order(self) -> "AgentRow":
        if self.joined_on and self.left_on and self.left_on < self.joined_on:
            raise ValueError("left_on is before joined_on")
        return self


class SegmentRow(LabelledRow):
    """A segment of customers."""

    segment: Code = Field(description="the segment's code")


class ChannelRow(LabelledRow):
    """A channel. Contacts on an asynchronous channel are answered later and are never abandoned."""

    channel: Code = Field(description="the channel's code")
    kind: Literal["phone", "chat", "email", "social", "other"] | None = Field(
        default=None,
        description="kind of the channel; empty: the stored kind, or for a new channel the kind that its code suggests",
    )
    asynchronous: bool | None = Field(
        default=None,
        description="whether contacts are answered later and never abandoned; empty: as stored, or for a new channel as"
        " its code or kind suggests",
    )


class MomentRow(LabelledRow):
    """A moment of truth. The complaint flag applies to all contacts on the moment, also to those loaded before."""

    moment: Code = Field(description="the moment's code")
    complaint: bool | None = Field(
        default=None, description="whether contacts on the moment are complaints; empty: they are not"
    )


class QueueRow(LabelledRow):
    """A queue, in which contacts wait for an agent."""

    queue: Code = Field(description="the queue's code")
    channel: Code | None = Field(default=None, description="code of the queue's channel; empty: several, or not given")
    skill: Code | None = Field(
        default=None, description="skill that agents need to serve the queue, in your own words; empty: none"
    )
    good_seconds: int | None = Field(
        default=None,
        ge=0,
        le=2_000_000_000,
        description="an answer within this many seconds of the entry is good; give it together with bad_seconds; empty:"
        " the answer norm of the visit's channel",
    )
    bad_seconds: int | None = Field(
        default=None,
        ge=0,
        le=2_000_000_000,
        description="an answer after more than this many seconds is bad, and the threshold of queue_service_level; not"
        " below good_seconds",
    )

    @model_validator(mode="after")
    def _in_order(self) -> "QueueRow":
        if (self.good_seconds is None) != (self.bad_seconds is None):
            raise ValueError("good_seconds and bad_seconds need each other: give both, or neither")
        if self.good_seconds is not None and self.bad_seconds is not None and self.bad_seconds < self.good_seconds:
            raise ValueError("bad_seconds is less than good_seconds")
        return self


class ReasonRow(LabelledRow):
    """A reason for which customers get in touch. A reason belongs to a moment of truth."""

    reason: Code = Field(description="the reason's code")
    moment: Code | None = Field(default=None, description="code of the moment that the reason belongs to; empty: none")


class AssignmentRow(Row):
    """Who serves a queue: an agent, or all agents of a team."""

    agent: Code | None = Field(default=None, description="code of the agent; either agent or team is required")
    team: Code | None = Field(default=None, description="code of the team, all of whose agents serve the queue")
    queue: Code = Field(description="code of the queue")
    valid_from: date | None = Field(default=None, description="first day of the assignment; empty: from the start")
    valid_to: date | None = Field(
        default=None, description="first day on which the assignment is no longer valid; empty: it stays valid"
    )
    level: int | None = Field(default=None, ge=1, le=100, description="level of the skill, from 1; empty: not known")
    concurrency: int = Field(
        default=1, ge=1, le=100, description="how many contacts of the queue the agent can hold at the same time"
    )

    @model_validator(mode="after")
    def _of_one(self) -> "AssignmentRow":
        if (self.agent is None) == (self.team is None):
            raise ValueError("an assignment names either an agent or a team")
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is not after valid_from")
        return self


class CustomerRow(Row):
    """A customer, with the segment and the value that were known from a date on. Several rows of a customer form a
    history."""

    customer: Code = Field(description="the customer's code")
    segment: Code | None = Field(default=None, description="code of the customer's segment; empty: none")
    segment_from: date | None = Field(
        default=None,
        description="first day in the segment; empty: the customer has been in the segment from the start, up to the"
        " first dated change",
    )
    joined_on: date | None = Field(
        default=None, description="first day as a customer; empty: has always been a customer"
    )
    churned_on: date | None = Field(default=None, description="last day as a customer; empty: is still a customer")
    lifetime_value: Money | None = Field(
        default=None,
        description="customer lifetime value that is known from value_from on, in the deployment's currency; empty: not"
        " given",
    )
    value_from: date | None = Field(
        default=None, description="day from which value, potential and cost are known; empty: always"
    )
    potential: Potential | None = Field(default=None, description="commercial potential, from 0 to 1; empty: not given")
    management_cost: Money | None = Field(
        default=None,
        ge=0,
        description="yearly cost of managing the customer, in the deployment's currency; empty: not given",
    )

    @model_validator(mode="after")
    def _in_order(self) -> "CustomerRow":
        if self.joined_on and self.churned_on and self.churned_on < self.joined_on:
            raise ValueError("churned_on is before joined_on")
        return self


class AnswerNormRow(Row):
    """The answer norm of a channel: an answer is good up to the first bound, and bad beyond the second."""

    channel: Code = Field(description="code of the channel that the answer norm is for")
    moment: Code | None = Field(
        default=None, description="code of the moment of truth that the answer norm is for; empty: every moment"
    )
    valid_from: date | None = Field(
        default=None, description="first day on which the answer norm is valid; empty: it has always been valid"
    )
    good_seconds: int = Field(ge=0, le=2_000_000_000, description="an answer within this many seconds is good")
    bad_seconds: int = Field(
        ge=0, le=2_000_000_000, description="an answer after more than this many seconds is bad; not below good_seconds"
    )

    @model_validator(mode="after")
    def _in_order(self) -> "AnswerNormRow":
        if self.bad_seconds < self.good_seconds:
            raise ValueError("bad_seconds is less than good_seconds")
        return self


class TariffRow(Row):
    """The cost of a served contact whose source gives no cost. The most specific row that is valid on the contact's day
    applies."""

    site: Code | None = Field(default=None, description="code of the site that the tariff is for; empty: every site")
    partner: Code | None = Field(
        default=None, description="code of the partner that the tariff is for; empty: every partner"
    )
    channel: Code | None = Field(
        default=None, description="code of the channel that the tariff is for; empty: every channel"
    )
    valid_from: date | None = Field(
        default=None, description="first day on which the tariff is valid; empty: it has always been valid"
    )
    valid_to: date | None = Field(
        default=None, description="first day on which the tariff is no longer valid; empty: it stays valid"
    )
    per_contact: Money = Field(
        default=Decimal(0), ge=0, description="cost of each contact, in the deployment's currency"
    )
    per_minute: Money = Field(
        default=Decimal(0),
        ge=0,
        description="cost of each minute of talk, hold and after-call work, in the deployment's currency",
    )
    per_hour: Money = Field(
        default=Decimal(0),
        ge=0,
        description="cost of each hour of talk, hold and after-call work, in the deployment's currency",
    )

    @model_validator(mode="after")
    def _in_order(self) -> "TariffRow":
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is not after valid_from")
        return self


class GestureRow(LabelledRow):
    """A kind of goodwill gesture, with the limit of what an agent may give at once; or, without a kind, the limit of
    what an agent may give in a month. Several rows of a kind form a history: on a day, the valid row with the latest
    valid_from applies."""

    gesture: Code | None = Field(
        default=None, description="the gesture's code; empty: the row gives the month_limit, over all gestures"
    )
    limit: Money | None = Field(
        default=None,
        ge=0,
        description="largest cost that an agent may give in one gesture of this kind without approval, in the"
        " deployment's currency; a gesture of exactly this cost is within the limit; 0: only gestures without a cost"
        " are within it; empty: not known",
    )
    month_limit: Money | None = Field(
        default=None,
        ge=0,
        description="largest cost that one agent may give in a calendar month, over all gestures, in the deployment's"
        " currency; only in rows without a gesture; empty: not known",
    )
    currency: Currency = Field(
        default=None,
        description="ISO 4217 code of the limit's currency, which must be the deployment's; empty: the deployment's",
    )
    valid_from: date | None = Field(
        default=None,
        description="first day on which gestures of this kind may be given with this limit; empty: it has always been"
        " valid",
    )
    valid_to: date | None = Field(
        default=None, description="first day on which the row is no longer valid; empty: it stays valid"
    )

    @model_validator(mode="after")
    def _in_order(self) -> "GestureRow":
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is not after valid_from")
        if self.gesture is None and (self.month_limit is None or self.limit is not None):
            raise ValueError("a row without a gesture gives the month_limit, and no limit")
        if self.gesture is not None and self.month_limit is not None:
            raise ValueError("month_limit is that of all gestures: give it in a row without a gesture")
        return self


class BudgetRow(Row):
    """The budget of a site in a month."""

    site: Code = Field(description="code of the site whose budget this is")
    month: date = Field(description="first day of the month that the budget is for")
    amount: Money = Field(ge=0, description="the month's budget, in the deployment's currency")

    @model_validator(mode="after")
    def _first_day(self) -> "BudgetRow":
        if self.month.day != 1:
            raise ValueError("month is not the first day of a month")
        return self
