"""What may come in about dimensions, customers and what prices contacts. See ``contract``."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from cadran.facts.fields import Code, Labelled, Money, Potential, Row, Zone


class PartnerRow(Labelled):
    """A company that runs sites."""

    partner: Code


class SiteRow(Labelled):
    """A place with a wall clock of its own."""

    site: Code
    partner: Code | None = None
    zone: Zone = Field(default=None, description="IANA time zone; required for a new site")


class TeamRow(Labelled):
    """A team; a move to another site holds for what is loaded from then on."""

    team: Code
    site: Code | None = None


class AgentRow(Labelled):
    """An agent; a move to another team holds for what is loaded from then on."""

    agent: Code
    team: Code | None = None
    joined_on: date | None = Field(default=None, description="the first day employed; empty: left out of the staff")
    left_on: date | None = Field(default=None, description="the last day employed; empty: still there")

    @model_validator(mode="after")
    def _in_order(self) -> "AgentRow":
        if self.joined_on and self.left_on and self.left_on < self.joined_on:
            raise ValueError("left_on is before joined_on")
        return self


class SegmentRow(Labelled):
    """A segment of customers."""

    segment: Code


class ChannelRow(Labelled):
    """A channel; asynchronous ones are answered later and never abandoned."""

    channel: Code
    kind: Literal["phone", "chat", "email", "social", "other"] | None = None
    asynchronous: bool | None = None


class MomentRow(Labelled):
    """A moment of truth; whether it is a complaint is read when a question is asked."""

    moment: Code
    complaint: bool | None = None


class ReasonRow(Labelled):
    """Why customers come, below its moment."""

    reason: Code
    moment: Code | None = None


class CustomerRow(Row):
    """A customer, with the segment and the worth known from a date on; several rows tell a history."""

    customer: Code
    segment: Code | None = None
    segment_from: date | None = Field(
        default=None, description="the day the customer came into the segment; empty: always, up to the first change"
    )
    joined_on: date | None = None
    churned_on: date | None = Field(default=None, description="the last day as a customer")
    lifetime_value: Money | None = None
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


class NormRow(Row):
    """The time to answer that a channel promises: good up to the first bound, bad past the second."""

    channel: Code
    moment: Code | None = Field(default=None, description="empty: every moment")
    valid_from: date | None = Field(default=None, description="empty: always")
    good_seconds: int = Field(ge=0, le=2_000_000_000)
    bad_seconds: int = Field(ge=0, le=2_000_000_000)

    @model_validator(mode="after")
    def _in_order(self) -> "NormRow":
        if self.bad_seconds < self.good_seconds:
            raise ValueError("bad_seconds is less than good_seconds")
        return self


class TariffRow(Row):
    """What a served contact costs where its source does not say; the most specific row valid on its day counts."""

    site: Code | None = None
    partner: Code | None = None
    channel: Code | None = None
    valid_from: date | None = Field(default=None, description="empty: always")
    valid_to: date | None = Field(default=None, description="the first day it no longer holds; empty: open")
    per_contact: Money = Field(default=Decimal(0), ge=0)
    per_minute: Money = Field(default=Decimal(0), ge=0, description="of talk, hold and work after the contact")
    per_hour: Money = Field(default=Decimal(0), ge=0, description="of talk, hold and work after the contact")

    @model_validator(mode="after")
    def _in_order(self) -> "TariffRow":
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is not after valid_from")
        return self


class BudgetRow(Row):
    """The budget of a site in a month."""

    site: Code
    month: date = Field(description="its first day")
    amount: Money = Field(ge=0)

    @model_validator(mode="after")
    def _first_day(self) -> "BudgetRow":
        if self.month.day != 1:
            raise ValueError("month is not the first day of a month")
        return self
