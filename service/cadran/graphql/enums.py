"""Enums of closed lists: each value of a field or an argument, with its meaning.

The values are those of REST, in upper case. Answers may gain values within /v1 (docs/compatibility.md).
"""

from __future__ import annotations

from enum import Enum

import strawberry


def described_value(word: str, description: str) -> str:
    """Return a value of an enum with its description."""
    return strawberry.enum_value(word, description=description)  # type: ignore[return-value]  # Enum unwraps it


@strawberry.enum(description="The unit of a metric's values.")
class MetricUnit(Enum):
    """The values of ``domain.metric.Unit``, with descriptions."""

    CHANNELS = described_value("channels", "A number of channels.")
    CONTACTS = described_value("contacts", "A number of contacts per unit of something else.")
    COUNT = described_value("count", "A number of the things that the metric counts.")
    CURRENCY = described_value("currency", "An amount in the service's currency.")
    DAYS = described_value("days", "A number of days.")
    PER_HOUR = described_value("per_hour", "A number per hour.")
    POINTS = described_value("points", "Points from -100 to 100.")
    RATIO = described_value("ratio", "A share, from 0 to 1 unless the metric's definition says otherwise.")
    SCORE = described_value("score", "A score on the scale of the survey instrument.")
    SECONDS = described_value("seconds", "A duration in seconds.")


@strawberry.enum(description="The direction in which a value is better.")
class Better(Enum):
    """The values of ``domain.metric.Metric.better``, with descriptions."""

    HIGHER = described_value("higher", "Higher values are better.")
    LOWER = described_value("lower", "Lower values are better.")


@strawberry.enum(description="The verdict: a value compared with its target.")
class TargetStatus(Enum):
    """The values of ``domain.target.Verdict.status``, with descriptions."""

    GOOD = described_value("good", "The value meets the target.")
    WARNING = described_value("warning", "The value misses the target, within the tolerated band.")
    BAD = described_value("bad", "The value misses the target by more than the tolerated band.")


@strawberry.enum(description="The estimation method of a metric that has several.")
class EstimationMethod(Enum):
    """The values of the argument ``method`` of ``expected_wait``, with descriptions."""

    RECENT_ANSWERS = described_value(
        "recent_answers", "Estimated from the waits of contacts answered in the last half hour."
    )
    HEAD_OF_LINE = described_value("head_of_line", "Estimated from the wait of the contact at the head of the queue.")


@strawberry.enum(description="The kind of event that an annotation describes.")
class AnnotationKind(Enum):
    """The values of the column ``kind`` of annotations, with descriptions."""

    CAMPAIGN = described_value("campaign", "A marketing campaign.")
    INCIDENT = described_value("incident", "A technical incident.")
    STRIKE = described_value("strike", "A strike of employees.")
    RELEASE = described_value("release", "A release of software.")
    OTHER = described_value("other", "Any other event.")


@strawberry.enum(description="The kind of values that a dimension has.")
class DimensionKind(Enum):
    """The values of ``domain.dimension.Dimension.kind``, with descriptions."""

    MEMBER = described_value("member", "Members, identified by codes.")
    CALENDAR = described_value("calendar", "Parts of the calendar: numbers, or times of day.")


@strawberry.enum(description="The side that started a contact.")
class ContactDirection(Enum):
    """The values of the column ``direction`` of contacts, with descriptions."""

    INBOUND = described_value("inbound", "The customer contacted the company.")
    OUTBOUND = described_value("outbound", "The company contacted the customer.")


@strawberry.enum(description="The way in which a contact ended.")
class ContactOutcome(Enum):
    """The values of ``facts.contract.Outcome``, with descriptions."""

    HANDLED = described_value("handled", "An agent answered the contact.")
    SELF_SERVED = described_value("self_served", "Self-service handled the contact without an agent.")
    ABANDONED = described_value("abandoned", "The customer gave up before an answer.")
    DEFLECTED = described_value("deflected", "The contact was turned away before it could queue.")
    EXPIRED = described_value("expired", "A written message was not answered in time.")
    CLOSED = described_value("closed", "The contact arrived outside the opening hours.")
    IN_PROGRESS = described_value("in_progress", "The contact is not over yet.")
    CALLBACK = described_value("callback", "The customer was promised a callback.")
    TEST = described_value("test", "The contact was a test. No metric counts it.")
    DUPLICATE = described_value("duplicate", "The record repeats another contact. No metric counts it.")
    WRONG_NUMBER = described_value("wrong_number", "The contact was not meant for the company. No metric counts it.")


@strawberry.enum(description="The reason why a customer is on the recovery list.")
class CallReason(Enum):
    """The values of the column ``reason`` of ``compiler.recontact``, with descriptions."""

    LOST = described_value("lost", "Contacts of the customer were lost, and no later contact got through.")
    CALLBACK_PROMISED = described_value("callback_promised", "The promise of a callback is open.")


@strawberry.enum(description="The reason why a customer may not be surveyed.")
class IneligibilityReason(Enum):
    """The values of ``lists.statements.eligibility.Reason``, with descriptions."""

    CHURNED = described_value("churned", "The customer has left.")
    ASKED_RECENTLY = described_value("asked_recently", "The customer was surveyed within the rest period.")
    CONTACTS_IN_A_ROW = described_value("contacts_in_a_row", "The customer recently had too many contacts.")


@strawberry.enum(description="The kind of owner of an objective.")
class OwnerKind(Enum):
    """The values of ``objectives.model.objective.OWNERS``, with descriptions."""

    COMPANY = described_value("company", "The whole company owns the objective.")
    SITE = described_value("site", "A site owns the objective.")
    TEAM = described_value("team", "A team owns the objective.")


@strawberry.enum(description="The relation between the points of a projection and its value.")
class ProjectionMethod(Enum):
    """The values of the projection method of ``objectives.model.projection``, with descriptions."""

    LEVEL = described_value("level", "Each point is the value at its time. The line ends at the projected value.")
    SUM = described_value("sum", "The value is the sum of the points.")
    MEAN = described_value("mean", "The value is the mean of the points.")
