"""Enums of closed lists: each value of a field or an argument, with its meaning.

The values are those of REST, in upper case. Answers may gain values within /v1 (docs/compatibility.md).
"""

from __future__ import annotations

from enum import Enum

import strawberry


def describe_value(word: str, description: str) -> str:
    """Return a value of an enum with its description."""
    return strawberry.enum_value(word, description=description)  # type: ignore[return-value]  # Enum unwraps it


@strawberry.enum(description="The unit of a metric's values.")
class MetricUnit(Enum):
    """The values of ``domain.metric.Unit``, with descriptions."""

    CHANNELS = describe_value("channels", "A number of channels.")
    CONTACTS = describe_value("contacts", "A number of contacts per unit of something else.")
    COUNT = describe_value("count", "A number of the things that the metric counts.")
    CURRENCY = describe_value("currency", "An amount in the service's currency.")
    DAYS = describe_value("days", "A number of days.")
    PER_HOUR = describe_value("per_hour", "A number per hour.")
    POINTS = describe_value("points", "Points from -100 to 100.")
    RATIO = describe_value("ratio", "A share, from 0 to 1 unless the metric's definition says otherwise.")
    SCORE = describe_value("score", "A score on the scale of the survey instrument.")
    SECONDS = describe_value("seconds", "A duration in seconds.")


@strawberry.enum(description="The direction in which a value is better.")
class Better(Enum):
    """The values of ``domain.metric.Metric.better``, with descriptions."""

    HIGHER = describe_value("higher", "Higher values are better.")
    LOWER = describe_value("lower", "Lower values are better.")


@strawberry.enum(description="The verdict: a value compared with its target.")
class TargetStatus(Enum):
    """The values of ``domain.target.Verdict.status``, with descriptions."""

    GOOD = describe_value("good", "The value meets the target.")
    WARNING = describe_value("warning", "The value misses the target, within the tolerated band.")
    BAD = describe_value("bad", "The value misses the target by more than the tolerated band.")


@strawberry.enum(description="The estimation method of a metric that has several.")
class EstimationMethod(Enum):
    """The values of the argument ``method`` of ``expected_wait``, with descriptions."""

    RECENT_ANSWERS = describe_value(
        "recent_answers", "Estimated from the waits of contacts answered in the last half hour."
    )
    HEAD_OF_LINE = describe_value("head_of_line", "Estimated from the wait of the contact at the head of the queue.")


@strawberry.enum(description="The kind of event that an annotation describes.")
class AnnotationKind(Enum):
    """The values of the column ``kind`` of annotations, with descriptions."""

    CAMPAIGN = describe_value("campaign", "A marketing campaign.")
    INCIDENT = describe_value("incident", "A technical incident.")
    STRIKE = describe_value("strike", "A strike of employees.")
    RELEASE = describe_value("release", "A release of software.")
    OTHER = describe_value("other", "Any other event.")


@strawberry.enum(description="The kind of values that a dimension has.")
class DimensionKind(Enum):
    """The values of ``domain.dimension.Dimension.kind``, with descriptions."""

    MEMBER = describe_value("member", "Members, identified by codes.")
    CALENDAR = describe_value("calendar", "Parts of the calendar: numbers, or times of day.")


@strawberry.enum(description="The side that started a contact.")
class ContactDirection(Enum):
    """The values of the column ``direction`` of contacts, with descriptions."""

    INBOUND = describe_value("inbound", "The customer contacted the company.")
    OUTBOUND = describe_value("outbound", "The company contacted the customer.")


@strawberry.enum(description="The way in which a contact ended.")
class ContactOutcome(Enum):
    """The values of ``facts.schema.schema.Outcome``, with descriptions."""

    HANDLED = describe_value("handled", "An agent answered the contact.")
    SELF_SERVED = describe_value("self_served", "Self-service handled the contact without an agent.")
    ABANDONED = describe_value("abandoned", "The customer gave up before an answer.")
    DEFLECTED = describe_value("deflected", "The contact was turned away before it could queue.")
    EXPIRED = describe_value("expired", "A written message was not answered in time.")
    CLOSED = describe_value("closed", "The contact arrived outside the opening hours.")
    IN_PROGRESS = describe_value("in_progress", "The contact is not over yet.")
    CALLBACK = describe_value("callback", "The customer was promised a callback.")
    TEST = describe_value("test", "The contact was a test. No metric counts it.")
    DUPLICATE = describe_value("duplicate", "The record repeats another contact. No metric counts it.")
    WRONG_NUMBER = describe_value("wrong_number", "The contact was not meant for the company. No metric counts it.")


@strawberry.enum(description="The reason why a customer is on the recovery list.")
class CallReason(Enum):
    """The values of the column ``reason`` of ``compiler.special.customers_to_call``, with descriptions."""

    LOST = describe_value("lost", "Contacts of the customer were lost, and no later contact got through.")
    CALLBACK_PROMISED = describe_value(
        "callback_promised", "The customer was promised a callback and was not reached since."
    )


@strawberry.enum(description="The reason why a customer may not be surveyed.")
class IneligibilityReason(Enum):
    """The values of ``lists.statements.eligibility.Reason``, with descriptions."""

    CHURNED = describe_value("churned", "The customer has left.")
    ASKED_RECENTLY = describe_value("asked_recently", "The customer was surveyed within the rest period.")
    CONTACTS_IN_A_ROW = describe_value("contacts_in_a_row", "The customer recently had too many contacts.")


@strawberry.enum(description="The kind of owner of an objective.")
class OwnerKind(Enum):
    """The values of ``objectives.model.objective.OWNERS``, with descriptions."""

    COMPANY = describe_value("company", "The whole company owns the objective.")
    SITE = describe_value("site", "A site owns the objective.")
    TEAM = describe_value("team", "A team owns the objective.")


@strawberry.enum(description="The relation between the points of a projection and its value.")
class ProjectionMethod(Enum):
    """The values of the projection method of ``objectives.model.projection``, with descriptions."""

    LEVEL = describe_value("level", "Each point is the value at its time. The line ends at the projected value.")
    SUM = describe_value("sum", "The value is the sum of the points.")
    MEAN = describe_value("mean", "The value is the mean of the points.")
