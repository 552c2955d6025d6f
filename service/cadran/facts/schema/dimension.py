"""What may come in about dimensions, customers and what prices contacts. See ``contract``."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from cadran.facts.schema.fields import Code, Labelled, Money, Potential, Row, Zone


class PartnerRow(Labelled):
    """A company that runs sites."""

    partner: Code = Field(description="the partner's code")


class SiteRow(Labelled):
    """A place with a wall clock of its own."""

    site: Code = Field(description="the site's code")
    partner: Code | None = Field(default=None, description="the partner whose site it is; empty: none")
    zone: Zone = Field(default=None, description="IANA time zone; required for a new site")


class TeamRow(Labelled):
    """A team; a move to another site holds for what is loaded from then on."""

    team: Code = Field(description="the team's code")
    site: Code | None = Field(default=None, description="the site that it belongs to; empty: none")


class AgentRow(Labelled):
    """An agent; a move to another team holds for what is loaded from then on."""

    agent: Code = Field(description="the agent's code")
    team: Code | None = Field(default=None, description="the team that the agent belongs to now; empty: none")
    joined_on: date | None = Field(default=None, description="the first day employed; empty: left out of the staff")
    left_on: date | None = Field(default=None, description="the last day employed; empty: still there")

    @model_validator(mode="after")
    def _in_order(self) -> "AgentRow":
        if self.joined_on and self.left_on and self.left_on < self.joined_on:
            raise ValueError("left_on is before joined_on")
        return self


class SegmentRow(Labelled):
    """A segment of customers."""

    segment: Code = Field(description="the segment's code")


class ChannelRow(Labelled):
    """A channel; asynchronous ones are answered later and never abandoned."""

    channel: Code = Field(description="the channel's code")
    kind: Literal["phone", "chat", "email", "social", "other"] | None = Field(
        default=None, description="what it is; empty: as known, else as its code tells"
    )
    asynchronous: bool | None = Field(
        default=None,
        description="whether it is answered later, and never abandoned; empty: as known, else as its code tells",
    )


class MomentRow(Labelled):
    """A moment of truth; whether it is a complaint is read when a question is asked."""

    moment: Code = Field(description="the moment's code")
    complaint: bool | None = Field(
        default=None, description="whether contacts on it are complaints; empty: they are not"
    )


class ReasonRow(Labelled):
    """Why customers come, below its moment."""

    reason: Code = Field(description="the reason's code")
    moment: Code | None = Field(default=None, description="the moment that it belongs to; empty: none")


class CustomerRow(Row):
    """A customer, with the segment and the worth known from a date on; several rows tell a history."""

    customer: Code = Field(description="the customer's code")
    segment: Code | None = Field(default=None, description="the customer's segment; empty: none")
    segment_from: date | None = Field(
        default=None, description="the day the customer came into the segment; empty: always, up to the first change"
    )
    joined_on: date | None = Field(default=None, description="the first day as a customer; empty: has always been one")
    churned_on: date | None = Field(default=None, description="the last day as a customer")
    lifetime_value: Money | None = Field(
        default=None, description="lifetime value as known from then on, in the deployment's currency; empty: not told"
    )
    value_from: date | None = Field(
        default=None, description="the day that value, potential and cost were known; empty: always"
    )
    potential: Potential | None = Field(default=None, description="commercial potential, from 0 to 1")
    management_cost: Money | None = Field(default=None, ge=0, description="what the customer costs to manage, a year")

    @model_validator(mode="after")
    def _in_order(self) -> "CustomerRow":
        if self.joined_on and self.churned_on and self.churned_on < self.joined_on:
            raise ValueError("churned_on is before joined_on")
        return self


class AnswerNormRow(Row):
    """The time to answer that a channel promises: good up to the first bound, bad past the second."""

    channel: Code = Field(description="the channel that the answer norm is for")
    moment: Code | None = Field(default=None, description="empty: every moment")
    valid_from: date | None = Field(default=None, description="empty: always")
    good_seconds: int = Field(ge=0, le=2_000_000_000, description="an answer within so many seconds is good")
    bad_seconds: int = Field(
        ge=0, le=2_000_000_000, description="an answer after more seconds is bad; not below good_seconds"
    )

    @model_validator(mode="after")
    def _in_order(self) -> "AnswerNormRow":
        if self.bad_seconds < self.good_seconds:
            raise ValueError("bad_seconds is less than good_seconds")
        return self


class TariffRow(Row):
    """What a served contact costs where its source does not say; the most specific row valid on its day counts."""

    site: Code | None = Field(default=None, description="the site that it is for; empty: any")
    partner: Code | None = Field(default=None, description="the partner that it is for; empty: any")
    channel: Code | None = Field(default=None, description="the channel that it is for; empty: any")
    valid_from: date | None = Field(default=None, description="empty: always")
    valid_to: date | None = Field(default=None, description="the first day it no longer holds; empty: open")
    per_contact: Money = Field(default=Decimal(0), ge=0, description="cost of a contact, in the deployment's currency")
    per_minute: Money = Field(default=Decimal(0), ge=0, description="of talk, hold and work after the contact")
    per_hour: Money = Field(default=Decimal(0), ge=0, description="of talk, hold and work after the contact")

    @model_validator(mode="after")
    def _in_order(self) -> "TariffRow":
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is not after valid_from")
        return self


class BudgetRow(Row):
    """The budget of a site in a month."""

    site: Code = Field(description="the site whose budget it is")
    month: date = Field(description="its first day")
    amount: Money = Field(ge=0, description="the month's amount, in the deployment's currency")

    @model_validator(mode="after")
    def _first_day(self) -> "BudgetRow":
        if self.month.day != 1:
            raise ValueError("month is not the first day of a month")
        return self
